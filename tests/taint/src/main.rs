//! Constant time of the machine code for every secret, on the processor itself: see [`taint`].
//!
//! Follows each call on each backend that runs here but limb32, or on those named as arguments, and fails if anything is
//! found. It says where that is, if there is an `addr2line` to ask. `planted.py` shows that it finds what it should.

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
fn main() {
    println!("this is written for x86-64 Linux: nothing was followed");
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod cases;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod check;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod shadow;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod step;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod taint;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod timing;

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn main() -> std::process::ExitCode {
    check::main()
}
