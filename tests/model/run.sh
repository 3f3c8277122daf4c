#!/usr/bin/env bash
# Checks requests and exceptions against botocore's model of the service: of the version that requirements.txt names, or,
# with --newest, of the newest one there is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
case "${1:-}" in
  "") wanted=(-r tests/model/requirements.txt) ;;
  --newest) wanted=(--upgrade botocore) ;;
  *) echo "usage: tests/model/run.sh [--newest]" >&2; exit 2 ;;
esac
venv=target/model-venv
[ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
"$venv/bin/pip" install -q --disable-pip-version-check "${wanted[@]}"
BOTOCORE_PYTHON="$venv/bin/python" cargo test -q --release --all-features --test model -- --nocapture
