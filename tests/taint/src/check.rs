//! Runs the cases, each in a process of its own, and says what was found.

use crate::cases::{CASES, Case};
use crate::step::observe;
use crate::taint::{Place, Taint};
use cognito_device_srp::__internals::{backends, on};
use iced_x86::FastFormatter;
use std::ffi::CStr;
use std::mem::zeroed;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

pub(crate) fn main() -> ExitCode {
    if cfg!(debug_assertions) {
        println!("a build for debugging, whose code is another: nothing was followed");
        return ExitCode::FAILURE;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name, backend] = &*arguments
        && flag == "--case"
    {
        let case = CASES.iter().find(|(other, _)| other == name).expect("a case");
        return judge(case, backend);
    }
    let listed = ifma_is_listed();
    if !backends().contains(&"ifma") {
        assert!(!listed, "this processor has AVX-512 IFMA, and ifma does not run");
        println!("this processor has no AVX-512 IFMA: ifma was not followed");
    }
    if let Some(unknown) = arguments.iter().find(|name| !backends().contains(&name.as_str())) {
        println!("{unknown} is no backend that runs here: {}", backends().join(", "));
        return ExitCode::FAILURE;
    }
    // limb32 takes as long as the others together
    let is_meant = |backend: &&str| match &*arguments {
        [] => *backend != "limb32",
        names => names.iter().any(|name| name == backend),
    };
    let jobs: Vec<_> = backends()
        .iter()
        .filter(|backend| is_meant(backend))
        .flat_map(|backend| CASES.iter().map(move |(name, _)| [*name, backend]))
        .collect();
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let this = std::env::current_exe().expect("this program has a path");
    // one process for each case, since what is stepped has one thread
    let work = || {
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let run = Command::new(&this).arg("--case").args(job).output().expect("this program runs");
            let [said, complained] = [&run.stdout, &run.stderr].map(|text| String::from_utf8_lossy(text));
            print!("{said}{complained}");
            failed.fetch_or(!run.status.success(), Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, Into::into) {
            scope.spawn(work);
        }
    });
    if failed.into_inner() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// By another way than the crate's, so that a backend that is not found does not go unnoticed.
fn ifma_is_listed() -> bool {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    ["avx512ifma", "avx512_vbmi"].iter().all(|flag| info.split_ascii_whitespace().any(|word| word == *flag))
}

fn judge(&(name, call): &Case, backend: &str) -> ExitCode {
    // what is done the first time only is not a part of it
    on(backend, call);
    let taint = Box::leak(Box::new(Taint::new()));
    on(backend, || observe(taint, &call));
    let found = &taint.findings;
    assert!(found.steps > 100_000, "{name} on {backend}: not followed to its end");
    println!(
        "test {name} on {backend}: {} instructions, {} stepped, {} s of a processor ... {}",
        found.steps,
        found.stepped,
        seconds_of_processor(),
        if found.leaks.is_empty() { "ok" } else { "FAILED" }
    );
    for (&(address, leak), Place { instruction, calls }) in &found.leaks {
        let mut text = String::new();
        FastFormatter::new().format(instruction, &mut text);
        println!("  {leak:?}: {text}");
        print_source(address);
        for after in calls.iter().rev() {
            print_source(after - 1);
        }
    }
    if found.leaks.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn seconds_of_processor() -> i64 {
    // SAFETY: all zeros is a time, and where another is written
    unsafe {
        let mut spent: libc::timespec = zeroed();
        assert_eq!(libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut spent), 0);
        spent.tv_sec
    }
}

/// Functions, files and lines of an address.
fn print_source(address: u64) {
    // SAFETY: all zeros is a result; what is found is a file that is loaded, with its name
    let (file, base) = unsafe {
        let mut info: libc::Dl_info = zeroed();
        if libc::dladdr(address as *const _, &mut info) == 0 {
            return println!("    {address:#x}");
        }
        (CStr::from_ptr(info.dli_fname).to_string_lossy(), info.dli_fbase as u64)
    };
    let offset = format!("{:#x}", address - base);
    let source = Command::new("addr2line").args(["-Cipf", "-e", &file, &offset]).output();
    let source =
        source.map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).into_owned());
    println!("    {file} {offset}\n      {}", source.trim_end().replace('\n', "\n     "));
}
