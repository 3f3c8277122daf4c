/* Every known answer in C: cases.py | known_answers. Exits with 0 if all are as recorded. */
#include "cognito_device_srp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 14, LINE = 1 << 19 };

typedef cognito_device_srp_text_t text_t;

static char line[LINE];
static int number;

/* What is wrong is said with the number of its line. */
static void check(int is_so, const char *what) {
    if (!is_so) {
        printf("line %d: %s\n", number, what);
        exit(1);
    }
}

static void done(int32_t status) {
    check(status == 0, cognito_device_srp_message(status));
}

static char nibble(char digit) {
    return (char)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* The fields of a line, decoded where they are, each with a NUL after it. Returns how many. */
static int split(text_t fields[FIELDS]) {
    int count = 0;
    char *at;
    for (at = strtok(line + 2, " \n"); at != NULL && count < FIELDS; at = strtok(NULL, " \n"), count++) {
        size_t len = *at == '-' ? 0 : strlen(at) / 2, i;
        for (i = 0; i < len; i++) {
            at[i] = (char)(nibble(at[2 * i]) * 16 + nibble(at[2 * i + 1]));
        }
        at[len] = 0;
        fields[count].at = at;
        fields[count].len = len;
    }
    return count;
}

static const uint8_t *bytes(text_t field) {
    return (const uint8_t *)field.at;
}

static int is(const char *got, text_t wanted) {
    return strcmp(got, wanted.at) == 0;
}

static int is_zero(const void *at, size_t len) {
    const unsigned char *byte = (const unsigned char *)at;
    while (len > 0 && *byte == 0) {
        byte++;
        len--;
    }
    return len == 0;
}

static void derive(const text_t *fields, int is_refused) {
    const cognito_device_srp_device_t device = {fields[0], fields[1]};
    cognito_device_srp_config_t config;
    int32_t status = cognito_device_srp_derive(&device, &fields[2], bytes(fields[3]), fields[3].len, &config);
    if (is_refused) {
        check(status != 0 && is_zero(&config, sizeof(config)), "not refused");
        return;
    }
    done(status);
    check(is(config.password_verifier, fields[4]) && is(config.salt, fields[5]), "another config");
    done(cognito_device_srp_prove(&device, &fields[2], &config));
}

/* Both sides of a sign-in. */
static void sign_in(size_t kind, const text_t *fields) {
    const cognito_device_srp_credentials_t credentials = {kind, fields[0], fields[1], fields[2]};
    const cognito_device_srp_challenge_t challenge = {fields[4], fields[5], fields[6]};
    const cognito_device_srp_received_claim_t received = {fields[6], fields[10], fields[9]};
    cognito_device_srp_started_sign_in_t started;
    cognito_device_srp_timestamp_t timestamp;
    cognito_device_srp_claim_t claim;
    cognito_device_srp_stored_verifier_t stored;
    cognito_device_srp_issued_challenge_t issued;

    done(cognito_device_srp_sign_in_start_with(bytes(fields[3]), fields[3].len, &started));
    check(is(started.srp_a, fields[8]), "another SRP_A");
    done(cognito_device_srp_timestamp_from_unix(strtoll(fields[7].at, NULL, 10), &timestamp));
    done(cognito_device_srp_sign_in_answer(&started.sign_in, &credentials, &challenge, &timestamp, &claim));
    check(is(claim.signature, fields[9]) && is(claim.timestamp, fields[10]), "another claim");
    check(is_zero(&started.sign_in, sizeof(started.sign_in)), "a sign-in that is not wiped");

    done(cognito_device_srp_verifier_of_credentials(&credentials, bytes(fields[11]), fields[11].len, &stored));
    check(memcmp(stored.verifier, fields[12].at, sizeof(stored.verifier)) == 0, "another verifier");
    done(cognito_device_srp_verifier_challenge_with(&stored, &fields[8], bytes(fields[13]), fields[13].len, &issued));
    check(is(issued.srp_b, fields[4]) && is(issued.salt, fields[5]), "another challenge");
    done(cognito_device_srp_verifier_check(&issued.expected, &credentials, &received));
    check(is_zero(&issued.expected, sizeof(issued.expected)), "a challenge that is not wiped");
}

static void hash(const text_t *fields) {
    cognito_device_srp_secret_hash_t hash;
    done(cognito_device_srp_secret_hash(&fields[0], &fields[1], &fields[2], &hash));
    check(is(hash.text, fields[3]), "another SECRET_HASH");
}

/* A value of a server that is refused, and leaves the sign-in to be answered. */
static void refuse(text_t srp_b) {
    const cognito_device_srp_credentials_t user = {
        COGNITO_DEVICE_SRP_CREDENTIALS_USER,
        COGNITO_DEVICE_SRP_TEXT("us-east-1_AbCdEfGhI"),
        COGNITO_DEVICE_SRP_TEXT("alice"),
        COGNITO_DEVICE_SRP_TEXT("correct horse"),
    };
    cognito_device_srp_challenge_t challenge = {srp_b, COGNITO_DEVICE_SRP_TEXT("07"), COGNITO_DEVICE_SRP_TEXT("AAAA")};
    const text_t good = COGNITO_DEVICE_SRP_TEXT("07");
    const uint8_t ephemeral[1] = {7};
    cognito_device_srp_started_sign_in_t started;
    cognito_device_srp_timestamp_t timestamp;
    cognito_device_srp_claim_t claim;
    int32_t status;

    done(cognito_device_srp_sign_in_start_with(ephemeral, sizeof(ephemeral), &started));
    done(cognito_device_srp_timestamp_from_unix(0, &timestamp));
    status = cognito_device_srp_sign_in_answer(&started.sign_in, &user, &challenge, &timestamp, &claim);
    check(cognito_device_srp_kind(status) == COGNITO_DEVICE_SRP_KIND_PEER, "not refused");
    check(is_zero(&claim, sizeof(claim)), "a refused claim that is not zeros");
    challenge.srp_b = good;
    done(cognito_device_srp_sign_in_answer(&started.sign_in, &user, &challenge, &timestamp, &claim));
}

int main(void) {
    int derived = 0, refused = 0, devices = 0, users = 0, hashes = 0, values = 0;
    done(cognito_device_srp_check_version(COGNITO_DEVICE_SRP_VERSION));
    while (fgets(line, sizeof(line), stdin) != NULL) {
        text_t fields[FIELDS];
        const char kind = line[0];
        const int count = split(fields);
        number++;
        if (kind == 'd' && count == 6) {
            derive(fields, 0);
            derived++;
        } else if (kind == 'r' && count == 4) {
            derive(fields, 1);
            refused++;
        } else if (kind == '1' && count == FIELDS) {
            sign_in(COGNITO_DEVICE_SRP_CREDENTIALS_DEVICE, fields);
            devices++;
        } else if ((kind == '2' || kind == '3') && count == FIELDS) {
            sign_in(kind == '2' ? COGNITO_DEVICE_SRP_CREDENTIALS_USER : COGNITO_DEVICE_SRP_CREDENTIALS_USER_HASH, fields);
            users++;
        } else if (kind == 'h' && count == 4) {
            hash(fields);
            hashes++;
        } else {
            check(kind == 'b' && count == 1, "a line of no kind");
            refuse(fields[0]);
            values++;
        }
    }
    printf("%d derived, %d refused, %d devices and %d users signed in, %d hashes, %d values of servers refused\n", derived,
           refused, devices, users, hashes, values);
    check(derived == 79 && refused == 4 && devices == 40 && users == 2 * 37 && hashes == 30 && values == 20, "cases lack");
    puts("all as recorded");
    return 0;
}
