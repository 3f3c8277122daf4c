//! The crate beside what a Rust user reaches by crates alone: a table onto stdout and into README.md, a picture into
//! benches/peers.svg.
//!
//! There is one exponent, the x of one device: 2^x mod N, and the whole verifier from group key, device key, secret and
//! salt. An answer that is not ours ends the run before anything is timed. The turns are interleaved, so that what
//! slows the machine slows all, and counted in CPU time of the thread.

mod contestants;
mod report;
mod timed;

use report::Report;
use std::{error::Error, fs};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers.svg");

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
    fs::write(PICTURE, report.picture())?;
    fs::write(README, report::between_markers(&fs::read_to_string(README)?, &table)?)?;
    Ok(())
}
