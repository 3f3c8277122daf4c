//! What values leave behind where they were: no 8 bytes of a secret in their memory after they are dropped, nor in memory that
//! is freed.

mod common;

use cognito_device_srp::verifier::StoredVerifier;
use cognito_device_srp::*;
use common::{DEVICE, ENTROPY, found, reversed};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::mem::{ManuallyDrop, MaybeUninit};

/// The bytes of a value's memory after it was dropped there.
fn after_drop<T>(value: T) -> Vec<u8> {
    let mut memory = Box::new(MaybeUninit::new(value));
    let at = memory.as_mut_ptr();
    // SAFETY: there is a value, which nobody else drops
    unsafe { at.drop_in_place() };
    // SAFETY: within the memory, which is still there
    (0..size_of::<T>()).map(|i| unsafe { at.cast::<u8>().add(i).read_volatile() }).collect()
}

/// Whether a dropped value left 8 bytes of a secret, in either order.
fn leaves<T>(value: T, secret: &[u8]) -> bool {
    !found(&after_drop(value), &[("secret", secret.to_vec()), ("reversed", reversed(secret))]).is_empty()
}

fn registration() -> DeviceRegistration<'static> {
    DeviceRegistration::from_entropy(DEVICE, &mut { ENTROPY }).unwrap()
}

const A: &[u8; 32] = ENTROPY.first_chunk().unwrap();

fn ephemeral() -> Ephemeral {
    Ephemeral::from_bytes(A).unwrap()
}

#[test]
fn dropped_values_are_wiped() {
    let secret = registration().secret().expose_secret().to_owned();
    assert!(leaves(ManuallyDrop::new(registration()), secret.as_bytes()));
    assert!(!leaves(registration(), secret.as_bytes()));
    assert!(leaves(ManuallyDrop::new(registration().remember()), secret.as_bytes()));
    assert!(!leaves(registration().remember(), secret.as_bytes()));

    assert!(leaves(ManuallyDrop::new(ephemeral()), A));
    assert!(!leaves(ephemeral(), A));
    assert!(leaves(ManuallyDrop::new(SignIn::start(ephemeral())), A));
    assert!(!leaves(SignIn::start(ephemeral()), A));
    assert!(leaves(ManuallyDrop::new(SignIn::start(ephemeral()).suspend()), A));
    assert!(!leaves(SignIn::start(ephemeral()).suspend(), A));

    let stored = || StoredVerifier::for_device(registration().config()).unwrap();
    let verifier = *stored().verifier();
    assert!(leaves(ManuallyDrop::new(stored()), &verifier));
    assert!(!leaves(stored(), &verifier));
}

/// S is nowhere to be had, but it is most of what is random in a challenge that waits for its answer.
#[test]
fn a_dropped_challenge_is_wiped() {
    let issued = || {
        let stored = StoredVerifier::for_device(registration().config()).unwrap();
        stored.challenge("1f", ephemeral()).unwrap()
    };
    let (kept, dropped) = (after_drop(ManuallyDrop::new(issued())), after_drop(issued()));
    let zeroed = kept.iter().zip(&dropped).filter(|(kept, dropped)| **kept != 0 && **dropped == 0).count();
    // as many bytes as S has, but those that are zero by chance
    assert!(zeroed > 370, "{zeroed}");
}

thread_local! {
    static WATCHED: Cell<Option<[u8; 8]>> = const { Cell::new(None) };
    static FREED: Cell<usize> = const { Cell::new(0) };
}

/// Looks for what a thread watches for in what it frees.
struct Watching;

// SAFETY: all is the system's
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as it is called
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        if let Ok(Some(watched)) = WATCHED.try_with(Cell::get) {
            // SAFETY: within the block
            let byte = |i| unsafe { at.add(i).read_volatile() };
            let starts = 0..(layout.size() + 1).saturating_sub(watched.len());
            let found = |start: &usize| (0..watched.len()).all(|i| byte(start + i) == watched[i]);
            FREED.set(FREED.get() + starts.filter(found).count());
        }
        // SAFETY: as it is called
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// How often the first 8 bytes of a text stood in memory that `work` freed.
fn freed(watched: &str, work: impl FnOnce()) -> usize {
    FREED.set(0);
    WATCHED.set(watched.as_bytes().first_chunk().copied());
    work();
    WATCHED.set(None);
    FREED.get()
}

#[test]
fn freed_memory_is_wiped() {
    let secret = "a secret of another client";
    assert_eq!(freed(secret, || drop(secret.to_owned())), 1);
    assert_eq!(freed(secret, || drop(DeviceSecret::from_string(secret.to_owned()))), 0);
    let remember = || {
        let owned = DeviceSecret::from_string(secret.to_owned()).unwrap();
        let remembered = RememberedDevice::new(DEVICE, &owned);
        drop(RememberedDevice::new(DEVICE, remembered.secret()));
        drop(RememberedDevice::new(DEVICE, &DeviceSecret::from_text(secret).unwrap()));
    };
    assert_eq!(freed(secret, remember), 0);
    let kept = format!(r#"{{"DeviceKey":"a_0","DeviceGroupKey":"-G","DeviceSecret":"{secret}"}}"#);
    let read = || drop(serde_json::from_str::<RememberedDevice>(&kept).unwrap());
    assert_eq!(freed(secret, read), 0);
    let context = service::AuthContext::new("client", "alice").unwrap();
    let parameters = || drop(context.refresh_token_auth(secret).unwrap());
    assert_eq!(freed(secret, parameters), 0);
}
