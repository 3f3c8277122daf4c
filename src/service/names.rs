//! Names that the service gives to things of one kind, as an enum that keeps those it does not know.

/// An enum of names, each with its variant and doc, and the name that it does not know as it came.
macro_rules! names {
    (
        $(#[$meta:meta])+ $enum:ident, $(#[$unknown:meta])+ Unknown;
        $($(#[$doc:meta])+ $variant:ident = $name:literal;)+
    ) => {
        $(#[$meta])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $enum {
            $($(#[$doc])+ $variant,)+
            $(#[$unknown])+ Unknown(alloc::string::String),
        }

        impl $enum {
            /// The names of all that are known.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The variant of a name.
            pub fn from_name(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)+
                    _ => Self::Unknown(name.into()),
                }
            }

            /// The name, as the service spells it.
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Unknown(name) => name,
                }
            }
        }
    };
}

pub(super) use names;
