//! The little that is needed of an ELF file, of 32 bits and little-endian: sizes of sections, and symbols.

use crate::Result;
use std::path::{Path, PathBuf};

pub(crate) struct Image {
    pub(crate) path: PathBuf,
    sections: Vec<(String, u64)>,
    symbols: Vec<(String, u64)>,
}

/// A section's header.
struct Section {
    name: usize,
    is_symbols: bool,
    offset: usize,
    size: usize,
    link: usize,
}

impl Image {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let file = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let (sections, symbols) = parse(&file).ok_or_else(|| format!("{} is no image", path.display()))?;
        Ok(Self { path: path.to_owned(), sections, symbols })
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
}

type Named = Vec<(String, u64)>;

fn parse(file: &[u8]) -> Option<(Named, Named)> {
    file.strip_prefix(b"\x7fELF\x01\x01")?;
    let (table, count, names) = (word(file, 32)?, half(file, 48)?, half(file, 50)?);
    let section = |number| {
        let header = file.get(table + 40 * number..)?;
        Some(Section {
            name: word(header, 0)?,
            is_symbols: word(header, 4)? == 2,
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
