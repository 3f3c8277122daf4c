#!/usr/bin/env bash
# Builds the C ABI as static and shared library and runs the examples against both.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
built=$PWD/target/capi
mkdir -p "$built"

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
  "$@" | tail -n 1 | grep -qx 'all as recorded' || { echo "capi: $name failed" >&2; exit 1; }
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
