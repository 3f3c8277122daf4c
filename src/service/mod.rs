//! The service's API: the parameter maps of a sign-in, the requests about devices, responses and refusals.
//!
//! Contract: every request meets the constraints of the API reference, and no response of the service causes a panic. HTTP and
//! the choice of a JSON library are left to the caller.

#[cfg(feature = "serde")]
mod config_json;

#[cfg(all(feature = "alloc", feature = "serde"))]
mod access_token;
#[cfg(feature = "alloc")]
mod auth_context;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod authentication_result;
#[cfg(feature = "alloc")]
mod challenge_name;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod confirm_device;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod device_status;
mod diagnosis;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod exception;
#[cfg(feature = "alloc")]
mod names;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod new_device_metadata;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod object;
#[cfg(feature = "alloc")]
mod parameters;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod refresh;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod remembered_json;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod request;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod service_error;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod tracked_device;

#[cfg(all(feature = "alloc", feature = "serde"))]
pub use access_token::AccessToken;
#[cfg(feature = "alloc")]
pub use auth_context::{AuthContext, MfaType, PreferredChallenge, SelectedChallenge};
#[cfg(all(feature = "alloc", feature = "serde"))]
pub use authentication_result::AuthenticationResult;
#[cfg(feature = "alloc")]
pub use challenge_name::{AuthFlow, ChallengeName};
#[cfg(all(feature = "alloc", feature = "serde"))]
pub use confirm_device::{
    AskUser, ConfirmDeviceDraft, ConfirmDeviceRequest, ConfirmDeviceResponse, NextStep, check_device_name,
};
#[cfg(all(feature = "alloc", feature = "serde"))]
pub use device_status::{
    DeviceRememberedStatus, ForgetDeviceRequest, GetDeviceRequest, UpdateDeviceStatusRequest,
};
pub use diagnosis::Diagnosis;
#[cfg(all(feature = "alloc", feature = "serde"))]
pub use exception::Exception;
#[cfg(all(feature = "alloc", feature = "serde"))]
pub use new_device_metadata::NewDeviceMetadata;
#[cfg(feature = "alloc")]
pub use parameters::Parameters;
#[cfg(all(feature = "alloc", feature = "serde"))]
pub use refresh::{GetTokensFromRefreshTokenRequest, GetTokensFromRefreshTokenResponse};
#[cfg(all(feature = "alloc", feature = "serde"))]
pub use service_error::ServiceError;
#[cfg(all(feature = "alloc", feature = "serde"))]
pub use tracked_device::{GetDeviceResponse, ListDevicesRequest, ListDevicesResponse, TrackedDevice};
