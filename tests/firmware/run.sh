#!/usr/bin/env bash
# Builds the firmware images for four cores, runs them in an emulator, checks them and prints their figures.
#
#   tests/firmware/run.sh            exits with 0 if all is as promised
#   tests/firmware/run.sh --bless    keeps the figures of this run in figures.md instead of comparing with it
#
# For Debian on x86-64 with rustup. What is missing is installed, for which it must run as root: Debian's rustc, which
# has every target's code generator, with the sources of core, and QEMU, which is unpacked into $FIRMWARE_TOOLS (default
# /opt/firmware-tools) and not installed, since its package would replace newer ones that belong together.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=${FIRMWARE_TOOLS:-/opt/firmware-tools}
built=$here/target
rustc=/usr/bin/rustc
cargo=/usr/bin/cargo

fail() {
  echo "firmware: $*" >&2
  exit 1
}

is_installed() {
  dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

install_compiler() {
  local missing=() package
  for package in rustc-web rust-web-src cargo-web gcc libc6-dev; do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

unpack_emulator() {
  [ -x "$tools/usr/bin/qemu-system-arm" ] && [ -x "$tools/usr/bin/qemu-system-riscv32" ] && return
  local packages package
  packages=$(mktemp -d)
  mkdir -p "$packages/partial" "$tools"
  apt-get update -qq
  # downloads these and what they need and is not installed; installs and removes nothing
  apt-get install -y -qq -d --no-install-recommends -o Dir::Cache::archives="$packages" \
    -o APT::Sandbox::User=root qemu-system-arm qemu-system-misc >/dev/null
  for package in "$packages"/*.deb; do
    dpkg -x "$package" "$tools"
  done
  rm -r "$packages"
}

linker() {
  local root
  for root in "$HOME"/.rustup/toolchains/*; do
    if [ -x "$root/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld" ]; then
      echo "$root/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld"
      return
    fi
  done
  fail "no rust-lld in any toolchain of rustup"
}

# build TARGET PROFILE FOLDER WHICH FLAGS...: images of one configuration
build() {
  local target=$1 profile=$2 folder=$3 which=$4 script=arm.x name
  shift 4
  case $target in riscv*) script=riscv.x ;; esac
  name=$(tr a-z- A-Z_ <<<"$target")
  (
    cd "$here/image"
    unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET
    export RUSTC=$rustc RUSTC_BOOTSTRAP=1
    export "CARGO_TARGET_${name}_LINKER=$lld"
    export "CARGO_TARGET_${name}_RUSTFLAGS=-C link-arg=-L$PWD -C link-arg=-T$script $*"
    "$cargo" build -q --locked --profile "$profile" --target "$target" --target-dir "$folder" "$which" \
      -Zbuild-std=core,compiler_builtins -Zbuild-std-features=compiler-builtins-mem
  )
}

[ $# = 0 ] || [ "$*" = --bless ] || fail "usage: $0 [--bless]"
install_compiler
unpack_emulator
lld=$(linker)
mkdir -p "$built"
gcc -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -o "$built/trace.so" "$here/trace.c"
for target in thumbv6m-none-eabi thumbv7m-none-eabi thumbv7em-none-eabi riscv32imac-unknown-none-elf; do
  for profile in release s z; do
    build "$target" "$profile" "$built" --bins
  done
done
build thumbv6m-none-eabi release "$built" --examples
build thumbv7em-none-eabi release "$built/small" --bins \
  --cfg 'cognito_device_srp_comb="small"' --cfg 'sha2_backend="soft"' --cfg 'sha2_backend_soft="compact"'
cargo run -q --release --locked --manifest-path "$here/check/Cargo.toml" --target-dir "$built/check" -- \
  "$tools" "$built/trace.so" "$built" "$("$rustc" -V)" "$@"
