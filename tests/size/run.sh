#!/bin/sh
# What `derive` adds to a program of this machine, in bytes, as a table: for the default, with all features of the library,
# and for each backend and comb forced. The program without it does the same input and output. Needs cargo and binutils.
set -eu
cd "$(dirname "$0")"

section() { # section FILE NAME...: the bytes of these sections
    file=$1
    shift
    size -A "$file" | awk -v names=" $* " 'index(names, " " $1 " ") { sum += $2 } END { print sum + 0 }'
}

row() { # row NAME COMB FLAGS [FEATURE]
    RUSTFLAGS="--cfg cognito_device_srp_comb=\"$2\" $3" \
        cargo build --quiet --locked --release --target-dir target --features "${4:-}"
    code=$(($(section target/release/with .text) - $(section target/release/without .text)))
    data=$(($(section target/release/with .rodata .data.rel.ro) - $(section target/release/without .rodata .data.rel.ro)))
    printf '| %s | %s | %d | %d | %d |\n' "$1" "$2" "$code" "$data" $((code + data))
}

forced() { # forced BACKEND
    printf -- '--cfg cognito_device_srp_backend="%s"' "$1"
}

printf '| backends | comb | code | tables and constants | both |\n|---|---|--:|--:|--:|\n'
row 'those of this target' wide ''
row 'the same, every feature' wide '' all
if [ "$(uname -m)" = x86_64 ]; then
    row '`avx2`' wide "-C target-feature=+avx2 $(forced avx2)"
fi
for comb in wide compact small; do
    row '`limb64`' "$comb" "$(forced limb64)"
    row '`limb32`' "$comb" "$(forced limb32)"
done
