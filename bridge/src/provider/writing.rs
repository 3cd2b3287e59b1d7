//! Objects of several parts that are written one after the other.

use bridge_core::projection::Inexpressible;

use super::{ErrorKind, ProviderError};

/// Whether something of an object has been written already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::provider) enum Begun {
    No,
    Yes,
}

impl Begun {
    /// A failure after a part was written: what is there has to be looked at.
    pub(in crate::provider) fn told(self, error: ProviderError) -> ProviderError {
        match self {
            Self::Yes if error.kind != ErrorKind::PreconditionFailed => error.unknown(),
            _ => error,
        }
    }
}

/// A change that has no form at the provider. It names the property, never what stands in it.
pub(in crate::provider) fn refused(why: &Inexpressible) -> ProviderError {
    ProviderError::new(
        ErrorKind::InvalidRequest,
        format!("{}: {}", why.property, why.reason),
    )
}

/// Another event of the calendar has this UID.
pub(super) fn uid_taken() -> ProviderError {
    ProviderError::new(ErrorKind::UidTaken, "there is an event of this UID")
}
