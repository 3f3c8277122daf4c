#!/usr/bin/env bash
# Generates the bindings, and runs known answers and refusals in Ruby and in Kotlin. Swift is generated alone.
#
# Needs cargo, python3 with pip, and network for the Kotlin compiler; what Debian packages are missing is installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"

# the compiler is in the kernel that Jupyter runs Kotlin with
kotlin_kernel=0.19.0.944

version() { sed -n '/^\[package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$1"; }
crate=$(version ../../Cargo.toml) own=$(version Cargo.toml)
[ -n "$crate" ] && [ "$own" = "$crate" ] || { echo "bindings/uniffi is of version '$own', the crate of '$crate'" >&2; exit 1; }

missing=()
command -v ruby >/dev/null || missing+=(ruby)
ruby -e 'require "ffi"' 2>/dev/null || missing+=(ruby-ffi)
ruby -e 'require "minitest"' 2>/dev/null || missing+=(ruby-minitest)
command -v java >/dev/null || missing+=(openjdk-17-jre-headless)
[ -e /usr/share/java/jna.jar ] || missing+=(libjna-java)
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$here/target}"
out=$CARGO_TARGET_DIR/generated
library=$CARGO_TARGET_DIR/release
rm -rf "$out"
for language in ruby kotlin swift; do ./generate.sh "$language" "$out/$language"; done
[ -s "$out/swift/CognitoDeviceSrp.swift" ] || { echo "Swift was not generated" >&2; exit 1; }
export COGNITO_DEVICE_SRP_VECTORS=$here/../../vectors

LD_LIBRARY_PATH=$library ruby -W0 -I "$out/ruby" tests/test_ruby.rb

compiler=$CARGO_TARGET_DIR/kotlin-$kotlin_kernel
if [ ! -d "$compiler" ]; then
  wheel=$(mktemp -d)
  trap 'rm -rf "$wheel"' EXIT
  python3 -m pip download -q --no-deps -d "$wheel" "kotlin-jupyter-kernel==$kotlin_kernel"
  python3 -m zipfile -e "$wheel"/*.whl "$wheel/unpacked"
  mv "$wheel/unpacked/run_kotlin_kernel/jars" "$compiler"
fi
runtime=$(printf '%s:' "$compiler"/kotlin-stdlib-*.jar "$compiler"/kotlinx-serialization-*-jvm-*.jar)/usr/share/java/jna.jar
java -cp "$compiler/*" org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect -nowarn -cp "$runtime" \
  -d "$out/classes" "$out/kotlin" tests/TestKotlin.kt
java -Djna.library.path="$library" -cp "$out/classes:$runtime" TestKotlinKt "$COGNITO_DEVICE_SRP_VECTORS"
