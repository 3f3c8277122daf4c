//! The little that is needed of an ELF file, of 32 bits and little-endian: sizes of sections, symbols, and whether code divides.

use crate::Result;
use std::path::{Path, PathBuf};

pub(crate) struct Image {
    pub(crate) path: PathBuf,
    sections: Vec<(String, u64)>,
    symbols: Vec<(String, u64)>,
    code: Code,
}

/// The section of code.
struct Code {
    is_arm: bool,
    address: u64,
    bytes: Vec<u8>,
}

/// A section's header.
struct Section {
    name: usize,
    is_symbols: bool,
    address: usize,
    offset: usize,
    size: usize,
    link: usize,
}

impl Image {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let file = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let (sections, symbols, code) =
            parse(&file).ok_or_else(|| format!("{} is no image", path.display()))?;
        Ok(Self { path: path.to_owned(), sections, symbols, code })
    }

    /// Bytes of flash: code and constants.
    pub(crate) fn flash(&self) -> u64 {
        let in_flash = |name: &str| [".start", ".text", ".rodata"].contains(&name);
        self.sections.iter().filter(|(name, _)| in_flash(name)).map(|(_, size)| size).sum()
    }

    pub(crate) fn symbols(&self) -> impl Iterator<Item = &str> {
        self.symbols.iter().map(|(name, _)| &name[..])
    }

    pub(crate) fn address(&self, symbol: &str) -> Result<u64> {
        let found = self.symbols.iter().find(|(name, _)| name == symbol);
        found.map(|(_, address)| *address).ok_or_else(|| format!("{} has no {symbol}", self.path.display()))
    }

    /// The last symbol up to an address, but for the marks of the assembler.
    pub(crate) fn symbol_at(&self, address: u64) -> &str {
        let before = self.symbols.iter().filter(|(name, at)| *at <= address + 1 && !name.starts_with('$'));
        before.max_by_key(|(_, at)| *at).map_or("", |(name, _)| name)
    }

    /// Whether there is an instruction that divides, or a function that does on a core that has none.
    pub(crate) fn divides(&self) -> bool {
        let Code { is_arm, address, ref bytes } = self.code;
        let mut marks: Vec<_> = self.symbols.iter().filter(|(name, _)| name.starts_with('$')).collect();
        marks.sort_by_key(|(_, at)| *at);
        let is_data = |at: u64| {
            let mark = marks[..marks.partition_point(|(_, start)| *start <= at)].last();
            mark.is_some_and(|(name, _)| name.starts_with("$d"))
        };
        let mut rest = &bytes[..];
        while let &[a, b, ref after @ ..] = rest {
            let at = address + (bytes.len() - rest.len()) as u64;
            let wide = if is_arm { b >> 3 >= 0b11101 } else { a & 3 == 3 };
            let [c, d] = after.first_chunk().copied().unwrap_or_default();
            if wide && !is_data(at) && is_division(is_arm, u32::from_le_bytes([a, b, c, d])) {
                return true;
            }
            rest = if wide && !is_data(at) { after.get(2..).unwrap_or_default() } else { after };
        }
        self.symbols().any(|name| name == "__aeabi_uidiv" || name == "__aeabi_uidivmod")
    }
}

/// Of an instruction of four bytes, as a little-endian word: `udiv` and `sdiv` of Thumb, `div`, `divu`, `rem` and `remu` of RISC-V.
fn is_division(is_arm: bool, word: u32) -> bool {
    if is_arm { word & 0xf0f0_ffd0 == 0xf0f0_fb90 } else { word & 0xfe00_407f == 0x0200_4033 }
}

type Named = Vec<(String, u64)>;

fn parse(file: &[u8]) -> Option<(Named, Named, Code)> {
    file.strip_prefix(b"\x7fELF\x01\x01")?;
    let (table, count, names) = (word(file, 32)?, half(file, 48)?, half(file, 50)?);
    let section = |number| {
        let header = file.get(table + 40 * number..)?;
        Some(Section {
            name: word(header, 0)?,
            is_symbols: word(header, 4)? == 2,
            address: word(header, 12)?,
            offset: word(header, 16)?,
            size: word(header, 20)?,
            link: word(header, 24)?,
        })
    };
    let sections = (0..count).map(section).collect::<Option<Vec<_>>>()?;
    let names = sections.get(names)?;
    let symbols = sections.iter().find(|section| section.is_symbols)?;
    let strings = sections.get(symbols.link)?;
    let symbol = |symbol| Some((string(file, strings.offset + word(symbol, 0)?)?, word(symbol, 4)? as u64));
    let named = |wanted: &str| {
        sections
            .iter()
            .find(|section| string(file, names.offset + section.name).is_some_and(|name| name == wanted))
    };
    let text = named(".text")?;
    let bytes = file.get(text.offset..)?.get(..text.size)?.to_vec();
    let code = Code { is_arm: half(file, 18)? == 40, address: text.address as u64, bytes };
    Some((
        sections
            .iter()
            .map(|section| Some((string(file, names.offset + section.name)?, section.size as u64)))
            .collect::<Option<_>>()?,
        file.get(symbols.offset..)?
            .get(..symbols.size)?
            .chunks_exact(16)
            .map(symbol)
            .collect::<Option<_>>()?,
        code,
    ))
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?) as usize)
}

fn half(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?).into())
}

fn string(file: &[u8], at: usize) -> Option<String> {
    let bytes = file.get(at..)?.split(|&byte| byte == 0).next()?;
    Some(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::is_division;

    #[test]
    fn divisions_are_told_from_products() {
        for (is_arm, word, divides) in [
            (true, 0xf1f0_fb90, true),   // sdiv r1, r0, r0
            (true, 0xf2f3_fbb1, true),   // udiv r2, r1, r3
            (true, 0x2301_fba0, false),  // umull r2, r3, r0, r1
            (true, 0xf001_fb00, false),  // mul r0, r0, r1
            (false, 0x02b5_4533, true),  // div a0, a0, a1
            (false, 0x02b5_7533, true),  // remu a0, a0, a1
            (false, 0x02b5_0533, false), // mul a0, a0, a1
            (false, 0x02b5_3533, false), // mulhu a0, a0, a1
        ] {
            assert_eq!(is_division(is_arm, word), divides, "{word:#x}");
        }
    }
}
