"""Plants faults in a copy of the crate, and requires that each of them is found, on each backend that it is planted in."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COPY = ROOT / "target/planted"
ARITHMETIC = "src/arithmetic"
IFMA, AVX2, PORTABLE = (f"{ARITHMETIC}/backend/{file}.rs" for file in ("x86_64/ifma", "digits", "portable"))
CASES = "tests/taint/src/cases.rs"

# a look at a table by the index of a look-up
INDEX = (
    "{ static TABLE: [u8; 256] = [1; 256]; "
    "core::hint::black_box(core::hint::black_box(&TABLE)[(%s) as usize & 255]); }"
)
# name, backends that are to show it, file, a line that is there once, what is put behind it or, with True, in its place
FAULTS = [
    (
        "branch in add",
        ["ifma"],
        IFMA,
        r"impl Kernel for Add<'_> \{\n.*\n\n.*\n    fn run<L: Lanes>\(self, lanes: L\) \{",
        "if core::hint::black_box(self.a.limb(0)) & 1 == 1 { core::hint::black_box(1); }",
    ),
    (
        "branch in sub",
        ["ifma"],
        IFMA,
        r"impl Kernel for Sub<'_> \{\n.*\n\n.*\n    fn run<L: Lanes>\(self, lanes: L\) \{",
        "if core::hint::black_box(self.b.limb(0)) & 1 == 1 { core::hint::black_box(1); }",
    ),
    (
        "division by a word of x",
        ["ifma", "avx2", "limb64", "limb32"],
        f"{ARITHMETIC}/comb.rs",
        r"    fn run<A: Arithmetic>\(&self, arithmetic: A, x: &Exponent<8>\) -> Residue \{",
        "core::hint::black_box(core::hint::black_box(7) / (core::hint::black_box(x.bits(0, 31, 1)) | 1));",
    ),
    (
        "index in the look-up of ifma",
        ["ifma"],
        IFMA,
        r"debug_assert!\(indices\.iter\(\)\.all\(.*",
        INDEX % "indices[0]",
    ),
    (
        "index in the look-up of avx2",
        ["avx2"],
        AVX2,
        r"debug_assert!\(indices\.iter\(\)\.all\(.*",
        INDEX % "indices[0]",
    ),
    (
        "index in the look-up of limbs",
        ["limb64", "limb32"],
        PORTABLE,
        r"    \) \{(?=\n        W::look_up_all)",
        INDEX % "indices[0]",
    ),
    (
        "early exit in the window",
        ["ifma", "avx2", "limb64", "limb32"],
        f"{ARITHMETIC}/window.rs",
        r"    for digit in \(0\.\.last\)\.rev\(\) \{",
        "if digit == 0 && e.bits(0, WIDTH, 1) == 0 { break; }",
    ),
    (
        "comparison of the signature by ==",
        ["ifma"],
        "src/srp/verifier.rs",
        r"            let matches = ct::reveal_equal\(&\*mac\.finish\(\), signature\.as_slice\(\)\);",
        "let matches = mac.finish().as_slice() == signature.as_slice() || ct::reveal_equal(&[0], &[1]);",
        True,
    ),
    (
        "mask of a load",
        ["ifma"],
        f"{ARITHMETIC}/backend/x86_64/ifma/avx512.rs",
        r"    fn choose\(self, mask: u8, a: __m512i, b: __m512i\) -> __m512i \{",
        "let line = core::mem::MaybeUninit::new(b); let line = core::hint::black_box(&line); "
        "let b = proven!(self, _mm512_mask_loadu_epi64(a, mask, line.as_ptr().cast()));",
    ),
]
# a kind of leak for each
KINDS = {"division by a word of x": "Time", "mask of a load": "Mask"}
KINDS |= {name: "Address" for name, *_ in FAULTS if name.startswith("index")}


def copy():
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, files.split("\0")):
        at = COPY / name
        at.parent.mkdir(parents=True, exist_ok=True)
        # what is as it was keeps its time, so that it need not be compiled again
        if (ROOT / name).is_file() and not (at.is_file() and at.read_bytes() == (ROOT / name).read_bytes()):
            shutil.copyfile(ROOT / name, at)


def plant():
    for name, _, file, anchor, fault, *replaces in FAULTS:
        path = COPY / file
        source = path.read_text()
        found = list(re.finditer(anchor, source))
        if len(found) != 1:
            sys.exit(f"{name}: {len(found)} places for it in {file}")
        (place,) = found
        before = source[: place.start() if replaces else place.end()]
        path.write_text(f"{before}\n{fault} // planted: {name}\n{source[place.end() :]}")


def planted_lines():
    for file in {file for _, _, file, *_ in FAULTS}:
        for number, line in enumerate((COPY / file).read_text().splitlines(), 1):
            if "// planted: " in line:
                yield f"{file}:{number}", line.partition("// planted: ")[2]
    # where a comparison is compiled without a branch, its result shows where it is branched on
    for number, line in enumerate((COPY / CASES).read_text().splitlines(), 1):
        if "issued.check(" in line:
            yield f"{CASES}:{number}", "comparison of the signature by =="


def build():
    command = ["cargo", "build", "-q", "--release", "-p", "taint", "--config", 'profile.release.debug="line-tables-only"']
    subprocess.run(command, cwd=COPY, check=True)


def findings(backend):
    """Kinds of leaks, with the lines that say where they are."""
    for case in ["sign-in of a device", *(["challenge and check"] if backend == "ifma" else [])]:
        run = [COPY / "target/release/taint", "--case", case, backend]
        kind = None
        for line in subprocess.run(run, capture_output=True, text=True).stdout.splitlines():
            if leak := re.match(r"  (\w+): ", line):
                kind = leak[1]
            yield kind, line


if __name__ == "__main__":
    copy()
    plant()
    lines = dict(planted_lines())
    build()
    backends = sorted({backend for _, backends, *_ in FAULTS for backend in backends})
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = zip(backends, pool.map(lambda backend: list(findings(backend)), backends))
    found = {
        (backend, kind, name)
        for backend, lines_found in results
        for kind, line in lines_found
        for place, name in lines.items()
        if re.search(rf"{place}\b", line)
    }
    missing = 0
    for name, backends, *_ in FAULTS:
        for backend in backends:
            kind = KINDS.get(name, "Branch")
            verdict = "ok" if (backend, kind, name) in found else "NOT FOUND"
            missing += verdict != "ok"
            print(f"planted {name} on {backend}: {kind} ... {verdict}")
    sys.exit(missing > 0)
