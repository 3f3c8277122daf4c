#!/bin/sh
# What `derive` adds to a program of this machine, in bytes, as a table: for the default, and for each portable backend
# and comb forced. The program without it does the same input and output. Needs cargo and binutils.
set -eu
cd "$(dirname "$0")"

section() { # section FILE NAME...: the bytes of these sections
    file=$1
    shift
    size -A "$file" | awk -v names=" $* " 'index(names, " " $1 " ") { sum += $2 } END { print sum + 0 }'
}

row() { # row BACKEND COMB CFG...
    backend=$1 comb=$2
    shift 2
    flags=
    for cfg; do flags="$flags --cfg $cfg"; done
    RUSTFLAGS=$flags cargo build --quiet --release --target-dir target
    code=$(($(section target/release/with .text) - $(section target/release/without .text)))
    data=$(($(section target/release/with .rodata .data.rel.ro) - $(section target/release/without .rodata .data.rel.ro)))
    printf '| %s | %s | %d | %d | %d |\n' "$backend" "$comb" "$code" "$data" $((code + data))
}

printf '| backend | comb | code | tables and constants | both |\n|---|---|---|---|---|\n'
for comb in wide compact small; do
    row "all of this target" "$comb" "cognito_device_srp_comb=\"$comb\""
    for backend in limb64 limb32; do
        row "$backend" "$comb" "cognito_device_srp_comb=\"$comb\"" "cognito_device_srp_backend=\"$backend\""
    done
done
