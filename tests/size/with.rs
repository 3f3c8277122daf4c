//! Reads group key, device key, secret and salt, a line each, and writes verifier and salt.

use cognito_device_srp::{DeviceSecret, DeviceSecretVerifierConfig, Error, Device, Salt};
use std::io::{BufRead, stdin};

fn main() {
    let mut lines = stdin().lock().lines().map_while(Result::ok);
    let mut line = || lines.next().unwrap_or_default();
    let [group, key, secret, salt] = std::array::from_fn(|_| line());
    let derived = || -> Result<DeviceSecretVerifierConfig, Error> {
        let (device, secret) = (Device::new(&group, &key)?, DeviceSecret::from_text(&secret)?);
        Ok(DeviceSecretVerifierConfig::derive(device, &secret, &Salt::from_base64(&salt)?))
    };
    match derived() {
        Ok(config) => println!("{}\n{}", config.password_verifier(), config.salt()),
        Err(_) => std::process::exit(1),
    }
}
