//! What a refusal of Graph's means: by its code first, by its status otherwise (Microsoft Graph error responses).

use http::{HeaderMap, header};
use serde::Deserialize;

use super::is_word;
use crate::sync::{ErrorKind, RetryAfter};

/// What was asked when Graph refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Something that changes nothing.
    Read,
    /// A page of changes.
    Changes,
    /// A write.
    Write,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What it means.
    pub kind: ErrorKind,
    /// How long Graph asks us to wait.
    pub retry_after: Option<RetryAfter>,
    /// Graph's code, for the log.
    pub code: Option<String>,
    /// What a new sign-in has to answer (conditional access); for the authorisation request, never for a log.
    pub claims: Option<String>,
}

/// Codes that say more than their status, in lower case.
const CODES: [(&str, ErrorKind); 21] = [
    ("invalidauthenticationtoken", ErrorKind::Unauthenticated),
    ("syncstatenotfound", ErrorKind::TokenExpired),
    ("syncstateinvalid", ErrorKind::TokenExpired),
    ("errorinvalidsyncstatedata", ErrorKind::TokenExpired),
    ("resyncrequired", ErrorKind::TokenExpired),
    ("fullsyncrequired", ErrorKind::TokenExpired),
    ("invaliddeltatoken", ErrorKind::TokenExpired),
    ("erroritemnotfound", ErrorKind::NotFound),
    ("mailboxnotenabledforrestapi", ErrorKind::Unsupported),
    ("mailboxnotsupportedforrestapi", ErrorKind::Unsupported),
    ("erroraccessdenied", ErrorKind::Forbidden),
    ("applicationthrottled", ErrorKind::RateLimited),
    ("mailboxconcurrency", ErrorKind::RateLimited),
    ("toomanyrequests", ErrorKind::RateLimited),
    ("errorexceededconnectioncount", ErrorKind::RateLimited),
    ("errorserverbusy", ErrorKind::RateLimited),
    ("activitylimitreached", ErrorKind::RateLimited),
    ("errorquotaexceeded", ErrorKind::Full),
    ("errormailboxmoveinprogress", ErrorKind::Unavailable),
    ("errortimeoutexpired", ErrorKind::Unavailable),
    ("errorinternalservertransienterror", ErrorKind::Unavailable),
];

impl Failure {
    /// Reads a refusal. A body that is none leaves the status.
    pub fn read(asked: Asked, status: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        let said: Body = serde_json::from_slice(body).unwrap_or_default();
        let code = said.error.and_then(|error| error.code);
        let retry_after = RetryAfter::of(headers);
        let challenge = headers.get(header::WWW_AUTHENTICATE);
        let challenge = challenge.and_then(|challenge| challenge.to_str().ok());
        let lower = code.as_deref().map(str::to_ascii_lowercase);
        let known = CODES
            .iter()
            .find(|(name, _)| Some(*name) == lower.as_deref());
        Self {
            kind: known.map_or_else(|| by_status(asked, status, retry_after), |(_, kind)| *kind),
            retry_after,
            code: code.filter(|code| is_word(code)),
            claims: challenge.and_then(claims),
        }
    }
}

fn by_status(asked: Asked, status: u16, retry_after: Option<RetryAfter>) -> ErrorKind {
    match (status, asked) {
        (401, _) => ErrorKind::Unauthenticated,
        (403, _) => ErrorKind::Forbidden,
        (404, _) => ErrorKind::NotFound,
        (405 | 501, _) => ErrorKind::Unsupported,
        (410, Asked::Changes) => ErrorKind::TokenExpired,
        (410, Asked::Read | Asked::Write) => ErrorKind::Gone,
        (412, Asked::Write) => ErrorKind::PreconditionFailed,
        (429, _) => ErrorKind::RateLimited,
        (503 | 504, _) if retry_after.is_some() => ErrorKind::RateLimited,
        (507, Asked::Write) => ErrorKind::Full,
        // Exchange saves one thing at a time (409), and at times answers a reader with 412.
        (408 | 409 | 412 | 423 | 500.., _) => ErrorKind::Unavailable,
        (400..500, _) => ErrorKind::InvalidRequest,
        _ => ErrorKind::UnreadableAnswer,
    }
}

fn claims(challenge: &str) -> Option<String> {
    let (_, rest) = challenge.split_once("claims=\"")?;
    let (claims, _) = rest.split_once('"')?;
    Some(claims.to_owned())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    error: Option<Error>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Error {
    code: Option<String>,
}
