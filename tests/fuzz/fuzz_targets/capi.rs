//! The C ABI with arguments of any length, null, endless and overlapping: what is refused is what a plain reading of the
//! rules refuses, an error leaves zeros, and what comes out of one function goes into the next.
#![no_main]

use cognito_device_srp::Error;
use cognito_device_srp::capi::*;
use libfuzzer_sys::{arbitrary, fuzz_target};
use std::ptr::null_mut;

const B: &[u8] = b"8d0b1f5a7c3e9266";
const SECRET: &[u8] = b"a secret";

#[derive(arbitrary::Arbitrary, Clone, Copy, Debug)]
enum Place<'a> {
    Right,
    Null,
    /// The right buffer, with a length that no buffer has.
    Endless(u8),
    /// A buffer of its own with these bytes.
    Own(&'a [u8]),
    /// The right length, beginning with these bytes.
    Changed(&'a [u8]),
    /// Within memory that several arguments share.
    Shared(u16, u16),
}

#[derive(arbitrary::Arbitrary, Debug)]
enum Function {
    FromEntropy,
    Derive,
    Prove,
    Start,
    Answer,
}

#[derive(arbitrary::Arbitrary, Debug)]
struct Input<'a> {
    function: Function,
    inputs: [Place<'a>; 6],
    outputs: [Place<'a>; 4],
    seconds: u64,
}

/// The arguments of a call, in memory that ends where they do.
struct Call<'a> {
    places: Input<'a>,
    memory: Vec<Vec<u8>>,
    inputs: Vec<(*mut u8, usize)>,
    outputs: Vec<(*mut u8, usize, usize, usize)>,
}

impl<'a> Call<'a> {
    fn new(places: Input<'a>) -> Self {
        Self { places, memory: vec![vec![0xaa; 2048]], inputs: vec![], outputs: vec![] }
    }

    fn keep(&mut self, bytes: &[u8]) -> (*mut u8, usize) {
        let mut bytes = bytes.to_vec();
        bytes.shrink_to_fit();
        self.memory.push(bytes);
        let kept = self.memory.last_mut().unwrap();
        (kept.as_mut_ptr(), kept.len())
    }

    fn place(&mut self, place: Place<'a>, right: &[u8]) -> (*mut u8, usize) {
        match place {
            Place::Right => self.keep(right),
            Place::Null => (null_mut(), right.len()),
            Place::Endless(less) => (self.keep(right).0, usize::MAX - usize::from(less)),
            Place::Own(bytes) => self.keep(bytes),
            Place::Changed(bytes) => {
                let mut changed = right.to_vec();
                changed.iter_mut().zip(bytes).for_each(|(to, byte)| *to = *byte);
                self.keep(&changed)
            }
            Place::Shared(at, len) => {
                let shared = &mut self.memory[0];
                let at = usize::from(at) % shared.len();
                let rest = &mut shared[at..];
                (rest.as_mut_ptr(), usize::from(len).min(rest.len()))
            }
        }
    }

    fn bytes(&mut self, right: &[u8]) -> (*const u8, usize) {
        let place = self.places.inputs[self.inputs.len()];
        let (at, len) = self.place(place, right);
        self.inputs.push((at, len));
        (at, len)
    }

    fn text(&mut self, right: &[u8]) -> (*const i8, usize) {
        let (at, len) = self.bytes(right);
        (at.cast(), len)
    }

    fn output(&mut self, right: &[u8], least: usize, most: usize) -> (*mut u8, usize) {
        let place = self.places.outputs[self.outputs.len()];
        let (at, len) = self.place(place, right);
        self.outputs.push((at, len, least, most));
        (at, len)
    }

    fn out(&mut self, size: usize) -> (*mut i8, usize) {
        let (at, len) = self.output(&vec![0xaa; size], size, size);
        (at.cast(), len)
    }

    fn expected(&self) -> Option<Error> {
        let endless = |len: usize| len > isize::MAX as usize;
        let overlap = |a: (*mut u8, usize), b: (*mut u8, usize)| {
            a.0.addr() < b.0.addr() + b.1 && b.0.addr() < a.0.addr() + a.1
        };
        let outputs: Vec<_> = self.outputs.iter().map(|o| (o.0, o.1)).collect();
        if self.inputs.iter().chain(&outputs).any(|a| a.0.is_null()) {
            return Some(Error::ArgumentNull);
        }
        let of_no_size = self.outputs.iter().any(|o| o.1 < o.2 || o.1 > o.3);
        if of_no_size || self.inputs.iter().any(|i| endless(i.1)) {
            return Some(Error::ArgumentLength);
        }
        let among_outputs = (0..outputs.len()).any(|i| (0..i).any(|j| overlap(outputs[i], outputs[j])));
        let with_inputs = self.inputs.iter().any(|i| outputs.iter().any(|o| overlap(*i, *o)));
        (among_outputs || with_inputs).then_some(Error::ArgumentsOverlap)
    }

    fn check(&self, status: i32) -> bool {
        let refused = [Error::ArgumentNull, Error::ArgumentLength, Error::ArgumentsOverlap].map(Error::code);
        match self.expected() {
            Some(error) => assert_eq!(status, error.code()),
            None => assert!(!refused.contains(&status)),
        }
        for &(at, len, _, most) in &self.outputs {
            if status != 0 && !at.is_null() && len <= isize::MAX as usize {
                // SAFETY: memory of this call
                assert!((0..len.min(most)).all(|i| unsafe { *at.add(i) } == 0));
            }
        }
        status == 0
    }
}

fn cut(at: *const i8, len: usize) -> Vec<u8> {
    // SAFETY: an output of a call that succeeded
    let bytes = unsafe { std::slice::from_raw_parts(at.cast::<u8>(), len) };
    assert_eq!(bytes.last(), Some(&0));
    bytes.iter().copied().take_while(|&byte| byte != 0).collect()
}

fn prove(group: (*const i8, usize), key: (*const i8, usize), secret: &[u8], verifier: &[u8], salt: &[u8]) {
    let at = |bytes: &[u8]| bytes.as_ptr().cast();
    // SAFETY: the arguments of a call that succeeded, and its outputs
    let status = unsafe {
        cognito_device_srp_prove(
            group.0, group.1, key.0, key.1, at(secret), secret.len(), at(verifier), verifier.len(), at(salt), salt.len(),
        )
    };
    assert_eq!(status, 0);
}

/// The verifier and salt of the right arguments.
fn right(group: &[u8], key: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut verifier, mut salt) = ([0i8; COGNITO_DEVICE_SRP_VERIFIER_SIZE], [0i8; COGNITO_DEVICE_SRP_SALT_SIZE]);
    let at = |bytes: &[u8]| bytes.as_ptr().cast();
    // SAFETY: every pointer is good for its length
    let status = unsafe {
        cognito_device_srp_derive(
            at(group), group.len(), at(key), key.len(), at(SECRET), SECRET.len(), [7u8; 16].as_ptr(), 16,
            verifier.as_mut_ptr(), verifier.len(), salt.as_mut_ptr(), salt.len(),
        )
    };
    assert_eq!(status, 0);
    (cut(verifier.as_ptr(), verifier.len()), cut(salt.as_ptr(), salt.len()))
}

fn started() -> [u8; COGNITO_DEVICE_SRP_SIGN_IN_SIZE] {
    let (mut entropy, mut state) = ([9u8; 32], [0u8; COGNITO_DEVICE_SRP_SIGN_IN_SIZE]);
    let mut srp_a = [0i8; COGNITO_DEVICE_SRP_SRP_A_SIZE];
    // SAFETY: every pointer is good for its length
    let status = unsafe {
        cognito_device_srp_sign_in_start(
            entropy.as_mut_ptr(), 32, state.as_mut_ptr(), state.len(), srp_a.as_mut_ptr(), srp_a.len(),
        )
    };
    assert_eq!(status, 0);
    state
}

fuzz_target!(|input: Input<'_>| {
    const GROUP: &[u8] = b"-NXiVKS5p";
    const KEY: &[u8] = b"eu-west-1_0";
    let mut call = Call::new(input);
    let seconds = call.places.seconds;
    match call.places.function {
        Function::FromEntropy => {
            let (g, k) = (call.text(GROUP), call.text(KEY));
            let e = call.output(&[7; 56], 56, 56);
            let s = call.out(COGNITO_DEVICE_SRP_SECRET_SIZE);
            let v = call.out(COGNITO_DEVICE_SRP_VERIFIER_SIZE);
            let t = call.out(COGNITO_DEVICE_SRP_SALT_SIZE);
            // SAFETY: null, endless, or good for its length
            let status = unsafe {
                cognito_device_srp_from_entropy(g.0, g.1, k.0, k.1, e.0, e.1, s.0, s.1, v.0, v.1, t.0, t.1)
            };
            if call.check(status) {
                prove(g, k, &cut(s.0, s.1), &cut(v.0, v.1), &cut(t.0, t.1));
            }
        }
        Function::Derive => {
            let (g, k, s, salt) = (call.text(GROUP), call.text(KEY), call.text(SECRET), call.bytes(&[7; 16]));
            let v = call.out(COGNITO_DEVICE_SRP_VERIFIER_SIZE);
            let t = call.out(COGNITO_DEVICE_SRP_SALT_SIZE);
            // SAFETY: null, endless, or good for its length
            let status = unsafe {
                cognito_device_srp_derive(g.0, g.1, k.0, k.1, s.0, s.1, salt.0, salt.1, v.0, v.1, t.0, t.1)
            };
            if call.check(status) {
                // SAFETY: a text that was accepted
                let secret = unsafe { std::slice::from_raw_parts(s.0.cast(), s.1) };
                prove(g, k, secret, &cut(v.0, v.1), &cut(t.0, t.1));
            }
        }
        Function::Prove => {
            let (verifier, salt) = right(GROUP, KEY);
            let (g, k, s) = (call.text(GROUP), call.text(KEY), call.text(SECRET));
            let (v, t) = (call.text(&verifier), call.text(&salt));
            // SAFETY: null, endless, or good for its length
            let status = unsafe { cognito_device_srp_prove(g.0, g.1, k.0, k.1, s.0, s.1, v.0, v.1, t.0, t.1) };
            call.check(status);
        }
        Function::Start => {
            let e = call.output(&[9; 32], 32, 256);
            let st = call.output(&[0xaa; COGNITO_DEVICE_SRP_SIGN_IN_SIZE], 642, 642);
            let a = call.out(COGNITO_DEVICE_SRP_SRP_A_SIZE);
            // SAFETY: null, endless, or good for its length
            let status = unsafe { cognito_device_srp_sign_in_start(e.0, e.1, st.0, st.1, a.0, a.1) };
            if call.check(status) {
                assert!(!cut(a.0, a.1).is_empty());
            }
        }
        Function::Answer => {
            let st = call.output(&started(), 642, 642);
            let (g, k, s) = (call.text(GROUP), call.text(KEY), call.text(SECRET));
            let (b, t, block) = (call.text(B), call.text(b"07"), call.text(b"AAAA"));
            let o = call.out(COGNITO_DEVICE_SRP_SIGNATURE_SIZE);
            let w = call.out(COGNITO_DEVICE_SRP_TIMESTAMP_SIZE);
            // SAFETY: null, endless, or good for its length
            let status = unsafe {
                cognito_device_srp_sign_in_answer(
                    st.0, st.1, g.0, g.1, k.0, k.1, s.0, s.1, b.0, b.1, t.0, t.1, block.0, block.1, seconds, o.0, o.1,
                    w.0, w.1,
                )
            };
            if call.check(status) {
                assert_eq!(cut(o.0, o.1).len(), 44);
                // SAFETY: memory of this call
                assert!((0..st.1).all(|i| unsafe { *st.0.add(i) } == 0));
            }
        }
    }
});
