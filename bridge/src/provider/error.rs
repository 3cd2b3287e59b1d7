//! Why a provider did not do what was asked. The kinds are the core's, because one table there says what follows.

use bridge_core::pharmadoc::BadRequest;
use bridge_core::sync::{ErrorKind, RetryAfter};

use crate::http::{HttpError, HttpFailure, Reached};

/// A failure of a provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {detail}")]
pub struct ProviderError {
    /// What kind it is.
    pub kind: ErrorKind,
    /// What the provider asked us to wait.
    pub retry_after: Option<RetryAfter>,
    /// Whether the request may have had its effect.
    pub sent: Sent,
    /// What happened, for the log and the doctor: status, host, reason; never content.
    pub detail: String,
}

/// Whether a request that failed may have had an effect (rule E5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It certainly had none.
    No,
    /// Nobody knows: look before sending it again.
    Unknown,
}

impl ProviderError {
    /// A failure of this kind whose request had no effect.
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            retry_after: None,
            sent: Sent::No,
            detail: detail.into(),
        }
    }

    /// There was no answer from this host.
    pub fn no_answer(host: &str, why: &HttpError) -> Self {
        let kind = match why.failure {
            HttpFailure::NoAddress | HttpFailure::Unreachable => ErrorKind::Offline,
            HttpFailure::Untrusted => ErrorKind::Untrusted,
            HttpFailure::TimedOut | HttpFailure::Broken => ErrorKind::Interrupted,
            HttpFailure::TooLarge => ErrorKind::UnreadableAnswer,
            HttpFailure::BadRequest => ErrorKind::InvalidRequest,
        };
        let error = Self::new(kind, format!("{host}: {}", why.detail));
        match why.reached() {
            Reached::Never => error,
            Reached::Perhaps => error.unknown(),
        }
    }

    /// The same, when nobody knows whether the request had an effect.
    #[must_use]
    pub fn unknown(self) -> Self {
        Self {
            sent: Sent::Unknown,
            ..self
        }
    }

    /// The same, with the time the provider asks for.
    #[must_use]
    pub fn after(self, retry_after: Option<RetryAfter>) -> Self {
        Self {
            retry_after,
            ..self
        }
    }
}

/// No request can carry it, to whichever service in JSON.
impl From<BadRequest> for ProviderError {
    fn from(bad: BadRequest) -> Self {
        Self::new(ErrorKind::InvalidRequest, bad.to_string())
    }
}
