#!/usr/bin/env bash
# Runs the tests on other hosts than x86-64: all of them on Linux, the known answers of devices on WebAssembly.
#
#   tests/hosts/run.sh [TARGET...]                    of i686, aarch64, s390x and wasm32; all if none is named
#   tests/hosts/run.sh --known-answers [TARGET...]    known answers of registrations alone, on Linux too: minutes, not hours
#
# One line for each target at the end; exits with 0 if all passed. i686 runs natively, aarch64 and s390x, which is
# big-endian, under QEMU, and wasm32 in Node. What a target's run said is in target/hosts/TARGET.log.
#
# On Linux it is every test of the crate, but for a few where it is emulated, see `not_emulated`; with every feature but that
# of the AWS SDK, in which nothing depends on the host and which takes longer to compile than all else. What watches the
# machine code of x86-64 says there that it does not run.
#
# For Debian on x86-64 with rustup; what is missing is installed, for which it must run as root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
built=$PWD/target/hosts
crate=$built/crate
mkdir -p "$built"
# shellcheck source=tests/firmware/tools.sh
. tests/firmware/tools.sh
# shellcheck source=tests/capi/bare/build.sh
. tests/capi/bare/build.sh
rustdoc=/usr/bin/rustdoc
features=alloc,capi,getrandom,num-bigint,rand_core,serde,std,__marks

# make_crate FOLDER DEPENDENCIES: the crate without some that only tests, benches and examples have
make_crate() {
  local entry
  rm -rf "$1"
  mkdir "$1"
  for entry in benches bindings cli docs examples README.md src tests vectors; do
    ln -s "$PWD/$entry" "$1/$entry"
  done
  cp Cargo.lock "$1"
  grep -vE "^($2) = " Cargo.toml >"$1/Cargo.toml"
}

# linux ARCHITECTURE LINKER RUNNER [ARGUMENT...]: the test suite, whose tests get the arguments, or the known answers
linux() {
  local target=$1-unknown-linux-gnu name command
  name=$(tr a-z- A-Z_ <<<"$target")
  if [ -n "$known_answers" ]; then
    command=(run --quiet --config tests/hosts/config.toml --target "$target" -- check vectors/device_verifier.json)
  else
    command=(test --no-fail-fast --features "$features" --config tests/hosts/config.toml --target "$target" -- "${@:4}")
  fi
  env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS -u CARGO_BUILD_TARGET \
    "CARGO_TARGET_${name}_LINKER=$2" "CARGO_TARGET_${name}_RUNNER=$3" \
    RUSTC="$rustc" RUSTDOC="$rustdoc" RUSTC_BOOTSTRAP=1 CARGO_TERM_COLOR=never CHECKS_REQUIRED=1 \
    "$cargo" "${command[0]}" --manifest-path "$crate/Cargo.toml" --target-dir "$built" \
    -Zbuild-std=std,panic_abort,test --release "${command[@]:1}"
}

# Tests of the program's files that are not emulated. The first limits how long a file may be, which QEMU's own list of
# the process's memory exceeds. The others start the program hundreds of times or read tens of millions of bytes one by one,
# which takes minutes each; they run natively on i686.
not_emulated=(
  errors_of_writing::leave_complete_lines
  a_run_that_is_killed_anywhere_can_be_resumed
  resumed::at_any_byte
  lines_do_not_depend_on_how_the_stream_is_split
)

# emulated ARCHITECTURE ARCHITECTURE_OF_DEBIAN: the test suite but for those
emulated() {
  install qemu-user "gcc-$1-linux-gnu" "libc6-dev-$2-cross"
  local runner="$PWD/tests/hosts/emulate.sh $1 $built/$1-unknown-linux-gnu/release/cognito-device-srp"
  [ -z "$known_answers" ] || runner="qemu-$1 -L /usr/$1-linux-gnu"
  # shellcheck disable=SC2046 # words
  linux "$1" "$1-linux-gnu-gcc" "$runner" $(printf -- '--skip %s ' "${not_emulated[@]}")
}

i686() {
  install libc6-dev-i386 lib32gcc-12-dev
  linux i686 gcc env
}

aarch64() { emulated aarch64 arm64; }

s390x() { emulated s390x s390x; }

# browser FEATURE...: the library alone compiles for WebAssembly with these features and no others
browser() {
  env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$(linker)" \
    RUSTC="$rustc" RUSTC_BOOTSTRAP=1 "$cargo" build -q --release -p cognito-device-srp --lib \
    --manifest-path "$crate/Cargo.toml" --target-dir "$built" --target wasm32-unknown-unknown \
    -Zbuild-std=core,alloc,compiler_builtins --no-default-features --features "$*"
}

wasm32() {
  install nodejs
  browser
  browser wasm_js
  # the operating system's randomness is not to be had there: the feature that says where to take it is needed
  ! browser getrandom 2>/dev/null || fail "it compiles without randomness"
  local backend
  bare wasm32-unknown-unknown cdylib "$built/limb32"
  bare wasm32-unknown-unknown cdylib "$built/simd128" "$vectors"
  for backend in limb32 simd128; do
    node tests/capi/known_answers.mjs "$built/$backend/wasm32-unknown-unknown/release/cognito_device_srp_c.wasm" "$backend"
  done
  [ -n "$known_answers" ] || wasi
}

# the unit tests of the arithmetic with vectors, which need the standard library: on WASI
wasi() {
  install wasi-libc
  local wasi=/usr/lib/wasm32-wasi
  local flags="$vectors -C link-self-contained=no -L native=$wasi -C link-arg=$wasi/crt1-command.o"
  # threads, which Debian's C library does not have, and no test here starts: a call ends the program
  flags+=" -C link-arg=--unresolved-symbols=ignore-all"
  # the unit tests have no server, for which there is no network
  make_crate "$built/wasi" "$not_built|axum|hyper|hyper-util|tokio"
  env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS "CARGO_TARGET_WASM32_WASIP1_LINKER=$(linker)" \
    CARGO_TARGET_WASM32_WASIP1_RUNNER="node --no-warnings tests/hosts/wasi.mjs" \
    CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS="$flags" \
    RUSTC="$rustc" RUSTC_BOOTSTRAP=1 CARGO_TERM_COLOR=never \
    "$cargo" test --release -p cognito-device-srp --lib --features std --config tests/hosts/config.toml --target wasm32-wasip1 \
    --manifest-path "$built/wasi/Cargo.toml" --target-dir "$built" -Zbuild-std=std,panic_abort,test -- arithmetic::
}

# counts LOG: how many passed and how many failed
counts() {
  awk '
    /^test result: / { passed += $4; failed += $6 }
    /^vectors\/.*: [0-9]+ passed, [0-9]+ failed$/ { passed += $2; failed += $4 }
    /^[0-9]+ derived, [0-9]+ refused, [0-9]+ devices and [0-9]+ users signed in$/ { passed += $1 + $3 + $5 + $8 }
    END { print passed + 0, failed + 0 }
  ' "$1"
}

vectors="-C target-feature=+simd128"
known_answers=
what="all tests"
emulated_what="all tests but ${#not_emulated[@]}"
if [ "${1:-}" = --known-answers ]; then
  known_answers=yes
  what="known answers"
  emulated_what=$what
  shift
fi
declare -A how=(
  [i686]="$what, natively"
  [aarch64]="$emulated_what, emulated"
  [s390x]="$emulated_what, emulated, big-endian"
  [wasm32]="known answers by both backends, in Node; builds for a browser"
)
[ $# != 0 ] || set -- i686 aarch64 s390x wasm32
for target in "$@"; do
  [ -n "${how[$target]:-}" ] || fail "no target $target; there are i686, aarch64, s390x and wasm32"
done
install_compiler
install parallel
# those of benches and of the example with the AWS SDK, neither of which is built here: they take longer to compile than all else
not_built='aws-smithy-http-client|criterion'
make_crate "$crate" "$not_built"
summary=()
worst=0
for target in "$@"; do
  log=$built/$target.log
  echo "== $target"
  start=$SECONDS
  status=0
  "$target" &>"$log" & # where errexit holds
  wait $! || status=$?
  read -r passed failed <<<"$(counts "$log")"
  [ "$status" != 0 ] || [ "$passed" != 0 ] || status=1
  [ "$status" = 0 ] || {
    grep -v ' \.\.\. ok$' "$log" || echo "nothing was said"
    worst=1
  }
  summary+=("$(printf '%-8s %4d passed %4d failed %4d s   %s' "$target" "$passed" "$failed" $((SECONDS - start)) "${how[$target]}")")
done
printf '%s\n' "${summary[@]}"
exit "$worst"
