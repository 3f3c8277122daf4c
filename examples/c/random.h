/* Where randomness comes from: a device's own generator. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fills `bytes` from a cryptographic generator. 0 if it did. */
int random_bytes(uint8_t *bytes, size_t len);

#endif
