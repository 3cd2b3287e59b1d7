//! What is wrong, as a code that is kept and that faces turn into a sentence with its fix.

use crate::provider::ErrorKind;

/// The calendar is not there any more.
pub const CALENDAR_GONE: &str = "calendar-gone";
/// The calendar may only be read.
pub const READ_ONLY: &str = "read-only";
/// Others were faster each time.
pub const CONFLICT: &str = "conflict";
/// No network, or no such server.
pub const OFFLINE: &str = "offline";

/// The provider asked to be left alone for a while.
pub const RATE_LIMITED: &str = "rate-limited";

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The account as a whole.
    Account,
    /// One calendar.
    Calendar,
    /// One object.
    Object,
}

/// The code of a failure.
pub fn code(kind: ErrorKind, of: Of) -> &'static str {
    match (kind, of) {
        (ErrorKind::Offline, _) => OFFLINE,
        (ErrorKind::Interrupted, _) => "interrupted",
        (ErrorKind::Untrusted, _) => "not-trusted",
        (ErrorKind::Unauthenticated, _) => "password-refused",
        (ErrorKind::ConsentRevoked, _) => "permission-withdrawn",
        (ErrorKind::RateLimited, _) => RATE_LIMITED,
        (ErrorKind::Unavailable, _) => "server-error",
        (ErrorKind::PreconditionFailed, _) => CONFLICT,
        (ErrorKind::UidTaken, _) => "uid-taken",
        (ErrorKind::Gone | ErrorKind::NotFound, Of::Account) => "not-found",
        (ErrorKind::Gone | ErrorKind::NotFound, _) => CALENDAR_GONE,
        (ErrorKind::TokenExpired, _) => "forgotten",
        (ErrorKind::Forbidden, _) => "forbidden",
        (ErrorKind::InvalidRequest, _) => "refused",
        (ErrorKind::Full, _) => "full",
        (ErrorKind::UnreadableAnswer, Of::Account) => "not-caldav",
        (ErrorKind::UnreadableAnswer, _) => "unreadable-answer",
        (ErrorKind::Unsupported, _) => "unsupported",
    }
}
