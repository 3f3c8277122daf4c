/* Randomness of a Unix host. */
#include "random.h"

#include <stdio.h>

int random_bytes(uint8_t *bytes, size_t len) {
    FILE *source = fopen("/dev/urandom", "rb");
    size_t got;
    if (source == NULL) {
        return -1;
    }
    setvbuf(source, NULL, _IONBF, 0);
    got = fread(bytes, 1, len, source);
    fclose(source);
    return got == len ? 0 : -1;
}
