//! Why a provider did not do what was asked: a closed list of kinds, so that one table can say what follows.

use bridge_core::time::Instant;
use chrono::TimeDelta;

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

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// This long from now.
    Delay(TimeDelta),
    /// Until then.
    At(Instant),
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ErrorKind {
    /// No connection: no network, no such host, refused.
    #[error("the server cannot be reached")]
    Offline,
    /// The connection broke, or took too long, after the request was under way.
    #[error("the connection broke")]
    Interrupted,
    /// The certificate is not one this computer trusts.
    #[error("the server's certificate is not trusted")]
    Untrusted,
    /// User name or password are wrong, or not good any more (401).
    #[error("the server does not accept the password")]
    Unauthenticated,
    /// The doctor or the provider withdrew the permission (OAuth `invalid_grant`).
    #[error("the permission was withdrawn")]
    ConsentRevoked,
    /// Too many requests (429, or 503 with a time).
    #[error("the server asks us to wait")]
    RateLimited,
    /// It does not work at the moment (408, 423, 5xx).
    #[error("the server does not work at the moment")]
    Unavailable,
    /// The condition of a write does not hold (412).
    #[error("somebody else was faster")]
    PreconditionFailed,
    /// Another object of the calendar has the same UID.
    #[error("another entry has the same UID")]
    UidTaken,
    /// It is there no more, for good (410).
    #[error("it was removed")]
    Gone,
    /// It is not there (404).
    #[error("it is not there")]
    NotFound,
    /// Everything must be listed again.
    #[error("the server has forgotten what we have seen")]
    TokenExpired,
    /// Not allowed (403).
    #[error("the server does not allow it")]
    Forbidden,
    /// The object or request is not accepted (400, 409, 413, 415, 422).
    #[error("the server does not accept it")]
    InvalidRequest,
    /// There is no room (507 for a write).
    #[error("the account is full")]
    Full,
    /// The answer is not one: HTML, torn XML, a wrong status.
    #[error("the answer cannot be read")]
    UnreadableAnswer,
    /// This provider or server cannot do it.
    #[error("the server cannot do this")]
    Unsupported,
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
