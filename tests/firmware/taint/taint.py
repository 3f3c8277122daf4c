"""Follows secrets through the machine code of firmware images, in an emulator. See docs/constant-time.md.

Usage: `taint.py [--all] FOLDER...`: folders of images that were built with the feature `marks`. With --all, the sign-in on
RV32 is followed too, which takes as long as all others."""

import base64
import concurrent.futures
import dataclasses
import hashlib
import json
import os
import pathlib
import sys
import time

import arm
import riscv
from machine import Image, Published, Run

VECTORS = pathlib.Path(__file__).parents[3] / "vectors/device_verifier.json"
N = int(json.loads(VECTORS.read_text())["group"]["N_hex"], 16)
DEVICE = "-NXiVKS5pus-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8"
SALT = bytes(range(1, 17))
EPHEMERAL = hashlib.sha256(b"ephemeral").digest()


@dataclasses.dataclass
class Work:
    """What an image is given, which bytes of it are secret, and what it must publish, all of it tainted until then."""

    case: bytes
    secret: range
    published: int


def entropy(number):
    return hashlib.shake_128(b"%d" % number).digest(40)


def secret(number):
    return base64.b64encode(entropy(number))


def power(exponent):
    return pow(2, int.from_bytes(exponent, "big"), N).to_bytes(384, "big")


def planted_in(number):
    return Work(entropy(number), range(40), b"")


def verifier(number):
    identity = hashlib.sha256(f"{DEVICE}:".encode() + secret(number)).digest()
    return power(hashlib.sha256(SALT + identity).digest())


WORKS = {
    # a client's ephemeral is secret, but the same in all cases, and with it what is published first
    "sign_in": lambda number: Work(EPHEMERAL + secret(number) + b"91" * 16 + b"5b" * 384, range(32 + 56), power(EPHEMERAL)),
    "derive": lambda number: Work(SALT + secret(number), range(16, 16 + 56), verifier(number)),
    "register": lambda number: Work(entropy(number) + SALT, range(40 + 16), verifier(number)),
}
# only with --all
LONG = (riscv, "sign_in")
# Run a second time, with another secret. What is not tainted must be the same then: otherwise taint was lost.
COMPARED = ["derive"]
PLANTED = {"leaking_branch": "Branch", "leaking_address": "Address", "leaking_division": "Time"}

# Rules that no image leads to: instructions, what is tainted of what the last of them reads, and what comes of it: a kind of
# leak, or what is tainted afterwards.
R0, R1 = (arm.mask([getattr(arm.arm, name)]) for name in ("ARM_REG_R0", "ARM_REG_R1"))
RULES = [
    (arm, "28bf 0130", arm.C, "Condition"),  # it hs; addhs r0, #1
    (arm, "28bf 0868", arm.C, "Condition"),  # it hs; ldrhs r0, [r1]
    (arm, "28bf 7047", arm.C, "Branch"),  # it hs; bxhs lr
    (arm, "28bf 0846", R0, R0),  # it hs; movhs r0, r1
    (arm, "0047", R0, "Jump"),  # bx r0
    (arm, "dfe800f0", R0, "Address"),  # tbb [pc, r0]
    (arm, "90fbf1f2", R1, "Time"),  # sdiv r2, r0, r1
    (arm, "0020", R0 | arm.C, arm.C),  # movs r0, #0
    (arm, "0020", arm.NZ, 0),
    (arm, "4840", R0, R0 | arm.NZ | arm.C),  # eors r0, r1
    (arm, "8842", R0 | arm.V, R0 | arm.FLAGS),  # cmp r0, r1
    (riscv, "0285", riscv.register(10), "Jump"),  # jr a0
    (riscv, "82 95", riscv.register(11), "Jump"),  # jalr a1
    (riscv, "33 65 b5 02", riscv.register(11), "Time"),  # rem a0, a0, a1
    (riscv, "33 05 b0 40", riscv.register(11), riscv.register(10) | riscv.register(11)),  # neg a0, a1
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
    if Published(work.published, len(work.published)) not in one.published:
        wrong.append("it has not published what it should, all of it tainted")
    seen = f"{one.instructions:,} instructions"
    if path.name in COMPARED:
        alike = states_alike(one.history, run(image, work_of(2)).history)
        if not alike:
            wrong.append("two secrets make a difference in what is not tainted")
        seen += f", {alike} states compared"
    return f"{seen}, {time.process_time() - began:.0f} s", wrong


def main(folders, everything):
    wrong = list(broken_rules())
    print(f"{len(RULES)} rules", *wrong, sep="\n  ")
    names = [*WORKS, *PLANTED]
    paths = [pathlib.Path(folder, name) for name in names for folder in folders]
    paths = [path for path in paths if everything or (Image(path).architecture, path.name) != LONG]
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for path, (seen, wrong_here) in zip(paths, pool.map(check, paths)):
            print(f"{path.parts[-3]} {path.name}: {seen}", *wrong_here, sep="\n  ", flush=True)
            wrong += wrong_here
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main([name for name in sys.argv[1:] if name != "--all"], "--all" in sys.argv))
