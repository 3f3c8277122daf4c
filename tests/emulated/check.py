"""The backend ifma on an emulated processor: that it is found, that its machine code is right, and that what it executes
and touches does not depend on secrets."""

import base64
import hashlib
import os
import random
import re
import struct
import sys

from machine import AVX, AVX512, STACK, STACK_LENGTH, X87_AND_SSE, Machine

ROUNDS = int(os.environ.get("ROUNDS", "50"))

machine = Machine(sys.argv[1])
with open("../../src/arithmetic/residue.rs") as source:
    N = int("".join(re.search(r'const N: .*?b"(.*?)"', source.read(), re.S)[1].replace("\\", "").split()), 16)


def call(function, *arguments):
    return int.from_bytes(machine.call(function, *arguments), "big")


def signed(number):
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def digest(*numbers):
    return int.from_bytes(hashlib.sha256(b"".join(map(signed, numbers))).digest(), "big")


def is_found_with_the_processor_and_the_registers():
    # the answer is kept, so each time from the beginning
    for xcr0, expected in ((X87_AND_SSE, 0), (AVX, 0), (AVX512, 1)):
        machine.load()
        assert machine.call("ifma_is_default", xcr0=xcr0)[0] == expected, xcr0


def powers_of_two():
    edges = [0, 1, 2, 2**255, 2**256 - 1, 2**11 - 1, 2**245 - 1]
    for x in edges + [random.getrandbits(256) for _ in range(ROUNDS)]:
        assert call("pow_g", x.to_bytes(32, "big")) == pow(2, x, N), x


def powers():
    bases = [0, 1, 2, N - 1, N - 2, N // 2, 2**3071, 2**3008 - 1, 2**2964]
    for base in bases + [random.randrange(N) for _ in range(ROUNDS // 5)]:
        for e in [0, 1, 2, 2**520 - 1, random.getrandbits(520)]:
            found = call("pow", base.to_bytes(384, "big"), e.to_bytes(65, "big"))
            assert found == pow(base, e, N), (base, e)


def sides_of_a_sign_in():
    k = digest(N, 2)
    for i in range(ROUNDS // 5 + 4):
        a, b, x = (random.getrandbits(256) for _ in range(3))
        v = [1, N - 1, 2, pow(2, x, N)][min(i, 3)]
        public_b = call("public_b", v.to_bytes(384, "big"), b.to_bytes(32, "big"))
        assert public_b == (k * v + pow(2, b, N)) % N
        u = digest(pow(2, a, N), public_b)
        shared = call("shared", public_b.to_bytes(384, "big"), a.to_bytes(32, "big"), x.to_bytes(32, "big"))
        assert shared == pow(public_b - k * pow(2, x, N), a + u * x, N)


def remains(*secrets):
    """Whether 8 bytes of one stand on the stack, as bytes or as words."""
    stack = machine.read(STACK - STACK_LENGTH, STACK_LENGTH)
    words = [struct.pack(f"<{len(secret) // 4}I", *struct.unpack(f">{len(secret) // 4}I", secret)) for secret in secrets]
    needles = [*secrets, *words, *(secret[::-1] for secret in secrets)]
    return any(needle[i : i + 8] in stack for needle in needles for i in range(len(needle) - 7))


def registration_is_right_and_leaves_nothing():
    entropy = b"".join(random.randrange(1, 128).to_bytes(1, "big") for _ in range(56))
    secret, salt = base64.b64encode(entropy[:40]), entropy[40:]
    found = machine.call("register", entropy)
    identity = hashlib.sha256(b"-NXiVKS5pus-east-1_82a31580:" + secret).digest()
    x = hashlib.sha256(salt + identity).digest()
    assert found == base64.b64encode(signed(pow(2, int.from_bytes(x, "big"), N)))[:384]
    # the secret's text is in the caller's own frame, which has got it
    assert not remains(entropy[:40], identity, x)
    machine.call("planted_remains", x)
    assert remains(x)


SECRETS = [0, 1, 2**256 - 1, 2**255, 2**200 - 1, 0x1234 << 96, random.getrandbits(256), random.getrandbits(160)]


def traces(function, width, *before):
    return {tuple(machine.trace(function, *before, secret.to_bytes(width, "big"))) for secret in SECRETS}


def power_of_two_is_constant_time():
    assert len(traces("pow_g", 32)) == 1


def power_is_constant_time():
    assert len(traces("pow", 65, (N // 3).to_bytes(384, "big"))) == 1
    bases = [0, 1, N - 1, N // 3, 2**2000, random.randrange(N)]
    assert len({tuple(machine.trace("pow", base.to_bytes(384, "big"), bytes(65))) for base in bases}) == 1


def planted_leaks_are_found():
    for leak in ("planted_branch", "planted_index"):
        assert len(traces(leak, 32)) > 1, leak


if __name__ == "__main__":
    for check in [
        is_found_with_the_processor_and_the_registers,
        powers_of_two,
        powers,
        sides_of_a_sign_in,
        registration_is_right_and_leaves_nothing,
        power_of_two_is_constant_time,
        power_is_constant_time,
        planted_leaks_are_found,
    ]:
        check()
        print(f"{check.__name__} ... ok", flush=True)
    # the emulator does not take being freed
    os._exit(0)
