//! Reset and semihosting of both architectures.

use core::arch::{asm, naked_asm};

unsafe extern "C" {
    fn main() -> !;
}

#[cfg(target_arch = "arm")]
#[unsafe(link_section = ".start")]
#[used]
static VECTORS: Vectors = Vectors { stack: &raw const super::RAM_END, reset: start, faults: [super::fault; 14] };

/// The first words of a Cortex-M's memory.
#[cfg(target_arch = "arm")]
#[repr(C)]
struct Vectors {
    stack: *const u8,
    reset: extern "C" fn() -> !,
    faults: [extern "C" fn() -> !; 14],
}

// SAFETY: never changed.
#[cfg(target_arch = "arm")]
unsafe impl Sync for Vectors {}

#[cfg(target_arch = "arm")]
#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn start() -> ! {
    naked_asm!("bl {main}", main = sym main)
}

#[cfg(target_arch = "riscv32")]
#[unsafe(link_section = ".start")]
#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn start() -> ! {
    naked_asm!(
        "la sp, {stack}",
        "la t0, {fault}",
        "csrw mtvec, t0",
        "j {main}",
        stack = sym super::RAM_END, fault = sym super::fault, main = sym main
    )
}

/// Asks the debugger, which is the emulator, for a service.
#[inline(always)]
pub(crate) fn semihost(operation: usize, arguments: &[usize]) -> usize {
    let answer;
    // SAFETY: the services that are asked for read memory only; the answer comes in the first register.
    unsafe {
        #[cfg(target_arch = "arm")]
        asm!("bkpt #0xab", inlateout("r0") operation => answer, in("r1") arguments.as_ptr(), options(nostack));
        #[cfg(target_arch = "riscv32")]
        asm!(
            ".option push", ".option norvc", ".balign 16",
            "slli x0, x0, 0x1f", "ebreak", "srai x0, x0, 7",
            ".option pop",
            inlateout("a0") operation => answer, in("a1") arguments.as_ptr(), options(nostack),
        );
    }
    answer
}
