//! Tests that the stack is overwritten, and as deep as the calls use it. The depth of each call is measured on a painted stack,
//! without the wiping.

use super::with_stack_wiped;
use crate::verifier::{Claim, StoredVerifier};
use crate::{
    Challenge, Credentials, Device, DeviceRegistration, DeviceSecret, DeviceSecretVerifierConfig, Ephemeral,
    Salt, SignIn, Timestamp,
};
use core::cell::{Cell, RefCell};
use core::hint::black_box;
use std::thread;
use std::vec::Vec;

/// The word that fills a painted stack.
const PAINT: usize = 0x5aa5_c33c_9669_0ff0_u64 as usize;

/// How many words are painted: more than any call uses.
const PAINTED: usize = (256 << 10) / size_of::<usize>();

std::thread_local! {
    static MEASURING: Cell<bool> = const { Cell::new(false) };
    /// For each overwriting, the words that were used before it and the words that it overwrites.
    static MEASURED: RefCell<Vec<[usize; 2]>> = const { RefCell::new(Vec::new()) };
}

/// Whether depths are being measured. If so, the caller must [`paint`] instead of overwriting.
// frame: the words that it reads are below it
#[inline(never)]
pub(super) fn measured<const WORDS: usize>() -> bool {
    if MEASURING.get() {
        MEASURED.with_borrow_mut(|all| all.push([used(), WORDS]));
    }
    MEASURING.get()
}

/// The address of a word in the caller's frame.
#[inline(always)]
fn here() -> *const usize {
    let word = 0usize;
    black_box(&raw const word)
}

#[inline(never)]
pub(super) fn paint<const WORDS: usize>() {
    black_box(&mut [PAINT; WORDS]);
}

/// The number of words below this frame down to the last three that are not painted. (A single one can be a word that the
/// painting, or an overwriting, keeps below the words that it writes.)
#[inline(never)]
fn used() -> usize {
    let here = here();
    // SAFETY: within this thread's stack, in a part that was written before
    let is_painted = |word: usize| unsafe { here.wrapping_sub(word).read_volatile() } == PAINT;
    // as far as `paint` wrote, whose caller had about this depth
    let mut words = (3..PAINTED - 1024).rev();
    words.find(|&word| !(0..3).any(|above| is_painted(word - above))).unwrap_or(0)
}

/// For each overwriting of the call, the words that were used before it and the words that it overwrites.
fn depths(call: impl FnOnce() + Send + 'static) -> Vec<[usize; 2]> {
    let measure = || {
        paint::<PAINTED>();
        MEASURING.set(true);
        call();
        MEASURED.take()
    };
    thread::Builder::new().stack_size(2 << 20).spawn(measure).unwrap().join().unwrap()
}

const TEXT: &str = "/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==";
const DEVICE: Device<'_> = match Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8") {
    Ok(device) => device,
    Err(_) => unreachable!(),
};

const SIGNATURE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn salt() -> Salt {
    Salt::from_bytes(&[7; 16]).unwrap()
}

fn secret() -> DeviceSecret<'static> {
    DeviceSecret::from_text(TEXT).unwrap()
}

/// The longest ephemeral, which takes the longest power.
fn ephemeral() -> Ephemeral {
    Ephemeral::from_bytes(&[9; 384]).unwrap()
}

fn stored() -> StoredVerifier {
    StoredVerifier::for_device(&DeviceSecretVerifierConfig::derive(DEVICE, &secret(), &salt())).unwrap()
}

/// Tests each call on the default backend, and on all others in builds that can name them.
#[test]
fn each_call_overwrites_all_the_stack_that_it_used() {
    #[cfg(all(feature = "__internals", feature = "std"))]
    for backend in crate::__internals::backends() {
        check_depths(backend, |call| crate::__internals::on(backend, call));
    }
    check_depths(crate::backend(), |call| call());
}

type Call = fn();

fn check_depths(backend: &str, run: impl Fn(Call) + Copy + Send + 'static) {
    let calls: [(&str, Call); 12] = [
        ("from_entropy", || _ = black_box(DeviceRegistration::from_entropy(DEVICE, &mut [7; 56]))),
        ("for_secret", || _ = black_box(DeviceRegistration::for_secret(DEVICE, secret(), salt()))),
        ("derive", || _ = black_box(DeviceSecretVerifierConfig::derive(DEVICE, &secret(), &salt()))),
        ("for_user", || {
            _ = black_box(StoredVerifier::for_user(&Credentials::device(DEVICE, &secret()), salt()))
        }),
        ("ephemeral", || _ = black_box(Ephemeral::from_entropy(&mut [7; 32]))),
        ("start", || _ = black_box(SignIn::start(ephemeral()))),
        ("suspend", || {
            let sign_in = SignIn::start(ephemeral());
            paint::<PAINTED>();
            black_box(sign_in.suspend());
        }),
        ("resume", || {
            let suspended = SignIn::start(ephemeral()).suspend();
            paint::<PAINTED>();
            _ = black_box(SignIn::resume(suspended.expose_secret()));
        }),
        ("answer", || {
            let sign_in = SignIn::start(ephemeral());
            let (srp_b, timestamp) = ("17".repeat(384), Timestamp::from_unix(0).unwrap());
            let challenge = Challenge { srp_b: &srp_b, salt: "1f", secret_block: "k3dX" };
            paint::<PAINTED>();
            _ = black_box(sign_in.answer(&Credentials::device(DEVICE, &secret()), &challenge, &timestamp));
        }),
        ("challenge", || {
            let (stored, srp_a) = (stored(), "17".repeat(384));
            paint::<PAINTED>();
            _ = black_box(stored.challenge(&srp_a, ephemeral()));
        }),
        ("check", || {
            let issued = stored().challenge("1f", ephemeral()).unwrap();
            let claim = Claim { secret_block: "k3dX", timestamp: "", signature: SIGNATURE };
            paint::<PAINTED>();
            _ = black_box(issued.check(DEVICE, &claim));
        }),
        ("prove", || {
            let registration = DeviceRegistration::for_secret(DEVICE, secret(), salt());
            paint::<PAINTED>();
            assert_eq!(registration.prove(), Ok(()));
        }),
    ];
    for (name, call) in calls {
        let depths = depths(move || run(call));
        assert!(!depths.is_empty(), "{name}");
        for [used, overwritten] in
            depths.into_iter().map(|words| words.map(|words| words * size_of::<usize>()))
        {
            std::println!("{backend}: {name} uses {used} of {overwritten} bytes");
            // 256 is the difference of the two frames that depths are measured from. Debug builds use more stack, and less is
            // promised for them.
            assert!(
                cfg!(debug_assertions) || used + 256 <= overwritten,
                "{backend}: {name} uses {used} of {overwritten} bytes"
            );
        }
    }
}

/// Fills its frame with its argument.
#[inline(never)]
fn careless(word: usize) {
    black_box(&mut [word; 500]);
}

/// How many words of the stack below are equal to this one.
#[inline(never)]
fn left(word: usize) -> usize {
    let here = here();
    // SAFETY: within this thread's stack, in a part that was written before
    (1..2000).filter(|&at| unsafe { here.wrapping_sub(at).read_volatile() } == word).count()
}

#[test]
fn the_stack_of_a_call_is_overwritten() {
    const WORD: usize = 0x1234_5678;
    paint::<PAINTED>();
    careless(WORD);
    assert!(left(WORD) >= 400);
    with_stack_wiped::<800, _>(|| careless(WORD));
    assert_eq!(left(WORD), 0);
}
