//! What Cognito hands out for a new device.

use crate::error::Error;

/// The two identifiers of a device, from `AuthenticationResult.NewDeviceMetadata` of a sign-in that was made
/// without a device key.
///
/// They are checked where they are used: `device_group_key` must not be empty; `device_key` must be 1 to 55
/// ASCII characters `[\w-]+_[0-9a-f-]+` (the service's constraint). It is the device key, never the user's
/// name: clients that hash the name register a verifier that no sign-in matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewDeviceMetadata<'a> {
    /// `DeviceGroupKey`, as in `-AbCdEfGh`. UTF-8, 1 to 131072 bytes.
    pub device_group_key: &'a str,
    /// `DeviceKey`, as in `us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8`.
    #[doc(alias = "username")]
    pub device_key: &'a str,
}

impl NewDeviceMetadata<'_> {
    pub(crate) const MAX_GROUP_KEY: usize = 131_072;
    pub(crate) const MAX_DEVICE_KEY: usize = 55;

    /// Checks both constraints.
    ///
    /// # Errors
    /// [`Error::DeviceGroupKeyEmpty`], [`Error::DeviceGroupKeyTooLong`], [`Error::DeviceKeyMalformed`].
    pub fn check(&self) -> Result<(), Error> {
        if self.device_group_key.is_empty() {
            return Err(Error::DeviceGroupKeyEmpty);
        }
        if self.device_group_key.len() > Self::MAX_GROUP_KEY {
            return Err(Error::DeviceGroupKeyTooLong);
        }
        check_device_key(self.device_key)
    }
}

/// The constraint of `DeviceKey` alone.
pub(crate) fn check_device_key(device_key: &str) -> Result<(), Error> {
    // [\w-]+_[0-9a-f-]+ for the whole string: the tail holds no underscore, so the last one parts the two.
    let mut backwards = device_key.bytes().rev();
    let (mut tail, mut fits) = (0, true);
    for byte in backwards.by_ref().take_while(|&byte| byte != b'_') {
        fits &= matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
        tail += 1;
    }
    let mut head = 0;
    for byte in backwards {
        fits &= byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        head += 1;
    }
    if fits && head > 0 && tail > 0 && device_key.len() <= NewDeviceMetadata::MAX_DEVICE_KEY {
        Ok(())
    } else {
        Err(Error::DeviceKeyMalformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(device_group_key: &str, device_key: &str) -> Result<(), Error> {
        NewDeviceMetadata { device_group_key, device_key }.check()
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
        let longest = [b'g'; NewDeviceMetadata::MAX_GROUP_KEY + 1];
        let longest = core::str::from_utf8(&longest).unwrap();
        assert_eq!(check(&longest[1..], "a_0"), Ok(()));
        assert_eq!(check(longest, "a_0"), Err(Error::DeviceGroupKeyTooLong));
    }

    #[test]
    fn a_swapped_pair_is_refused() {
        assert_eq!(
            check("us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8", "-NXiVKS5p"),
            Err(Error::DeviceKeyMalformed)
        );
    }
}
