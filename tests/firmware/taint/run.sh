#!/usr/bin/env bash
# Follows secrets through the firmware images for Cortex-M4 and RV32, in an emulator. Exits with 0 if nothing leaks but what
# was planted. For Debian on x86-64 with rustup and Python 3 with venv.
#
#   tests/firmware/taint/run.sh [TARGET [IMAGE...]]    the images for another target of Rust, or some of them
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
built=$here/../target
# shellcheck source=tests/firmware/tools.sh
. "$here/../tools.sh"

targets=(thumbv7em-none-eabi riscv32imac-unknown-none-elf)
[ $# = 0 ] || { targets=("$1"); shift; }
install_compiler
venv=$built/taint-venv
[ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
"$venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt"
unicorn=$("$venv/bin/python" -c 'import pathlib, unicorn; print(pathlib.Path(unicorn.__file__).parent)')
mkdir -p "$built"
gcc -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -isystem "$unicorn/include" "$here/follow.c" \
  "$unicorn/lib/libunicorn.so.2" -o "$built/follow.so"
folders=()
for target in "${targets[@]}"; do
  build "$target" release "$built/marked" "--bins --features marks"
  folders+=("$built/marked/$target/release")
done
FOLLOW=$built/follow.so "$venv/bin/python" "$here/taint.py" "${folders[@]}" --images "$@"
