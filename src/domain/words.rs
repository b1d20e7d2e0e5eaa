//! Enums whose values are words: the same in the database, in URLs and in JSON.

/// A word that names no state, outcome or cause.
#[derive(Debug, thiserror::Error)]
#[error("unknown word {0:?}; expected one of: {1}")]
pub struct UnknownWord(pub String, pub &'static str);

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $all:literal, $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)?) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, sqlx::Type,
        )]
        #[serde(rename_all = "lowercase")]
        #[sqlx(type_name = "TEXT", rename_all = "lowercase")]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// Every value, in the order of its life.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word for it in the database, in URLs and in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::UnknownWord;

            fn from_str(word: &str) -> Result<Self, $crate::domain::UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::domain::UnknownWord(word.to_owned(), $all)),
                }
            }
        }
    };
}

pub(super) use words;
