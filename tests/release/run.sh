#!/usr/bin/env bash
# What a release is checked by beside the gate: tools that take minutes to install, and what reads databases that others keep.
#
#   tests/release/run.sh [BASELINE]    BASELINE is the revision of the last release, the newest tag if not told
#
# Needs cargo; the tools that are missing are installed by cargo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export CARGO_TERM_COLOR=never

need() { # need TOOL VERSION
  cargo "$1" --version >/dev/null 2>&1 || cargo install --quiet --locked "cargo-$1@$2"
}

echo "== the oldest compiler"
MSRV_REQUIRED=1 .ci/run msrv

need deny 0.20.2
echo "== licences, sources and bans"
cargo deny --locked check bans licenses sources
echo "== advisories"
cargo deny --locked check advisories

baseline=${1:-$(git describe --tags --abbrev=0 2>/dev/null || true)}
if [ -n "$baseline" ]; then
  need semver-checks 0.51.0
  echo "== the API since $baseline"
  cargo semver-checks --baseline-rev "$baseline" --only-explicit-features --features alloc,capi,num-bigint,serde,std
else
  echo "no release to compare the API with"
fi
