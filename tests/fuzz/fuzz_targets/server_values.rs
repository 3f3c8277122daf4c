//! Everything a server can send to a client, and a client to a verifier: no input panics, and what is accepted is what
//! a plain reading of the text gives.
#![no_main]

use cognito_device_srp::*;
use libfuzzer_sys::{arbitrary, fuzz_target};

#[derive(arbitrary::Arbitrary, Debug)]
struct Input<'a> {
    srp: &'a str,
    salt: &'a str,
    secret_block: &'a str,
    group: &'a str,
    name: &'a str,
    pool: &'a str,
    secret: &'a str,
    seconds: i64,
    ephemeral: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let salt = Salt::from_hex(input.salt);
    if let Ok(salt) = &salt {
        // the number, and nothing else, decides
        let digits = input.salt.trim_start_matches('0').to_ascii_lowercase();
        let bytes = salt.as_signed_bytes();
        let back: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(back.trim_start_matches('0'), digits);
        assert!(bytes[0] < 0x80 && (bytes.len() == 1 || bytes[0] != 0 || bytes[1] >= 0x80));
    }
    let timestamp = Timestamp::from_unix(input.seconds);
    assert_eq!(timestamp.is_ok(), (0..=253_402_300_799).contains(&input.seconds));
    let (Ok(timestamp), Ok(ephemeral)) = (timestamp, Ephemeral::from_bytes(input.ephemeral)) else { return };

    // a short ephemeral, to keep the arithmetic from drowning the parsers
    if input.ephemeral.len() > 32 {
        return;
    }
    let challenge = Challenge { srp_b: input.srp, salt: input.salt, secret_block: input.secret_block };
    let sign_in = SignIn::start(ephemeral);
    assert!(!sign_in.srp_a().starts_with('0') && sign_in.srp_a().len() <= 768);
    let device = Device::new(input.group, input.name)
        .and_then(|device| Ok((device, DeviceSecret::from_text(input.secret)?)));
    let credentials = match &device {
        Ok((device, secret)) if input.seconds % 2 == 0 => Ok(Credentials::device(*device, secret)),
        _ => Credentials::user(input.pool, input.name, input.secret),
    };
    let Ok(credentials) = credentials else { return };
    let accepted = sign_in.answer(&credentials, &challenge, &timestamp).is_ok();
    if accepted {
        assert!(salt.is_ok() && !input.secret_block.is_empty() && !input.secret.is_empty());
        assert!(input.srp.bytes().all(|digit| digit.is_ascii_hexdigit()));
    }
});
