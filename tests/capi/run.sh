#!/usr/bin/env bash
# Builds the C ABI as static and shared library, for a bare Cortex-M4 and for WebAssembly, and runs the examples on all.
# For Debian on x86-64 with rustup; what is missing is installed, for which it must run as root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
built=$PWD/target/capi
mkdir -p "$built"
# shellcheck source=tests/firmware/tools.sh
. tests/firmware/tools.sh
# shellcheck source=tests/capi/bare/build.sh
. tests/capi/bare/build.sh
install_compiler
install g++ valgrind python3 nodejs gcc-arm-none-eabi libnewlib-arm-none-eabi
unpack_emulator

for kind in staticlib cdylib; do
  cargo rustc -q --release --no-default-features --features capi,std --crate-type "$kind" --target-dir "$built"
done
library=$built/release
sources=(-Isrc -Iexamples/c examples/c/register.c examples/c/random_unix.c)
warnings=(-pedantic -Wall -Wextra -Werror)
of_std=(-lpthread -ldl -lm)

passes() { # passes NAME COMMAND...
  local name=$1
  shift
  "$@" | tail -n 1 | grep -qx 'all as recorded' || fail "$name failed"
  echo "$name: passed"
}

gcc -std=c99 "${warnings[@]}" -O2 "${sources[@]}" "$library/libcognito_device_srp.a" "${of_std[@]}" -o "$built/static"
passes "C99, static library" "$built/static"
passes "C99, static library, valgrind" valgrind -q --error-exitcode=9 --leak-check=full "$built/static"
gcc -std=c99 "${warnings[@]}" -O2 "${sources[@]}" -L"$library" -lcognito_device_srp -Wl,-rpath,"$library" -o "$built/shared"
passes "C99, shared library" "$built/shared"
g++ -std=c++11 -x c++ "${warnings[@]}" -O2 "${sources[@]}" -x none "$library/libcognito_device_srp.a" "${of_std[@]}" -o "$built/cxx"
passes "C++, static library" "$built/cxx"
gcc -std=c99 "${warnings[@]}" -g -fsanitize=address,undefined -fno-sanitize-recover=all "${sources[@]}" \
  "$library/libcognito_device_srp.a" "${of_std[@]}" -o "$built/sanitized"
passes "C99, static library, address and undefined-behaviour sanitizers" "$built/sanitized"
passes "Python, shared library" python3 tests/capi/known_answers.py "$library/libcognito_device_srp.so"
python3 examples/python/register.py "$library/libcognito_device_srp.so" | grep -q '^{"PasswordVerifier": "[^"]*", "Salt": "[^"]*"}$'

bare thumbv7em-none-eabi staticlib "$built/bare"
arm-none-eabi-gcc -std=c99 "${warnings[@]}" -mcpu=cortex-m4 -mthumb -O2 --specs=rdimon.specs -nostartfiles \
  -Wl,--gc-sections,--no-warn-execstack,--no-warn-rwx-segments -T tests/capi/bare/board.x -Isrc -Iexamples/c \
  examples/c/register.c tests/capi/bare/board.c \
  "$built/bare/thumbv7em-none-eabi/release/libcognito_device_srp_bare.a" -o "$built/board.elf"
! arm-none-eabi-nm "$built/board.elf" | grep panicking || fail "the image can panic"
passes "C99, emulated Cortex-M4" env LD_LIBRARY_PATH="$tools/usr/lib/x86_64-linux-gnu:$tools/lib/x86_64-linux-gnu" \
  timeout 120 "$tools/usr/bin/qemu-system-arm" -machine mps2-an386 -display none -monitor none -serial none \
  -semihosting-config enable=on,target=native -kernel "$built/board.elf"

bare wasm32-unknown-unknown cdylib "$built/bare"
module=$built/bare/wasm32-unknown-unknown/release/cognito_device_srp_bare.wasm
passes "Node, WebAssembly" node tests/capi/known_answers.mjs "$module"
node examples/node/register.mjs "$module" | grep -q '^{"PasswordVerifier":"[^"]*","Salt":"[^"]*"}$'
