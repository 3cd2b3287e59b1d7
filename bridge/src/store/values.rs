//! Between our types and SQLite's: instants as microseconds, enums as their words.

use bridge_core::time::{Instant, TimeRange};

/// Later than any date a calendar can name, earlier than any overflow.
pub(super) const FOREVER: i64 = 1 << 60;

/// Microseconds since 1970, held within the range that the index can calculate with.
pub(super) fn micros(instant: Instant) -> i64 {
    instant.timestamp_micros().clamp(-FOREVER, FOREVER)
}

/// The instant of `micros`; anything outside the calendar becomes its first or last instant.
pub(super) fn instant(micros: i64) -> Instant {
    Instant::from_timestamp_micros(micros).unwrap_or(if micros < 0 {
        Instant::MIN_UTC
    } else {
        Instant::MAX_UTC
    })
}

/// Both ends of a range; an open end lies beyond everything that is stored.
pub(super) fn ends(range: TimeRange) -> (i64, i64) {
    (
        range.start.map_or(-FOREVER - 1, micros),
        range.end.map_or(FOREVER + 1, micros),
    )
}

/// The error of a row whose text nothing of ours could have written; never "no row".
pub(super) fn unreadable(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}

/// An enum that is kept as a word.
macro_rules! word_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word it is stored and written as.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::store::values::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::store::values::UnknownWord {
                        word: word.to_owned(),
                        allowed: [$($word),+].join(", "),
                    }),
                }
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                value
                    .as_str()?
                    .parse()
                    .map_err(|unknown| rusqlite::types::FromSqlError::Other(Box::new(unknown)))
            }
        }

        impl rusqlite::types::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }
    };
}
pub(super) use word_enum;

/// A word that is none of the allowed ones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{word}\" is not one of: {allowed}")]
pub struct UnknownWord {
    /// What was written.
    pub word: String,
    /// What may be written.
    pub allowed: String,
}

/// A number that identifies a row.
macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(in crate::store) i64);

        impl $name {
            /// The row of this number, as a face named it; whether there is one is seen by looking.
            pub fn of_number(number: i64) -> Self {
                Self(number)
            }

            /// Its number, for faces.
            pub fn number(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                value.as_i64().map(Self)
            }
        }

        impl rusqlite::types::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.0.into())
            }
        }
    };
}
pub(super) use row_id;
