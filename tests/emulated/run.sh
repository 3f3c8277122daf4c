#!/bin/sh
# The backend ifma on an emulated processor. Needs cargo, a C compiler, and Python 3 with venv.
set -eu
cd "$(dirname "$0")"
mkdir -p target
if ! target/python/bin/python -c 'import bochscpu' 2>/dev/null; then
    python3 -m venv --clear target/python
    target/python/bin/pip install --quiet bochscpu-python==0.4.0
fi
cc -shared -fPIC -O2 -o target/shim.so shim.c
cargo rustc --release --locked -- -C link-arg=-nostdlib
LD_PRELOAD="$PWD/target/shim.so" exec target/python/bin/python check.py target/release/libemulated.so
