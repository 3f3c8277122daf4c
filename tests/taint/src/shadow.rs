//! What has gone into each byte of memory and of registers.
//!
//! Calls are remembered, since a call that finds what an earlier one found does what that did: it runs the same
//! instructions, and leaves the same labels. Then it need not be stepped again. It need not find the same values in bytes
//! with a label, as long as no branch and no address of that call was made of such bytes.

use crate::step::Registers;
use iced_x86::Register;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::rc::Rc;

/// Where a byte is: its address, or a place below [`REGISTERS_END`], where no memory is, for those of registers.
pub(crate) type Location = u64;

/// What has gone into a byte: bits of the two below.
pub(crate) type Label = u8;
/// A secret.
pub(crate) const SECRET: Label = 1;
/// What was secret and has been made public.
pub(crate) const PUBLISHED: Label = 2;

const VECTORS: Location = 16 * 8;
const MASKS: Location = VECTORS + 32 * 64;
/// One for each bit of the masks in which `iced-x86` tells flags apart.
const FLAGS: Location = MASKS + 8 * 8;
const REGISTERS_END: Location = FLAGS + 32;

const PAGE: u64 = 4096;

/// Where the bytes of a register are; nowhere if it is always public: the instruction pointer and segments.
pub(crate) fn register(register: Register) -> Range<Location> {
    let full = register.full_register();
    let number = full.number() as Location;
    let start = if full.is_gpr64() {
        let second_byte = matches!(register, Register::AH | Register::BH | Register::CH | Register::DH);
        number * 8 + Location::from(second_byte)
    } else if full.is_zmm() {
        VECTORS + number * 64
    } else if full.is_k() {
        MASKS + number * 8
    } else {
        let public = register == Register::None || register.is_segment_register() || register.is_ip();
        assert!(public, "no rule for {register:?}");
        return 0..0;
    };
    start..start + register.size() as Location
}

/// Where the flags of a mask of `iced-x86` are.
pub(crate) fn flags(mask: u32) -> impl Iterator<Item = Location> {
    (0..32).filter(move |bit| mask >> bit & 1 == 1).map(|bit| FLAGS + bit)
}

/// By locations, which are hashed by a multiplication.
type Map<V> = HashMap<Location, V, BuildHasherDefault<Multiplied>>;

#[derive(Default)]
struct Multiplied(u64);

impl Hasher for Multiplied {
    fn write_u64(&mut self, number: u64) {
        self.0 = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("a location is a u64");
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

pub(crate) struct Shadow {
    /// By number. Of a page that is not there, nothing has a label.
    pages: Map<Box<[Label; PAGE as usize]>>,
    /// Memory that nothing can write to, so that it is the same for each call.
    read_only: Vec<Range<Location>>,
    /// The calls that have begun, the innermost last.
    frames: Vec<Frame>,
    remembered: HashMap<Entry, Vec<Rc<Call>>>,
}

/// Where a call begins: its first instruction, the stack pointer, the address that it returns to.
type Entry = (u64, u64, u64);

struct Frame {
    entry: Entry,
    /// The general registers, by number.
    registers: [u64; 16],
    call: Call,
    /// Not if a mark was in it, or if what has a label said how it goes on.
    may_be_remembered: bool,
}

/// What a call has done.
#[derive(Default)]
pub(crate) struct Call {
    pub(crate) steps: u64,
    /// What it found, before it wrote there: the label, and if there was none, the value. That is `None` if it was only
    /// saved, to be restored.
    found: Map<(Label, Option<u8>)>,
    /// What it left.
    left: Map<Label>,
}

/// The byte at a location, of which registers are those of a call's beginning. Of vectors, masks and flags it is not known.
fn value(location: Location, registers: &[u64; 16]) -> Option<u8> {
    match location {
        ..VECTORS => Some(registers[location as usize / 8].to_le_bytes()[location as usize % 8]),
        // SAFETY: read by the stepped code as well, in this process
        REGISTERS_END.. => Some(unsafe { (location as *const u8).read_volatile() }),
        _ => None,
    }
}

impl Call {
    fn find(&mut self, location: Location, label: Label, value: Option<u8>) {
        if !self.left.contains_key(&location) {
            let found = self.found.entry(location).or_insert((label, None));
            found.1 = found.1.or(value);
        }
    }

    /// What an inner call has done, as a part of this one.
    fn include(&mut self, inner: &Self) {
        self.steps += inner.steps;
        for (&location, &(label, value)) in &inner.found {
            self.find(location, label, value);
        }
        self.left.extend(&inner.left);
    }
}

/// Where this process has memory that is not writable.
fn read_only() -> Vec<Range<Location>> {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("the memory of this process");
    let read_only = |line: &str| {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let address = |text| Location::from_str_radix(text, 16).ok();
        rest.starts_with("r-").then_some(address(start)?..address(end)?)
    };
    maps.lines().filter_map(read_only).collect()
}

impl Shadow {
    pub(crate) fn new() -> Self {
        Self { pages: Map::default(), read_only: read_only(), frames: Vec::new(), remembered: HashMap::new() }
    }

    pub(crate) fn get(&self, location: Location) -> Label {
        self.pages.get(&(location / PAGE)).map_or(0, |page| page[(location % PAGE) as usize])
    }

    fn put(&mut self, location: Location, label: Label) {
        if label != 0 {
            self.pages.entry(location / PAGE).or_insert_with(|| Box::new([0; PAGE as usize]));
        }
        if let Some(page) = self.pages.get_mut(&(location / PAGE)) {
            page[(location % PAGE) as usize] = label;
        }
    }

    /// The label of a byte that is read.
    pub(crate) fn read(&mut self, location: Location) -> Label {
        let label = self.get(location);
        if location >= REGISTERS_END && self.read_only.iter().any(|range| range.contains(&location)) {
            return label;
        }
        if let Some(frame) = self.frames.last_mut() {
            let value = if label != 0 { None } else { value(location, &frame.registers) };
            frame.may_be_remembered &=
                label != 0 || value.is_some() || frame.call.left.contains_key(&location);
            frame.call.find(location, label, value);
        }
        label
    }

    /// The same of a byte that is saved, so that its value does not matter.
    pub(crate) fn save(&mut self, location: Location) -> Label {
        let label = self.get(location);
        if let Some(frame) = self.frames.last_mut() {
            frame.call.find(location, label, None);
        }
        label
    }

    /// What has gone into any byte of those that are read.
    pub(crate) fn read_all(&mut self, locations: impl IntoIterator<Item = Location>) -> Label {
        locations.into_iter().fold(0, |all, location| all | self.read(location))
    }

    pub(crate) fn write(&mut self, location: Location, label: Label) {
        self.put(location, label);
        if let Some(frame) = self.frames.last_mut() {
            frame.call.left.insert(location, label);
        }
    }

    /// Sets what a mark says.
    pub(crate) fn mark(&mut self, locations: Range<Location>, label: Label) {
        assert!(
            !self.read_only.iter().any(|range| range.contains(&locations.start)),
            "a mark on what is read-only"
        );
        locations.for_each(|location| self.put(location, label));
        self.frames.iter_mut().for_each(|frame| frame.may_be_remembered = false);
    }

    /// What has a label says how the innermost call goes on.
    pub(crate) fn steer(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.may_be_remembered = false;
        }
    }

    pub(crate) fn step(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.call.steps += 1;
        }
    }

    /// Begins a call, before its first instruction. If it is known what it does, that is done, and it is over.
    pub(crate) fn enter(&mut self, registers: &Registers) -> Option<Rc<Call>> {
        let values = registers.general();
        let stack = values[Register::RSP.number()];
        // SAFETY: the call has put it there
        let entry = (registers.rip(), stack, unsafe { *(stack as *const u64) });
        let known = self.remembered.get(&entry).and_then(|calls| {
            calls.iter().find(|call| {
                call.found.iter().all(|(&location, &(label, expected))| {
                    self.get(location) == label
                        && (expected.is_none() || expected == value(location, &values))
                })
            })
        });
        let Some(call) = known.cloned() else {
            self.frames.push(Frame {
                entry,
                registers: values,
                call: Call::default(),
                may_be_remembered: true,
            });
            return None;
        };
        call.left.iter().for_each(|(&location, &label)| self.put(location, label));
        if let Some(outer) = self.frames.last_mut() {
            outer.call.include(&call);
        }
        Some(call)
    }

    /// Ends the innermost call.
    pub(crate) fn leave(&mut self) {
        let Some(Frame { entry, call, may_be_remembered, .. }) = self.frames.pop() else { return };
        if let Some(outer) = self.frames.last_mut() {
            outer.call.include(&call);
            outer.may_be_remembered &= may_be_remembered;
        }
        if may_be_remembered {
            self.remembered.entry(entry).or_default().push(Rc::new(call));
        }
    }

    /// The calls that have begun, by the addresses that they return to.
    pub(crate) fn calls(&self) -> Vec<u64> {
        self.frames.iter().map(|frame| frame.entry.2).collect()
    }
}
