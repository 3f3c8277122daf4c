//! What the first registration in a process costs beyond the next: pages and cache lines of the table, the processor
//! asked what it has. Wall time in fresh processes of this program; medians.

use cognito_device_srp::{Device, DeviceRegistration};
use std::process::Command;
use std::time::Instant;

const PROCESSES: usize = 41;
const CHILD: &str = "--one-process";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|argument| argument == CHILD) {
        let [first, next] = one_process();
        println!("{first} {next}");
        return;
    }
    if arguments.iter().any(|argument| argument == "--test") {
        one_process();
        println!("Testing first_call\nSuccess");
        return;
    }
    let this = std::env::current_exe().expect("this program has a path");
    let runs: Vec<[f64; 2]> = (0..PROCESSES)
        .map(|_| {
            let output = Command::new(&this).arg(CHILD).output().expect("this program runs");
            let text = String::from_utf8(output.stdout).expect("two numbers");
            let mut numbers = text.split_whitespace().map(|number| number.parse().expect("a number"));
            [numbers.next().expect("the first"), numbers.next().expect("the next")]
        })
        .collect();
    let median = |i: usize| {
        let mut column: Vec<f64> = runs.iter().map(|run| run[i]).collect();
        column.sort_by(f64::total_cmp);
        column[PROCESSES / 2]
    };
    let (first, next) = (median(0), median(1));
    println!(
        "first generate of a process {first:.1} us, the next ones {next:.1} us: {:.1} us more",
        first - next
    );
}

/// Microseconds of the first `generate`, and the median of the next.
fn one_process() -> [f64; 2] {
    let device =
        Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8").expect("two identifiers");
    let time = || {
        let start = Instant::now();
        std::hint::black_box(DeviceRegistration::generate(device).expect("randomness"));
        start.elapsed().as_secs_f64() * 1e6
    };
    let first = time();
    let mut next: Vec<f64> = (0..51).map(|_| time()).collect();
    next.sort_by(f64::total_cmp);
    [first, next[25]]
}
