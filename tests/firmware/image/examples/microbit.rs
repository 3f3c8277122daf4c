//! The smallest complete firmware, for a micro:bit: it registers its device with random bytes of the processor's own
//! generator, and proves the registration as the service will check it.

#![no_std]
#![no_main]

use cognito_device_srp::{DeviceRegistration, Error};
use image::{DEVICE, Status};

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    image::exit(if register().is_ok() { Status::Passed } else { Status::WrongAnswer })
}

fn register() -> Result<(), Error> {
    let mut entropy = [0; DeviceRegistration::ENTROPY_LEN];
    generator::fill(&mut entropy);
    // Match by reference. `?` would copy the registration, and the secret would then be in memory twice.
    match &DeviceRegistration::from_entropy(DEVICE, &mut entropy) {
        // then send registration.config() with ConfirmDevice, and store the text of registration.secret()
        Ok(registration) => registration.prove(),
        Err(error) => Err(*error),
    }
}

/// The random generator of the nRF51. It keeps running after its start. READY becomes nonzero when VALUE has a new byte.
mod generator {
    const START: *mut u32 = 0x4000_d000 as *mut u32;
    const READY: *mut u32 = 0x4000_d100 as *mut u32;
    const VALUE: *const u32 = 0x4000_d508 as *const u32;

    pub(super) fn fill(bytes: &mut [u8]) {
        // SAFETY: registers of this processor, whose use has no effect on memory.
        unsafe {
            START.write_volatile(1);
            for byte in bytes {
                READY.write_volatile(0);
                while READY.read_volatile() == 0 {}
                *byte = VALUE.read_volatile() as u8;
            }
        }
    }
}
