//! What a secret has gone into, followed from instruction to instruction.
//!
//! A byte of a register or of memory, or a flag, has a *label* if it may depend on a secret, or on something that was secret
//! and has been made public. Before each instruction, the labels of what it reads are looked up, and what it writes gets all
//! of them; moves and bitwise operations are followed byte by byte. Labels come from the crate's marks, the requests that
//! valgrind reads. What an instruction reads and writes, implicit operands and each flag included, is `iced-x86`'s knowledge.
//!
//! # Why one run speaks for all secrets
//!
//! Take another run with the same public inputs, which includes what is made public on the way, and suppose that nothing was
//! found in the first. By induction over its instructions, whatever is not labelled secret is the same in both. Both are at
//! the same instruction, which makes unlabelled bytes of unlabelled bytes alone, so they are the same again. No address is
//! made of secret bytes, so both access the same memory. No branch is, so both go on at the same instruction. So the
//! instructions, the addresses, and the operands of all instructions whose time may depend on an operand, are those of every
//! secret.
//!
//! Another value of what is made public may take another way. A run with that value would have to see it.

use crate::shadow::{self, Label, Location, PUBLISHED, SECRET, Shadow};
use crate::step::{Next, Observer, Registers};
use crate::timing;
use iced_x86::{
    Decoder, DecoderOptions, FlowControl, Instruction, InstructionInfoFactory, Mnemonic, OpAccess, OpKind,
    Register, RflagsBits, UsedMemory, UsedRegister,
};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::rc::Rc;

/// How a secret could be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leak {
    /// A branch is taken or not, or goes here or there.
    Branch,
    /// An address is read or written.
    Address,
    /// A string instruction is repeated so many times.
    Count,
    /// A mask says which bytes of memory are accessed.
    Mask,
    /// The instruction is not known to take the same time for all operands.
    Time,
}

/// A place in the code that leaks.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) instruction: Instruction,
    /// The calls that led there, by the addresses that they return to.
    pub(crate) calls: Vec<u64>,
}

#[derive(Default)]
pub(crate) struct Findings {
    /// Instructions that ran.
    pub(crate) steps: u64,
    /// Those that were stepped, and not a part of a call that did what one before it had done.
    pub(crate) stepped: u64,
    pub(crate) leaks: BTreeMap<(u64, Leak), Place>,
}

pub(crate) struct Taint {
    pub(crate) findings: Findings,
    shadow: Shadow,
    /// Whether the last instruction was a call.
    called: bool,
    decoded: HashMap<u64, Rc<Decoded>>,
    factory: InstructionInfoFactory,
}

/// An instruction, and what it reads and writes.
struct Decoded {
    instruction: Instruction,
    registers: Vec<UsedRegister>,
    memory: Vec<UsedMemory>,
    rule: Rule,
    /// Whether the first operand is read too.
    reads_first: bool,
}

/// How what is written depends on what is read.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    /// Each byte on all.
    All,
    /// On nothing: the result is the same for all operands.
    Constant,
    /// Byte i of the first operand on bytes i of the operands, on flags and on the mask.
    Bytewise,
    /// The same, with the highest byte of the second operand in all bytes further up.
    SignExtended,
    Push,
    Pop,
    /// The upper parts of vectors become 0.
    ClearUpper,
    /// A request to a memory checker.
    Mark,
}

/// What has gone into each byte of an operand, and of what is beyond it.
type Bytes = [Label; 64];

impl Observer for Taint {
    fn before(&mut self, registers: &Registers) -> Next {
        if std::mem::take(&mut self.called)
            && let Some(call) = self.shadow.enter(registers)
        {
            self.findings.steps += call.steps;
            return Next::Run;
        }
        let decoded = self.decoded(registers.rip());
        let Decoded { instruction, rule, .. } = &*decoded;
        self.findings.steps += 1;
        self.findings.stepped += 1;
        self.shadow.step();
        if *rule == Rule::Mark {
            self.mark(registers);
            return Next::Step;
        }
        if has_count(instruction) {
            let count = self.shadow.read_all(shadow::register(Register::RCX));
            self.steered(Leak::Count, count, instruction);
            if registers.value(Register::RCX) == Some(0) {
                return Next::Step;
            }
        }
        let mut addresses = [0; 2];
        for (memory, address) in decoded.memory.iter().zip(&mut addresses) {
            let parts = shadow::register(memory.base()).chain(shadow::register(memory.index()));
            let label = self.shadow.read_all(parts);
            self.steered(Leak::Address, label, instruction);
            *address = memory
                .virtual_address(0, |register, _, _| registers.value(register))
                .unwrap_or_else(|| stop("an address that is not made of general registers", instruction));
        }
        if !decoded.memory.is_empty() {
            let mask = self.shadow.read_all(shadow::register(instruction.op_mask()));
            self.steered(Leak::Mask, mask, instruction);
        }
        let read = self.read(&decoded, &addresses);
        if instruction.flow_control() != FlowControl::Next {
            self.steered(Leak::Branch, read, instruction);
        } else if read & SECRET != 0 && !self.is_constant(&decoded, &addresses) {
            self.report(Leak::Time, instruction);
        }
        self.write(&decoded, &addresses, read);
        match instruction.flow_control() {
            FlowControl::Call | FlowControl::IndirectCall => self.called = true,
            FlowControl::Return => self.shadow.leave(),
            _ => {}
        }
        Next::Step
    }
}

impl Taint {
    pub(crate) fn new() -> Self {
        Self {
            findings: Findings::default(),
            shadow: Shadow::new(),
            called: false,
            decoded: HashMap::new(),
            factory: InstructionInfoFactory::new(),
        }
    }

    /// Whether an instruction with a secret operand takes the same time for all secrets.
    fn is_constant(&mut self, decoded: &Decoded, addresses: &[u64; 2]) -> bool {
        let mnemonic = decoded.instruction.mnemonic();
        timing::is_constant(mnemonic)
            || timing::is_constant_for_a_public_mask(mnemonic)
                && self.operand(decoded, addresses, 2).iter().all(|label| label & SECRET == 0)
    }

    /// A label that says how the call goes on.
    fn steered(&mut self, leak: Leak, label: Label, instruction: &Instruction) {
        if label & SECRET != 0 {
            self.report(leak, instruction);
        }
        if label != 0 {
            self.shadow.steer();
        }
    }

    fn report(&mut self, leak: Leak, &instruction: &Instruction) {
        let place = || Place { instruction, calls: self.shadow.calls() };
        self.findings.leaks.entry((instruction.ip(), leak)).or_insert_with(place);
    }

    /// The instruction at an address at which the processor is about to run one.
    fn decoded(&mut self, address: u64) -> Rc<Decoded> {
        let factory = &mut self.factory;
        let decode = || {
            // SAFETY: no instruction is longer than 15 bytes, and no text ends with the page of what runs
            let bytes = unsafe { std::slice::from_raw_parts(address as *const u8, 15) };
            let instruction = Decoder::with_ip(64, bytes, address, DecoderOptions::NONE).decode();
            let mut once = instruction;
            // the processor traps before each repetition
            once.set_has_rep_prefix(false);
            once.set_has_repne_prefix(false);
            let info = factory.info(if has_count(&instruction) { &once } else { &instruction });
            assert!(info.used_memory().len() <= 2);
            let rule = rule(&instruction);
            Rc::new(Decoded {
                instruction,
                registers: info.used_registers().to_vec(),
                memory: info.used_memory().to_vec(),
                rule,
                reads_first: reads(info.op0_access()),
            })
        };
        Rc::clone(self.decoded.entry(address).or_insert_with(decode))
    }

    fn mark(&mut self, registers: &Registers) {
        const MAKE_SECRET: u64 = 0x4d43_0001;
        const MAKE_PUBLIC: u64 = 0x4d43_0002;
        let words = registers.value(Register::RAX).unwrap_or_default() as *const [u64; 3];
        // SAFETY: the crate's request, the only code with this instruction: rax points to six words
        let [what, start, len] = unsafe { *words };
        match what {
            MAKE_SECRET => self.shadow.mark(start..start + len, SECRET),
            MAKE_PUBLIC => self.shadow.mark(start..start + len, PUBLISHED),
            _ => {}
        }
    }

    /// What has gone into all that an instruction reads, and that what it writes depends on.
    fn read(&mut self, decoded: &Decoded, addresses: &[u64; 2]) -> Label {
        let Decoded { instruction, registers, memory, rule, .. } = decoded;
        if matches!(rule, Rule::Constant | Rule::ClearUpper) {
            return 0;
        }
        let mut read = self.shadow.read_all(flags_read(instruction));
        // of a register less itself, and the carry
        if instruction.mnemonic() != Mnemonic::Sbb || !same_operands(instruction) {
            for used in registers.iter().filter(|used| reads(used.access())) {
                for location in shadow::register(used.register()) {
                    read |= if *rule == Rule::Push && used.register() == instruction.op0_register() {
                        self.shadow.save(location)
                    } else {
                        self.shadow.read(location)
                    };
                }
            }
        }
        for (memory, &address) in memory.iter().zip(addresses).filter(|(memory, _)| reads(memory.access())) {
            read |= self.shadow.read_all(address..address + size(memory));
        }
        read
    }

    /// Labels what an instruction writes.
    fn write(&mut self, decoded: &Decoded, addresses: &[u64; 2], read: Label) {
        let Decoded { instruction, registers, memory, rule, .. } = decoded;
        if *rule == Rule::ClearUpper {
            for vector in 0..16 {
                shadow::register(Register::ZMM0 + vector)
                    .skip(16)
                    .for_each(|location| self.shadow.write(location, 0));
            }
            return;
        }
        let bytes = match rule {
            Rule::Bytewise | Rule::SignExtended => Some(self.bytewise(decoded, addresses)),
            Rule::Push => Some(self.operand(decoded, addresses, 0)),
            Rule::Pop => Some(self.memory(decoded, addresses)),
            Rule::All | Rule::Constant | Rule::ClearUpper | Rule::Mark => None,
        };
        let constant = instruction.rflags_cleared() | instruction.rflags_set();
        // a shift by 0 leaves the flags alone
        let last = instruction.op_count().saturating_sub(1);
        let keeps =
            instruction.op_kind(last) == OpKind::Register && instruction.op_register(last) == Register::CL;
        for flag in shadow::flags(instruction.rflags_modified()) {
            let is_constant = shadow::flags(constant).any(|constant| constant == flag);
            let before = if keeps { self.shadow.read(flag) } else { 0 };
            self.shadow.write(flag, before | if is_constant { 0 } else { read });
        }
        let first = (*rule != Rule::Push && instruction.op0_kind() == OpKind::Register)
            .then(|| instruction.op0_register());
        for used in registers
            .iter()
            .filter(|used| writes(used.access()) && !moves_along(instruction, used.register()))
        {
            let keeps = used.access() == OpAccess::CondWrite;
            let bytes = bytes.filter(|_| {
                first.is_some_and(|first| first.full_register() == used.register().full_register())
            });
            for (i, location) in shadow::register(used.register()).enumerate() {
                let before = if keeps { self.shadow.read(location) } else { 0 };
                self.shadow.write(location, before | bytes.map_or(read, |bytes| bytes[i]));
            }
        }
        for (memory, &address) in memory.iter().zip(addresses).filter(|(memory, _)| writes(memory.access())) {
            let keeps = memory.access() == OpAccess::CondWrite;
            for (i, location) in (address..address + size(memory)).enumerate() {
                let before = if keeps { self.shadow.read(location) } else { 0 };
                self.shadow.write(location, before | bytes.map_or(read, |bytes| bytes[i]));
            }
        }
    }

    /// The first operand of a bytewise operation, afterwards.
    fn bytewise(&mut self, decoded: &Decoded, addresses: &[u64; 2]) -> Bytes {
        let instruction = &decoded.instruction;
        let mask = self.shadow.read_all(shadow::register(instruction.op_mask()));
        let mut result = [mask; 64];
        for i in u32::from(!decoded.reads_first)..instruction.op_count() {
            let bytes = self.operand(decoded, addresses, i);
            let is_element = instruction.is_broadcast() && instruction.op_kind(i) == OpKind::Memory;
            let len = if is_element || decoded.rule == Rule::SignExtended { len(instruction, i) } else { 64 };
            for (at, label) in result.iter_mut().enumerate() {
                *label |= bytes[if is_element { at % len } else { at.min(len - 1) }];
            }
        }
        // a mask of bits that are kept
        if instruction.mnemonic() == Mnemonic::And
            && let Ok(kept) = instruction.try_immediate(1)
        {
            for (label, kept) in result.iter_mut().zip(kept.to_le_bytes()) {
                *label = if kept == 0 { 0 } else { *label };
            }
        }
        result
    }

    /// The bytes of an operand that is read, and 0 beyond them.
    fn operand(&mut self, decoded: &Decoded, addresses: &[u64; 2], operand: u32) -> Bytes {
        let instruction = &decoded.instruction;
        match instruction.op_kind(operand) {
            OpKind::Register => self.bytes(shadow::register(instruction.op_register(operand))),
            _ if instruction.try_immediate(operand).is_ok() => [0; 64],
            _ => self.memory(decoded, addresses),
        }
    }

    /// The memory that is read.
    fn memory(&mut self, decoded: &Decoded, addresses: &[u64; 2]) -> Bytes {
        let mut memory = decoded.memory.iter().zip(addresses).filter(|(memory, _)| reads(memory.access()));
        memory.next().map_or([0; 64], |(memory, &address)| self.bytes(address..address + size(memory)))
    }

    fn bytes(&self, locations: Range<Location>) -> Bytes {
        let mut bytes = [0; 64];
        for (byte, location) in bytes.iter_mut().zip(locations) {
            *byte = self.shadow.get(location);
        }
        bytes
    }
}

fn reads(access: OpAccess) -> bool {
    use OpAccess::{CondRead, Read, ReadCondWrite, ReadWrite};
    matches!(access, Read | CondRead | ReadWrite | ReadCondWrite)
}

fn writes(access: OpAccess) -> bool {
    use OpAccess::{CondWrite, ReadCondWrite, ReadWrite, Write};
    matches!(access, Write | CondWrite | ReadWrite | ReadCondWrite)
}

/// In bytes.
fn size(memory: &UsedMemory) -> u64 {
    memory.memory_size().size() as u64
}

/// Of an operand, in bytes.
fn len(instruction: &Instruction, operand: u32) -> usize {
    match instruction.op_kind(operand) {
        OpKind::Register => instruction.op_register(operand).size(),
        _ => instruction.memory_size().size(),
    }
}

/// All but the direction of string instructions, which is always forwards.
fn flags_read(instruction: &Instruction) -> impl Iterator<Item = Location> + use<> {
    shadow::flags(instruction.rflags_read() & !RflagsBits::DF)
}

fn has_count(instruction: &Instruction) -> bool {
    instruction.is_string_instruction() && (instruction.has_rep_prefix() || instruction.has_repne_prefix())
}

/// Whether a register is moved along by an instruction that uses it as an address, whatever the data.
fn moves_along(instruction: &Instruction, register: Register) -> bool {
    match register {
        Register::RSP => instruction.is_stack_instruction(),
        Register::RSI | Register::RDI => instruction.is_string_instruction(),
        _ => false,
    }
}

/// Whether the operands of two are the same register, which no mask divides.
fn same_operands(instruction: &Instruction) -> bool {
    let sources = if instruction.op_count() < 3 { [0, 1] } else { [1, 2] };
    instruction.op_count() > 1
        && sources.map(|i| instruction.op_kind(i)) == [OpKind::Register; 2]
        && instruction.op_register(sources[0]) == instruction.op_register(sources[1])
        && instruction.op_mask() == Register::None
}

fn rule(instruction: &Instruction) -> Rule {
    use Mnemonic::*;
    let registers = instruction.op_register(0) == instruction.op_register(1);
    match instruction.mnemonic() {
        INVALID => stop("no instruction", instruction),
        Syscall | Sysenter | Int | Xbegin => stop("no rule", instruction),
        _ if instruction.is_save_restore_instruction() => stop("no rule", instruction),
        Xchg if registers && instruction.op0_register() == Register::RBX => Rule::Mark,
        Vzeroupper => Rule::ClearUpper,
        Xor | Sub | Pxor | Xorps | Xorpd | Vpxor | Vpxord | Vpxorq | Vxorps | Vxorpd | Psubb | Psubw | Psubd | Psubq
        | Vpsubb | Vpsubw | Vpsubd | Vpsubq | Kxorb | Kxorw | Kxord | Kxorq | Pcmpeqb | Pcmpeqw | Pcmpeqd | Pcmpeqq
        | Vpcmpeqb | Vpcmpeqw | Vpcmpeqd | Vpcmpeqq
            if same_operands(instruction) =>
        {
            Rule::Constant
        }
        Vpternlogd | Vpternlogq if instruction.immediate8() == 0xff && instruction.op_mask() == Register::None => Rule::Constant,
        Push => Rule::Push,
        Pop => Rule::Pop,
        Movsx | Movsxd => Rule::SignExtended,
        // moves
        Mov | Movzx | Movd | Movq | Movups | Movupd | Movaps | Movapd | Movdqu | Movdqa | Lddqu | Movntdq | Movnti | Movsb | Movsw | Movsd
        | Movsq | Stosb | Stosw | Stosd | Stosq | Vmovd | Vmovq | Vmovups | Vmovupd | Vmovaps | Vmovapd | Vmovdqu | Vmovdqu8 | Vmovdqu16
        | Vmovdqu32 | Vmovdqu64 | Vmovdqa | Vmovdqa32 | Vmovdqa64 | Vlddqu | Vmovntdq | Kmovb | Kmovw | Kmovd | Kmovq
        // logic
        | Not | And | Or | Xor | Pand | Pandn | Por | Pxor | Andps | Andpd | Andnps | Andnpd | Orps | Orpd | Xorps | Xorpd | Vpand | Vpandd
        | Vpandq | Vpandn | Vpandnd | Vpandnq | Vpor | Vpord | Vporq | Vpxor | Vpxord | Vpxorq | Vandps | Vandpd | Vandnps | Vandnpd | Vorps
        | Vorpd | Vxorps | Vxorpd | Vpternlogd | Vpternlogq => Rule::Bytewise,
        _ => Rule::All,
    }
}

/// Ends the process: what follows would not be followed.
fn stop(why: &str, instruction: &Instruction) -> ! {
    eprintln!("{why}: {:?} at {:#x}", instruction.code(), instruction.ip());
    std::process::exit(3)
}
