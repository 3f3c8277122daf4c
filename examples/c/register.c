/* Registers a device, derives a recorded registration, and signs in as recorded. Exits with 0 if all is as it should be. */
#include "cognito_device_srp.h"
#include "random.h"
#include "recorded.h"

#include <stdio.h>
#include <string.h>

/* a text and its length, as every function takes it */
#define TEXT(text) (text), strlen(text)
#define ROOM(buffer) (buffer), sizeof(buffer)

static int failed(const char *what, int32_t status) {
    printf("%s: %s\n", what, cognito_device_srp_message(status));
    return 1;
}

/* A new device: what is sent to ConfirmDevice, proved before it is sent. The secret is what a device keeps. */
static int register_device(void) {
    uint8_t entropy[COGNITO_DEVICE_SRP_ENTROPY_SIZE];
    char secret[COGNITO_DEVICE_SRP_SECRET_SIZE];
    char verifier[COGNITO_DEVICE_SRP_VERIFIER_SIZE];
    char salt[COGNITO_DEVICE_SRP_SALT_SIZE];
    int32_t status;

    if (random_bytes(ROOM(entropy)) != 0) {
        return failed("random_bytes", COGNITO_DEVICE_SRP_ERROR_RANDOMNESS_UNAVAILABLE);
    }
    status = cognito_device_srp_from_entropy(TEXT(GROUP_KEY), TEXT(KEY), ROOM(entropy), ROOM(secret), ROOM(verifier),
                                             ROOM(salt));
    if (status != 0) {
        return failed("from_entropy", status);
    }
    status = cognito_device_srp_prove(TEXT(GROUP_KEY), TEXT(KEY), TEXT(secret), TEXT(verifier), TEXT(salt));
    if (status != 0) {
        return failed("prove", status);
    }
    printf("{\"PasswordVerifier\":\"%s\",\"Salt\":\"%s\"}\n", verifier, salt);
    return 0;
}

static int derive_recorded(void) {
    char verifier[COGNITO_DEVICE_SRP_VERIFIER_SIZE];
    char salt[COGNITO_DEVICE_SRP_SALT_SIZE];
    int32_t status =
        cognito_device_srp_derive(TEXT(REGISTERED_GROUP_KEY), TEXT(REGISTERED_KEY), TEXT(REGISTERED_SECRET),
                                  ROOM(REGISTERED_SALT), ROOM(verifier), ROOM(salt));
    if (status != 0) {
        return failed("derive", status);
    }
    return strcmp(verifier, REGISTERED_VERIFIER_TEXT) != 0 || strcmp(salt, REGISTERED_SALT_TEXT) != 0;
}

/* A sign-in. Its ephemeral is recorded here; a device draws COGNITO_DEVICE_SRP_EPHEMERAL_SIZE bytes for each. */
static int sign_in_recorded(void) {
    uint8_t entropy[sizeof(EPHEMERAL)];
    uint8_t sign_in[COGNITO_DEVICE_SRP_SIGN_IN_SIZE];
    char srp_a[COGNITO_DEVICE_SRP_SRP_A_SIZE];
    char signature[COGNITO_DEVICE_SRP_SIGNATURE_SIZE];
    char timestamp[COGNITO_DEVICE_SRP_TIMESTAMP_SIZE];
    int32_t status;

    memcpy(entropy, EPHEMERAL, sizeof(entropy));
    status = cognito_device_srp_sign_in_start(ROOM(entropy), ROOM(sign_in), ROOM(srp_a));
    if (status != 0) {
        return failed("sign_in_start", status);
    }
    if (strcmp(srp_a, SRP_A) != 0) {
        return 1;
    }
    status = cognito_device_srp_sign_in_answer(ROOM(sign_in), TEXT(GROUP_KEY), TEXT(KEY), TEXT(SECRET), TEXT(SRP_B),
                                               TEXT(CHALLENGE_SALT), TEXT(SECRET_BLOCK), UNIX_SECONDS, ROOM(signature),
                                               ROOM(timestamp));
    if (status != 0) {
        return failed("sign_in_answer", status);
    }
    if (strcmp(signature, SIGNATURE) != 0 || strcmp(timestamp, TIMESTAMP) != 0) {
        return 1;
    }
    /* a sign-in is answered once */
    status = cognito_device_srp_sign_in_answer(ROOM(sign_in), TEXT(GROUP_KEY), TEXT(KEY), TEXT(SECRET), TEXT(SRP_B),
                                               TEXT(CHALLENGE_SALT), TEXT(SECRET_BLOCK), UNIX_SECONDS, ROOM(signature),
                                               ROOM(timestamp));
    return status != COGNITO_DEVICE_SRP_ERROR_SIGN_IN_NOT_STARTED || signature[0] != 0;
}

int main(void) {
    if (register_device() != 0) {
        return 1;
    }
    if (derive_recorded() != 0) {
        return 2;
    }
    if (sign_in_recorded() != 0) {
        return 3;
    }
    puts("all as recorded");
    return 0;
}
