#!/usr/bin/env bash
# Builds one wheel for CPython 3.9 and later on Linux with glibc 2.17 or later (manylinux2014), into target/wheels. ziglang, from
# PyPI, links against that glibc. Needs cargo and python3 with venv. Arguments go to maturin, such as --target aarch64-unknown-linux-gnu.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
mkdir -p "${CARGO_TARGET_DIR:=target}"
target=$(cd "$CARGO_TARGET_DIR" && pwd)
export CARGO_TARGET_DIR=$target
venv=$target/python/wheel-venv
python3 -m venv "$venv"
"$venv/bin/python" -m pip install -q --disable-pip-version-check 'maturin>=1.9,<2' ziglang
PATH=$venv/bin:$PATH "$venv/bin/maturin" build --release --zig --compatibility manylinux2014 --locked \
  --manifest-path "$here/Cargo.toml" --out "$target/wheels" "$@"
ls -l "$target/wheels"
