//! What is loaded into the emulator: functions of the crate behind pointers, and some that leak a secret on purpose.
//! It needs nothing from outside, neither a library nor an operating system.

#![no_std]

use cognito_device_srp::__internals::{
    backends, client_exchange, combs, pow_g_by_comb, pow_on, verifier_exchange,
};
use cognito_device_srp::{DeviceRegistration, Ephemeral, Device};
use core::arch::asm;
use core::hint::black_box;

type Number = [u8; 384];

/// Whether the processor is found to have what the backend `ifma` takes.
#[unsafe(no_mangle)]
extern "C" fn ifma_is_default(result: &mut Number) {
    result[0] = (backends()[0] == "ifma").into();
}

/// 2^x mod N
#[unsafe(no_mangle)]
extern "C" fn pow_g(result: &mut Number, x: &[u8; 32]) {
    let [wide, compact, small] = combs().map(|comb| pow_g_by_comb(comb, x));
    *result = wide;
    stop_unless(wide == compact && wide == small);
}

/// base^e mod N
#[unsafe(no_mangle)]
extern "C" fn pow(result: &mut Number, base: &Number, e: &[u8; 65]) {
    *result = pow_on(backends()[0], base, e);
}

/// B = k v + 2^b mod N
#[unsafe(no_mangle)]
extern "C" fn public_b(result: &mut Number, v: &Number, b: &[u8; 32]) {
    let mut a = [0; 384];
    a[383] = 2;
    let ephemeral = Ephemeral::from_bytes(b);
    let exchange = ephemeral.and_then(|ephemeral| verifier_exchange(&ephemeral, &a, v));
    stop_unless(exchange.is_ok());
    *result = exchange.map_or([0; 384], |exchange| exchange.public);
}

/// S = (B - k 2^x)^(a + u x) mod N
#[unsafe(no_mangle)]
extern "C" fn shared(result: &mut Number, b: &Number, a: &[u8; 32], x: &[u8; 32]) {
    let exchange =
        Ephemeral::from_bytes(a).and_then(|ephemeral| client_exchange(ephemeral, b, x));
    stop_unless(exchange.is_ok());
    *result = exchange.map_or([0; 384], |exchange| exchange.shared);
}

/// The first 384 characters of PasswordVerifier.
#[unsafe(no_mangle)]
extern "C" fn register(result: &mut Number, entropy: &mut [u8; 56]) {
    let device = Device::new("-NXiVKS5p", "us-east-1_82a31580").unwrap();
    let registration = DeviceRegistration::from_entropy(device, entropy);
    stop_unless(registration.is_ok());
    if let Ok(registration) = registration {
        result.copy_from_slice(&registration.config().password_verifier().as_bytes()[..384]);
    }
}

#[unsafe(no_mangle)]
extern "C" fn planted_branch(result: &mut Number, x: &[u8; 32]) {
    if x[31] & 1 == 1 {
        result[0] = black_box(1);
    }
}

#[unsafe(no_mangle)]
extern "C" fn planted_index(result: &mut Number, x: &[u8; 32]) {
    result[0] = black_box(&[0; 256])[usize::from(x[31])];
}

#[unsafe(no_mangle)]
extern "C" fn planted_remains(_: &mut Number, x: &[u8; 32]) {
    black_box(*x);
}

fn stop_unless(condition: bool) {
    if !condition {
        // SAFETY: stops the emulated processor
        unsafe { asm!("hlt") }
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        stop_unless(false);
    }
}

// What the compiler calls for copies, fills and comparisons.

#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
    // SAFETY: the caller's, as in C
    unsafe { asm!("rep movsb", inout("rdi") to => _, inout("rsi") from => _, inout("rcx") len => _) }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, byte: i32, len: usize) -> *mut u8 {
    // SAFETY: the caller's, as in C
    unsafe { asm!("rep stosb", inout("rdi") to => _, in("al") byte as u8, inout("rcx") len => _) }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
    for i in 0..len {
        let i = if to.addr() < from.addr() { i } else { len - 1 - i };
        // SAFETY: the caller's, as in C; volatile, or this would become a call of itself
        unsafe { to.add(i).write_volatile(from.add(i).read_volatile()) }
    }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, len: usize) -> i32 {
    for i in 0..len {
        // SAFETY: the caller's, as in C
        let (a, b) = unsafe { (a.add(i).read_volatile(), b.add(i).read_volatile()) };
        if a != b {
            return i32::from(a) - i32::from(b);
        }
    }
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(a: *const u8, b: *const u8, len: usize) -> i32 {
    // SAFETY: the caller's, as in C
    unsafe { memcmp(a, b, len) }
}
