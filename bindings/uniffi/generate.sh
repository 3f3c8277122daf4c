#!/usr/bin/env bash
# Generates the binding of a language from the library, which it builds first.
#
#   bindings/uniffi/generate.sh kotlin|swift|ruby OUT
#
# The library is then bindings/uniffi/target/release/libcognito_device_srp_uniffi.so (.dylib, .dll), or below CARGO_TARGET_DIR.
set -euo pipefail
[ $# -eq 2 ] || { sed -n '2,4s/^# \?//p' "$0" >&2; exit 2; }
case $1 in kotlin | swift | ruby) ;; *) echo "no such language: $1" >&2 && exit 2 ;; esac
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"
cargo build -q --release --lib
library=$(ls "${CARGO_TARGET_DIR:-target}"/release/{lib,}cognito_device_srp_uniffi.{so,dylib,dll} 2>/dev/null | head -n 1) || true
cargo run -q --features bindgen --bin uniffi-bindgen -- \
  generate "$library" --config uniffi.toml --language "$1" --no-format --out-dir "$out"
