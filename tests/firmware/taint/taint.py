"""Follows secrets through the machine code of firmware images, in an emulator. See docs/constant-time.md.

Usage: `FOLLOW=LIBRARY taint.py FOLDER... [--images IMAGE...]`: follow.c as a library, folders of images that were built with
the feature `marks`, and which images of each, if not all."""

import argparse
import base64
import concurrent.futures
import dataclasses
import hashlib
import hmac
import itertools
import json
import os
import pathlib
import sys
import time

import arm
import riscv
from effect import register
from machine import Image, Published, Run

VECTORS = pathlib.Path(__file__).parents[3] / "vectors/device_verifier.json"
N = int(json.loads(VECTORS.read_text())["group"]["N_hex"], 16)
SALT = bytes(range(1, 17))
PUBLIC_B = int.from_bytes(b"\x5b" * 384, "big")
# what images have of their own
DEVICE = b"-NXiVKS5p", b"us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8"
USER = b"AbCdEfGhI", b"alice"
VERIFIER_SALT = bytes([7] * 16)
SECRET_BLOCK, TIMESTAMP = base64.b64decode("k3dX8yL3YxhLlZLasmbzTkU="), b"Tue Apr 3 23:29:30 UTC 2018"
# what a proof signs
PROOF = b"proved", b"Thu Jan 1 00:00:00 UTC 1970"
# one that is published: a signature is right
YES = (1).to_bytes(4, "little")


@dataclasses.dataclass
class Work:
    """What an image is given, which bytes of it are secret, and what it must publish, all of it tainted until then."""

    case: bytes
    secret: range
    published: list[bytes]
    # what must be published last
    last: bytes = b""


def entropy(number):
    return hashlib.shake_128(b"%d" % number).digest(40)


def secret(number):
    return base64.b64encode(entropy(number))


def password(number):
    return base64.b64encode(entropy(number))[:13]


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def as_number(digest):
    return int.from_bytes(digest, "big")


EPHEMERAL, OTHER_EPHEMERAL = sha256(b"ephemeral"), sha256(b"other ephemeral")


def signed(number):
    """The shortest two's complement."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


K = as_number(sha256(signed(N), signed(2)))


def power(exponent):
    return pow(2, as_number(exponent), N)


def padded(number):
    return number.to_bytes(384, "big")


def digits(number):
    return padded(number).hex().encode()


def private_key(claimant, text, salt=SALT):
    return sha256(salt, sha256(*claimant, b":", text))


def challenge(x, b):
    """B, by the service."""
    return (K * power(x) + power(b)) % N


def signature(claimant, a, public_b, x, secret_block=SECRET_BLOCK, timestamp=TIMESTAMP):
    """By the client."""
    u = as_number(sha256(signed(power(a)), signed(public_b)))
    shared = pow(public_b - K * power(x), as_number(a) + u * as_number(x), N)
    key = hmac.digest(hmac.digest(signed(u), signed(shared), "sha256"), b"Caldera Derived Key\x01", "sha256")[:16]
    return hmac.digest(key, b"".join(claimant) + secret_block + timestamp, "sha256")


def answer(claimant, text):
    case = EPHEMERAL + text + SALT.hex().encode() + digits(PUBLIC_B)
    signed_by = signature(claimant, EPHEMERAL, PUBLIC_B, private_key(claimant, text))
    return Work(case, range(32 + len(text)), [padded(power(EPHEMERAL)), signed_by])


def sign_in(number):
    return answer(DEVICE, secret(number))


def user(number):
    return answer(USER, password(number))


def verifier(number):
    text = password(number)
    x = private_key(USER, text, VERIFIER_SALT)
    public_b = challenge(x, EPHEMERAL)
    claim = base64.b64encode(signature(USER, OTHER_EPHEMERAL, public_b, x))
    case = EPHEMERAL + text + digits(power(OTHER_EPHEMERAL)) + claim
    return Work(case, range(32 + 13), [padded(public_b)], YES)


def prove(number):
    # a verifier of the length that the image expects
    text = next(text for text in map(secret, itertools.count(number)) if len(signed(power(private_key(DEVICE, text)))) == 385)
    x = private_key(DEVICE, text)
    a, b = sha256(b"client", text), sha256(b"verifier", text)
    public_b = challenge(x, b)
    claim = signature(DEVICE, a, public_b, x, *PROOF)
    case = text + base64.b64encode(SALT) + base64.b64encode(signed(power(x)))
    return Work(case, range(len(text)), [padded(power(a)), padded(public_b), claim], YES)


def derive(number):
    text = secret(number)
    return Work(SALT + text, range(16, 16 + 56), [padded(power(private_key(DEVICE, text)))])


def register_device(number):
    return Work(entropy(number) + SALT, range(40 + 16), [SALT, padded(power(private_key(DEVICE, secret(number))))])


def planted_in(number):
    return Work(entropy(number), range(40), [])


# the longest first
WORKS = {"prove": prove, "sign_in": sign_in, "user": user, "verifier": verifier, "derive": derive, "register": register_device}
# Run a second time, with another secret. What is not tainted must be the same then, up to where the runs publish different
# things: otherwise taint was lost. The others publish such things early, or are given them.
COMPARED = ["sign_in", "user", "derive", "register"]
PLANTED = {"leaking_branch": "Branch", "leaking_address": "Address", "leaking_division": "Time"}
# there a function divides, which branches
WITHOUT_DIVISION = "thumbv6m-none-eabi"

# Rules that no image leads to: instructions, what is tainted of what the last of them reads, and what comes of it: a kind of
# leak, or what is tainted afterwards.
R0, R1, A0, A1 = (register(number) for number in (0, 1, 10, 11))
RULES = [
    (arm, "28bf0130", arm.C, "Condition"),  # it hs; addhs r0, #1
    (arm, "28bf0868", arm.C, "Condition"),  # it hs; ldrhs r0, [r1]
    (arm, "28bf7047", arm.C, "Branch"),  # it hs; bxhs lr
    (arm, "28bf0846", R1, R0 | R1),  # it hs; movhs r0, r1
    (arm, "0047", R0, "Jump"),  # bx r0
    (arm, "dfe800f0", R0, "Address"),  # tbb [pc, r0]
    (arm, "90fbf1f2", R1, "Time"),  # sdiv r2, r0, r1
    (arm, "0020", R0 | arm.C, arm.C),  # movs r0, #0
    (arm, "0020", arm.NZ, 0),
    (arm, "4840", R0, R0 | arm.NZ | arm.C),  # eors r0, r1
    (arm, "8842", R0 | arm.V, R0 | arm.FLAGS),  # cmp r0, r1
    (arm, "4841", arm.C, R0 | arm.FLAGS),  # adcs r0, r1
    (arm, "e2fb6301", R0, R0 | R1),  # umaal r0, r1, r2, r3
    (riscv, "0285", A0, "Jump"),  # jr a0
    (riscv, "8295", A1, "Jump"),  # jalr a1
    (riscv, "3365b502", A1, "Time"),  # rem a0, a0, a1
    (riscv, "3305b040", A1, A0 | A1),  # neg a0, a1
]


def broken_rules():
    for architecture, code, taint, wanted in RULES:
        effect = architecture.effect_of(list(architecture.DECODER.disasm(bytes.fromhex(code), 0))[-1])
        leaks = [kind for mask, kind in effect.checks if taint & mask]
        after = taint | effect.writes | effect.keeps if taint & effect.reads else taint & ~effect.writes
        if wanted not in leaks if isinstance(wanted, str) else leaks or wanted != after:
            yield f"the rule of {code}: {leaks}, {after:#x}"


def states_alike(one, other):
    """How many states the histories of two runs have in common, until they publish different things; None if they differ
    before."""
    for number, (a, b) in enumerate(zip(one, other)):
        if a != b:
            return number if isinstance(a, Published) and isinstance(b, Published) else None
    return min(len(one), len(other))


def check(path):
    """What was seen, and what is wrong."""
    began = time.process_time()
    image, work_of, is_compared = Image(path), WORKS.get(path.name, planted_in), path.name in COMPARED
    work = work_of(1)
    one = Run(image, work.case, work.secret, is_compared)
    leaks = [f"{leak.kind}: {image.describe(leak.address)}, {count} times" for leak, count in one.leaks.items()]
    if planted := PLANTED.get(path.name):
        if planted == "Time" and path.parts[-3] == WITHOUT_DIVISION:
            planted = "Branch"
        found = any(leak.kind == planted for leak in one.leaks)
        return f"{planted} {'found' if found else 'NOT FOUND'}", [] if found else leaks or ["nothing was found"]
    wrong = leaks
    for value in work.published:
        if Published(value, len(value)) not in one.published:
            wrong.append(f"{len(value)} bytes that are known were not published, or were not tainted until then")
    if work.last and one.published[-1] != Published(work.last, len(work.last)):
        wrong.append("a right signature was not accepted")
    seen = f"{one.instructions:,} instructions"
    if is_compared:
        work = work_of(2)
        alike = states_alike(one.history, Run(image, work.case, work.secret, is_compared).history)
        if not alike:
            wrong.append("two secrets make a difference in what is not tainted")
        seen += f", {alike} states compared"
    return f"{seen}, {time.process_time() - began:.0f} s", wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--images", nargs="*", choices=[*WORKS, *PLANTED])
    arguments = parser.parse_args()
    wrong = list(broken_rules())
    print(f"{len(RULES)} rules", *wrong, sep="\n  ")
    names = arguments.images or [*WORKS, *PLANTED]
    paths = [pathlib.Path(folder, name) for name in names for folder in arguments.folders]
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for path, (seen, wrong_here) in zip(paths, pool.map(check, paths)):
            print(f"{path.parts[-3]} {path.name}: {seen}", *wrong_here, sep="\n  ", flush=True)
            wrong += wrong_here
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
