//! The device keys of the lines that were read, with the line on which each was first. For a long list they are in a file
//! without a name, so that memory does not grow with the list.

use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

/// A slot of the table: a hash of 128 bits and the number of the line, or 0 if the slot is free.
const SLOT: usize = 24;
type Slot = [u8; SLOT];

/// log2 of the slots of the first table.
const FIRST_BITS: u32 = 12;

/// log2 of the slots of the largest table in memory, which takes 1.5 MiB.
const BITS_IN_MEMORY: u32 = 16;

/// The number of slots that are copied at once when the table grows.
const COPIED: usize = 1024;

/// The storage of a table.
trait Storage: Read + Write + Seek + Send {}

impl<T: Read + Write + Seek + Send> Storage for T {}

/// A hash table in memory or a file. At most half of its 2^`bits` slots are in use. A key is in the slot whose number is the
/// first bits of its hash, or in the next free one. Additional slots after the last one make wrapping around unnecessary.
///
/// Each table has a new random key for its hashes, so the author of a list cannot make keys collide. The probability that any
/// two of 10^12 keys collide by chance is below 2^-48.
pub(super) struct Seen {
    table: Box<dyn Storage>,
    keys: [RandomState; 2],
    bits: u32,
    taken: u64,
}

impl Seen {
    pub(super) fn new() -> io::Result<Self> {
        Self::with(Default::default(), FIRST_BITS)
    }

    fn with(keys: [RandomState; 2], bits: u32) -> io::Result<Self> {
        let table: Box<dyn Storage> = match bits {
            ..=BITS_IN_MEMORY => Box::new(Cursor::new(Vec::new())),
            _ => Box::new(tempfile::tempfile()?),
        };
        Ok(Self { table, keys, bits, taken: 0 })
    }

    /// The earlier line on which this key was first, if there is one.
    pub(super) fn first_line(&mut self, key: &str, line: u64) -> io::Result<Option<u64>> {
        let [high, low] = self.keys.each_ref().map(|keyed| keyed.hash_one(key));
        let mut slot = [0; SLOT];
        slot[..8].copy_from_slice(&high.to_be_bytes());
        slot[8..16].copy_from_slice(&low.to_be_bytes());
        slot[16..].copy_from_slice(&line.to_be_bytes());
        let first = self.insert(&slot)?;
        if first.is_none() && self.taken > 1 << (self.bits - 1) {
            self.grow()?;
        }
        Ok(first)
    }

    /// Inserts a slot, or returns the line of the slot with the same hash.
    fn insert(&mut self, slot: &Slot) -> io::Result<Option<u64>> {
        let (hash, _) = split(slot);
        let mut at = ((hash >> 64) as u64 >> (64 - self.bits)) * SLOT as u64;
        loop {
            let there = self.read(at)?;
            match split(&there) {
                (_, 0) => break,
                (other, line) if other == hash => return Ok(Some(line)),
                _ => at += SLOT as u64,
            }
        }
        self.table.seek(SeekFrom::Start(at))?;
        self.table.write_all(slot)?;
        self.taken += 1;
        Ok(None)
    }

    /// Reads the slots at an offset. The table ends after the last slot that was ever used.
    fn read(&mut self, at: u64) -> io::Result<Slot> {
        let mut slot = [0; SLOT];
        self.table.seek(SeekFrom::Start(at))?;
        match self.table.read_exact(&mut slot) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok([0; SLOT]),
            read => read.map(|()| slot),
        }
    }

    /// Moves all slots to a table twice as large, in the order of the old one, so the new one is written from its start to its
    /// end too.
    fn grow(&mut self) -> io::Result<()> {
        let mut larger = Self::with(self.keys.clone(), self.bits + 1)?;
        let mut slots = vec![0; COPIED * SLOT];
        self.table.rewind()?;
        loop {
            let count = read_up_to(&mut self.table, &mut slots)?;
            for slot in slots[..count].as_chunks().0 {
                if split(slot).1 != 0 {
                    larger.insert(slot)?;
                }
            }
            if count < slots.len() {
                *self = larger;
                return Ok(());
            }
        }
    }
}

/// The bytes of a slot: hash and line.
fn split(slot: &Slot) -> (u128, u64) {
    let [hash @ .., a, b, c, d, e, f, g, h] = *slot;
    (u128::from_be_bytes(hash), u64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

/// Reads until the buffer is full or the file ends.
fn read_up_to(table: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    loop {
        match table.read(&mut buffer[filled..]) {
            Ok(0) => return Ok(filled),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_found_with_its_first_line() {
        let mut seen = Seen::new().unwrap();
        // some of them in a file
        let numbers = 50_000;
        for number in 1..=numbers {
            assert_eq!(seen.first_line(&format!("a_{number:x}"), number).unwrap(), None);
            // one of those before, now and then the same
            let other = number * 7919 % number.max(2) / 2 + 1;
            assert_eq!(seen.first_line(&format!("a_{other:x}"), numbers + number).unwrap(), Some(other));
        }
        assert!(seen.bits > BITS_IN_MEMORY && seen.taken == numbers);
    }

    /// What a process has in memory, in KiB.
    #[cfg(target_os = "linux")]
    fn resident() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_does_not_grow_with_the_keys() {
        let mut seen = Seen::new().unwrap();
        let before = resident();
        for number in 1..=500_000 {
            assert_eq!(seen.first_line(&format!("a_{number:x}"), number).unwrap(), None);
        }
        let grown = resident().saturating_sub(before);
        // the hashes alone take 8 MiB
        assert!(grown < 4 << 10, "{grown} KiB");
        assert_eq!(seen.first_line("a_7a120", 500_001).unwrap(), Some(500_000));
    }
}
