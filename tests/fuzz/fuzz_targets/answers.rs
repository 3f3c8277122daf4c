//! What the service answers to the calls about devices: no body panics, and what is accepted is within the constraints.
#![no_main]

use cognito_device_srp::RememberedDevice;
use cognito_device_srp::service::*;
use libfuzzer_sys::{arbitrary, fuzz_target};

#[derive(arbitrary::Arbitrary, Debug)]
struct Input<'a> {
    status: u16,
    error_type: Option<&'a str>,
    body: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let body = &mut serde_json::Deserializer::from_slice(input.body);
    let error = ServiceError::from_response(input.status, input.error_type, body);
    assert!(error.status() == input.status && !error.to_string().is_empty());
    assert_eq!(&Exception::from_name(error.exception().name()), error.exception());
    let _ = (error.is_retryable(), error.diagnosis());
    let _ = serde_json::from_slice::<ConfirmDeviceResponse>(input.body);
    if let Ok(result) = serde_json::from_slice::<AuthenticationResult>(input.body) {
        // what is found to be a device may be asked for
        if let Some(Ok(device)) = result.new_device_metadata().map(NewDeviceMetadata::device) {
            assert!(ForgetDeviceRequest::new(result.access_token(), device.device_key()).is_ok());
        }
    }
    let _ = serde_json::from_slice::<GetTokensFromRefreshTokenResponse>(input.body);
    let _ = serde_json::from_slice::<GetDeviceResponse>(input.body);
    let _ = serde_json::from_slice::<ListDevicesResponse>(input.body);
    if let Ok(remembered) = serde_json::from_slice::<RememberedDevice>(input.body) {
        let again = serde_json::to_vec(&remembered.expose()).expect("a record");
        let again: RememberedDevice = serde_json::from_slice(&again).expect("what was written");
        assert_eq!(again.device(), remembered.device());
    }
});
