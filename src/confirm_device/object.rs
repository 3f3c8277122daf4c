//! Objects that the service sends: the fields that are asked for, the last if one comes twice; others are skipped.

use alloc::borrow::Cow;
use core::fmt;
use core::marker::PhantomData;
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};

/// Fields that have been read so far.
pub(super) trait Object<'de>: Default {
    /// Takes the value of a field out of `map`; false, and nothing taken, if it is none of this object's.
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// Reads an object. What was there before the text went wrong is lost.
pub(super) fn read_object<'de, T: Object<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut object = T::default();
    read_into(&mut object, deserializer)?;
    Ok(object)
}

/// Reads an object as far as it goes.
pub(super) fn read_into<'de, T: Object<'de>, D: Deserializer<'de>>(
    object: &mut T,
    deserializer: D,
) -> Result<(), D::Error> {
    deserializer.deserialize_map(ObjectVisitor(object, PhantomData))
}

struct ObjectVisitor<'a, 'de, T>(&'a mut T, PhantomData<&'de ()>);

impl<'de, T: Object<'de>> Visitor<'de> for ObjectVisitor<'_, 'de, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if !self.0.field(&name, &mut map)? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}
