//! This crate beside the other crates that compute the same: a table onto stdout and into docs/benchmarks.md, and two pictures
//! into docs/, one for light pages and one for dark ones.
//!
//! There is one exponent, the x of one device: 2^x mod N, and the whole verifier from group key, device key, secret and
//! salt. An answer that is not ours ends the run before anything is timed. The turns are interleaved, so that what
//! slows the machine slows all, and counted in CPU time of the thread.

mod contestants;
mod report;
mod timed;

use report::Report;
use std::{error::Error, fs};

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");

/// How often each operation has its turn.
const ROUNDS: usize = 41;

fn main() -> Result<(), Box<dyn Error>> {
    let mut contestants = contestants::all()?;
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        for contestant in &mut contestants {
            for operation in [&mut contestant.power, &mut contestant.verifier].into_iter().flatten() {
                operation.turn();
            }
        }
    }
    let report = Report::new(&contestants);
    let table = report.table();
    println!("{table}");
    for (name, colours) in [("light", &report::LIGHT), ("dark", &report::DARK)] {
        fs::write(format!("{DOCS}/peers-{name}.svg"), report.picture(colours))?;
    }
    let page = format!("{DOCS}/benchmarks.md");
    fs::write(&page, report::between_markers(&fs::read_to_string(&page)?, &table)?)?;
    Ok(())
}
