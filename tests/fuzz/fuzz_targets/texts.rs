//! Times, suspended sign-ins and user pool ids as others wrote them: what is accepted comes out the same again.
#![no_main]

use cognito_device_srp::verifier::Claimant;
use cognito_device_srp::{SignIn, Timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // not for short inputs: it overwrites 24 KiB of stack, which takes longer than everything below
    if bytes.len() > 128
        && let Ok(sign_in) = SignIn::resume(bytes)
    {
        assert_eq!(sign_in.suspend().expose_secret().as_slice(), bytes);
    }
    let Ok(text) = str::from_utf8(bytes) else { return };
    for timestamp in [Timestamp::parse(text), Timestamp::from_http_date(text)].into_iter().flatten() {
        assert_eq!(Timestamp::parse(timestamp.as_str()), Ok(timestamp));
        assert_eq!(Timestamp::from_unix(timestamp.unix()).map(|t| t.to_string()), Ok(timestamp.to_string()));
    }
    let _ = Claimant::user(text, text);
});
