//! What limbs do, against wider numbers, and two rows in assembly against those in Rust: what the proofs take for granted of
//! the machine.

use super::*;
use crate::arithmetic::backend::tests::Random;
use std::collections::HashMap;
use std::vec::Vec;

macro_rules! limbs_do_what_they_should {
    ($name:ident, $limb:ty) => {
        #[test]
        fn $name() {
            const BITS: u32 = <$limb>::BITS;
            let low_and_high = |sum: u128| (sum as $limb, (sum >> BITS) as $limb);
            let check = |a: $limb, b: $limb, c: $limb, d: $limb| {
                let product = u128::from(a) * u128::from(b) + u128::from(c) + u128::from(d);
                assert_eq!(a.mul_add_add(b, c, d), low_and_high(product), "{a} {b} {c} {d}");
                let carry = d & 1;
                let sum = u128::from(a) + u128::from(b) + u128::from(carry);
                assert_eq!(a.add_carry(b, carry), low_and_high(sum), "{a} {b} {carry}");
                let (low, borrow) = a.sub_borrow(b, carry);
                assert_eq!(low, a.wrapping_sub(b).wrapping_sub(carry));
                assert_eq!(borrow == 1, u128::from(a) < u128::from(b) + u128::from(carry), "{a} {b} {carry}");
                assert!(borrow <= 1);
            };
            let half: $limb = 1 << (BITS / 2);
            let edges =
                [0, 1, 2, half - 1, half, half + 1, <$limb>::MAX >> 1, <$limb>::MAX - 1, <$limb>::MAX];
            for (a, b) in edges.into_iter().flat_map(|a| edges.map(|b| (a, b))) {
                for (c, d) in edges.into_iter().flat_map(|c| edges.map(|d| (c, d))) {
                    check(a, b, c, d);
                }
            }
            let mut random = Random(5);
            let mut next = || {
                let (number, shift) = (random.next(), random.next() as u32 % BITS);
                let number = number as $limb;
                if random.next() % 2 == 0 { number } else { (number >> shift).wrapping_sub(1) }
            };
            for _ in 0..1_000_000 {
                check(next(), next(), next(), next());
            }
            for at in 0..BITS {
                assert_eq!(<$limb>::from_bit(1, at), 1 << at);
            }
            assert_eq!([0, 1].map(|bit| <$limb>::mask(Mask::from_bit(bit))), [0, <$limb>::MAX]);
        }
    };
}
limbs_do_what_they_should!(limbs_of_32_bits_do_what_wider_numbers_do, u32);
limbs_do_what_they_should!(limbs_of_64_bits_do_what_wider_numbers_do, u64);

/// Limbs are put together by shifts and ors, each of which is the or of what it makes of single bits: what is right for 0 and
/// for each single bit is right for all numbers.
#[test]
fn bytes_are_limbs_whatever_they_are() {
    fn check<W: Limb<L> + PartialEq, const L: usize>() {
        for bit in 0..3072 {
            let mut bytes = [0; BYTES];
            bytes[BYTES - 1 - bit / 8] = 1 << (bit % 8);
            let limbs = W::from_be_bytes(&bytes);
            for (i, &limb) in (0..).zip(&limbs) {
                let here = i == bit as u32 / W::BITS;
                assert!(limb == if here { W::from_bit(1, bit as u32 % W::BITS) } else { W::ZERO });
            }
            let mut back = [0; BYTES];
            for (bytes, limb) in back.rchunks_exact_mut(size_of::<W>()).zip(limbs) {
                limb.write_be_bytes(bytes);
            }
            assert!(back == bytes);
            bytes.reverse();
            assert!(
                bytes.chunks_exact(size_of::<W>()).zip(limbs).all(|(b, limb)| W::from_le_bytes(b) == limb)
            );
        }
    }
    check::<u32, 96>();
    check::<u64, 48>();
}

/// A core that runs the instructions of umaal.rs, and no others.
#[derive(Default)]
struct Core {
    registers: HashMap<&'static str, u32>,
    memory: HashMap<u32, u32>,
    is_zero: bool,
}

impl Core {
    fn get(&self, operand: &str) -> u32 {
        match operand.strip_prefix('#') {
            Some(number) => number.parse().unwrap(),
            None => self.registers[operand],
        }
    }

    /// The registers of a list in braces, as `r4-r11, lr`.
    fn list(text: &'static str) -> Vec<&'static str> {
        const NAMES: [&str; 16] = [
            "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "sp", "lr", "pc",
        ];
        let at = |name: &str| NAMES.iter().position(|other| *other == name).unwrap();
        text.split(", ")
            .flat_map(|part| match part.split_once('-') {
                Some((first, last)) => NAMES[at(first)..=at(last)].to_vec(),
                None => NAMES[at(part)..=at(part)].to_vec(),
            })
            .collect()
    }

    /// Loads or stores the registers from an address upwards, and returns the one above.
    fn transfer(&mut self, mut address: u32, registers: &[&'static str], store: bool) -> u32 {
        for register in registers {
            assert_eq!(address % 4, 0);
            match store {
                true => _ = self.memory.insert(address, self.registers[register]),
                false => _ = self.registers.insert(register, self.memory[&address]),
            }
            address += 4;
        }
        address
    }

    /// Runs until a `pop` into pc. `umaal` is the one instruction that a fault may change.
    fn run(&mut self, program: &[&'static str], umaal: impl Fn(u64) -> u64) {
        let mut at = 0;
        while let Some(line) = program.get(at) {
            at += 1;
            let (name, operands) = line.split_once(' ').unwrap_or((line, ""));
            let list = operands.split_once("{{").map(|(_, list)| Self::list(list.trim_end_matches('}')));
            let operand: Vec<&'static str> = operands.split(", ").collect();
            let jumps = match name {
                "push" => {
                    let (sp, list) = (self.registers["sp"], list.unwrap());
                    self.registers.insert("sp", sp - 4 * list.len() as u32);
                    self.transfer(sp - 4 * list.len() as u32, &list, true);
                    false
                }
                "pop" => {
                    let above = self.transfer(self.registers["sp"], &list.unwrap(), false);
                    self.registers.insert("sp", above);
                    return;
                }
                "ldm" | "stm" => {
                    let base = operand[0].trim_end_matches('!');
                    let above = self.transfer(self.registers[base], &list.unwrap(), name == "stm");
                    if operand[0].ends_with('!') {
                        self.registers.insert(base, above);
                    }
                    false
                }
                "add" | "sub" => {
                    let (a, b) = (self.get(operand[1]), self.get(operand[2]));
                    let result = if name == "add" { a.wrapping_add(b) } else { a.wrapping_sub(b) };
                    self.registers.insert(operand[0], result);
                    false
                }
                "mov" => {
                    self.registers.insert(operand[0], self.get(operand[1]));
                    false
                }
                "tst" | "cmp" => {
                    let (a, b) = (self.get(operand[0]), self.get(operand[1]));
                    self.is_zero = if name == "tst" { a & b == 0 } else { a == b };
                    false
                }
                "umaal" => {
                    let [low, high, m, n] = [0, 1, 2, 3].map(|i| u64::from(self.get(operand[i])));
                    let result = umaal(m * n + low + high);
                    self.registers.insert(operand[0], result as u32);
                    self.registers.insert(operand[1], (result >> 32) as u32);
                    false
                }
                "beq" => self.is_zero,
                "bne" => !self.is_zero,
                "b" => true,
                _ if name.ends_with(':') => false,
                _ => panic!("{line}"),
            };
            if jumps {
                // `1b` is the label 1 before, `2f` the label 2 after
                let (label, before) = operands.split_at(1);
                let is_label = |line: &&str| line.strip_suffix(':') == Some(label);
                at = match before {
                    "b" => program[..at].iter().rposition(is_label).unwrap(),
                    _ => at + program[at..].iter().position(is_label).unwrap(),
                };
            }
        }
        panic!("the end of the program");
    }
}

/// The instructions and labels in umaal.rs, with its macro `four` expanded.
fn program() -> Vec<&'static str> {
    let source = include_str!("../limb32/umaal.rs");
    let lines =
        |start, end| source.split_once(start).unwrap().1.split_once(end).unwrap().0.lines().map(str::trim);
    let in_quotes =
        |line: &'static str| Some(line.strip_prefix('"')?.strip_suffix("\",")?.trim_end_matches("\\n"));
    let four: Vec<_> = lines("concat!(", "\n        )").filter_map(in_quotes).collect();
    let expanded =
        |line| if line == "four!()," { four.clone() } else { in_quotes(line).into_iter().collect() };
    lines("naked_asm!(", "\n    )").flat_map(expanded).collect()
}

/// What the assembly makes of two rows, and what Rust makes of them.
fn two_rows(
    program: &[&'static str],
    to: &[u32],
    a: &[u32],
    [b0, b1, below, carry0, carry1]: [u32; 5],
    umaal: impl Fn(u64) -> u64,
) -> [(Vec<u32>, (u32, u32)); 2] {
    const TO: u32 = 0x1000;
    const A: u32 = 0x2000;
    const STACK: u32 = 0x9000;
    let mut core = Core::default();
    for (start, limbs) in [(TO, to), (A, a), (STACK, &[b1, below, carry0, carry1])] {
        core.memory.extend((start..).step_by(4).zip(limbs.iter().copied()));
    }
    let saved = ["r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "lr"].map(|name| (name, 77));
    core.registers.extend(saved);
    let arguments = [("r0", TO), ("r1", A), ("r2", TO + 4 * to.len() as u32), ("r3", b0), ("sp", STACK)];
    core.registers.extend(arguments);
    core.run(program, umaal);
    assert!(
        saved[..8].iter().all(|(name, value)| core.registers[name] == *value) && core.registers["pc"] == 77
    );
    assert_eq!(core.registers["sp"], STACK);
    let written = (TO..).step_by(4).take(to.len()).map(|address| core.memory[&address]).collect();
    let by_assembly = (written, (core.registers["r0"], core.registers["r1"]));
    assert!((A..).step_by(4).zip(a).all(|(address, limb)| core.memory[&address] == *limb));
    let mut written = to.to_vec();
    let above = u32::add_rows(&mut written, a, (b0, b1), below, (carry0, carry1));
    [by_assembly, (written, above)]
}

#[test]
fn rows_in_assembly_are_those_in_rust() {
    let program = program();
    assert_eq!(program.len(), 83);
    let right = |result| result;
    // all two limbs, factors and carries of a few values
    let few = [0, 1, u32::MAX];
    for case in 0..3usize.pow(9) {
        let digit = |i: u32| few[case / 3usize.pow(i) % 3];
        let [found, wanted] = two_rows(
            &program,
            &[digit(0), digit(1)],
            &[digit(2), digit(3)],
            [digit(4), digit(5), digit(6), digit(7), digit(8)],
            right,
        );
        assert_eq!(found, wanted);
    }
    let mut random = Random(6);
    let mut next = || {
        let word = random.next();
        if word >> 62 == 0 { u32::MAX - (word as u32 & 1) } else { word as u32 }
    };
    let mut products = 0;
    while products < 1_000_000 {
        for len in (2..=96).step_by(2) {
            let (to, a): (Vec<_>, Vec<_>) = (0..len).map(|_| (next(), next())).unzip();
            let [found, wanted] =
                two_rows(&program, &to, &a, [next(), next(), next(), next(), next()], right);
            assert_eq!(found, wanted);
            products += 2 * len;
        }
    }
}

/// Operands of two rows: what is added to, what is multiplied, and the two factors, the limb below, and the two carries.
type TwoRows = (Vec<u64>, Vec<u64>, [u64; 5]);

/// The first operands of which these rows are not those in Rust: all of a few values, and a million products at random.
fn difference_of_rows(
    add_rows: impl Fn(&mut [u64], &[u64], (u64, u64), u64, (u64, u64)) -> (u64, u64),
) -> Option<TwoRows> {
    let differ = |(to, a, [b0, b1, below, carry0, carry1]): &TwoRows| {
        let (mut found, mut wanted) = (to.clone(), to.clone());
        let above = add_rows(&mut found, a, (*b0, *b1), *below, (*carry0, *carry1));
        let in_rust = Rows { below: *below, carries: (*carry0, *carry1) }.add(&mut wanted, a, (*b0, *b1));
        (found, above) != (wanted, in_rust)
    };
    // of as many limbs as there are ways through the loop
    let few = (0..3usize.pow(9)).flat_map(|case| {
        let digits: [u64; 9] = core::array::from_fn(|i| [0, 1, u64::MAX][case / 3usize.pow(i as u32) % 3]);
        (0..=20).step_by(2).map(move |len| {
            let (to, a) = (0..len).map(|i| (digits[i % 2], digits[2 + i / 2 % 2])).unzip();
            (to, a, core::array::from_fn(|i| digits[4 + i]))
        })
    });
    let mut random = Random(7);
    let mut next = move || {
        let word = random.next();
        if word >> 62 == 0 { u64::MAX - (word & 1) } else { word }
    };
    // 1200 products for each of the lengths
    let at_random = (0..=48).step_by(2).cycle().take(25 * 1_000_000 / 1200).map(move |len| {
        let (to, a) = (0..len).map(|_| (next(), next())).unzip();
        (to, a, core::array::from_fn(|_| next()))
    });
    few.chain(at_random).find(differ)
}

/// The machine's own rows, which are in assembly on AArch64.
#[test]
fn rows_of_64_bits_are_those_in_rust() {
    assert_eq!(difference_of_rows(u64::add_rows), None);
}

#[test]
fn the_comparison_of_rows_of_64_bits_finds_every_fault() {
    // each is what happens to the state after limb `at`
    let faults: [fn(&mut Rows<u64>, usize); 7] = [
        |rows, at| rows.carries.0 *= u64::from(at != 7),
        |rows, at| rows.carries.1 *= u64::from(at != 47),
        |rows, at| rows.carries.0 &= !u64::from(at == 3),
        |rows, at| rows.carries.1 &= u64::MAX >> u32::from(at == 1),
        |rows, at| rows.below *= u64::from(at % 4 != 3),
        |rows, at| rows.below ^= u64::from(at == 46),
        |rows, at| {
            if at % 8 == 7 {
                core::mem::swap(&mut rows.below, &mut rows.carries.0)
            }
        },
    ];
    for (which, fault) in faults.into_iter().enumerate() {
        let faulty = |to: &mut [u64], a: &[u64], b: (u64, u64), below, carries| {
            let mut rows = Rows { below, carries };
            for (at, (to, a)) in to.chunks_mut(1).zip(a.chunks(1)).enumerate() {
                rows.step(to, a, b);
                fault(&mut rows, at);
            }
            rows.below.mul_add_add(b.1, rows.carries.0, rows.carries.1)
        };
        assert!(difference_of_rows(faulty).is_some(), "{which}");
    }
}

/// The first indices for which these look-ups are not those in Rust: every place of a table.
fn difference_of_look_ups<const K: usize>(
    look_up_all: impl Fn(&mut [[u64; 48]], &Entries<K>, &[u32]),
) -> Option<[u32; 3]> {
    let mut random = Random(8);
    let entries: Entries<K> = core::array::from_fn(|_| core::array::from_fn(|_| random.next().to_le_bytes()));
    let places = (0..K as u32).map(|index| [index, K as u32 - 1 - index, (index + 1) % K as u32]);
    places.into_iter().find(|indices| {
        let (mut found, mut wanted) = ([[0; 48]; 3], [[0; 48]; 3]);
        look_up_all(&mut found, &entries, indices);
        for (wanted, &index) in wanted.iter_mut().zip(indices) {
            look_up(wanted, &entries, index);
        }
        found != wanted
    })
}

/// The machine's own look-ups, which are by NEON on AArch64.
#[test]
fn look_ups_of_64_bits_are_those_in_rust() {
    assert_eq!(difference_of_look_ups::<8>(u64::look_up_all), None);
    assert_eq!(difference_of_look_ups::<16>(u64::look_up_all), None);
    assert_eq!(difference_of_look_ups::<128>(u64::look_up_all), None);
}

#[test]
fn the_comparison_of_look_ups_finds_every_fault() {
    type LookUp = fn(&mut [[u64; 48]], &Entries<128>, &[u32]);
    let faults: [LookUp; 5] = [
        // an index one bit short, and one of another lane
        |to, entries, indices| u64::look_up_all(to, entries, &[indices[0] % 64, indices[1], indices[2]]),
        |to, entries, indices| u64::look_up_all(to, entries, &[indices[0], indices[0], indices[2]]),
        // one residue too few
        |to, entries, indices| u64::look_up_all(&mut to[..2], entries, &indices[..2]),
        |to, entries, indices| {
            u64::look_up_all(to, entries, indices);
            to.swap(0, 1);
        },
        // the highest byte of one place is not read
        |to, entries, indices| {
            let mut entries = *entries;
            entries[47][127][7] = 0;
            u64::look_up_all(to, &entries, indices);
        },
    ];
    for (which, faulty) in faults.into_iter().enumerate() {
        assert!(difference_of_look_ups(faulty).is_some(), "{which}");
    }
}

#[test]
fn the_comparison_of_rows_finds_what_it_is_for() {
    let mut program = program();
    let ones = [u32::MAX; 4];
    let [found, wanted] = two_rows(&program, &ones, &ones, [u32::MAX; 5], |sum| sum & !(1 << 32));
    assert_ne!(found, wanted);
    // the limb below the second row is not that of the first
    let at = program.iter().rposition(|line| *line == "umaal lr, r9, r5, r4").unwrap();
    program[at] = "umaal lr, r9, r6, r4";
    let [found, wanted] = two_rows(&program, &ones, &[1, 2, 3, 4], [5, 6, 7, 8, 9], |sum| sum);
    assert_ne!(found, wanted);
}
