/* Signs in as recorded: a user, then the user's device. Exits with 0 if all is as it should be. */
#include "cognito_device_srp.h"
#include "recorded_sign_ins.h"

#include <stdio.h>
#include <string.h>

#define TEXT(text) COGNITO_DEVICE_SRP_TEXT(text)

static int failed(const char *what, int32_t status) {
    printf("%s: %s\n", what, cognito_device_srp_message(status));
    return 1;
}

/* SRP_A of a sign-in, for InitiateAuth or DEVICE_SRP_AUTH. A client of its own calls cognito_device_srp_sign_in_start with
 * random bytes. What is recorded has a given ephemeral. */
static int start(const uint8_t *ephemeral, size_t len, const char *srp_a, cognito_device_srp_started_sign_in_t *started) {
    int32_t status = cognito_device_srp_sign_in_start_with(ephemeral, len, started);

    if (status != 0) {
        return failed("sign_in_start_with", status);
    }
    return strcmp(started->srp_a, srp_a) != 0;
}

/* The answer to PASSWORD_VERIFIER or DEVICE_PASSWORD_VERIFIER: the same call for both. */
static int answer(cognito_device_srp_sign_in_t *sign_in, const cognito_device_srp_credentials_t *credentials,
                  const cognito_device_srp_challenge_t *challenge, int64_t seconds, const char *signature) {
    cognito_device_srp_timestamp_t now;
    cognito_device_srp_claim_t claim;
    int32_t status = cognito_device_srp_timestamp_from_unix(seconds, &now);

    if (status != 0) {
        return failed("timestamp_from_unix", status);
    }
    status = cognito_device_srp_sign_in_answer(sign_in, credentials, challenge, &now, &claim);
    if (status != 0) {
        return failed("sign_in_answer", status);
    }
    printf("TIMESTAMP %s, PASSWORD_CLAIM_SIGNATURE %s\n", claim.timestamp, claim.signature);
    if (strcmp(claim.signature, signature) != 0 || strcmp(claim.timestamp, now.text) != 0) {
        return 1;
    }
    /* a sign-in is answered once */
    status = cognito_device_srp_sign_in_answer(sign_in, credentials, challenge, &now, &claim);
    return status != COGNITO_DEVICE_SRP_ERROR_SUSPENDED_SIGN_IN_MALFORMED || claim.signature[0] != 0;
}

static int user(void) {
    const cognito_device_srp_text_t client_secret = TEXT(CLIENT_SECRET);
    const cognito_device_srp_text_t username = TEXT(USERNAME);
    const cognito_device_srp_text_t client_id = TEXT(CLIENT_ID);
    const cognito_device_srp_credentials_t credentials = {
        COGNITO_DEVICE_SRP_CREDENTIALS_USER, TEXT(USER_POOL_ID), TEXT(USER_ID), TEXT(PASSWORD),
    };
    const cognito_device_srp_challenge_t challenge = {TEXT(USER_SRP_B), TEXT(USER_SALT), TEXT(USER_SECRET_BLOCK)};
    cognito_device_srp_secret_hash_t hash;
    cognito_device_srp_started_sign_in_t started;
    /* for an app client that has a secret */
    int32_t status = cognito_device_srp_secret_hash(&client_secret, &username, &client_id, &hash);

    if (status != 0) {
        return failed("secret_hash", status);
    }
    if (strcmp(hash.text, SECRET_HASH) != 0 || start(USER_EPHEMERAL, sizeof(USER_EPHEMERAL), USER_SRP_A, &started) != 0) {
        return 1;
    }
    return answer(&started.sign_in, &credentials, &challenge, USER_UNIX_SECONDS, USER_SIGNATURE);
}

static int device(void) {
    const cognito_device_srp_credentials_t credentials = {
        COGNITO_DEVICE_SRP_CREDENTIALS_DEVICE, TEXT(GROUP_KEY), TEXT(KEY), TEXT(SECRET),
    };
    const cognito_device_srp_challenge_t challenge = {TEXT(SRP_B), TEXT(CHALLENGE_SALT), TEXT(SECRET_BLOCK)};
    cognito_device_srp_started_sign_in_t started;

    if (start(EPHEMERAL, sizeof(EPHEMERAL), SRP_A, &started) != 0) {
        return 1;
    }
    return answer(&started.sign_in, &credentials, &challenge, UNIX_SECONDS, SIGNATURE);
}

int main(void) {
    int32_t status = cognito_device_srp_check_version(COGNITO_DEVICE_SRP_VERSION);

    if (status != 0) {
        return failed("check_version", status);
    }
    if (user() != 0) {
        return 2;
    }
    if (device() != 0) {
        return 3;
    }
    puts("all as recorded");
    return 0;
}
