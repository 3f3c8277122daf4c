//! Runs of an image in QEMU, under the plugin.

use crate::Result;
use crate::cases::Case;
use crate::configurations::Configuration;
use crate::elf::Image;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Seconds that a run may take.
const LIMIT: &str = "300";
/// Runs at a time.
const WORKERS: usize = 2;

pub(crate) struct Emulator {
    /// Where its packages were unpacked.
    pub(crate) qemu: PathBuf,
    pub(crate) plugin: PathBuf,
}

/// What the plugin says. Equal for two runs that executed the same instructions on the same data addresses.
#[derive(PartialEq, Eq)]
pub(crate) struct Trace {
    pub(crate) instructions: u64,
    pub(crate) stack: u64,
    hashes: [String; 2],
}

pub(crate) struct Run {
    pub(crate) passed: bool,
    pub(crate) trace: Trace,
    pub(crate) ram: Vec<u8>,
    /// The plugin's line for each instruction, by its address.
    log: BTreeMap<u64, String>,
}

impl Emulator {
    /// A run of each case.
    pub(crate) fn run_all(&self, of: &Configuration, image: &Image, cases: &[Case]) -> Result<Vec<Run>> {
        let next = AtomicUsize::new(0);
        let runs = Mutex::new(BTreeMap::new());
        let work = || {
            while let at = next.fetch_add(1, Ordering::Relaxed)
                && let Some(case) = cases.get(at)
            {
                let folder = std::env::temp_dir().join(format!("firmware-{}-{at}", std::process::id()));
                let run = self.run(&folder, of, image, case);
                let run = run.map_err(|error| format!("{}: case {at}: {error}", image.path.display()));
                runs.lock().unwrap().insert(at, run);
            }
        };
        std::thread::scope(|scope| (0..WORKERS).for_each(|_| drop(scope.spawn(work))));
        runs.into_inner().unwrap().into_values().collect()
    }

    fn run(&self, folder: &Path, of: &Configuration, image: &Image, case: &Case) -> Result<Run> {
        let error = |error: std::io::Error| error.to_string();
        fs::create_dir_all(folder).map_err(error)?;
        fs::write(folder.join("case"), case.as_loaded()).map_err(error)?;
        let core = of.core();
        let [low, high] = core.ram;
        let (begin, end) = (image.address("begin_mark")?, image.address("end_mark")?);
        let plugin = self.plugin.display();
        let mut command = self.command(of, &image.path);
        command
            .args(["-device", &format!("loader,file=case,addr={},force-raw=on", core.case)])
            .args([
                "-plugin",
                &format!("file={plugin},begin={begin},end={end},low={low},high={high},log=log"),
            ])
            .current_dir(folder);
        let (passed, said) = status(command)?;
        let run = Run {
            passed,
            trace: trace(&said).ok_or_else(|| format!("nothing measured: {said}"))?,
            ram: fs::read(folder.join("ram")).map_err(error)?,
            log: fs::read_to_string(folder.join("log")).map_err(error)?.lines().filter_map(entry).collect(),
        };
        fs::remove_dir_all(folder).map_err(error)?;
        Ok(run)
    }

    /// How an image that takes no input fails.
    pub(crate) fn failure(&self, of: &Configuration, image: &Path) -> Option<String> {
        match status(self.command(of, image)) {
            Ok((true, _)) => None,
            Ok((false, _)) => Some("it says so itself".into()),
            Err(error) => Some(error),
        }
    }

    fn command(&self, of: &Configuration, image: &Path) -> Command {
        let core = of.core();
        let libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"];
        let libraries = libraries.map(|path| self.qemu.join(path).display().to_string()).join(":");
        let mut command = Command::new("timeout");
        command
            .arg(LIMIT)
            .arg(self.qemu.join("usr/bin").join(core.qemu))
            .args(core.machine)
            .arg("-L")
            .arg(self.qemu.join("usr/share/qemu"))
            .args(["-display", "none", "-monitor", "none", "-serial", "none"])
            .args(["-semihosting-config", "enable=on,target=native"])
            .arg("-kernel")
            .arg(image)
            .env("LD_LIBRARY_PATH", libraries)
            .stdin(Stdio::null());
        command
    }
}

/// Whether the image passed or had a wrong answer, and what the emulator said.
fn status(mut command: Command) -> Result<(bool, String)> {
    let output = command.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        Some(0) => Ok((true, said)),
        Some(1) => Ok((false, said)),
        _ => Err(format!("{}: {said}", output.status)),
    }
}

/// The plugin's line in what the emulator said.
fn trace(said: &str) -> Option<Trace> {
    let mut words = said.lines().find_map(|line| line.strip_prefix("measured "))?.split(' ');
    let instructions = words.next()?.parse().ok()?;
    let hashes = [words.next()?.to_owned(), words.next()?.to_owned()];
    Some(Trace { instructions, hashes, stack: words.next()?.parse().ok()? })
}

/// A line of the plugin's log.
fn entry(line: &str) -> Option<(u64, String)> {
    let (address, rest) = line.split_once(' ')?;
    Some((u64::from_str_radix(address, 16).ok()?, rest.to_owned()))
}

/// The lowest instruction that not all runs executed as often and on the same data, and the function that it is in.
pub(crate) fn difference(image: &Image, runs: &[Run]) -> String {
    let log = |run: &Run, address| run.log.get(&address).cloned();
    let addresses = runs.iter().flat_map(|run| run.log.keys().copied());
    let differing = addresses.filter(|&at| runs.iter().any(|run| log(run, at) != log(&runs[0], at)));
    // none if only the order differs
    differing.min().map_or("no single place".into(), |at| format!("{at:#x}, {}", image.symbol_at(at)))
}
