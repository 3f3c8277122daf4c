"""Registers a device, and signs in, through the shared library: python3 register.py LIBRARY"""
import ctypes
import json
import secrets
import sys

ENTROPY, SECRET, VERIFIER, SALT = 56, 57, 517, 89
EPHEMERAL, SIGN_IN, SRP_A, SIGNATURE, TIMESTAMP = 32, 642, 769, 45, 29


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Devices:
    def __init__(self, library):
        self.library = ctypes.CDLL(library)
        self.library.cognito_device_srp_message.restype = ctypes.c_char_p

    def call(self, name, *arguments):
        """Each text, bytes or buffer as pointer and length; a number as uint64_t."""
        values = []
        for argument in arguments:
            if isinstance(argument, int):
                values.append(ctypes.c_uint64(argument))
                continue
            argument = argument.encode() if isinstance(argument, str) else argument
            values += [argument, ctypes.c_size_t(len(argument))]
        status = getattr(self.library, "cognito_device_srp_" + name)(*values)
        if status != 0:
            raise Refused(status, self.library.cognito_device_srp_message(status).decode())

    def from_entropy(self, group, key, entropy):
        entropy = ctypes.create_string_buffer(entropy, len(entropy))
        out = [ctypes.create_string_buffer(size) for size in (SECRET, VERIFIER, SALT)]
        self.call("from_entropy", group, key, entropy, *out)
        return tuple(buffer.value.decode() for buffer in out)

    def derive(self, group, key, secret, salt):
        out = [ctypes.create_string_buffer(size) for size in (VERIFIER, SALT)]
        self.call("derive", group, key, secret, salt, *out)
        return tuple(buffer.value.decode() for buffer in out)

    def prove(self, group, key, secret, verifier, salt):
        self.call("prove", group, key, secret, verifier, salt)

    def sign_in_start(self, entropy):
        """The state, and SRP_A."""
        entropy = ctypes.create_string_buffer(entropy, len(entropy))
        state, srp_a = ctypes.create_string_buffer(SIGN_IN), ctypes.create_string_buffer(SRP_A)
        self.call("sign_in_start", entropy, state, srp_a)
        return state, srp_a.value.decode()

    def sign_in_answer(self, state, group, key, secret, srp_b, salt, secret_block, unix_seconds):
        """PASSWORD_CLAIM_SIGNATURE and TIMESTAMP."""
        out = [ctypes.create_string_buffer(size) for size in (SIGNATURE, TIMESTAMP)]
        self.call("sign_in_answer", state, group, key, secret, srp_b, salt, secret_block, unix_seconds, *out)
        return tuple(buffer.value.decode() for buffer in out)


if __name__ == "__main__":
    devices = Devices(sys.argv[1])
    device = ("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")
    secret, verifier, salt = devices.from_entropy(*device, secrets.token_bytes(ENTROPY))
    devices.prove(*device, secret, verifier, salt)
    print(json.dumps({"PasswordVerifier": verifier, "Salt": salt}))
