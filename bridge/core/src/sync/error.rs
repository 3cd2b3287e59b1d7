//! Why a provider did not do what was asked: a closed list of kinds, so that one table can say what follows.

use chrono::TimeDelta;

use crate::time::Instant;

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

/// How long a provider asks us to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// This long from now.
    Delay(TimeDelta),
    /// Until then.
    At(Instant),
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Offline,
        Self::Interrupted,
        Self::Untrusted,
        Self::Unauthenticated,
        Self::ConsentRevoked,
        Self::RateLimited,
        Self::Unavailable,
        Self::PreconditionFailed,
        Self::UidTaken,
        Self::Gone,
        Self::NotFound,
        Self::TokenExpired,
        Self::Forbidden,
        Self::InvalidRequest,
        Self::Full,
        Self::UnreadableAnswer,
        Self::Unsupported,
    ];
}
