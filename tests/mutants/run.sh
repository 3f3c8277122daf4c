#!/usr/bin/env bash
# Changes the library's sources in one place after another, and looks whether a test fails.
#
#   tests/mutants/run.sh 3/24                    the fourth of 24 shards; without it, all
#   tests/mutants/run.sh 0/1 'src/device/*.rs'   all of some files
#
# Fails if a mutant lives that survivors.md does not list, or if that lists one which does not live among those that were run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
shard=${1:-0/1}
[ $# -eq 0 ] || shift
command -v cargo-mutants >/dev/null || cargo install --quiet --locked cargo-mutants --version 27.1.0

output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
# a mutant by its file and what was done, since lines move
place='s/^\([^:]*\):[0-9]*:[0-9]*: /\1: /'
names() { sed "$place" "$@" | sort -u; }

# judge RESULTS SURVIVORS: says which mutants live that are not listed, and which are listed and do not live
judge() {
  local listed unlisted dead
  listed=$(sed -n 's/^- `\(.*\)`.*/\1/p' "$2" | sort -u)
  unlisted=$(comm -13 <(echo "$listed") <(names "$1/missed.txt"))
  dead=$(comm -12 <(echo "$listed") <(names "$1/caught.txt" "$1/timeout.txt") | comm -23 - <(names "$1/missed.txt"))
  [ -z "$unlisted" ] || printf 'alive, and not listed:\n%s\n' "$unlisted"
  [ -z "$dead" ] || printf 'listed, and not alive:\n%s\n' "$dead"
  [ -z "$unlisted$dead" ]
}

# it must find a mutant that lives and is not listed, and one that is listed and does not live
planted=$output/planted
mkdir "$planted"
echo 'src/a.rs:1:2: replace a with b' >"$planted/missed.txt"
echo 'src/a.rs:3:4: replace b with c' >"$planted/caught.txt"
: >"$planted/timeout.txt"
echo '- `src/a.rs: replace a with b`: nothing depends on it' >"$planted/right.md"
: >"$planted/none.md"
{ cat "$planted/right.md"; echo '- `src/a.rs: replace b with c`: as above'; } >"$planted/dead.md"
judge "$planted" "$planted/right.md"
if judge "$planted" "$planted/none.md" >/dev/null; then exit 1; fi
if judge "$planted" "$planted/dead.md" >/dev/null; then exit 1; fi

status=0
nice -n 19 cargo mutants --config tests/mutants/mutants.toml --package cognito-device-srp --jobs 1 --no-shuffle \
  --shard "$shard" --output "$output" "${@/#/--file=}" || status=$?
# 2: some live; 3: some ran into the time limit
[ "$status" = 0 ] || [ "$status" = 2 ] || [ "$status" = 3 ] || exit "$status"

results=$output/mutants.out
printf '%s: %d caught, %d alive, %d too slow, %d that do not compile\n' "$shard" \
  $(for kind in caught missed timeout unviable; do wc -l < "$results/$kind.txt"; done)
judge "$results" tests/mutants/survivors.md
