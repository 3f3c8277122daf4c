#!/usr/bin/env bash
# Installs the package into a new virtual environment, as a user would, and runs all of its tests, the examples against the test
# user pool among them. Needs cargo and python3; what Debian packages are missing is installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
mkdir -p "${CARGO_TARGET_DIR:=target}"
target=$(cd "$CARGO_TARGET_DIR" && pwd)
export CARGO_TARGET_DIR=$target
work=$target/python
mkdir -p "$work"

missing=()
command -v cc >/dev/null || missing+=(gcc libc6-dev)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

python3 -m venv --clear "$work/venv"
python=$work/venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
"$python" -m pip install -q "$here"
# in the versions of tests/clients
"$python" -m pip install -q -c tests/clients/requirements.txt boto3 pycognito mypy

cargo build -q --release --example user_pool
processes=()
trap 'kill "${processes[@]}" 2>/dev/null || true' EXIT

# serve NAME ARGUMENT...: a pool on a free port; its address goes into $address
serve() {
  local name=$1
  shift
  rm -f "$work/$name.out"
  "$target/release/examples/user_pool" --listen 127.0.0.1:0 "$@" >"$work/$name.out" 2>"$work/$name.err" &
  processes+=($!)
  for _ in $(seq 100); do
    address=$(sed -n 's/^listening on //p' "$work/$name.out" 2>/dev/null || true)
    [ -n "$address" ] && return
    sleep 0.1
  done
  cat "$work/$name.err"
  return 1
}
serve pool
export POOL_ENDPOINT=http://$address POOL_LOG=$work/pool.err
# pycognito leaves the Session of device challenges out, as the service has allowed
serve lenient --device-session-optional
export LENIENT_POOL_ENDPOINT=http://$address

"$python" -m unittest discover -s "$here/tests"
