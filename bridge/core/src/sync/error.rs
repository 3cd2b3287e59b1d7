//! Why a provider did not do what was asked: a closed list of kinds, so that one table can say what follows.

use chrono::{DateTime, TimeDelta};
use http::{HeaderMap, header};

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

impl RetryAfter {
    /// What the headers of an answer ask for.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        Self::read(headers.get(header::RETRY_AFTER)?.to_str().ok()?)
    }

    /// Reads the value of a `Retry-After` header: seconds or a date (RFC 9110 section 10.2.3), and what is sent against
    /// it, a fraction of a second or an ISO 8601 instant.
    pub fn read(value: &str) -> Option<Self> {
        let value = value.trim();
        if let Ok(seconds) = value.parse::<u32>() {
            return Some(Self::Delay(TimeDelta::seconds(seconds.into())));
        }
        if let Some((seconds, fraction)) = value.split_once('.')
            && let (Ok(seconds), Ok(_)) = (seconds.parse::<u32>(), fraction.parse::<u64>())
        {
            return Some(Self::Delay(TimeDelta::seconds(i64::from(seconds) + 1)));
        }
        let date = DateTime::parse_from_rfc2822(value).or_else(|_| value.parse());
        date.ok().map(|date| Self::At(date.to_utc()))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f3_every_form_of_retry_after_is_read() {
        let at = "2026-03-02T08:00:00Z".parse().ok().map(RetryAfter::At);
        let delay = |seconds| Some(RetryAfter::Delay(TimeDelta::seconds(seconds)));
        let cases = [
            ("120", delay(120)),
            (" 0 ", delay(0)),
            ("1.5", delay(2)),
            ("Mon, 02 Mar 2026 08:00:00 GMT", at),
            ("2026-03-02T08:00:00Z", at),
            ("-5", None),
            ("soon", None),
            ("", None),
        ];
        for (value, expected) in cases {
            assert_eq!(RetryAfter::read(value), expected, "{value}");
        }
    }
}
