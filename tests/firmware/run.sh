#!/usr/bin/env bash
# Builds the firmware images for four cores, runs them in an emulator, checks them and prints their figures.
#
#   tests/firmware/run.sh            exits with 0 if all is as promised
#   tests/firmware/run.sh --bless    keeps the figures of this run in figures.md instead of comparing with it
#
# For Debian on x86-64 with rustup. tools.sh installs what is missing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
built=$here/target
# shellcheck source=tests/firmware/tools.sh
. "$here/tools.sh"

[ $# = 0 ] || [ "$*" = --bless ] || fail "usage: $0 [--bless]"
install_compiler
unpack_emulator
mkdir -p "$built"
gcc -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -o "$built/trace.so" "$here/trace.c"
# each target in its own folder, so that they are built at once
small=(--cfg 'cognito_device_srp_comb="small"' --cfg 'sha2_backend="soft"' --cfg 'sha2_backend_soft="compact"')
jobs=()
for target in thumbv6m-none-eabi thumbv7m-none-eabi thumbv7em-none-eabi riscv32imac-unknown-none-elf; do
  for profile in release s z; do
    build "$target" "$profile" "$built/$target" --bins
  done &
  jobs+=($!)
done
build thumbv7em-none-eabi release "$built/small" --bins "${small[@]}" &
jobs+=($!)
for job in "${jobs[@]}"; do
  wait "$job"
done
build thumbv6m-none-eabi release "$built/thumbv6m-none-eabi" --examples
cargo run -q --release --locked --manifest-path "$here/check/Cargo.toml" --target-dir "$built/check" -- \
  "$tools" "$built/trace.so" "$built" "$("$rustc" -V)" "$@"
