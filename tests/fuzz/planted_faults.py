#!/usr/bin/env python3
"""Plants faults in a copy of the repository, and requires that the fuzz targets find them, in short runs from their corpora.

    tests/fuzz/planted_faults.py              all targets
    tests/fuzz/planted_faults.py capi texts   some of them

One build has all faults, and an environment variable says which of them a run has. Without a fault, no target may report an input of its
corpus.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/taint"))
from planted import COPY, copy  # noqa: E402

RUNS = 20_000
SECONDS = 30
VARIABLE = "PLANTED_FAULT"
MEMORY = "AddressSanitizer: heap-buffer-overflow"
KEYS = "self.device_group_key().unwrap_or_default(), self.device_key().unwrap_or_default()"
# targets, name, file, an expression that is there once, the expression with the fault; and what is reported, unless it is an
# assertion of the target
FAULTS = [
    (
        "answers",
        "any text is a device key",
        "src/service/new_device_metadata.rs",
        f"Device::new({KEYS})",
        f"Device::for_tests_with_any_key({KEYS})",
    ),
    ("server_values", "a number that is too long is cut off", "src/encoding/hex.rs", "beyond != 0", "false"),
    (
        "config",
        "base64 need not be canonical",
        "src/encoding/base64.rs",
        "word & ((1 << (8 * padding)) - 1) != 0",
        "false",
    ),
    (
        "config",
        "a missing salt is read",
        "src/service/config_json.rs",
        "salt.ok_or_else(|| A::Error::missing_field(SALT))?",
        "salt.unwrap()",
        "src/service/config_json.rs",
    ),
    (
        "cli_json",
        "a verifier has no byte for its sign",
        "src/device/config.rs",
        "Base64::encode(&verifier.signed())",
        "Base64::encode_array(&verifier.0)",
    ),
    (
        "cli_json",
        "the first of no cases is read",
        "cli/src/check.rs",
        'cases.first().ok_or_else(|| Failure::bad_input("no case"))?',
        "&cases[0]",
        "cli/src/check.rs",
    ),
    ("cli_lines", "a blank line is answered", "cli/src/sign_in.rs", "line.is_empty()", "false"),
    (
        "client_and_verifier verifier_values",
        "the beginning of a signature is enough",
        "src/srp/verifier.rs",
        "ct::reveal_equal(&*mac.finish(), signature.as_slice())",
        "mac.finish().starts_with(signature.as_slice())",
    ),
    (
        "verifier_values",
        "zero is a public number",
        "src/arithmetic/residue.rs",
        "padded.iter().any(|&byte| byte != 0)",
        "true",
    ),
    ("capi", "a refusal leaves the output as it was", "src/capi/arguments.rs", "to.is_within_memory()", "false"),
    (
        "capi",
        "a byte after a text is read",
        "src/capi/arguments.rs",
        "at.wrapping_add(i)",
        "{ core::hint::black_box(at.wrapping_add(i + 1).read()); at.wrapping_add(i) }",
        MEMORY,
    ),
    (
        "texts",
        "minutes and seconds are swapped",
        "src/srp/timestamp.rs",
        "(clock()?, clock()?, clock()?)",
        "{ let (hour, second, minute) = (clock()?, clock()?, clock()?); (hour, minute, second) }",
    ),
    (
        "texts",
        "an ephemeral may be longer than its length",
        "src/srp/ephemeral.rs",
        "ct::reveal_is_zero(above)",
        "true",
    ),
    ("resume", "the end of another file is cut off", "cli/src/provision/list.rs", "can_begin(&tail)", "true"),
    (
        "resume",
        "any reject belongs to a line",
        "cli/src/provision/list.rs",
        'reject.strip_suffix(b"\\n") == Some(prior)',
        "true",
    ),
    (
        "resume",
        "a secret is made again",
        "cli/src/provision/list.rs",
        "Ok(PriorState::SecretAlone(remembered))",
        "Ok(PriorState::Nothing)",
    ),
]


def plant():
    for _, name, file, right, wrong, *_ in FAULTS:
        path = COPY / file
        source = path.read_text()
        if source.count(right) != 1:
            sys.exit(f"{name}: {source.count(right)} places for it in {file}")
        is_there = f'std::env::var_os("{VARIABLE}").is_some_and(|name| name == "{name}")'
        path.write_text(source.replace(right, f"match {is_there} {{ true => {wrong}, false => {right} }}"))


def run(target, fault, runs):
    """What a target prints, and whether it reports something."""
    program = COPY / "tests/fuzz/target/x86_64-unknown-linux-gnu/release" / target
    with tempfile.TemporaryDirectory() as found:
        limits = ["-verbosity=0", "-seed=1", f"-runs={runs}", f"-max_total_time={SECONDS}", f"-artifact_prefix={found}/"]
        command = [program, *limits, found, COPY / "tests/fuzz/corpus" / target]
        done = subprocess.run(command, env=os.environ | {VARIABLE: fault}, capture_output=True, text=True, errors="replace")
    return done.stderr, done.returncode != 0


if __name__ == "__main__":
    wanted = sys.argv[1:] or sorted({target for targets, *_ in FAULTS for target in targets.split()})
    copy()
    plant()
    build = ["cargo", "+nightly", "fuzz", "build", "--fuzz-dir", "tests/fuzz"]
    subprocess.run([*build, *(wanted if len(wanted) == 1 else [])], cwd=COPY, check=True)
    failed = 0
    for target in wanted:
        printed, reports = run(target, "", 0)
        failed += reports
        print(f"{target} without a fault ... {'REPORTED: ' + printed[-2000:] if reports else 'ok'}", flush=True)
        for targets, name, _, _, _, *reported in FAULTS:
            if target in targets.split():
                printed, reports = run(target, name, RUNS)
                found = reports and (reported or [f"fuzz_targets/{target}.rs:"])[0] in printed
                failed += not found
                print(f"{target}, planted: {name} ... {'ok' if found else 'NOT FOUND: ' + printed[-2000:]}", flush=True)
    sys.exit(failed > 0)
