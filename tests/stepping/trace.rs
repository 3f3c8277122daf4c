//! What a call does, instruction by instruction: the processor traps after each (trap flag), and the handler hashes
//! the address of the next one and the addresses that it will read or write, computed from the registers.
//!
//! The handler allocates nothing: instructions are decoded into a table that is there before.

use iced_x86::{Code, Decoder, DecoderOptions, Instruction, Mnemonic, OpKind, Register};
use std::arch::asm;
use std::ffi::{c_int, c_void};
use std::mem::{MaybeUninit, zeroed};
use std::ptr::{addr_of_mut, null_mut};

/// What one call did. Equal for calls that cannot be told apart by their instructions and addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trace {
    pub(crate) steps: u64,
    /// Of the addresses of all instructions, in order.
    pub(crate) code: u64,
    /// Of the stack pointer and the addresses of all operands in memory, in order.
    pub(crate) data: u64,
}

/// A power of 2, far above the number of different instructions of one call.
const DECODED: usize = 1 << 16;

/// Bytes.
const RESIDUE: usize = 384;

/// In the flags.
const TRAP_FLAG: i64 = 0x100;

struct State {
    trace: Trace,
    /// An open-addressed table by address. `Code::INVALID` is an empty place.
    decoded: Vec<Instruction>,
    /// By mnemonic, how often an instruction with a vector register of 256 or 512 bits ran.
    vector_operations: Vec<u64>,
}

static mut STATE: MaybeUninit<State> = MaybeUninit::uninit();

/// To be called once, before any trace, in a process of one thread.
pub(crate) fn prepare() {
    // the decoder makes its tables when it is first used, which may allocate
    assert_eq!(Decoder::new(64, &[0x90], DecoderOptions::NONE).decode().mnemonic(), Mnemonic::Nop);
    // SAFETY: no other thread, and no trap yet: nothing else uses the state. All zeros is a sigaction without flags;
    // the handler has the signature that SA_SIGINFO asks for
    unsafe {
        (*addr_of_mut!(STATE)).write(State {
            trace: Trace::default(),
            decoded: vec![Instruction::default(); DECODED],
            vector_operations: vec![0; Mnemonic::values().len()],
        });
        let mut action: libc::sigaction = zeroed();
        let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) = on_trap;
        action.sa_sigaction = handler as usize;
        action.sa_flags = libc::SA_SIGINFO;
        assert_eq!(libc::sigaction(libc::SIGTRAP, &action, null_mut()), 0);
    }
}

/// Traces one call, up to where it first says that a residue is public from there on. Requires [`prepare`].
#[inline(never)]
pub(crate) fn of(call: &dyn Fn()) -> Trace {
    // SAFETY: as above; the flag is set and cleared in this thread alone, and whatever runs in between is
    // interrupted by a handler that saves and restores all registers
    unsafe {
        (*addr_of_mut!(STATE)).assume_init_mut().trace = Trace::default();
        asm!("pushfq", "or qword ptr [rsp], {}", "popfq", const TRAP_FLAG);
        call();
        asm!("pushfq", "and qword ptr [rsp], {}", "popfq", const !TRAP_FLAG);
        (*addr_of_mut!(STATE)).assume_init_ref().trace
    }
}

/// How often each instruction on vectors of 256 or 512 bits runs in a call, by mnemonic. Requires [`prepare`].
pub(crate) fn vector_operations(call: &dyn Fn()) -> Vec<(Mnemonic, u64)> {
    // SAFETY: as in `of`, between traces
    unsafe { (*addr_of_mut!(STATE)).assume_init_mut().vector_operations.fill(0) };
    of(call);
    // SAFETY: as above
    let counts = unsafe { (*addr_of_mut!(STATE)).assume_init_ref().vector_operations.iter().copied() };
    Mnemonic::values().zip(counts).collect()
}

extern "C" fn on_trap(_: c_int, _: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel hands over the context of the interrupted code, which is within `of`, where the state is
    // not used
    let (registers, state) = unsafe {
        let context = &mut *context.cast::<libc::ucontext_t>();
        (&mut context.uc_mcontext.gregs, (*addr_of_mut!(STATE)).assume_init_mut())
    };
    let address = registers[libc::REG_RIP as usize] as u64;
    let instruction = decoded(&mut state.decoded, address);
    let trace = &mut state.trace;
    trace.steps += 1;
    if (0..instruction.op_count()).any(|i| is_vector(instruction.op_register(i))) {
        state.vector_operations[instruction.mnemonic() as usize] += 1;
    }
    trace.code = hash(trace.code, address);
    // of push, pop, call and return
    trace.data = hash(trace.data, registers[libc::REG_RSP as usize] as u64);
    if instruction.code() == Code::Xchg_rm64_r64 && instruction.op0_register() == instruction.op1_register() {
        // SAFETY: the crate's request to a memory checker, the only code with this instruction: rax points to six
        // words, of which the third is how many bytes are marked
        let marked = unsafe { *(registers[libc::REG_RAX as usize] as *const [usize; 6]) }[2];
        if marked == RESIDUE {
            registers[libc::REG_EFL as usize] &= !TRAP_FLAG;
            return;
        }
    }
    // these name memory without touching it
    if matches!(instruction.mnemonic(), Mnemonic::Lea | Mnemonic::Nop) {
        return;
    }
    for operand in 0..instruction.op_count() {
        if in_memory(instruction.op_kind(operand)) {
            let at = instruction.virtual_address(operand, 0, |register, _, _| value(registers, register));
            let Some(at) = at else { stop("an address that is not made of general registers\n") };
            trace.data = hash(trace.data, at);
        }
    }
}

/// The instruction at an address at which the processor is about to run one.
fn decoded(table: &mut [Instruction], address: u64) -> &Instruction {
    let first = hash(0, address) as usize >> 20;
    let is_place = |&i: &usize| table[i].code() == Code::INVALID || table[i].ip() == address;
    let Some(place) = (0..64).map(|i| (first + i) % DECODED).find(is_place) else {
        stop("more instructions than the table has room for\n")
    };
    if table[place].code() == Code::INVALID {
        // SAFETY: no instruction is longer than 15 bytes, and no text ends with the page of what runs
        let bytes = unsafe { std::slice::from_raw_parts(address as *const u8, 15) };
        Decoder::with_ip(64, bytes, address, DecoderOptions::NONE).decode_out(&mut table[place]);
        if table[place].code() == Code::INVALID {
            stop("an instruction that is not known\n");
        }
    }
    &table[place]
}

fn is_vector(register: Register) -> bool {
    (Register::YMM0..=Register::ZMM31).contains(&register)
}

fn in_memory(kind: OpKind) -> bool {
    use OpKind::*;
    matches!(
        kind,
        Memory
            | MemorySegSI
            | MemorySegESI
            | MemorySegRSI
            | MemorySegDI
            | MemorySegEDI
            | MemorySegRDI
            | MemoryESDI
            | MemoryESEDI
            | MemoryESRDI
    )
}

/// What a register holds. Segments begin at 0: those that do not are the same for all of a thread.
fn value(registers: &[i64; 23], register: Register) -> Option<u64> {
    use Register::{CS, DS, ES, FS, GS, SS};
    let index = match register {
        CS | DS | ES | FS | GS | SS => return Some(0),
        Register::RAX => libc::REG_RAX,
        Register::RBX => libc::REG_RBX,
        Register::RCX => libc::REG_RCX,
        Register::RDX => libc::REG_RDX,
        Register::RSI => libc::REG_RSI,
        Register::RDI => libc::REG_RDI,
        Register::RBP => libc::REG_RBP,
        Register::RSP => libc::REG_RSP,
        Register::R8 => libc::REG_R8,
        Register::R9 => libc::REG_R9,
        Register::R10 => libc::REG_R10,
        Register::R11 => libc::REG_R11,
        Register::R12 => libc::REG_R12,
        Register::R13 => libc::REG_R13,
        Register::R14 => libc::REG_R14,
        Register::R15 => libc::REG_R15,
        _ => return None,
    };
    Some(registers[index as usize] as u64)
}

fn hash(state: u64, word: u64) -> u64 {
    let mixed = (state.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

/// Ends the process from within the handler.
fn stop(why: &str) -> ! {
    // SAFETY: both may be called in a handler; the text is as long as is said
    unsafe {
        libc::write(libc::STDERR_FILENO, why.as_ptr().cast(), why.len());
        libc::_exit(3)
    }
}
