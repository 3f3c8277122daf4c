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
        cargo build --quiet --locked --release --target "$host" --target-dir target --features "${4:-}"
    code=$(($(section "$built/with" .text) - $(section "$built/without" .text)))
    data=$(($(section "$built/with" .rodata .data.rel.ro) - $(section "$built/without" .rodata .data.rel.ro)))
    printf '| %s | %s | %d | %d | %d |\n' "$1" "$2" "$code" "$data" $((code + data))
}

forced() { # forced BACKEND
    printf -- '--cfg cognito_device_srp_backend="%s"' "$1"
}

host=$(rustc -vV | sed -n 's/^host: //p')
built=target/$host/release
printf '| backends | comb | code | tables and constants | both |\n|---|---|--:|--:|--:|\n'
row 'those of this target' wide ''
row 'the same, every feature but the SDK'\''s' wide '' all
if [ "$(uname -m)" = x86_64 ]; then
    # built and not run, so that the machine need not have them
    avx512=+bmi2,+avx2,+fma,+avx512f,+avx512bw,+avx512dq,+avx512ifma
    row '`ifma`' wide "-C target-feature=$avx512 $(forced ifma)"
    row '`avx2`' wide "-C target-feature=+avx2 $(forced avx2)"
fi
for comb in wide compact small; do
    row '`limb64`' "$comb" "$(forced limb64)"
    row '`limb32`' "$comb" "$(forced limb32)"
done
