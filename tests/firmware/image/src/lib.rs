//! What all images share: the start, the marks between which the emulator measures, and the way out.
//!
//! An image does one piece of work on an input, compares the result with a known answer, and exits with a status. The
//! emulator puts both into flash, so that of a secret nothing is in RAM but what the work put there.

#![no_std]

mod machine;

use cognito_device_srp::Device;
use core::hint::black_box;
use machine::semihost;

/// The device of all cases.
pub const DEVICE: Device<'_> = match Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8") {
    Ok(device) => device,
    Err(_) => panic!(),
};

unsafe extern "C" {
    /// Input and known answer, each with zeros after it.
    static CASE: [[u8; 8192]; 2];
    static RAM_START: u8;
    static RAM_END: u8;
}

/// How an image ends.
#[derive(Clone, Copy)]
pub enum Status {
    /// The result is the known answer.
    Passed = 0,
    /// It is not.
    WrongAnswer = 1,
    /// A fault of the processor, or a panic.
    Fault = 2,
}

/// The whole of an image: `work` on the input, then `answer`, the part of its result that has a known answer. RAM as the
/// work left it is copied to the file `ram`.
#[inline(always)]
pub fn run<const INPUT: usize, T>(
    work: impl FnOnce(&'static [u8; INPUT]) -> T,
    answer: impl FnOnce(&T) -> &[u8],
) -> ! {
    // SAFETY: the linker script keeps the place, and the emulator has filled it before the start.
    let [input, known] = unsafe { &CASE };
    let Some(input) = black_box(input).first_chunk() else { exit(Status::Fault) };
    begin_mark();
    let result = work(input);
    black_box(&result);
    end_mark();
    save_ram();
    let answer = answer(&result);
    // all of the known answer, which no zero ends
    let right = !answer.is_empty() && known.starts_with(answer) && known.get(answer.len()) == Some(&0);
    exit(if right { Status::Passed } else { Status::WrongAnswer })
}

/// Text out of flash as it is. A check would count as a part of the work.
#[inline(always)]
pub fn text(ascii: &[u8]) -> &str {
    // SAFETY: the cases are ASCII.
    unsafe { core::str::from_utf8_unchecked(ascii) }
}

/// Measuring begins after this function.
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn begin_mark() {
    // SAFETY: no operation; it keeps the two marks from being one function.
    unsafe { core::arch::asm!("nop", options(nostack)) }
}

/// Measuring ends with this function.
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn end_mark() {
    // SAFETY: no instruction.
    unsafe { core::arch::asm!("", options(nostack)) }
}

/// Has the emulator write RAM to a file. No function of its own, so that nothing is pushed onto what the work has left
/// below the stack pointer.
#[inline(always)]
fn save_ram() {
    const OPEN: usize = 1;
    const CLOSE: usize = 2;
    const WRITE: usize = 5;
    const MODE_WB: usize = 5;
    let (from, to) = (&raw const RAM_START as usize, &raw const RAM_END as usize);
    let name = c"ram";
    let file = semihost(OPEN, &[name.as_ptr() as usize, MODE_WB, name.count_bytes()]);
    semihost(WRITE, &[file, from, to - from]);
    semihost(CLOSE, &[file]);
}

/// Ends the emulator.
#[inline(always)]
pub fn exit(status: Status) -> ! {
    const EXIT_EXTENDED: usize = 0x20;
    const APPLICATION_EXIT: usize = 0x2_0026;
    semihost(EXIT_EXTENDED, &[APPLICATION_EXIT, status as usize]);
    loop {}
}

/// Where the processor goes when something is wrong.
extern "C" fn fault() -> ! {
    exit(Status::Fault)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    exit(Status::Fault)
}
