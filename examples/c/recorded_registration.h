/* A registration of vectors/, of which everything is known. */
#ifndef RECORDED_REGISTRATION_H
#define RECORDED_REGISTRATION_H

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

#endif
