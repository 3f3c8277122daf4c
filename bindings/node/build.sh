#!/usr/bin/env bash
# Builds the npm package: dist/cognito-device-srp-VERSION.tgz, with the version of the crate. With the argument simd128, the
# package is faster and runs only in engines that have vectors.
#
#   bindings/node/build.sh [simd128]
#
# Needs rustup for its linker; Debian's compiler, which can build for WebAssembly, is installed if it is missing, for which
# this must run as root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target=$PWD/target/node
# shellcheck source=tests/firmware/tools.sh
. tests/firmware/tools.sh
install rustc-web rust-web-src cargo-web gcc libc6-dev

# the stack lies below the data, so that one that is too deep traps
flags='-C link-arg=--export=__heap_base -C link-arg=--export=__stack_pointer -C link-arg=--stack-first -C link-arg=-zstack-size=65536'
# SHA-256 as a loop: a hash is nothing beside a power
flags+=' --cfg sha2_backend="soft" --cfg sha2_backend_soft="compact"'
case ${1:-} in
'') ;;
simd128) flags+=' -C target-feature=+simd128' ;;
*) fail "no option $1" ;;
esac
env -u CARGO_ENCODED_RUSTFLAGS RUSTFLAGS="$flags" CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$(linker)" \
  RUSTC="${rustc:?}" RUSTC_BOOTSTRAP=1 "${cargo:?}" build -q --locked --release \
  --manifest-path bindings/node/wasm/Cargo.toml --target wasm32-unknown-unknown --target-dir "$target" \
  -Zbuild-std=core,compiler_builtins -Zbuild-std-features=compiler-builtins-mem

cd bindings/node
package=$target/package
rm -rf "$package" dist
mkdir -p "$package" dist
version=$(sed -n 's/^version = "\(.*\)"/\1/p' ../../Cargo.toml | head -n 1)
sed "s/\"version\": \".*\"/\"version\": \"$version\"/" package.json >"$package/package.json"
# a file that is a script, a CommonJS module and an ES module alike
printf "globalThis[Symbol.for('cognito-device-srp/module')] =\n  '%s';\n" \
  "$(od -An -v -tx1 "$target/wasm32-unknown-unknown/release/cognito_device_srp_wasm.wasm" | tr -d ' \n')" >"$package/module.js"
# the comments stay in the sources
code=$(sed -E '/^ *(\/\/|\/\*\*|\*( |\/))/d' src/index.js)
{
  echo 'const nodeCrypto = {};'
  echo "$code"
} >"$package/index.mjs"
{
  echo "'use strict';"
  echo "const nodeCrypto = require('crypto');"
  sed -E -e "s/^import ('.*');/require(\1);/" -e 's/^export \{ (\w+) as (\w+) \};/exports.\2 = \1;/' \
    -e 's/^export \{ (\w+) \};/exports.\1 = \1;/' <<<"$code"
} >"$package/index.cjs"
cp src/index.d.ts "$package/index.d.cts"
echo "export * from './index.cjs';" >"$package/index.d.mts"
cp README.md ../../LICENSE-MIT ../../LICENSE-APACHE "$package"
# as npm packs it, but in an order in which the two files of code are beside each other, which compresses better
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -C "$target" -cf - package |
  gzip -9n >"dist/cognito-device-srp-$version.tgz"
