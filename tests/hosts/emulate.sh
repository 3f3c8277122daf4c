#!/bin/sh
# Cargo's runner of tests for another processor: emulate.sh ARCHITECTURE PROGRAM TEST ARGUMENT...
# Tests start the crate's PROGRAM too, which the kernel would refuse: a script that emulates it takes its place.
set -eu
emulator="qemu-$1 -L /usr/$1-linux-gnu"
program=$2
shift 2
if [ "$(head -c 4 "$program" | tail -c 3)" = ELF ]; then
  # Cargo may have linked it anew to what is there
  rm -f "$program.elf"
  mv "$program" "$program.elf"
  printf '#!/bin/sh\nexec %s "%s.elf" "$@"\n' "$emulator" "$program" >"$program"
  chmod +x "$program"
fi
# shellcheck disable=SC2086 # three words
exec $emulator "$@"
