"""Registers a device, and signs in, through the shared library: python3 register.py LIBRARY"""
import ctypes
import json
import secrets
import sys

DEVICE, USER, USER_HASH = 1, 2, 3


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Text(ctypes.Structure):
    """A text or bytes that are read."""

    _fields_ = [("at", ctypes.c_char_p), ("len", ctypes.c_size_t)]

    def __init__(self, text):
        data = text.encode() if isinstance(text, str) else bytes(text)
        super().__init__(data, len(data))


class Credentials(ctypes.Structure):
    """A device's (group key, key, secret), or a user's (user pool id, USER_ID_FOR_SRP, password or its hash)."""

    _fields_ = [("kind", ctypes.c_size_t), ("group", Text), ("name", Text), ("secret", Text)]

    def __init__(self, kind, group, name, secret=""):
        super().__init__(kind, Text(group), Text(name), Text(secret))


def texts(*values):
    """A struct of texts: a device, a challenge or a received claim."""
    return (Text * len(values))(*map(Text, values))


def shown(array):
    return array.raw.partition(b"\0")[0].decode()


class Devices:
    def __init__(self, library):
        self.library = ctypes.CDLL(library)
        self.size_of = self.library.cognito_device_srp_size_of
        self.size_of.restype = ctypes.c_size_t
        for name in ("message", "version", "backend"):
            getattr(self.library, "cognito_device_srp_" + name).restype = ctypes.c_char_p

    def buffer(self, name):
        return ctypes.create_string_buffer(self.size_of(name.encode()))

    def parts(self, buffer, *names):
        """The arrays that a struct begins with."""
        offset = 0
        for name in names:
            size = self.size_of(name.encode())
            yield (ctypes.c_char * size).from_buffer(buffer, offset)
            offset += size

    def call(self, name, *arguments):
        """A struct goes by its address, a text as one, randomness and bytes with their length."""
        values = []
        for argument in arguments:
            if isinstance(argument, str):
                values.append(ctypes.byref(Text(argument)))
            elif isinstance(argument, int):
                values.append(ctypes.c_int64(argument))
            elif isinstance(argument, (bytes, bytearray)):
                array = ctypes.c_char * len(argument)
                given = array.from_buffer(argument) if isinstance(argument, bytearray) else array(*argument)
                values += [ctypes.byref(given), ctypes.c_size_t(len(argument))]
            else:
                values.append(ctypes.byref(argument))
        status = getattr(self.library, "cognito_device_srp_" + name)(*values)
        if status != 0:
            raise Refused(status, self.library.cognito_device_srp_message(status).decode())

    def config(self, password_verifier, salt):
        """A config that came as texts."""
        config = self.buffer("config")
        for array, text in zip(self.parts(config, "password_verifier", "salt"), (password_verifier, salt)):
            array.value = text.encode()
        return config

    def register(self, group, key, entropy):
        """The secret to keep, PasswordVerifier and Salt. The randomness, a bytearray, is wiped."""
        registration = self.buffer("registration")
        self.call("register", texts(group, key), entropy, registration)
        return tuple(map(shown, self.parts(registration, "secret", "password_verifier", "salt")))

    def derive(self, group, key, secret, salt):
        config = self.buffer("config")
        self.call("derive", texts(group, key), secret, salt, config)
        return tuple(map(shown, self.parts(config, "password_verifier", "salt")))

    def prove(self, group, key, secret, password_verifier, salt):
        self.call("prove", texts(group, key), secret, self.config(password_verifier, salt))

    def sign_in_start(self, ephemeral=None):
        """SRP_A, and the state that answers. `ephemeral` is for known answers."""
        started = self.buffer("started_sign_in")
        if ephemeral is None:
            self.call("sign_in_start", bytearray(secrets.token_bytes(self.size_of(b"ephemeral_entropy"))), started)
        else:
            self.call("sign_in_start_with", ephemeral, started)
        srp_a, state = self.parts(started, "number", "sign_in")
        return shown(srp_a), state

    def sign_in_answer(self, state, credentials, srp_b, salt, secret_block, unix_seconds):
        """PASSWORD_CLAIM_SIGNATURE and TIMESTAMP."""
        timestamp, claim = self.buffer("timestamp"), self.buffer("claim")
        self.call("timestamp_from_unix", unix_seconds, timestamp)
        self.call("sign_in_answer", state, credentials, texts(srp_b, salt, secret_block), timestamp, claim)
        return tuple(map(shown, self.parts(claim, "signature", "timestamp")))

    def secret_hash(self, client_secret, username, client_id):
        hash = self.buffer("secret_hash")
        self.call("secret_hash", client_secret, username, client_id, hash)
        return shown(hash)

    def verifier_of_credentials(self, credentials, salt):
        """The number, and what `challenge` takes."""
        stored = self.buffer("stored_verifier")
        self.call("verifier_of_credentials", credentials, salt, stored)
        return next(self.parts(stored, "verifier")).raw, stored

    def challenge(self, stored, srp_a, ephemeral):
        """SRP_B, SALT, and what a claim is checked against."""
        issued = self.buffer("issued_challenge")
        self.call("verifier_challenge_with", stored, srp_a, ephemeral, issued)
        srp_b, salt, expected = self.parts(issued, "number", "salt_hex", "expected_claim")
        return shown(srp_b), shown(salt), expected

    def check(self, expected, credentials, secret_block, timestamp, signature):
        self.call("verifier_check", expected, credentials, texts(secret_block, timestamp, signature))


if __name__ == "__main__":
    devices = Devices(sys.argv[1])
    device = ("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")
    entropy = bytearray(secrets.token_bytes(devices.size_of(b"entropy")))
    secret, verifier, salt = devices.register(*device, entropy)
    devices.prove(*device, secret, verifier, salt)
    print(json.dumps({"PasswordVerifier": verifier, "Salt": salt}))
