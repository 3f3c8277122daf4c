//! What a device keeps between sign-ins.

use super::identifiers::Device;
use super::secret::DeviceSecret;
use crate::hygiene::stack::{POWER_OF_G, with_stack_wiped};
use crate::srp::credentials::Credentials;
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use core::fmt;

/// A device and its secret: all that later sign-ins need, owned.
///
/// With the feature `serde` it is read from, and by `expose` written as, the JSON object that the program's
/// `register` keeps: `{"DeviceKey", "DeviceGroupKey", "DeviceSecret"}`.
///
/// ```
/// use cognito_device_srp::{Device, DeviceSecret, RememberedDevice};
///
/// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
/// let remembered = RememberedDevice::new(device, &DeviceSecret::from_text("the secret")?);
/// assert_eq!(remembered.device(), device);
/// let credentials = remembered.credentials();
/// # Ok::<(), cognito_device_srp::Error>(())
/// ```
///
/// # Security
/// The secret is wiped on drop. `Debug` does not show it, and there is no `Clone`, `PartialEq` or `Serialize`.
pub struct RememberedDevice {
    device_group_key: String,
    device_key: String,
    secret: DeviceSecret<'static>,
}

impl RememberedDevice {
    /// A device and its secret, copied.
    pub fn new(device: Device<'_>, secret: &DeviceSecret<'_>) -> Self {
        // a secret that this crate made is stored in the value itself, not on the heap, and moves with it
        with_stack_wiped::<POWER_OF_G, _>(|| Self {
            device_group_key: device.device_group_key().to_owned(),
            device_key: device.device_key().to_owned(),
            secret: secret.to_owned(),
        })
    }

    /// A remembered device from texts that were checked before.
    #[cfg(feature = "serde")]
    pub(crate) fn from_parts(
        device_group_key: String,
        device_key: String,
        secret: DeviceSecret<'static>,
    ) -> Self {
        Self { device_group_key, device_key, secret }
    }

    /// The device.
    pub fn device(&self) -> Device<'_> {
        Device::checked(&self.device_group_key, &self.device_key)
    }

    /// The secret of the device.
    pub fn secret(&self) -> &DeviceSecret<'static> {
        &self.secret
    }

    /// The credentials for its sign-ins.
    pub fn credentials(&self) -> Credentials<'_> {
        Credentials::device(self.device(), &self.secret)
    }
}

impl fmt::Debug for RememberedDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RememberedDevice").field("device", &self.device()).finish_non_exhaustive()
    }
}
