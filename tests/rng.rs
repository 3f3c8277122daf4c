//! A generator that fails, stops early or is stuck gives an error and no registration. Nothing is drawn for a device that is
//! rejected.

use cognito_device_srp::{DeviceRegistration, Ephemeral, Error, Salt, SignIn};
use rand_core::{TryCryptoRng, TryRng};

mod common;

use common::DEVICE;

/// Fills so many bytes, then says how it went. Counts its calls.
struct Scripted {
    fills: usize,
    with: fn(usize) -> u8,
    succeeds: bool,
    calls: usize,
}

#[derive(Debug)]
struct Broken;

impl core::fmt::Display for Broken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("broken")
    }
}

impl core::error::Error for Broken {}

impl TryRng for Scripted {
    type Error = Broken;

    fn try_next_u32(&mut self) -> Result<u32, Broken> {
        Err(Broken)
    }

    fn try_next_u64(&mut self) -> Result<u64, Broken> {
        Err(Broken)
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Broken> {
        self.calls += 1;
        for (i, to) in to.iter_mut().take(self.fills).enumerate() {
            *to = (self.with)(i);
        }
        if self.succeeds { Ok(()) } else { Err(Broken) }
    }
}

impl TryCryptoRng for Scripted {}

fn scripted(fills: usize, succeeds: bool) -> Scripted {
    Scripted { fills, with: |i| i as u8 | 0x80, succeeds, calls: 0 }
}

fn register(rng: &mut Scripted) -> Result<DeviceRegistration<'static>, Error> {
    DeviceRegistration::generate_with(DEVICE, rng)
}

#[test]
fn a_working_generator_is_called_once() {
    let mut rng = scripted(usize::MAX, true);
    let registration = register(&mut rng).unwrap();
    assert_eq!(rng.calls, 1);
    let mut entropy = core::array::from_fn(|i| i as u8 | 0x80);
    let same = DeviceRegistration::from_entropy(DEVICE, &mut entropy).unwrap();
    assert_eq!(registration.config(), same.config());
    assert_eq!(registration.secret().expose_secret(), same.secret().expose_secret());
    assert!(Ephemeral::generate_with(&mut scripted(usize::MAX, true)).is_ok());
}

#[test]
fn a_failing_generator_is_an_error_whatever_it_filled() {
    for fills in [0, 1, 40, 55, 56] {
        let mut rng = scripted(fills, false);
        assert_eq!(register(&mut rng).err(), Some(Error::RandomnessUnavailable), "{fills}");
        assert_eq!(rng.calls, 1);
        let ephemeral = Ephemeral::generate_with(&mut scripted(fills, false));
        assert_eq!(ephemeral.err(), Some(Error::RandomnessUnavailable));
    }
}

#[test]
fn a_generator_that_stops_early_or_is_stuck_is_an_error() {
    for fills in [0, 8, 16, 40, 48] {
        assert_eq!(register(&mut scripted(fills, true)).err(), Some(Error::RandomnessUnavailable), "{fills}");
    }
    for fills in [0, 8, 24] {
        let ephemeral = Ephemeral::generate_with(&mut scripted(fills, true));
        assert_eq!(ephemeral.err(), Some(Error::RandomnessUnavailable), "{fills}");
    }
    let mut stuck = Scripted { fills: usize::MAX, with: |_| 0, succeeds: true, calls: 0 };
    assert_eq!(register(&mut stuck).err(), Some(Error::RandomnessUnavailable));
}

#[test]
fn salts_and_sign_ins_check_the_generator_too() {
    let mut rng = scripted(usize::MAX, true);
    let salt = Salt::generate_with(&mut rng).unwrap();
    assert_eq!(
        (rng.calls, salt),
        (1, Salt::from_entropy(&mut core::array::from_fn(|i| i as u8 | 0x80)).unwrap())
    );
    let drawn = SignIn::generate_with(&mut scripted(usize::MAX, true)).unwrap();
    let given = SignIn::from_entropy(&mut core::array::from_fn(|i| i as u8 | 0x80)).unwrap();
    assert_eq!(drawn.srp_a(), given.srp_a());
    let unavailable = Some(Error::RandomnessUnavailable);
    for (fills, succeeds) in [(0, true), (8, true), (usize::MAX, false)] {
        assert_eq!(Salt::generate_with(&mut scripted(fills, succeeds)).err(), unavailable);
        assert_eq!(SignIn::generate_with(&mut scripted(fills, succeeds)).err(), unavailable);
    }
    assert_eq!(Salt::from_entropy(&mut [0; 16]).err(), unavailable);
    assert_eq!(SignIn::from_entropy(&mut [0; 32]).err(), unavailable);
    assert_ne!(Salt::generate().unwrap(), Salt::generate().unwrap());
    assert_ne!(SignIn::generate().unwrap().srp_a(), SignIn::generate().unwrap().srp_a());
}

#[test]
fn the_operating_system_gives_different_bytes_each_time() {
    let [one, two] = [(); 2].map(|()| DeviceRegistration::generate(DEVICE).unwrap());
    assert_ne!(one.secret().expose_secret(), two.secret().expose_secret());
    assert_ne!(one.config(), two.config());
    for registration in [one, two] {
        assert_eq!(registration.config().salt().len(), 24);
        registration.prove().unwrap();
    }
}
