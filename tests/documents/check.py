#!/usr/bin/env python3
"""Checks the documents: the Markdown files of the repository, and the documentation of the crate.

- Every relative link leads to a file, and its fragment to a heading: in the repository, in the package as cargo makes it, and in
  the documentation as rustdoc makes it. `.ci/run docs package` makes the last two, and `.ci/run documents` runs this.
- Every command is run by a test or a step of the gate: COMMANDS says by which.
- The two commands of README.md are the gate's, and it has at most 160 lines and 1,300 words.
- A picture for dark pages differs from that for light ones in its colours alone.

Each check is first run on a fault that is planted for it.
"""

import fnmatch
import html
import re
import sys
import tarfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]

# What the package leaves out since these folders are crates of their own. README.md says so.
ONLY_IN_REPOSITORY = ["cli/*", "bindings/*"]

# A document, the beginning of a command, the file that runs it, and a text by which that can be seen there. `*` as the command stands for
# all commands in blocks of the document: the test reads them from there. What takes hours is run before a release. Scripts need no
# line here: .ci/run or RELEASING.md has them.
COMMANDS = [
    ("src/guide/writing_an_sdk.md", "*", "cli/tests/guides.rs", "src/guide/writing_an_sdk.md"),
    ("src/guide/provisioning.md", "*", "cli/tests/guides.rs", "src/guide/provisioning.md"),
    ("src/guide/life_of_a_device.md", "cognito-device-srp srp-a", "cli/tests/guides.rs", "src/guide/life_of_a_device.md"),
    ("src/guide/life_of_a_device.md", "cognito-device-srp answer", "cli/tests/guides.rs", "src/guide/life_of_a_device.md"),
    ("src/guide/life_of_a_device.md", "cognito-device-srp derive", "cli/tests/guides.rs", "src/guide/life_of_a_device.md"),
    ("README.md", "echo '{\"DeviceGroupKey\"", "cli/tests/guides.rs", 'include_str!("../../README.md")'),
    ("cli/README.md", "cognito-device-srp check", "cli/tests/guides.rs", 'include_str!("../README.md")'),
    ("cli/README.md", "cognito-device-srp register", "cli/tests/guides.rs", 'include_str!("../README.md")'),
    ("*", "cargo test --release --all-features", ".ci/run", "$test_command"),
    ("README.md", "cargo run --release -- register", ".ci/run", "${register_command/"),
    ("*", "cargo install --locked --path cli", ".ci/run", "cargo install -q --locked --path cli"),
    ("cli/README.md", "install -d", ".ci/run", "install -d"),
    ("cli/README.md", "cognito-device-srp man", ".ci/run", '/bin/cognito-device-srp" man'),
    ("cli/README.md", "cognito-device-srp completions bash", ".ci/run", '/bin/cognito-device-srp" completions bash'),
    ("cli/README.md", "cognito-device-srp COMMAND --help", "cli/tests/cli.rs", "--help"),
    ("docs/benchmarks.md", "cognito-device-srp bench --seconds 1", ".ci/run", '/bin/cognito-device-srp" bench --seconds 1'),
    ("docs/backends.md", "cognito-device-srp backends", "cli/tests/cli.rs", '"backends"'),
    ("vectors/README.md", "cargo run --release -- check vectors/", ".ci/run", "cargo run -q --release -- check vectors/"),
    ("README.md", "cargo doc --open", ".ci/run", "cargo doc -q --no-deps"),
    ("src/guide/testing_a_client.md", "*", "tests/clients/run.sh", "src/guide/testing_a_client.md"),
    ("src/guide/life_of_a_device.md", "cargo run --release --features aws-sdk", "tests/clients/run.sh", "src/guide/life_of_a_device.md"),
    ("src/guide/c.md", "cargo rustc --release --no-default-features --features capi,std --crate-type", "tests/capi/run.sh",
     'cargo rustc -q --release --no-default-features --features capi,std --crate-type "$kind"'),
    # a part of all tests
    ("*", "cargo test --release --lib", ".ci/run", "$test_command"),
    ("tests/README.md", "cargo test --lib", ".ci/run", "$test_command"),
    ("*", "cargo test --release --features std,__internals", ".ci/run", "$test_command"),
    ("*", "COMB_TABLE_WRITE=1 cargo test", "tests/comb_table.rs", "COMB_TABLE_WRITE"),
    ("CONTRIBUTING.md", "HEADER_WRITE=1 cargo test", "tests/header.rs", "HEADER_WRITE"),
    ("*", "cargo run -p public_api", ".ci/run", "cargo run -q --locked -p public_api"),
    ("*", "cargo run --release -p compare", ".ci/run", "cargo run -q --release -p compare"),
    ("docs/constant-time.md", "cargo run --release -p taint", ".ci/run", "cargo run -q --release --locked -p taint"),
    ("*", "cargo bench -p cognito-device-srp", ".ci/run", "cargo bench -q -p cognito-device-srp"),
    ("docs/benchmarks.md", "cargo run --release --manifest-path benches/peers/Cargo.toml", "RELEASING.md", "benches/peers"),
    ("tests/fuzz/README.md", "cargo +nightly fuzz run", "tests/fuzz/run.sh", "cargo +nightly fuzz run"),
    ("tests/fuzz/README.md", "cargo install cargo-fuzz", "tests/fuzz/run.sh", "cargo install --quiet cargo-fuzz"),
    ("*", "pip install ./bindings/python-cli", ".ci/run", "install -q ./bindings/python-cli"),
    ("bindings/python/README.md", "python3 -m venv venv", "bindings/python/test.sh", "python3 -m venv"),
    ("*", "pip install ./bindings/python", "bindings/python/test.sh", "-m pip install -q"),
    ("bindings/python/README.md", "pip install boto3", "bindings/python/test.sh", "boto3 pycognito"),
    ("bindings/python-cli/README.md", "cognito-device-srp --help", ".ci/run", '/bin/cognito-device-srp" --help'),
    ("*", "npm install bindings/node/dist/", "bindings/node/test.sh", "npm install"),
    ("bindings/c/README.md", "cc register.c random_unix.c $(pkg-config", "bindings/c/test.sh", "pkg-config"),
    ("bindings/uniffi/README.md", "cargo build --release --target", "bindings/uniffi/generate.sh", "cargo build"),
    # said to be untested
    ("bindings/c/README.md", "cargo cinstall", "bindings/c/README.md", "is not part of the tests"),
    ("CHANGELOG.md", "cargo cinstall", "bindings/c/README.md", "is not part of the tests"),
    # before a release
    ("RELEASING.md", "cargo package", "RELEASING.md", "cargo package"),
    ("RELEASING.md", "cargo test --release -p cognito-device-srp-cli", "RELEASING.md", "cargo test"),
]


class Repository:
    """Files by their names."""

    def __init__(self, names, read):
        self.names, self.read = set(names), read
        self.folders = {str(folder) for name in names for folder in PurePosixPath(name).parents}

    def documents(self):
        return sorted(name for name in self.names if name.endswith(".md"))

    def has(self, name):
        return name in self.names or name in self.folders


def working_tree():
    skipped = {".git", "target", "node_modules", "dist", "__pycache__"}

    def walk(folder):
        for entry in folder.iterdir():
            if entry.name not in skipped:
                yield from walk(entry) if entry.is_dir() else [entry]

    return Repository(
        [path.relative_to(ROOT).as_posix() for path in walk(ROOT)], lambda name: (ROOT / name).read_text()
    )


def package():
    archives = sorted((ROOT / "target/package").glob("cognito-device-srp-[0-9]*.crate"))
    if len(archives) != 1:
        sys.exit(f"target/package has {len(archives)} packages: run `.ci/run package`")
    [archive] = archives
    with tarfile.open(archive) as tar:
        files = {member.name.split("/", 1)[1]: tar.extractfile(member).read() for member in tar if member.isfile()}
    return Repository(files, lambda name: files[name].decode())


def without_code(text):
    return re.sub(r"`[^`\n]*`", "", re.sub(r"(?ms)^(```|~~~).*?^\1", "", text))


def links(text):
    text = without_code(text)
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'\b(?:src|srcset|href)="([^"]+)"', text)
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(text):
    """What headings are called in links."""
    text = re.sub(r"(?ms)^```.*?^```", "", text)
    headings = re.findall(r"(?m)^#+ (.*)$", text)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def normal(path):
    parts = []
    for part in path.parts:
        if part != "..":
            parts.append(part)
        elif not parts or parts.pop() is None:
            return "outside"
    return "/".join(parts) or "."


def dead_links(files, allowed=()):
    for document in files.documents():
        text = files.read(document)
        for link in links(text):
            path, _, fragment = link.partition("#")
            target = normal(PurePosixPath(document).parent / path) if path else document
            if any(fnmatch.fnmatch(target, pattern) for pattern in allowed):
                continue
            if not files.has(target):
                yield f"{document}: {link} leads nowhere"
            elif fragment and fragment not in anchors(files.read(target)):
                yield f"{document}: {link}: no heading of this name"
        # a manual page is read in two places, in which relative links cannot both be right
        if document.startswith("src/guide/") and links(text):
            yield f"{document}: has a relative link"


def dead_references(pages):
    """Relative references of rustdoc's pages, from their paths to their texts, that lead to no file."""
    for path, text in pages.items():
        for link in re.findall(r'\b(?:href|src)="([^"#]+)', text):
            link = html.unescape(link).partition("?")[0]
            if "${" not in link and not re.match(r"[a-z]+:", link) and not (path.parent / link).exists():
                yield f"{path.relative_to(ROOT)}: {link} leads nowhere"


def rustdoc_pages():
    folder = ROOT / "target/doc/cognito_device_srp"
    pages = {path: path.read_text() for path in folder.rglob("*.html")}
    if not any("guide" in path.parts for path in pages):
        sys.exit(f"{folder} has no documentation of the manual: run `.ci/run docs`")
    return pages


TOOLS = r"(?:\./)?(?:cargo|cognito-device-srp|pip|npm|cc|python3|rustup|RUSTFLAGS=\S+|[A-Z_]+=\d|\.ci/run|(?:tests|bindings|examples|fuzz)/[\w/]+\.sh)\b"


def commands(text):
    """The commands of a document, each with whether it is in a block for a shell."""
    for block in re.findall(r"(?ms)^```sh\n(.*?)^```", text):
        # one line for each command: a backslash, a pipe, a quotation or a loop goes on in the next
        joined = re.sub(r"\\\n\s*|\n +", " ", block)
        yield from ((line, True) for line in joined.splitlines() if line.strip())
    plain = re.sub(r"(?ms)^```.*?^```", "", text)
    for line in re.findall(r"(?m)^    (\S.*)$", plain) + re.findall(r"`([^`\n]+)`", plain):
        if re.match(TOOLS, line) and " " in line or re.fullmatch(TOOLS, line) and line.endswith(".sh"):
            yield line, False


def is_run_script(files, command):
    """Whether it is a script, or some steps of .ci/run, that is run by the gate or before a release."""
    script, *arguments = command.split()
    gate = files.read(".ci/run") if files.has(".ci/run") else ""
    if script == ".ci/run":
        return all(word in ("--list", "quick") or f"\n{word}() {{" in gate for word in arguments)
    if not script.endswith(".sh") or not files.has(script):
        return False
    folder, _, name = script.rpartition("/")
    test = f"{folder}/test.sh"
    return script in gate or script in files.read("RELEASING.md") or files.has(test) and name in files.read(test)


def commands_without_a_test(files, rules):
    used = set()
    for document in files.documents():
        for command, in_block in commands(files.read(document)):
            command = re.sub(r"\s+#.*", "", command)
            if is_run_script(files, command):
                continue
            for number, (pattern, beginning, runner, needle) in enumerate(rules):
                matches = in_block if beginning == "*" else command.startswith(beginning)
                if fnmatch.fnmatch(document, pattern) and matches:
                    used.add(number)
                    if not files.has(runner) or needle not in files.read(runner):
                        yield f"{document}: {command}: {runner} does not have: {needle}"
                    break
            else:
                yield f"{document}: no test is known to run: {command}"
    for number, rule in enumerate(rules):
        if number not in used:
            yield f"COMMANDS: no document has {rule[1]}"


def front_page(files):
    text, gate = files.read("README.md"), files.read(".ci/run")
    for name in ("test_command", "register_command"):
        command = re.search(rf"(?m)^{name}='(.*)'$", gate)
        if not command or f"```sh\n{command[1]}\n```" not in text:
            yield f"README.md: the {name} of .ci/run is not there"
    if text.count("\n") > 160 or len(text.split()) > 1300:
        yield "README.md: more than 160 lines or 1,300 words"


def pictures(files):
    for light in sorted(name for name in files.names if name.endswith("-light.svg")):
        without_colours = (re.sub(r"#[0-9a-f]{6}\b", "", files.read(name)) for name in (light, light.replace("-light", "-dark")))
        if len(set(without_colours)) != 1:
            yield f"{light}: the dark picture is not the same"


def planted_faults_are_found():
    def made(**files):
        names = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
        return Repository(names, names.__getitem__)

    faults = {
        "a dead link": dead_links(made(a_md="see [b](b.md)")),
        "a dead fragment": dead_links(made(a_md="see [b](b.md#two)", b_md="# One\n")),
        "a link that the package lacks": dead_links(made(a_md="see [b](cli/b.md)"), ["bindings/*"]),
        "a dead picture": dead_links(made(docs__a_md='<img src="docs/b.svg">', docs__b_svg="")),
        "a relative link in the manual": dead_links(made(src__guide__a_md="[b](b.md)", src__guide__b_md="")),
        "a dead reference": dead_references({ROOT / "target/doc/a.html": '<a href="../nowhere/b.html#c">'}),
        "a command without a test": commands_without_a_test(made(a_md="```sh\ncargo run x\n```\n"), []),
        "an inline command without a test": commands_without_a_test(made(a_md="try `cargo run x`"), []),
        "a test without its command": commands_without_a_test(
            made(a_md="```sh\ncargo run x\n```\n", b_sh="cargo run y"), [("a.md", "cargo run", "b.sh", "cargo run x")]
        ),
        "a step that is none": commands_without_a_test(made(a_md="run `.ci/run nothing`"), []),
        "a script that nothing runs": commands_without_a_test(
            made(a_md="run `tests/b.sh`", tests__b_sh="", RELEASING_md=""), []
        ),
        "a rule without a command": commands_without_a_test(made(a_md=""), [("a.md", "cargo", "a.md", "")]),
        "another front page": front_page(
            Repository(["README.md", ".ci/run"], {"README.md": "```sh\ncargo test\n```\n", ".ci/run": "test_command='x'\n"}.get)
        ),
        "another dark picture": pictures(made(**{"a-light_svg": "#000000 1", "a-dark_svg": "#ffffff 2"})),
    }
    for name, found in faults.items():
        if not list(found):
            sys.exit(f"{name} is not found")


def main():
    planted_faults_are_found()
    files = working_tree()
    faults = [
        *dead_links(files),
        *(f"package: {fault}" for fault in dead_links(package(), ONLY_IN_REPOSITORY)),
        *dead_references(rustdoc_pages()),
        *commands_without_a_test(files, COMMANDS),
        *front_page(files),
        *pictures(files),
    ]
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


main()
