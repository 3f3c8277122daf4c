//! Runs the firmware images in the emulator and checks all that is promised of them: known answers, one trace for all
//! secrets, no division, no secret left in RAM, no panic in the image, and figures within bars and near those of the last time.
//!
//! Usage: `check QEMU PLUGIN IMAGES COMPILER [--bless]`: the folder of the emulator, its plugin, the folder that
//! holds a folder of built images for each configuration, and what the compiler calls itself.

mod cases;
mod configurations;
mod elf;
mod emulator;
mod figures;

use cases::{Case, Work};
use configurations::{CONFIGURATIONS, Configuration};
use elf::Image;
use emulator::{Emulator, Run};
use figures::{Figure, Figures, Table};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Result<T> = std::result::Result<T, String>;

fn main() -> ExitCode {
    match check() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("firmware: {error}");
            ExitCode::FAILURE
        }
    }
}

fn check() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [qemu, plugin, images, compiler, bless @ ..] = &arguments[..] else {
        return Err("usage: check QEMU PLUGIN IMAGES COMPILER [--bless]".into());
    };
    let emulator = Emulator { qemu: PathBuf::from(qemu), plugin: PathBuf::from(plugin) };
    let works = cases::works()?;
    let mut table = Table::new(compiler);
    let mut wrong = Vec::new();
    for configuration in CONFIGURATIONS {
        let folder = Path::new(images).join(configuration.folder());
        let checked = check_configuration(&emulator, configuration, &folder, &works)?;
        eprintln!("{configuration}: {} runs", checked.runs);
        if let Some(example) = configuration.example() {
            let failure = emulator.failure(configuration, &folder.join("examples").join(example));
            wrong.extend(failure.map(|failure| format!("{configuration}: the example {example}: {failure}")));
        }
        wrong.extend(checked.wrong.into_iter().map(|text| format!("{configuration}: {text}")));
        table.push(configuration, checked.figures);
    }
    wrong.extend(table.beyond_bars());
    print!("{table}");
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../figures.md");
    let error = |error| format!("{}: {error}", kept.display());
    if bless == ["--bless"] {
        std::fs::write(&kept, table.to_string()).map_err(error)?;
    } else {
        wrong.extend(table.differences(&std::fs::read_to_string(&kept).map_err(error)?)?);
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("not as promised:\n  {}", wrong.join("\n  "))) }
}

struct Checked {
    figures: Figures,
    runs: usize,
    wrong: Vec<String>,
}

/// All images of one configuration.
fn check_configuration(
    emulator: &Emulator,
    configuration: &Configuration,
    folder: &Path,
    works: &[Work],
) -> Result<Checked> {
    let beside = Image::read(&folder.join("nothing"))?.flash();
    let mut checked = Checked { figures: Figures::default(), runs: 0, wrong: Vec::new() };
    for work in works {
        let image = Image::read(&folder.join(work.image))?;
        let runs = emulator.run_all(configuration, &image, &work.cases)?;
        checked.runs += runs.len();
        let found = Found::of(&image, &work.cases, &runs);
        if let Some(planted) = work.planted {
            if !planted.is_found(&found) {
                checked.wrong.push(format!("{}: what was planted was not found", work.image));
            }
            continue;
        }
        let trace = &runs[0].trace;
        let flash = image.flash() - beside;
        checked
            .figures
            .insert(work.image, Figure { instructions: trace.instructions, stack: trace.stack, flash });
        let mut wrong = |what: String| checked.wrong.push(format!("{}: {what}", work.image));
        if found.wrong_answers > 0 {
            wrong(format!("{} wrong answers", found.wrong_answers));
        }
        if found.traces_differ {
            wrong(format!("the trace depends on the secret: {}", emulator::difference(&image, &runs)));
        }
        if found.divides && configuration.has_no_division(work) {
            wrong("it divides".into());
        }
        if found.panics && configuration.removes_panics(work) {
            wrong("it can panic".into());
        }
        found.residue.into_iter().take(3).for_each(|left| wrong(format!("left in RAM: {left}")));
    }
    Ok(checked)
}

/// What there is to be found in an image and its runs.
struct Found {
    wrong_answers: usize,
    traces_differ: bool,
    divides: bool,
    panics: bool,
    residue: Vec<String>,
}

impl Found {
    fn of(image: &Image, cases: &[Case], runs: &[Run]) -> Self {
        Self {
            wrong_answers: runs.iter().filter(|run| !run.passed).count(),
            traces_differ: runs.iter().any(|run| run.trace != runs[0].trace),
            divides: image.divides(),
            panics: image.symbols().any(|name| name.contains("panicking")),
            residue: cases.iter().zip(runs).flat_map(|(case, run)| case.left_in(&run.ram)).collect(),
        }
    }
}
