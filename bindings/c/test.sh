#!/usr/bin/env bash
# Installs the C library into a new prefix, and builds and runs the C example outside of this tree with what is there.
# For Debian on Linux with cargo; what is missing is installed, for which it must run as root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() {
  echo "$0: $*" >&2
  exit 1
}

missing=()
for package in g++ cmake make pkg-config; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} != 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix
bindings/c/install.sh "$prefix"
cp -r examples/c bindings/c/test/CMakeLists.txt bindings/c/README.md "$scratch"
mv "$scratch"/CMakeLists.txt "$scratch/c"
cd "$scratch"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
version=$(pkg-config --modversion cognito_device_srp)
library=$prefix/lib/libcognito_device_srp

echo "sizes:" && stat -L -c '%s %n' "$library".{a,so} | sed "s|$prefix/||"
[ "$(stat -c %s "$library.a")" -le 2000000 ] || fail "the static library is larger than 2 MB"
soname=$(objdump -p "$library.so" | awk '$1 == "SONAME" { print $2 }')
[ -e "$prefix/lib/$soname" ] && [[ "$soname" == libcognito_device_srp.so.?* ]] || fail "SONAME is $soname"
[ "$(readlink -f "$library.so")" = "$(readlink -f "$library.so.$version")" ] || fail "links do not end in the version"
# all that is visible is declared by the header, and the reverse
declared=$(grep -o 'cognito_device_srp_[a-z0-9_]*(' "$prefix/include/cognito_device_srp.h" | tr -d '(' | sort)
for visible in "$(nm -g --defined-only "$library.a")" "$(nm -D --defined-only "$library.so")"; do
  [ "$(awk 'NF == 3 { print $3 }' <<<"$visible" | sort)" = "$declared" ] || fail "symbols differ from the header's"
done

passes() { # passes NAME COMMAND...
  local name=$1
  shift
  "$@" | tail -n 1 | grep -qx 'all as recorded' || fail "$name failed"
  echo "$name: passed"
}

# needs NAME PROGRAM LIBRARY...: what a program is linked with, besides the loader and what the kernel gives
needs() {
  local name=$1 program=$2
  shift 2
  [ "$(objdump -p "$program" | awk '$1 == "NEEDED" { print $2 }' | sort | xargs)" = "$*" ] || fail "$name needs another library"
}

needs "the shared library" "$library.so"
read -ra flags < <(pkg-config --cflags --libs cognito_device_srp)
read -ra static_flags < <(pkg-config --static --cflags --libs cognito_device_srp)
read -ra include < <(pkg-config --cflags cognito_device_srp)
for example in register sign_in; do
  sources=("c/$example.c" c/random_unix.c -Wl,--fatal-warnings)
  cc -O2 "${sources[@]}" "${flags[@]}" -o shared
  passes "$example, pkg-config, shared library" env LD_LIBRARY_PATH="$prefix/lib" ./shared
  needs "the program with the shared library" shared libc.so.6 "$soname"
  cc -O2 "${sources[@]}" "${include[@]}" "$library.a" -o static
  passes "$example, static library" ./static
  needs "the program with the static library" static libc.so.6
  cc -static "${sources[@]}" "${static_flags[@]}" -o all_static
  passes "$example, pkg-config, static program" ./all_static
done

cmake -S c -B cmake -DCMAKE_PREFIX_PATH="$prefix" -DVERSION="$version" >/dev/null
cmake --build cmake >/dev/null
(cd cmake && ctest --output-on-failure --no-tests=error) | grep '% tests passed'
! cmake -S c -B newer -DCMAKE_PREFIX_PATH="$prefix" -DVERSION="$version.1" >/dev/null 2>&1 || fail "CMake takes it for a newer version"
# an example that is not as recorded: the tests of the project must fail
sed -i 's/"all as recorded"/"not as recorded"/' c/*.c
cmake --build cmake >/dev/null
! (cd cmake && ctest >/dev/null 2>&1) || fail "the tests of the CMake project cannot fail"

# the README's example
sed -n '/^```c$/,/^```$/ { /^```/d; p }' README.md >readme.c
cc -std=c99 -Wall -Wextra -Wpedantic -Werror readme.c c/random_unix.c -Ic "${include[@]}" "$library.a" -o readme
./readme | grep -q '^{"PasswordVerifier":"[^"]*","Salt":"[^"]*"}$' || fail "the README's example failed"
echo "the README's example: passed"
