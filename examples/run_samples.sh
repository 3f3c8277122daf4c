#!/usr/bin/env bash
# Runs the samples in Go, Java, PHP, Ruby and C# over every recorded registration, and over a copy with two wrong ones.
# For Debian on Linux with cargo; what is missing is installed, for which it must run as root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() {
  echo "$0: $*" >&2
  exit 1
}

missing=()
for package in gcc pkg-config python3 golang-go libjna-java libgoogle-gson-java php-cli ruby ruby-ffi mono-mcs mono-runtime \
  libmono-system-web-extensions4.0-cil; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
command -v javac >/dev/null || missing+=(default-jdk-headless)
if [ ${#missing[@]} != 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
../bindings/c/install.sh "$scratch"
export PKG_CONFIG_PATH=$scratch/lib/pkgconfig LD_LIBRARY_PATH=$scratch/lib GOCACHE=$scratch/go GO111MODULE=off
library=$scratch/lib/libcognito_device_srp.so

# another verifier, and a good registration said to be refused
count=$(python3 - ../vectors/device_verifier.json "$scratch/wrong.json" <<'PY'
import json, sys
vectors = json.load(open(sys.argv[1]))
first, second = vectors["cases"][:2]
first["config"]["PasswordVerifier"] = second["config"]["PasswordVerifier"]
second["refused"] = "it is not"
json.dump(vectors, open(sys.argv[2], "w"))
print(len(vectors["cases"]))
PY
)

go build -o "$scratch/go_sample" go/known_answers.go
mcs -warnaserror -nowarn:0649 -r:System.Web.Extensions.dll -out:"$scratch/sample.exe" csharp/KnownAnswers.cs
jars=/usr/share/java/jna.jar:/usr/share/java/gson.jar
javac -cp "$jars" -d "$scratch/java" java/KnownAnswers.java

go_sample() { "$scratch/go_sample" <"$1"; }
java_sample() { java -cp "$jars:$scratch/java" KnownAnswers "$library" "$1"; }
php_sample() { php php/known_answers.php "$library" "$1"; }
ruby_sample() { ruby ruby/known_answers.rb "$library" "$1"; }
csharp_sample() { mono "$scratch/sample.exe" <"$1"; }

for language in go java php ruby csharp; do
  said=$("${language}_sample" ../vectors/device_verifier.json | tail -n 1) || fail "$language failed: $said"
  [ "$said" = "$count passed, 0 failed" ] || fail "$language says: $said"
  if planted=$("${language}_sample" "$scratch/wrong.json"); then fail "$language passes wrong answers"; fi
  [ "$(tail -n 1 <<<"$planted")" = "$((count - 2)) passed, 2 failed" ] || fail "$language says of two wrong answers: $planted"
  echo "$language: $said"
done
