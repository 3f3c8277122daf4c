#!/usr/bin/env bash
# Clients that others wrote do the life of a device against examples/user_pool, each in a pool of its own: sign-in, confirm,
# sign-in with the device, forget; and a wrong password, a wrong device secret, a forgotten device and a wrong clock each end
# as they should. And this crate's own sign-in is let in by a user pool that others wrote. One line a client; the first that
# fails ends it. Needs python3 with venv, node and npm; installs the clients, in the versions that requirements.txt and
# package-lock.json name, into target/clients.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
target=${CARGO_TARGET_DIR:-target}
work=$target/clients
mkdir -p "$work"
target=$(cd "$target" && pwd)
work=$target/clients

cargo build -q --release --example user_pool
cargo build -q --release -p cognito-device-srp-cli
cargo build -q --release --features aws-sdk-cognitoidentityprovider --example remember_device
# the commands of the guides, without the address and the user
pool=$(sed -n 's/^\(cargo run .* user_pool --\) --listen [^ ]*$/\1/p' src/guide/testing_a_client.md)
remember_device=$(sed -n 's/^\(cargo run .* remember_device --\) --user-pool-id .*/\1/p' src/guide/life_of_a_device.md)
export COGNITO_DEVICE_SRP=$target/release/cognito-device-srp REMEMBER_DEVICE=${remember_device:?}
export PYTHONDONTWRITEBYTECODE=1

# install NAME FILE COMMAND...: once for each content of the file of versions
install() {
  local stamp=$work/$1.installed
  cmp -s "$2" "$stamp" && return
  "${@:3}"
  cp "$2" "$stamp"
}
python_clients() {
  python3 -m venv --clear "$work/venv"
  "$work/venv/bin/pip" install -q --disable-pip-version-check --no-deps -r "$here/requirements.txt"
}
node_clients() {
  cp "$here/package.json" "$here/package-lock.json" "$work"
  npm ci --prefix "$work" --ignore-scripts --no-audit --no-fund --silent
}
install python "$here/requirements.txt" python_clients
install node "$here/package-lock.json" node_clients
# modules are looked up from where the importing file is
cp "$here"/*.mjs "$work"

processes=()
trap 'kill "${processes[@]}" 2>/dev/null || true' EXIT

# serve NAME ARGUMENT...: a pool on a free port; its address goes into $address
serve() {
  local name=$1
  shift
  ${pool:?} --listen 127.0.0.1:0 "$@" >"$work/$name.out" 2>"$work/$name.err" &
  processes+=($!)
  for _ in $(seq 100); do
    address=$(sed -n 's/^listening on //p' "$work/$name.out")
    [ -n "$address" ] && return
    sleep 0.1
  done
  cat "$work/$name.err"
  return 1
}

# client COMMAND...: its last line of output says what ran
client() {
  if "$@" >"$work/client.out" 2>&1; then
    printf 'ok %s\n' "$(tail -n 1 "$work/client.out")"
  else
    cat "$work/client.out"
    printf 'FAILED %s\n' "$*"
    exit 1
  fi
}

serve ahead --clock-offset 600
ahead=http://$address
# pycognito, which signs the device in for awscli too, leaves the Session out, as the service has allowed
serve lenient --device-session-optional
lenient=http://$address
serve pool --allow-origin '*'
export POOL_ENDPOINT=http://$address POOL_LOG=$work/pool.err
# the guide sets a pool up by curl and lets a client in: its blocks in which that pool's address is
guide() {
  awk '/^```sh$/ { inside = 1; block = ""; next } /^```$/ { if (inside && block ~ /http:/) printf "%s", block; inside = 0 } inside { block = block $0 "\n" }' \
    src/guide/testing_a_client.md | sed "s|http://127.0.0.1:9230|$POOL_ENDPOINT|; s|\bpassword\$|$work/password|" | bash -euo pipefail &&
    echo "the guide's client"
}
client guide
client "$work/venv/bin/python" "$here/rust_sdk_client.py" "$POOL_ENDPOINT" "$ahead"
client env POOL_ENDPOINT="$lenient" "$work/venv/bin/python" "$here/pycognito_client.py"
client "$work/venv/bin/python" "$here/boto3_client.py"
client env POOL_ENDPOINT="$lenient" "$work/venv/bin/python" "$here/awscli_client.py"
for name in identity_js amplify; do
  options=("" --ask-user)
  # identity-js has no call that refreshes with rotation
  [ "$name" = amplify ] && options+=(--rotate)
  node_client() { # the pool remembers devices by itself, and when the user says so
    for option in "${options[@]}"; do
      "$work/venv/bin/python" "$here/pool.py" $option >"$work/pool.json"
      node "$work/${name}_client.mjs" "$work/pool.json" || return
    done
  }
  client node_client
done

port=$("$work/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
BIND_HOST=127.0.0.1 GATEWAY_PORT=$port "$work/venv/bin/ministack" >"$work/ministack.out" 2>&1 &
processes+=($!)
for _ in $(seq 300); do
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
  sleep 0.1
done
own_sign_in() {
  USER_POOL_ENDPOINT=127.0.0.1:$port \
    cargo test -q --release --all-features --test user_pool -- --exact the_right_password_signs_in_and_no_other
  "$work/venv/bin/pip" list --format freeze --disable-pip-version-check | sed -n 's/^ministack==/this crate in MiniStack /p'
}
client own_sign_in
