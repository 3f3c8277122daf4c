//! Single-stepping: the processor traps before each instruction of a call (trap flag), and a handler shows the registers
//! to an observer.

use iced_x86::Register;
use std::arch::{asm, naked_asm};
use std::ffi::{c_int, c_void};
use std::mem::zeroed;
use std::ptr::null_mut;

/// What is told of each instruction before it runs.
pub(crate) trait Observer {
    fn before(&mut self, registers: &Registers) -> Next;
}

/// What to do with an instruction.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Next {
    Step,
    /// It is the first of a call: the call runs without a stop.
    Run,
}

/// The general registers of the interrupted code.
pub(crate) struct Registers<'a> {
    saved: &'a [i64; 23],
    /// Where the thread's own data is.
    fs: u64,
}

/// In the flags.
const TRAP_FLAG: i64 = 0x100;

static mut OBSERVER: Option<*mut dyn Observer> = None;

/// Runs a call, and tells the observer of each instruction. To be used in a process of one thread. The observer may
/// allocate, so the call must not.
#[inline(never)]
pub(crate) fn observe(observer: &mut (dyn Observer + 'static), call: &dyn Fn()) {
    // SAFETY: there is no other thread. All zeros is a sigaction without flags, and the handler has the signature that
    // SA_SIGINFO asks for. The trap flag is set and cleared here alone, and whatever runs in between is interrupted by a
    // handler that saves and restores all registers
    unsafe {
        OBSERVER = Some(observer);
        let mut action: libc::sigaction = zeroed();
        let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) = on_trap;
        action.sa_sigaction = handler as usize;
        action.sa_flags = libc::SA_SIGINFO;
        assert_eq!(libc::sigaction(libc::SIGTRAP, &action, null_mut()), 0);
        asm!("pushfq", "or qword ptr [rsp], {}", "popfq", const TRAP_FLAG);
        call();
        asm!("pushfq", "and qword ptr [rsp], {}", "popfq", const !TRAP_FLAG);
        OBSERVER = None;
    }
}

/// Where a call returns to that ran without a stop.
#[unsafe(naked)]
extern "C" fn returned() {
    naked_asm!("int3")
}

/// Where the call returns to that runs without a stop.
static mut RETURN: i64 = 0;

extern "C" fn on_trap(_: c_int, _: *mut libc::siginfo_t, context: *mut c_void) {
    let fs;
    // SAFETY: the kernel hands over the context of the interrupted code, which is the call, while `observe` keeps the
    // observer. The first word of the thread's own data is its own address. At the first instruction of a call, the stack
    // pointer is that of the return address
    unsafe {
        asm!("mov {}, fs:[0]", out(reg) fs, options(nostack, preserves_flags, readonly));
        let saved = &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs;
        let stub: extern "C" fn() = returned;
        if saved[libc::REG_RIP as usize] == stub as usize as i64 + 1 {
            saved[libc::REG_RIP as usize] = RETURN;
            saved[libc::REG_EFL as usize] |= TRAP_FLAG;
        }
        if let Some(observer) = OBSERVER
            && (*observer).before(&Registers { saved, fs }) == Next::Run
        {
            let return_address = saved[libc::REG_RSP as usize] as *mut i64;
            RETURN = return_address.replace(stub as usize as i64);
            saved[libc::REG_EFL as usize] &= !TRAP_FLAG;
        }
    }
}

impl Registers<'_> {
    /// The address of the instruction that is about to run.
    pub(crate) fn rip(&self) -> u64 {
        self.saved[libc::REG_RIP as usize] as u64
    }

    /// What a general register holds, or where a segment begins.
    pub(crate) fn value(&self, register: Register) -> Option<u64> {
        use Register::{
            CS, DS, ES, FS, R8, R9, R10, R11, R12, R13, R14, R15, RAX, RBP, RBX, RCX, RDI, RDX, RSI, RSP, SS,
        };
        let index = match register {
            CS | DS | ES | SS => return Some(0),
            FS => return Some(self.fs),
            RAX => libc::REG_RAX,
            RBX => libc::REG_RBX,
            RCX => libc::REG_RCX,
            RDX => libc::REG_RDX,
            RSI => libc::REG_RSI,
            RDI => libc::REG_RDI,
            RBP => libc::REG_RBP,
            RSP => libc::REG_RSP,
            R8 => libc::REG_R8,
            R9 => libc::REG_R9,
            R10 => libc::REG_R10,
            R11 => libc::REG_R11,
            R12 => libc::REG_R12,
            R13 => libc::REG_R13,
            R14 => libc::REG_R14,
            R15 => libc::REG_R15,
            _ => return None,
        };
        Some(self.saved[index as usize] as u64)
    }

    /// The general registers, by number.
    pub(crate) fn general(&self) -> [u64; 16] {
        std::array::from_fn(|number| self.value(Register::RAX + number as u32).unwrap_or_default())
    }
}
