"""Follows secrets through the machine code of firmware images, in an emulator. See docs/constant-time.md.

Usage: `taint.py FOLDER...`: folders of images that were built with the feature `marks`."""

import base64
import concurrent.futures
import dataclasses
import hashlib
import hmac
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
GROUP_KEY, DEVICE_KEY = b"-NXiVKS5p", b"us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8"
SALT = bytes(range(1, 17))
EPHEMERAL = hashlib.sha256(b"ephemeral").digest()
PUBLIC_B = b"\x5b" * 384
# as the image has them
SECRET_BLOCK, TIMESTAMP = base64.b64decode("k3dX8yL3YxhLlZLasmbzTkU="), b"Tue Apr 3 23:29:30 UTC 2018"


@dataclasses.dataclass
class Work:
    """What an image is given, which bytes of it are secret, and what it must publish, all of it tainted until then."""

    case: bytes
    secret: range
    published: list[bytes]


def entropy(number):
    return hashlib.shake_128(b"%d" % number).digest(40)


def secret(number):
    return base64.b64encode(entropy(number))


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def signed(number):
    """The shortest two's complement."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def power(exponent):
    return pow(2, int.from_bytes(exponent, "big"), N).to_bytes(384, "big")


def private_key(number):
    return sha256(SALT, sha256(GROUP_KEY, DEVICE_KEY, b":", secret(number)))


def signature(number):
    a, b, x = (int.from_bytes(value, "big") for value in (EPHEMERAL, PUBLIC_B, private_key(number)))
    k, u = (int.from_bytes(sha256(signed(one), signed(other)), "big") for one, other in ((N, 2), (pow(2, a, N), b)))
    shared = pow(b - k * pow(2, x, N), a + u * x, N)
    key = hmac.digest(hmac.digest(signed(u), signed(shared), "sha256"), b"Caldera Derived Key\x01", "sha256")[:16]
    return hmac.digest(key, GROUP_KEY + DEVICE_KEY + SECRET_BLOCK + TIMESTAMP, "sha256")


def sign_in(number):
    case = EPHEMERAL + secret(number) + SALT.hex().encode() + PUBLIC_B.hex().encode()
    return Work(case, range(32 + 56), [power(EPHEMERAL), signature(number)])


def derive(number):
    return Work(SALT + secret(number), range(16, 16 + 56), [power(private_key(number))])


def register_device(number):
    return Work(entropy(number) + SALT, range(40 + 16), [SALT, power(private_key(number))])


def planted_in(number):
    return Work(entropy(number), range(40), [])


WORKS = {"sign_in": sign_in, "derive": derive, "register": register_device}
# 159 million instructions, which would take longer than all others
LEFT_OUT = (riscv, "sign_in")
# Run a second time, with another secret. What is not tainted must be the same then: otherwise taint was lost.
COMPARED = ["derive"]
PLANTED = {"leaking_branch": "Branch", "leaking_address": "Address", "leaking_division": "Time"}

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


def run(image, work):
    return Run(image, work.case, work.secret)


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
    image, work_of = Image(path), WORKS.get(path.name, planted_in)
    work = work_of(1)
    one = run(image, work)
    leaks = [f"{leak.kind}: {image.describe(leak.address)}, {count} times" for leak, count in one.leaks.items()]
    if planted := PLANTED.get(path.name):
        found = any(leak.kind == planted for leak in one.leaks)
        return f"{planted} {'found' if found else 'NOT FOUND'}", [] if found else leaks or ["nothing was found"]
    wrong = leaks
    for value in work.published:
        if Published(value, len(value)) not in one.published:
            wrong.append(f"{len(value)} bytes that are known were not published, or were not tainted until then")
    seen = f"{one.instructions:,} instructions"
    if path.name in COMPARED:
        alike = states_alike(one.history, run(image, work_of(2)).history)
        if not alike:
            wrong.append("two secrets make a difference in what is not tainted")
        seen += f", {alike} states compared"
    return f"{seen}, {time.process_time() - began:.0f} s", wrong


def main(folders):
    wrong = list(broken_rules())
    print(f"{len(RULES)} rules", *wrong, sep="\n  ")
    names = [*WORKS, *PLANTED]
    paths = [pathlib.Path(folder, name) for name in names for folder in folders]
    paths = [path for path in paths if (Image(path).architecture, path.name) != LEFT_OUT]
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for path, (seen, wrong_here) in zip(paths, pool.map(check, paths)):
            print(f"{path.parts[-3]} {path.name}: {seen}", *wrong_here, sep="\n  ", flush=True)
            wrong += wrong_here
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
