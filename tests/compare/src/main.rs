//! Two backends against each other on random products and squares mod N, millions of them. From the root of the repository:
//!
//! ```text
//! cargo run --release -p compare -- [PRODUCTS [SEED [BACKEND BACKEND]]]
//! ```
//!
//! Ten million unless told, of the first two backends that run here. The factors are any numbers below 2^3072, those
//! above N included. Each of the products a b mod N is of two Montgomery products; with each comes the square of a.

use cognito_device_srp::__internals::{backends, modulus, mul, on, square};
use std::process::exit;
use std::time::Instant;

/// Big-endian.
type Number = [u8; 384];

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// A quarter each: uniform; runs of equal bits, which carry far; words of all ones or all zeros among random
    /// ones; N less a number below 2^64.
    fn number(&mut self) -> Number {
        let mut words = [0; 48];
        match self.below(4) {
            0 => words.fill_with(|| self.next()),
            1 => {
                let mut bits = 0;
                words.fill_with(|| {
                    let before = bits;
                    if self.below(3) > 0 {
                        bits = !bits;
                    }
                    before ^ ((before ^ bits) << self.below(64))
                });
            }
            2 => words.fill_with(|| match self.below(3) {
                0 => self.next(),
                1 => 0,
                _ => u64::MAX,
            }),
            _ => {
                // N ends in 64 ones
                let mut number = modulus();
                let distance = self.next() >> self.below(64);
                number[376..].copy_from_slice(&(!distance).to_be_bytes());
                return number;
            }
        }
        let mut number = [0; 384];
        for (bytes, word) in number.as_chunks_mut().0.iter_mut().zip(words) {
            *bytes = word.to_be_bytes();
        }
        number
    }
}

/// The product of two numbers and the square of the first.
type Products<'a> = &'a (dyn Fn(&Number, &Number) -> [Number; 2] + Sync);

/// The first factors of which the two differ.
fn difference(products: u64, seed: u64, [one, other]: [Products; 2]) -> Option<[Number; 2]> {
    let mut random = Random(seed);
    (0..products).map(|_| [random.number(), random.number()]).find(|[a, b]| one(a, b) != other(a, b))
}

/// Exits with the factors if a product differs.
fn compare(products: u64, seed: u64, both: [Products; 2]) {
    if let Some([a, b]) = difference(products, seed, both) {
        let hex = |number: Number| number.map(|byte| format!("{byte:02x}")).concat();
        println!("a = {}\nb = {}", hex(a), hex(b));
        both.iter().for_each(|products| println!("{:?}", products(&a, &b).map(hex)));
        exit(1);
    }
}

/// Exits if the comparison misses a product, or a square, that is wrong in one bit if `a` ends in 64 ones.
fn check_that_faults_are_found(right: Products) {
    for which in [0, 1] {
        let faulty = |a: &Number, b: &Number| {
            let mut products = right(a, b);
            products[which][383] ^= u8::from(a.ends_with(&[0xff; 8]));
            products
        };
        if difference(1000, 1, [right, &faulty]).is_none() {
            println!("a fault was not found");
            exit(1);
        }
    }
}

fn number_or(argument: Option<&String>, default: u64) -> u64 {
    argument.map_or(default, |text| {
        text.parse().unwrap_or_else(|_| {
            eprintln!("not a number: {text}");
            exit(2)
        })
    })
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (products, seed) = (number_or(arguments.first(), 10_000_000), number_or(arguments.get(1), 1));
    let pair = match (arguments.get(2), arguments.get(3)) {
        (Some(one), Some(other)) => [&**one, other],
        _ => [backends()[0], backends()[1]],
    };
    if let Some(unknown) = pair.iter().find(|name| !backends().contains(name)) {
        eprintln!("{unknown} does not run here; these do: {}", backends().join(", "));
        exit(2);
    }
    let [one, other] =
        pair.map(|backend| move |a: &Number, b: &Number| on(backend, || [mul(a, b), square(a)]));
    check_that_faults_are_found(&one);
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let start = Instant::now();
    let both: [Products; 2] = [&one, &other];
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let share = products / threads + u64::from(thread < products % threads);
            // far apart in the one sequence
            let seed = Random(seed ^ (thread << 32)).next();
            scope.spawn(move || compare(share, seed, both));
        }
    });
    println!(
        "{products} products and squares mod N, the same on {} and {} ({threads} threads, {:.0} s)",
        pair[0],
        pair[1],
        start.elapsed().as_secs_f64()
    );
}
