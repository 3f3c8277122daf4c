//! The figures: a table to be read and to be compared with, and the bars.

use crate::Result;
use crate::configurations::Configuration;
use std::collections::BTreeMap;
use std::fmt;

/// What one call takes: instructions executed; bytes of stack, counted from the top of RAM; bytes of flash, beside those
/// of an image without work.
pub(crate) struct Figure {
    pub(crate) instructions: u64,
    pub(crate) stack: u64,
    pub(crate) flash: u64,
}

/// By image.
pub(crate) type Figures = BTreeMap<&'static str, Figure>;

pub(crate) struct Table {
    compiler: String,
    rows: Vec<(String, Figures)>,
}

type Value = fn(&Figure) -> u64;

const INSTRUCTIONS: Value = |figure| figure.instructions;
const STACK: Value = |figure| figure.stack;
const FLASH: Value = |figure| figure.flash;

/// The columns: their head, and what of which image they show.
const COLUMNS: [(&str, &str, Value); 14] = [
    ("2^x", "pow", INSTRUCTIONS),
    ("stack", "pow", STACK),
    ("`derive`", "derive", INSTRUCTIONS),
    ("stack", "derive", STACK),
    ("flash", "derive", FLASH),
    ("`from_entropy`", "register", INSTRUCTIONS),
    ("stack", "register", STACK),
    ("flash", "register", FLASH),
    ("sign-in", "sign_in", INSTRUCTIONS),
    ("stack", "sign_in", STACK),
    ("flash", "sign_in", FLASH),
    ("`prove`", "prove", INSTRUCTIONS),
    ("stack", "prove", STACK),
    ("flash", "prove", FLASH),
];

/// The most that there may be.
const BARS: [(&str, &str, Value, u64); 14] = [
    ("Cortex-M4, opt-level 3", "pow", INSTRUCTIONS, 3_810_000),
    ("Cortex-M4, opt-level 3", "derive", STACK, 3 << 10),
    ("Cortex-M4, opt-level 3", "derive", FLASH, 20 << 10),
    ("Cortex-M4, opt-level 3", "register", STACK, 3_584),
    ("Cortex-M4, opt-level 3", "register", FLASH, 22_000),
    ("Cortex-M4, opt-level 3", "sign_in", STACK, 8 << 10),
    ("Cortex-M0, opt-level 3", "sign_in", STACK, 8 << 10),
    ("Cortex-M4, opt-level 3, small", "pow", INSTRUCTIONS, 11_000_000),
    ("Cortex-M4, opt-level 3, small", "derive", STACK, 3 << 10),
    ("Cortex-M4, opt-level 3, small", "derive", FLASH, 12 << 10),
    ("Cortex-M0, opt-level 3", "pow", INSTRUCTIONS, 110_000_000),
    ("Cortex-M0, opt-level 3", "derive", STACK, 4 << 10),
    ("RV32IMAC, opt-level 3", "pow", INSTRUCTIONS, 30_000_000),
    ("RV32IMAC, opt-level 3", "derive", STACK, 4 << 10),
];

/// Percent that `derive` may take beyond its power, and that a figure may differ from what was kept.
const PERCENT: u64 = 3;

impl Table {
    pub(crate) fn new(compiler: &str) -> Self {
        Self { compiler: compiler.to_owned(), rows: Vec::new() }
    }

    pub(crate) fn push(&mut self, configuration: &Configuration, figures: Figures) {
        self.rows.push((configuration.to_string(), figures));
    }

    /// What is above its bar.
    pub(crate) fn beyond_bars(&self) -> Vec<String> {
        let mut beyond = Vec::new();
        for (name, figures) in &self.rows {
            for (_, image, value, bar) in BARS.iter().filter(|(row, ..)| row == name) {
                let value = value(&figures[image]);
                if value > *bar {
                    beyond.push(format!("{name}: {image}: {value}, above {bar}"));
                }
            }
            let (power, derivation) = (figures["pow"].instructions, figures["derive"].instructions);
            if derivation * 100 > power * (100 + PERCENT) {
                beyond
                    .push(format!("{name}: derive: {derivation}, above {PERCENT} % more than 2^x, {power}"));
            }
        }
        beyond
    }

    /// How it differs from a table that was kept. Another compiler makes other code, which is no regression: then the
    /// bars alone count, and the figures are to be kept anew.
    pub(crate) fn differences(&self, kept: &str) -> Result<Vec<String>> {
        if !kept.contains(&format!("`{}`", self.compiler)) {
            eprintln!("the kept figures are of another compiler than {}: not compared", self.compiler);
            return Ok(Vec::new());
        }
        let kept = kept.lines().filter_map(row).collect::<Result<BTreeMap<_, _>>>()?;
        let mut differences = Vec::new();
        for (name, figures) in &self.rows {
            let Some(kept) = kept.get(&name[..]).filter(|kept| kept.len() == COLUMNS.len()) else {
                differences.push(format!("{name}: no such figures are kept"));
                continue;
            };
            for ((head, image, value), &kept) in COLUMNS.iter().zip(kept) {
                let value = value(&figures[image]);
                if value.abs_diff(kept) * 100 > kept * PERCENT {
                    differences.push(format!("{name}: {image}: {head}: {value}, {kept} is kept"));
                }
            }
        }
        Ok(differences)
    }
}

/// A line of the table's body: its name and its numbers.
fn row(line: &str) -> Option<Result<(&str, Vec<u64>)>> {
    let (name, cells) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
    let number = |cell: &str| cell.replace(',', "").parse().map_err(|error| format!("{cell}: {error}"));
    (name != HEAD).then(|| Ok((name, cells.split(" | ").map(number).collect::<Result<_>>()?)))
}

const HEAD: &str = "core and opt-level";

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Compiler: `{}`. Instructions, bytes of stack, bytes of flash.\n", self.compiler)?;
        writeln!(f, "| {HEAD} | {} |", COLUMNS.map(|(head, ..)| head).join(" | "))?;
        writeln!(f, "|---|{}", "--:|".repeat(COLUMNS.len()))?;
        for (name, figures) in &self.rows {
            let cells = COLUMNS.map(|(_, image, value)| with_commas(value(&figures[image])));
            writeln!(f, "| {name} | {} |", cells.join(" | "))?;
        }
        Ok(())
    }
}

fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
