//! The identifiers of a device.

use crate::error::Error;
use crate::srp::credentials::Claimant;

/// The two identifiers of a device, from `AuthenticationResult.NewDeviceMetadata` of a sign-in that was made without a device
/// key. They are checked once, here.
///
/// The protocol hashes the device key, never the user's name. A client that hashes the name registers a verifier that no sign-in
/// matches.
///
/// ```
/// use cognito_device_srp::{Device, Error};
///
/// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
/// assert_eq!(device.device_key(), "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8");
/// // in the wrong order
/// let swapped = Device::new("us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8", "-NXiVKS5p");
/// assert_eq!(swapped, Err(Error::DeviceKeyMalformed));
/// # Ok::<(), Error>(())
/// ```
#[doc(alias = "NewDeviceMetadata")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Device<'a> {
    device_group_key: &'a str,
    device_key: &'a str,
}

impl<'a> Device<'a> {
    pub(crate) const MAX_GROUP_KEY: usize = 131_072;
    pub(crate) const MAX_DEVICE_KEY: usize = 55;

    /// `device_group_key` is `DeviceGroupKey`, as in `-AbCdEfGh`: 1 to 131072 bytes of UTF-8. `device_key` is `DeviceKey`, as
    /// in `us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8`: 1 to 55 ASCII characters `[\w-]+_[0-9a-f-]+`, the service's
    /// constraint.
    ///
    /// # Errors
    /// [`Error::DeviceGroupKeyEmpty`], [`Error::DeviceGroupKeyTooLong`], [`Error::DeviceKeyMalformed`].
    pub const fn new(device_group_key: &'a str, device_key: &'a str) -> Result<Self, Error> {
        match Self::for_tests_with_any_key(device_group_key, device_key) {
            Ok(device) => match check_device_key(device_key) {
                Ok(()) => Ok(device),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// For tests only: a device whose key need not have the service's form, for fixtures with keys like `"deviceKey"`. The service
    /// rejects this key. Both keys must have 1 to 131072 bytes, and all later steps check what they check for any
    /// device.
    ///
    /// ```
    /// use cognito_device_srp::{Device, Error};
    ///
    /// assert_eq!(Device::new("deviceGroupKey", "deviceKey"), Err(Error::DeviceKeyMalformed));
    /// let device = Device::for_tests_with_any_key("deviceGroupKey", "deviceKey")?;
    /// assert_eq!(device.device_key(), "deviceKey");
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::DeviceGroupKeyEmpty`], [`Error::DeviceGroupKeyTooLong`]. [`Error::DeviceKeyMalformed`] if the device key is
    /// empty or longer than 131072 bytes.
    pub const fn for_tests_with_any_key(
        device_group_key: &'a str,
        device_key: &'a str,
    ) -> Result<Self, Error> {
        if device_group_key.is_empty() {
            return Err(Error::DeviceGroupKeyEmpty);
        }
        if device_group_key.len() > Self::MAX_GROUP_KEY {
            return Err(Error::DeviceGroupKeyTooLong);
        }
        if device_key.is_empty() || device_key.len() > Self::MAX_GROUP_KEY {
            return Err(Error::DeviceKeyMalformed);
        }
        Ok(Self { device_group_key, device_key })
    }

    /// A device from two texts that were checked before.
    #[cfg(feature = "alloc")]
    pub(crate) const fn checked(device_group_key: &'a str, device_key: &'a str) -> Self {
        debug_assert!(Self::for_tests_with_any_key(device_group_key, device_key).is_ok());
        Self { device_group_key, device_key }
    }

    /// `DeviceGroupKey`.
    pub const fn device_group_key(&self) -> &'a str {
        self.device_group_key
    }

    /// `DeviceKey`.
    #[doc(alias = "username")]
    pub const fn device_key(&self) -> &'a str {
        self.device_key
    }
}

impl<'a> From<Device<'a>> for Claimant<'a> {
    fn from(device: Device<'a>) -> Self {
        Self { group: device.device_group_key, name: device.device_key }
    }
}

/// Checks the constraint of `DeviceKey`.
pub(crate) const fn check_device_key(device_key: &str) -> Result<(), Error> {
    let bytes = device_key.as_bytes();
    // the complete text must match [\w-]+_[0-9a-f-]+: the part after the underscore has none, so the last underscore separates
    // the two
    let (mut head, mut fits, mut in_tail) = (bytes.len(), true, true);
    let mut tail = 0;
    while let Some((&byte, before)) = bytes.split_at(head).0.split_last() {
        head = before.len();
        if in_tail && byte == b'_' {
            in_tail = false;
            if head == 0 {
                fits = false;
            }
        } else if in_tail {
            fits &= matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
            tail += 1;
        } else {
            fits &= byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        }
    }
    if fits && !in_tail && tail > 0 && bytes.len() <= Device::MAX_DEVICE_KEY {
        Ok(())
    } else {
        Err(Error::DeviceKeyMalformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(device_group_key: &str, device_key: &str) -> Result<(), Error> {
        Device::new(device_group_key, device_key).map(drop)
    }

    #[test]
    fn device_keys_follow_the_services_pattern() {
        let longest = concat!("ap-southeast-2_831c198d-dcc1-4b78-b0b5-0ad765a95443", "-634");
        assert_eq!(longest.len(), 55);
        for good in
            ["a_0", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8", longest, "__-", "A_b_c_-", "___0"]
        {
            assert_eq!(check("-G", good), Ok(()), "{good}");
        }
        let too_long = concat!("ap-southeast-2_831c198d-dcc1-4b78-b0b5-0ad765a95443", "-6340");
        let bad = [
            "",
            "_",
            "_0",
            "a_",
            "a",
            "a0",
            "a_G",
            "a_A",
            "a_0_",
            "a b_0",
            "a_0 ",
            " a_0",
            "a_0\n",
            "x:y_0",
            "région_0",
            "a_٣",
            "-NXiVKS5p",
            "us-east-1_1DgvxnJZZ",
            "alice",
            "alice@example.com",
            too_long,
        ];
        for bad in bad {
            assert_eq!(check("-G", bad), Err(Error::DeviceKeyMalformed), "{bad}");
        }
    }

    #[test]
    fn group_keys_are_bounded() {
        assert_eq!(check("", "a_0"), Err(Error::DeviceGroupKeyEmpty));
        let longest = [b'g'; Device::MAX_GROUP_KEY + 1];
        let longest = core::str::from_utf8(&longest).unwrap();
        assert_eq!(check(&longest[1..], "a_0"), Ok(()));
        assert_eq!(check(longest, "a_0"), Err(Error::DeviceGroupKeyTooLong));
    }

    #[test]
    fn a_swapped_pair_is_rejected() {
        assert_eq!(
            check("us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8", "-NXiVKS5p"),
            Err(Error::DeviceKeyMalformed)
        );
    }
}
