//! A wrapper for what must never reach a log.

use std::fmt;

/// Content that no log, no `Debug` and no error text may show.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Wraps `content`.
    pub fn new(content: T) -> Self {
        Self(content)
    }

    /// The content, for those who show or store it on purpose.
    pub fn reveal(&self) -> &T {
        &self.0
    }

    /// The content itself, for those who show or store it on purpose.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
