/* A device's and a user's sign-in of vectors/, of which everything is known. */
#ifndef RECORDED_SIGN_INS_H
#define RECORDED_SIGN_INS_H

#include <stdint.h>

static const char GROUP_KEY[] =
    "-52fADtt9";
static const char KEY[] =
    "eu-west-1_7a5087e7-4551-4fbe-8634-19bf3fe88a05";
static const char SECRET[] =
    "wyJo8x5emJssF6BWx47sxgw7Y/rL8vPLB+sz6HgXgYMdmDNKNjPBVw==";
static const uint8_t EPHEMERAL[] = {
    0x5d, 0x7e, 0xa8, 0x90, 0x75, 0xa6, 0x99, 0x4b, 0x72, 0xc4, 0x63, 0x2d, 0x2e, 0x66, 0x1f, 0xae,
    0xa1, 0x70, 0xfd, 0x2c, 0x01, 0x9c, 0x88, 0x5b, 0xb2, 0x00, 0xd2, 0xab, 0xac, 0xa1, 0xb6, 0xdb,
    0x06, 0x76, 0xf4, 0xff, 0xd3, 0xf5, 0x7b, 0x8c, 0x4b, 0xb4, 0x91, 0xe0, 0x3e, 0x82, 0x1d, 0xfd,
    0x66, 0x49, 0xd6, 0x96, 0x9c, 0x5f, 0xb3, 0x0d, 0x4b, 0xf6, 0xc8, 0xd5, 0x5a, 0xf1, 0xf8, 0xf4,
    0xa3, 0x0f, 0x9c, 0x12, 0x5b, 0xcb, 0xec, 0xb1, 0xb1, 0x52, 0x5e, 0x64, 0xef, 0x70, 0xe6, 0xd5,
    0x6a, 0xb4, 0x49, 0x20, 0x32, 0x79, 0xd2, 0x56, 0x68, 0xca, 0x2d, 0xd4, 0x64, 0xe0, 0x6c, 0x35,
    0x68, 0x5b, 0x40, 0x5f, 0x93, 0x9e, 0x3e, 0xd0, 0xd2, 0x84, 0x29, 0x9c, 0xc8, 0xd0, 0xa0, 0x8f,
    0x0f, 0xf1, 0x5c, 0x84, 0x60, 0x50, 0x46, 0x02, 0xab, 0xd6, 0xcc, 0xa3, 0xf2, 0x72, 0x90, 0x4f
};
static const char SRP_A[] =
    "eedf0723e15c5506002414e62afcdc4461418528e9b0374886a5f7aa61fbfcedf97ac8b8ea296ea8f4d25d4346554671"
    "7d0a2562b93f80c592d1cb5b811a6189972d3db0276ae1ffeb8ee11a1411fbcbd1b727416433f7acc54a26fe933801a5"
    "da597211bd021d440a7c928b8d9fe8f718e8ddf3f26487e050c42c17c8e3430e32e7ea6e0f10bc26bd837bd223bf01c6"
    "a11f2512cc123b0437aff6008f7278cab8deed6ce6490b314f390403f92598df87af26c4ce20ad43f855fef03ba18dbf"
    "6e6f169037716e281eb858903269d210bed634983c4be0543ab3f52efd587758afe0150c50518298d7ccb6a992c94f59"
    "b44f5c0d9db3bd8b2c0f849e3625f21a98af14d5e09f70f032e1f607d3af3b1cd95a4163597b705a0c26e7603d2e53dd"
    "118a55767beaf7453ff2640a1c9cf55839b067641f1cd5ab4de898b6780bcf1a995c8fb083ce1a9948abf8ad8edbdfeb"
    "4715164c0bf26151795972ca840f807c25545c43622ceb44f59c244bda2d7591d66d57b3accf629c4f3f36a0262faecb";
static const char SRP_B[] =
    "5010b87e4d6a572e7ac66520d49202cf57b70c1fbdef333c011b4c57d194f12530b134e7c55d966bd1878ef2491784fd"
    "ad6ce23adb6d281a8323701052e016a6a828fe566bba7fc160c3fa80f09a7a0e42363c717a2bc9933faf1cc30b6388cc"
    "4f4b2a903a9f0b42a09983444e63f1b1571c2dda98f795ed62045c5602aaefdd9979d6ef63f77590cb370736c95054ba"
    "27d09faec17502d2feaf476e594869f9f421962529319c329d84fb5349338c5c9940ac6711236ed869c5862d624d17e8"
    "2a258635e5eb3d320084925b610b9fa04c5c0c467aa72aa8b3c68789065d4955c336f565b144c152674bfbe8989945db"
    "590b4081352db9d50393a5412d1d20d77d256d46705fb5f85f9f159c5ecb4f645bd620ff81ff86bba61fb953839687bd"
    "e116cb7e5cce68bb9341a7cf1068aa2d0cbb8ee8b2b637c54c663b659f86d453d6d183c9583558532e3a76c2234eab3a"
    "b9e9dd72de2416df27a3ae08707b951c72f7f96e9f238da305ce21b88bd6fbbebccd8e2269ac23d93108c3844c21ebc2";
static const char CHALLENGE_SALT[] =
    "ec7bcf9aacfacb1658aafe545b1d02f2";
static const char SECRET_BLOCK[] =
    "k3dX8yL3YxhLlZLasmbzTkU=";
static const int64_t UNIX_SECONDS = INT64_C(1522798170);
static const char SIGNATURE[] =
    "msjfIlG/62RRYbVBY9fAXhxaRdtjSUODZZ/nEXi2le0=";

static const char USER_POOL_ID[] =
    "ap-southeast-2_1kb2ilHD4";
static const char USER_ID[] =
    "0bcb32a2-e943-452b-a9d2-d953d4780756";
static const char USERNAME[] =
    "0bcb32a2-e943-452b-a9d2-d953d4780756";
static const char PASSWORD[] =
    "a:b";
static const char CLIENT_ID[] =
    "41zudxg4512p19rqlkg0wg7qne";
static const char CLIENT_SECRET[] =
    "ioaj6ftzsrhkpzupomrz6dkqu8zye3febss7wqh3pwym8ekmsf1";
static const char SECRET_HASH[] =
    "cQLj38Ooc+z0unvTKXTDptCjd6NwERBk1VoPQGMFhvQ=";
static const uint8_t USER_EPHEMERAL[] = {
    0xc5, 0x75, 0xb5, 0xe0, 0x01, 0xae, 0x44, 0x94, 0x9f, 0xe1, 0x46, 0x76, 0x9e, 0x71, 0x5f, 0xbb,
    0x73, 0x87, 0xf6, 0x63, 0xb3, 0x80, 0x61, 0x95, 0xef, 0x67, 0x51, 0x8a, 0xce, 0x9e, 0xa3, 0x43,
    0xb7, 0xf4, 0x39, 0x80, 0x32, 0xbc, 0x2c, 0x99, 0x03, 0xe2, 0xbb, 0x14, 0xce, 0x3e, 0xe2, 0xb4,
    0x7c, 0xf1, 0x8d, 0x86, 0x7d, 0x8f, 0x43, 0x82, 0x08, 0x4a, 0xe0, 0x1b, 0x52, 0x1f, 0x7e, 0x1c,
    0x3e, 0x9a, 0xdf, 0xcf, 0xc8, 0x4f, 0xc4, 0xb5, 0x18, 0x9f, 0xe1, 0xc4, 0x86, 0xbc, 0x55, 0x04,
    0x7f, 0xf6, 0xf2, 0xdf, 0xb7, 0x68, 0xee, 0x32, 0x62, 0x47, 0xc2, 0xc0, 0xa0, 0x91, 0x91, 0x1b,
    0xb5, 0xf0, 0x32, 0x52, 0xce, 0xa9, 0xe3, 0xe2, 0x7c, 0xf5, 0x9c, 0x1d, 0x53, 0x34, 0x7f, 0x84,
    0x9d, 0xb3, 0x26, 0xa6, 0x97, 0x4b, 0xf5, 0xb6, 0x99, 0x76, 0x97, 0x86, 0x91, 0xe3, 0x8d, 0x9f
};
static const char USER_SRP_A[] =
    "1b4d8496d9053623ce48c5fbb4db084bbfe43cf117ea2b0e0cd3db81a9db4694355c49ee9cbc17d15f3d9c691cde8634"
    "3169c0ffa472d845e157359d2a6384a33a8e6271d8c289b5e03324cd0f8f49b27cc98a680e19a7f82a175273a5788cb7"
    "bda34e3130c07389204d6872195c399107d5a442339fd9c55b2ff481d9d3c7150bd36ab047f07b9b450403508c5a10fd"
    "ed4549e03c2057d82770534aa972ac2ac1206514332da8d12b4000f68c9ad60b786b1d0143f436b44495750e3cac39ae"
    "c6f737f1ee7266f9635420fd630a5d9af5a163e59603c7bbd1a73cb9fa97256c51fd1e66072ba5c9a2ed0f9790a60435"
    "1ddf5e8bee631b1bea355ba1d3a8f48b1086a3b6c27dfe828264793d6fc4700fa55235547516035ef2e53c73e36c498c"
    "efe23018f606bc4eb612b51397d39c2e19661ad4cb80323f72a7153cdec4f5d6b897874d1af97b1c73a3fc29d553d599"
    "b4855ce46f8a96c0a5a36dae3e9fba28becb50255599c12154f1a86249ec20b731828d6a430870f37f023e42476dbb46";
static const char USER_SRP_B[] =
    "baecc203ff6ef727e395cbcf4a0b7a2d6bcb1c4772767cd82b7d6eaca368f64862b43d94835b5926ba7ae99eff053fe7"
    "86d098d4e8cb4ff30000ed0780894473eb5bf4ccb5361fe7938462890aed20562e9cf8cdaab0bda6d96af052a7b3a693"
    "19adf4ac39aa2331b739c20758e02cffa80cae8cce6329bce477152ae67fae246ec18f3ff48b144264600613a0e14137"
    "4cf3daf1f491559fa4d1127353be6c5e278c57a4d06309dceb95d4437a50ba52637b578fc21ed1126e9cd2624a71f171"
    "07b94e66e8baec9a8639436eae0901caeae8e66e73200bf56a445fa6b897e6c07253787d1b1ab818528b65bff69de121"
    "f5c96e1da6d68898664ab98dc35b8a6c9ccec3f2bd009caec8350b0cb85f501f12cc6ef123fe24d04b722818fec7a89b"
    "091ba0e6c5e35ea486e45340f4a8634fd345235c40423fdaffe0e0cafc7b97647e0d142191623f9b22da51d2937c5667"
    "c27812f87f840e2660d2fcb5757a9d09487ad2d1e714919daaefea69022c3df92344c6fddf69a9440967ff39843b7c07";
static const char USER_SALT[] =
    "c81e73db81b6f16550c75aac2d74941c";
static const char USER_SECRET_BLOCK[] =
    "R1rDR5293M3N9qbFQX7JmPk=";
static const int64_t USER_UNIX_SECONDS = INT64_C(1405197496);
static const char USER_SIGNATURE[] =
    "rU4SmTM4Oomf8zDAGD7IGOQcmQj5GBhKC6R+Fbf6Qh8=";

#endif
