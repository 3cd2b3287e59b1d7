//! What a refusal of Google's means: by its reason first, by its status otherwise (Calendar API, "Handle API errors").

use http::HeaderMap;
use serde::Deserialize;

use super::is_word;
use crate::sync::{ErrorKind, RetryAfter};

/// What was asked when Google refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Something that changes nothing.
    Read,
    /// What changed since a token.
    Since,
    /// A write.
    Write,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What it means.
    pub kind: ErrorKind,
    /// How long Google asks us to wait.
    pub retry_after: Option<RetryAfter>,
    /// Google's reason, for the log.
    pub reason: Option<String>,
}

/// Reasons that say more than their status.
const REASONS: [(&str, ErrorKind); 24] = [
    ("authError", ErrorKind::Unauthenticated),
    ("rateLimitExceeded", ErrorKind::RateLimited),
    ("userRateLimitExceeded", ErrorKind::RateLimited),
    ("quotaExceeded", ErrorKind::RateLimited),
    ("dailyLimitExceeded", ErrorKind::RateLimited),
    ("variableTermLimitExceeded", ErrorKind::RateLimited),
    ("calendarUsageLimitsExceeded", ErrorKind::RateLimited),
    ("RATE_LIMIT_EXCEEDED", ErrorKind::RateLimited),
    ("RESOURCE_EXHAUSTED", ErrorKind::RateLimited),
    ("forbidden", ErrorKind::Forbidden),
    ("forbiddenForNonOrganizer", ErrorKind::Forbidden),
    ("forbiddenForServiceAccounts", ErrorKind::Forbidden),
    ("insufficientPermissions", ErrorKind::Forbidden),
    ("requiredAccessLevel", ErrorKind::Forbidden),
    ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", ErrorKind::Forbidden),
    ("notFound", ErrorKind::NotFound),
    ("deleted", ErrorKind::Gone),
    ("duplicate", ErrorKind::PreconditionFailed),
    ("conditionNotMet", ErrorKind::PreconditionFailed),
    ("fullSyncRequired", ErrorKind::TokenExpired),
    ("updatedMinTooLongAgo", ErrorKind::TokenExpired),
    ("conflict", ErrorKind::Unavailable),
    ("backendError", ErrorKind::Unavailable),
    ("internalError", ErrorKind::Unavailable),
];

impl Failure {
    /// Reads a refusal. A body that is none leaves the status.
    pub fn read(asked: Asked, status: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        let said: Body = serde_json::from_slice(body).unwrap_or_default();
        let mut said = said.error.unwrap_or_default().reasons();
        let known = said.iter().find_map(|reason| {
            let (_, kind) = REASONS.iter().find(|(name, _)| name == reason)?;
            Some((reason.clone(), *kind))
        });
        let retry_after = RetryAfter::of(headers);
        let (reason, kind) = match known {
            Some((reason, kind)) => (Some(reason), kind),
            None => (said.pop(), by_status(asked, status, retry_after)),
        };
        Self {
            kind,
            retry_after,
            reason: reason.filter(|reason| is_word(reason)),
        }
    }
}

fn by_status(asked: Asked, status: u16, retry_after: Option<RetryAfter>) -> ErrorKind {
    match (status, asked) {
        // A token that Google cannot read is answered like any other bad question.
        (400 | 410, Asked::Since) => ErrorKind::TokenExpired,
        (401, _) => ErrorKind::Unauthenticated,
        (403, _) => ErrorKind::Forbidden,
        (404, _) => ErrorKind::NotFound,
        (405 | 501, _) => ErrorKind::Unsupported,
        (409 | 412, Asked::Write) => ErrorKind::PreconditionFailed,
        (410, Asked::Read | Asked::Write) => ErrorKind::Gone,
        (429, _) => ErrorKind::RateLimited,
        (503 | 504, _) if retry_after.is_some() => ErrorKind::RateLimited,
        (408 | 409 | 412 | 423 | 500.., _) => ErrorKind::Unavailable,
        (400..500, _) => ErrorKind::InvalidRequest,
        _ => ErrorKind::UnreadableAnswer,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    error: Option<Error>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Error {
    errors: Vec<Cause>,
    /// The newer form of the same.
    details: Vec<Cause>,
    status: Option<String>,
}

impl Error {
    /// What it says about itself, the exact first.
    fn reasons(self) -> Vec<String> {
        let causes = self.errors.into_iter().chain(self.details);
        let reasons = causes.filter_map(|cause| cause.reason);
        reasons.chain(self.status).collect()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cause {
    reason: Option<String>,
}
