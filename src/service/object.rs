//! JSON objects that the service sends. The last value of a field counts, and unknown fields are skipped.

use alloc::borrow::{Cow, ToOwned as _};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Fields that have been read so far.
pub(super) trait Object<'de>: Default {
    /// Takes the value of a field out of `map`. Returns false and takes nothing if the object has no field of this name.
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// Reads an object. After an error in the text, nothing is kept.
pub(super) fn read_object<'de, T: Object<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut object = T::default();
    read_into(&mut object, deserializer)?;
    Ok(object)
}

/// Reads an object up to the first error in the text, and keeps what came before it.
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

/// A value of any JSON type. Reading it never fails.
pub(super) enum Lenient<T> {
    Text(String),
    Number(f64),
    Object(T),
    /// The objects of a list.
    List(Vec<T>),
    /// `null`, `true` or `false`.
    Other,
}

impl<T> Lenient<T> {
    pub(super) fn text(self) -> Option<String> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn number(self) -> Option<f64> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }

    /// The text, or an empty one if the value is not a text.
    pub(super) fn list(self) -> Vec<T> {
        if let Self::List(list) = self { list } else { Vec::new() }
    }

    pub(super) fn object(self) -> Option<T> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }
}

/// An object whose fields are all skipped.
impl<'de> Object<'de> for () {
    fn field<A: MapAccess<'de>>(&mut self, _: &str, _: &mut A) -> Result<bool, A::Error> {
        Ok(false)
    }
}

impl<'de, T: Object<'de>> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LenientVisitor(PhantomData))
    }
}

struct LenientVisitor<T>(PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for LenientVisitor<T> {
    type Value = Lenient<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Lenient<T>, E> {
        Ok(Lenient::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Lenient<T>, E> {
        Ok(Lenient::Other)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Lenient<T>, E> {
        Ok(Lenient::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Lenient<T>, E> {
        Ok(Lenient::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Lenient<T>, E> {
        Ok(Lenient::Number(number))
    }

    fn visit_unit<E>(self) -> Result<Lenient<T>, E> {
        Ok(Lenient::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Lenient<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = seq.next_element::<Lenient<T>>()? {
            list.extend(element.object());
        }
        Ok(Lenient::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Lenient<T>, A::Error> {
        let mut object = T::default();
        ObjectVisitor(&mut object, PhantomData).visit_map(map)?;
        Ok(Lenient::Object(object))
    }
}
