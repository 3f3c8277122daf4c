/* A registration and a sign-in of vectors/, of which everything is known. */
#ifndef RECORDED_H
#define RECORDED_H

#include <stdint.h>

static const char REGISTERED_GROUP_KEY[] =
    "-NXiVKS5p";
static const char REGISTERED_KEY[] =
    "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8";
static const char REGISTERED_SECRET[] =
    "/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==";
static const uint8_t REGISTERED_SALT[] = {
    0xae, 0x88, 0x30, 0xdb, 0x9d, 0xae, 0xe7, 0xd9, 0x5f, 0xcd, 0xdc, 0x66, 0x6a, 0xc4, 0x0f, 0x44
};
static const char REGISTERED_VERIFIER_TEXT[] =
    "AJxGiSd3xO2pISbGVXNmP/zOBYz/mESzmSvcxoV+TqX3C4h4BAouLpY6CTjKOh6urVYLucBrycx/CHunkIv1a54fYY3qjYzh"
    "zWIWt0JdYNfoImDZMoxWQSvTB/V7PGVZrn3c0KPbdoSMmUGOFRNSzXXE6bfkPeHq6ypIwRRxdI+5N/dP7DMa9TK6jX0cF9UE"
    "uyyrKzg7APXZonrfj6rrSJ1ksRbIV6f+PBEERSavYDZxNMGtLEGz4i6omHWkggIbwEblywSpp02bBecwR4VlcIjT2Yq3+tss"
    "uF9GqZEDLtO6SzRoAJBbMMHNFxKUogW01f+5jseFmm2xACBruCa2NeuN8DBSCBVhsN/1GGcZICcDUm12SVMuotD6Nur/nkQX"
    "x0cqACGj/rIgvxgdd40XYukCWNMArb/g5QQcdJXU9wz/BZO9OOPxq3Bwg+aVpxKPM8PZ+Ox1o8/fXUpJM+I81qYuUuiP2dn1"
    "FsDa5UUL9CjaoxlHTV63GLsnfezM0XwHnA==";
static const char REGISTERED_SALT_TEXT[] =
    "AK6IMNudrufZX83cZmrED0Q=";

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
static const uint64_t UNIX_SECONDS = UINT64_C(1522798170);
static const char SIGNATURE[] =
    "msjfIlG/62RRYbVBY9fAXhxaRdtjSUODZZ/nEXi2le0=";
static const char TIMESTAMP[] =
    "Tue Apr 3 23:29:30 UTC 2018";

#endif
