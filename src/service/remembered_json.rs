//! [`RememberedDevice`] as the JSON object that is stored. A secret is serialised only here.

use super::object::{Object, read_object};
use crate::device::identifiers::Device;
use crate::device::remembered::RememberedDevice;
use crate::device::secret::DeviceSecret;
use alloc::string::String;
use serde::de::{Error as _, MapAccess};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

const DEVICE_KEY: &str = "DeviceKey";
const DEVICE_GROUP_KEY: &str = "DeviceGroupKey";
const DEVICE_SECRET: &str = "DeviceSecret";

struct Exposed<'a>(&'a RememberedDevice);

impl Serialize for Exposed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (device, secret) = (self.0.device(), self.0.secret());
        let mut record = serializer.serialize_struct("RememberedDevice", 3)?;
        record.serialize_field(DEVICE_KEY, device.device_key())?;
        record.serialize_field(DEVICE_GROUP_KEY, device.device_group_key())?;
        record.serialize_field(DEVICE_SECRET, secret.expose_secret())?;
        record.end()
    }
}

impl RememberedDevice {
    /// The record with its secret, to be serialised. This is the only way to get a secret into JSON or another format. The caller is
    /// responsible for the result.
    ///
    /// ```
    /// use cognito_device_srp::{Device, DeviceSecret, RememberedDevice};
    ///
    /// let device = Device::new("-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8")?;
    /// let remembered = RememberedDevice::new(device, &DeviceSecret::from_text("the secret")?);
    /// let json = serde_json::to_string(&remembered.expose())?;
    /// assert!(json.ends_with(r#""DeviceGroupKey":"-NXiVKS5p","DeviceSecret":"the secret"}"#));
    /// let read: RememberedDevice = serde_json::from_str(&json)?;
    /// assert_eq!(read.device(), device);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn expose(&self) -> impl Serialize {
        Exposed(self)
    }
}

impl<'de> Deserialize<'de> for RememberedDevice {
    /// # Errors
    /// Deserialising fails if a field is missing or is not a text, or if [`Device::new`] or [`DeviceSecret::from_text`] rejects
    /// one. Other fields are skipped.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default)]
        struct Fields {
            device_key: Option<String>,
            device_group_key: Option<String>,
            device_secret: Option<Zeroizing<String>>,
        }

        impl<'de> Object<'de> for Fields {
            fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
                match name {
                    DEVICE_KEY => self.device_key = Some(map.next_value()?),
                    DEVICE_GROUP_KEY => self.device_group_key = Some(map.next_value()?),
                    DEVICE_SECRET => self.device_secret = Some(Zeroizing::new(map.next_value()?)),
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }

        let Fields { device_key, device_group_key, device_secret } = read_object(deserializer)?;
        let device_key = device_key.ok_or_else(|| D::Error::missing_field(DEVICE_KEY))?;
        let device_group_key = device_group_key.ok_or_else(|| D::Error::missing_field(DEVICE_GROUP_KEY))?;
        let mut secret = device_secret.ok_or_else(|| D::Error::missing_field(DEVICE_SECRET))?;
        let secret = DeviceSecret::from_string(core::mem::take(&mut *secret)).map_err(D::Error::custom)?;
        Device::new(&device_group_key, &device_key).map_err(D::Error::custom)?;
        Ok(Self::from_parts(device_group_key, device_key, secret))
    }
}
