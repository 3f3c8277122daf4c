#!/usr/bin/env bash
# Builds the C library and installs header, static and shared library, pkg-config and CMake packages: install.sh PREFIX
#
# For Linux, with cargo and binutils. DESTDIR is put before PREFIX when files are written, as packagers want it.
set -euo pipefail
[ $# = 1 ] || { echo "usage: $0 PREFIX" >&2; exit 2; }
[ "$(uname -s)" = Linux ] || { echo "$0: for Linux; elsewhere: cargo cinstall" >&2; exit 1; }
prefix=$(realpath -m "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

name=cognito_device_srp
version=$(sed -n '/^\[package\]/,/^\[/ s/^version = "\(.*\)"/\1/p' Cargo.toml)
IFS=. read -r major minor _ <<<"$version"
# what changes when the ABI does: before 1.0 the minor version
compatible=$major
[ "$major" != 0 ] || compatible=$major.$minor
shared=lib$name.so

built=$PWD/target/c/release
cargo rustc -q --release --locked --manifest-path bindings/c/Cargo.toml --target-dir target/c -- \
  -C link-arg=-Wl,-soname,"$shared.$compatible"

# One object of what the functions need, in which nothing else is visible, so that it can be linked beside any other library;
# without the debug information and the bitcode of the compiler's own library.
ld -r -u ${name}_version -o "$built/$name.o" "$built/lib${name}_c.a"
objcopy --strip-debug --wildcard --keep-global-symbol="${name}_*" -R .llvmbc -R .llvmcmd "$built/$name.o"
rm -f "$built/lib$name.a"
ar rcs "$built/lib$name.a" "$built/$name.o"

filled() { sed -e "s|@PREFIX@|$prefix|; s|@VERSION@|$version|; s|@COMPATIBLE@|$compatible|" "bindings/c/$1"; }

target=${DESTDIR:-}$prefix
install -d "$target"/{include,lib/pkgconfig,lib/cmake/$name}
install -m 644 src/$name.h "$target/include"
install -m 644 "$built/lib$name.a" "$target/lib"
install -m 755 -s "$built/lib${name}_c.so" "$target/lib/$shared.$version"
ln -sf "$shared.$version" "$target/lib/$shared.$compatible"
ln -sf "$shared.$compatible" "$target/lib/$shared"
filled $name.pc.in >"$target/lib/pkgconfig/$name.pc"
for file in config config-version; do
  filled $name-$file.cmake.in >"$target/lib/cmake/$name/$name-$file.cmake"
done
