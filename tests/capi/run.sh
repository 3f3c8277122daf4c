#!/usr/bin/env bash
# Builds the C ABI as static and shared library, for a bare Cortex-M4 and for WebAssembly, and runs the examples on all.
#
#   tests/capi/run.sh              all of them
#   tests/capi/run.sh cortex-m4    the two C examples on the emulated Cortex-M4
#
# For Debian on x86-64 with rustup; what is missing is installed, for which it must run as root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
built=$PWD/target/capi
mkdir -p "$built"
# shellcheck source=tests/firmware/tools.sh
. tests/firmware/tools.sh
# shellcheck source=tests/capi/bare/build.sh
. tests/capi/bare/build.sh
include=(-Isrc -Iexamples/c)
warnings=(-Wall -Wextra -Wpedantic -Wconversion -Werror)

passes() { # passes NAME COMMAND...
  local name=$1
  shift
  "$@" | tail -n 1 | grep -qx 'all as recorded' || fail "$name failed"
  echo "$name: passed"
}

cortex_m4() {
  local example
  bare thumbv7em-none-eabi staticlib "$built/bare"
  for example in register sign_in; do
    arm-none-eabi-gcc -std=c99 "${warnings[@]}" "${include[@]}" -mcpu=cortex-m4 -mthumb -O2 --specs=rdimon.specs -nostartfiles \
      -Wl,--gc-sections,--no-warn-execstack,--no-warn-rwx-segments -T tests/capi/bare/board.x \
      "examples/c/$example.c" tests/capi/bare/board.c \
      "$built/bare/thumbv7em-none-eabi/release/libcognito_device_srp_c.a" -o "$built/board.elf"
    ! arm-none-eabi-nm "$built/board.elf" | grep panicking || fail "the image can panic"
    passes "$example, C99, emulated Cortex-M4" env LD_LIBRARY_PATH="$tools/usr/lib/x86_64-linux-gnu:$tools/lib/x86_64-linux-gnu" \
      timeout 120 "$tools/usr/bin/qemu-system-arm" -machine mps2-an386 -display none -monitor none -serial none \
      -semihosting-config enable=on,target=native -kernel "$built/board.elf"
  done
}

install_compiler
install gcc-arm-none-eabi libnewlib-arm-none-eabi
unpack_emulator
if [ "${1:-}" = cortex-m4 ]; then
  cortex_m4
  exit
fi
install g++ valgrind python3 nodejs

for kind in staticlib cdylib; do
  cargo rustc -q --release --no-default-features --features capi,std --crate-type "$kind" --target-dir "$built"
done
library=$built/release
of_std=(-lpthread -ldl -lm)

python3 tests/capi/cases.py >"$built/cases"
with_cases() { "$@" <"$built/cases"; }

# compile OUTPUT PROGRAM COMPILER...: an example or the known answers, with the static library unless told another way
compile() {
  local output=$1 program=$2
  shift 2
  "$@" "${warnings[@]}" "${include[@]}" "$program" examples/c/random_unix.c -x none "${link[@]}" "${of_std[@]}" -o "$output"
}

static=("$library/libcognito_device_srp.a")
shared=(-L"$library" -lcognito_device_srp -Wl,-rpath,"$library")
for program in examples/c/register.c examples/c/sign_in.c tests/capi/known_answers.c; do
  name=$(basename "$program" .c)
  run=()
  [ "$name" != known_answers ] || run=(with_cases)
  link=("${static[@]}")
  for standard in c99 c11; do
    compile "$built/$name" "$program" gcc -std=$standard -O2
    passes "$name, ${standard^^}, static library" "${run[@]}" "$built/$name"
  done
  # the known answers take minutes under valgrind, and touch no more memory than the examples
  [ "$name" = known_answers ] ||
    passes "$name, static library, valgrind" valgrind -q --error-exitcode=9 --leak-check=full "$built/$name"
  compile "$built/$name-sanitized" "$program" gcc -std=c99 -g -fsanitize=address,undefined -fno-sanitize-recover=all
  passes "$name, static library, address and undefined-behaviour sanitizers" "${run[@]}" "$built/$name-sanitized"
  compile "$built/$name-cxx" "$program" g++ -std=c++17 -O2 -x c++
  passes "$name, C++17, static library" "${run[@]}" "$built/$name-cxx"
  link=("${shared[@]}")
  compile "$built/$name-shared" "$program" gcc -std=c99 -O2
  passes "$name, C99, shared library" "${run[@]}" "$built/$name-shared"
done
# a value that is to be refused made a good one: the check must fail
if sed '$ s/.*/b 31/' "$built/cases" | "$built/known_answers" >/dev/null; then fail "a wrong answer passed"; fi
passes "Python, shared library" python3 tests/capi/known_answers.py "$library/libcognito_device_srp.so"
python3 examples/python/register.py "$library/libcognito_device_srp.so" | grep -q '^{"PasswordVerifier": "[^"]*", "Salt": "[^"]*"}$'

cortex_m4

bare wasm32-unknown-unknown cdylib "$built/bare"
module=$built/bare/wasm32-unknown-unknown/release/cognito_device_srp_c.wasm
passes "Node, WebAssembly" node tests/capi/known_answers.mjs "$module"
node examples/node/register.mjs "$module" | grep -q '^{"PasswordVerifier":"[^"]*","Salt":"[^"]*"}$'
