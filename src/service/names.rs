//! Sets of names of the service, as enums that also keep a name that they do not know.

/// Defines an enum of names, each with its variant and documentation, and a variant for a name that it does not know.
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
            /// All known names.
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
