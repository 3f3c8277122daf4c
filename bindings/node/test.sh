#!/usr/bin/env bash
# Builds the npm package, installs it into a project of its own as anybody would, and runs the tests there: in Node and in
# Debian's Chromium, which is installed if it is missing, for which this must run as root. Then the clients that
# others wrote, with the package in the place of their arithmetic. Its arguments are those of build.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/firmware/tools.sh
. tests/firmware/tools.sh
install chromium
command -v node >/dev/null || install nodejs
command -v npm >/dev/null || install npm
bindings/node/build.sh "$@"
tgz=$(echo "$PWD"/bindings/node/dist/cognito-device-srp-*.tgz)
[ $# != 0 ] || [ "$(stat -c %s "$tgz")" -le 60000 ] || fail "the package has more than 60 kB"

here=$PWD/bindings/node
project=$PWD/target/node/project
rm -rf "$project"
mkdir -p "$project"
cp "$here"/tests/* "$here"/examples/*.mjs "$here"/examples/package*.json "$project"
npm ci --prefix "$project" --ignore-scripts --no-audit --no-fund --silent
npm install --prefix "$project" --no-save --no-audit --no-fund --silent "$tgz"

cargo build -q --release --example user_pool
pool_out=$project/pool.out
"${CARGO_TARGET_DIR:-target}/release/examples/user_pool" --listen 127.0.0.1:0 >"$pool_out" 2>"$project/pool.err" &
pool=$!
trap 'kill "$pool"' EXIT
for _ in $(seq 100); do
  address=$(sed -n 's/^listening on //p' "$pool_out")
  [ -n "$address" ] && break
  sleep 0.1
done
export POOL_ENDPOINT=http://${address:?} VECTORS=$PWD/vectors PACKAGE=$project/node_modules/cognito-device-srp
cd "$project"
node --test --test-reporter=spec *.test.mjs
node_modules/.bin/tsc --noEmit --strict --target es2022 --module nodenext --moduleResolution nodenext types.mts types.cts
! node_modules/.bin/tsc --noEmit --strict --target es2022 --module nodenext --moduleResolution nodenext wrong_types.mts >wrong_types.out
grep -c 'error TS' wrong_types.out | grep -qx "$(grep -c '// wrong' wrong_types.mts)" || fail "the types let a wrong call through: $(cat wrong_types.out)"
node identity_js_device.mjs
node amplify_device.mjs 2>&1 | grep -v WARN
