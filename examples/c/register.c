/* Registers a device, and derives a recorded registration. Exits with 0 if all is as it should be. */
#include "cognito_device_srp.h"
#include "random.h"
#include "recorded_registration.h"

#include <stdio.h>
#include <string.h>

/* what NewDeviceMetadata of a sign-in has */
static const cognito_device_srp_device_t DEVICE = {
    COGNITO_DEVICE_SRP_TEXT(REGISTERED_GROUP_KEY),
    COGNITO_DEVICE_SRP_TEXT(REGISTERED_KEY),
};

static int failed(const char *what, int32_t status) {
    printf("%s: %s\n", what, cognito_device_srp_message(status));
    return 1;
}

/* A new device: what is sent to ConfirmDevice, proved before it is sent. The secret is what a device keeps. */
static int register_device(void) {
    uint8_t entropy[COGNITO_DEVICE_SRP_ENTROPY_SIZE];
    cognito_device_srp_registration_t made;
    cognito_device_srp_text_t secret = COGNITO_DEVICE_SRP_TEXT(made.secret);
    int32_t status;

    if (random_bytes(entropy, sizeof(entropy)) != 0) {
        return failed("random_bytes", COGNITO_DEVICE_SRP_ERROR_RANDOMNESS_UNAVAILABLE);
    }
    status = cognito_device_srp_register(&DEVICE, entropy, sizeof(entropy), &made);
    if (status != 0) {
        return failed("register", status);
    }
    status = cognito_device_srp_prove(&DEVICE, &secret, &made.config);
    if (status != 0) {
        return failed("prove", status);
    }
    printf("{\"PasswordVerifier\":\"%s\",\"Salt\":\"%s\"}\n", made.config.password_verifier, made.config.salt);
    return 0;
}

/* What is sent of a secret and a salt that are there already. */
static int derive_recorded(void) {
    const cognito_device_srp_text_t secret = COGNITO_DEVICE_SRP_TEXT(REGISTERED_SECRET);
    cognito_device_srp_config_t config;
    int32_t status =
        cognito_device_srp_derive(&DEVICE, &secret, REGISTERED_SALT, sizeof(REGISTERED_SALT), &config);

    if (status != 0) {
        return failed("derive", status);
    }
    return strcmp(config.password_verifier, REGISTERED_VERIFIER_TEXT) != 0 ||
           strcmp(config.salt, REGISTERED_SALT_TEXT) != 0;
}

int main(void) {
    int32_t status = cognito_device_srp_check_version(COGNITO_DEVICE_SRP_VERSION);

    if (status != 0) {
        return failed("check_version", status);
    }
    if (register_device() != 0) {
        return 2;
    }
    if (derive_recorded() != 0) {
        return 3;
    }
    puts("all as recorded");
    return 0;
}
