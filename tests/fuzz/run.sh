#!/usr/bin/env bash
# Requires the fuzz targets to find planted faults. Then runs each for so many seconds, 20 if not told, on a copy of its seeds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
command -v cargo-fuzz >/dev/null || cargo install --quiet cargo-fuzz
tests/fuzz/planted_faults.py
cargo +nightly fuzz build --fuzz-dir tests/fuzz
for corpus in tests/fuzz/corpus/*; do
  target=${corpus##*/}
  seeds=$(mktemp -d)
  cp "$corpus"/* "$seeds"
  echo "$target"
  cargo +nightly fuzz run --fuzz-dir tests/fuzz "$target" "$seeds" -- -max_total_time="${1:-20}" -max_len=4000 -print_final_stats=1 2>&1 |
    grep -E 'Done|number_of_executed|ERROR|panicked|SUMMARY'
  rm -rf "$seeds"
done
