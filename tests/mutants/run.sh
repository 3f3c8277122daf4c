#!/usr/bin/env bash
# Changes the library's sources in one place after another, and looks whether a test fails.
#
#   tests/mutants/run.sh 3/24                    the fourth of 24 shards; without it, all
#   tests/mutants/run.sh 0/1 'src/device/*.rs'   all of some files
#
# Fails if a mutant lives that survivors.txt does not list, or if that lists one which does not live among those that were run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
shard=${1:-0/1}
[ $# -eq 0 ] || shift
command -v cargo-mutants >/dev/null || cargo install --quiet --locked cargo-mutants --version 27.1.0

output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
status=0
nice -n 19 cargo mutants --config tests/mutants/mutants.toml --package cognito-device-srp --jobs 1 --no-shuffle \
  --shard "$shard" --output "$output" "${@/#/--file=}" || status=$?
# 2: some live; 3: some ran into the time limit
[ "$status" = 0 ] || [ "$status" = 2 ] || [ "$status" = 3 ] || exit "$status"

# a mutant by its file and what was done, since lines move
place='s/^\([^:]*\):[0-9]*:[0-9]*: /\1: /'
names() { sed "$place" "$@" | sort -u; }
results=$output/mutants.out
listed=$(sed -n 's/^- `\(.*\)`.*/\1/p' tests/mutants/survivors.md | sort -u)
printf '%s: %d caught, %d alive, %d too slow, %d that do not compile\n' "$shard" \
  $(for kind in caught missed timeout unviable; do wc -l < "$results/$kind.txt"; done)
unlisted=$(comm -13 <(echo "$listed") <(names "$results/missed.txt"))
dead=$(comm -12 <(echo "$listed") <(names "$results/caught.txt" "$results/timeout.txt") |
  comm -23 - <(names "$results/missed.txt"))
[ -z "$unlisted" ] || printf 'alive, and not listed:\n%s\n' "$unlisted"
[ -z "$dead" ] || printf 'listed, and not alive:\n%s\n' "$dead"
[ -z "$unlisted$dead" ]
