//! What a refusal means: status and conditions of an answer as a [`ProviderError`].

use bridge_core::dav::{CALDAV, DAV, DavError, Name, parse_error};
use http::{HeaderMap, Response, header};

use super::session::{Failed, Reply, host};
use crate::provider::{ErrorKind, ProviderError, RetryAfter};

/// What was asked, as far as it matters for what a refusal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To read something.
    Read,
    /// What changed since a token.
    Since,
    /// To change something.
    Write,
}

impl From<Failed> for ProviderError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Http { host, why } => Self::no_answer(&host, &why),
            Failed::BadRequest(bad) => Self::new(ErrorKind::InvalidRequest, bad.to_string()),
            Failed::Unencrypted(url) => Self::new(
                ErrorKind::Untrusted,
                format!("{} is not encrypted", host(&url)),
            ),
            Failed::Circles(host) => Self::new(
                ErrorKind::UnreadableAnswer,
                format!("{host} sends us round in circles"),
            ),
            Failed::OwnFeed(host) => Self::new(
                ErrorKind::Unsupported,
                format!("{host} is the PharmaDOC Companion's own feed"),
            ),
        }
    }
}

/// An answer that says inside that what was asked for cannot be had, with this status.
pub(super) fn inner_refusal(status: u16, reply: &Reply) -> ProviderError {
    let kind = of_status(Asked::Read, status, reply.answer.headers());
    ProviderError::new(
        kind,
        format!("{}: {}", host(&reply.url), described(status, &[])),
    )
}

/// An answer that is no success, as an error.
pub(super) fn refusal(asked: Asked, reply: &Reply) -> ProviderError {
    let answer = &reply.answer;
    let status = answer.status().as_u16();
    let conditions = parse_error(answer.body());
    let kind = of_condition(asked, &conditions)
        .or_else(|| of_message(answer))
        .unwrap_or_else(|| of_status(asked, status, answer.headers()));
    let detail = format!("{}: {}", host(&reply.url), described(status, &conditions));
    let error = ProviderError::new(kind, detail).after(RetryAfter::of(answer.headers()));
    // Behind a proxy the server may have done it all the same; 501 and 507 say that it did not.
    let is_unknown = asked == Asked::Write
        && matches!(status, 200..400 | 408 | 500.. )
        && !matches!(status, 501 | 507);
    if is_unknown { error.unknown() } else { error }
}

/// An answer that is no XML, or not the one that was asked for.
pub(super) fn unreadable(reply: &Reply, why: &DavError) -> ProviderError {
    let status = reply.answer.status().as_u16();
    let what = if is_html(&reply.answer) {
        "a web page instead of an answer".to_owned()
    } else {
        why.to_string()
    };
    let detail = format!("{}: status {status}, {what}", host(&reply.url));
    ProviderError::new(ErrorKind::UnreadableAnswer, detail)
}

pub(super) fn is_html(answer: &Response<Vec<u8>>) -> bool {
    answer
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| {
            kind.as_bytes()
                .to_ascii_lowercase()
                .starts_with(b"text/html")
        })
}

/// The preconditions of RFC 4791 section 5.3.2.1, RFC 6578 section 3.2 and RFC 4331.
fn of_condition(asked: Asked, conditions: &[Name]) -> Option<ErrorKind> {
    let has = |ns, local| conditions.iter().any(|name| name.is(ns, local));
    if has(DAV, "valid-sync-token") {
        return Some(ErrorKind::TokenExpired);
    }
    if has(CALDAV, "no-uid-conflict") {
        return Some(ErrorKind::UidTaken);
    }
    if has(DAV, "quota-not-exceeded") || has(DAV, "sufficient-disk-space") {
        return Some(ErrorKind::Full);
    }
    let is_about_object = [
        "valid-calendar-data",
        "valid-calendar-object-resource",
        "supported-calendar-component",
        "supported-calendar-data",
        "max-resource-size",
        "min-date-time",
        "max-date-time",
        "max-instances",
        "max-attendees-per-instance",
    ]
    .into_iter()
    .any(|local| has(CALDAV, local));
    (asked == Asked::Write && is_about_object).then_some(ErrorKind::InvalidRequest)
}

/// Nextcloud names a UID that is taken only in words (sabre's `message`).
fn of_message(answer: &Response<Vec<u8>>) -> Option<ErrorKind> {
    let has = |words: &[u8]| {
        let mut windows = answer.body().windows(words.len());
        windows.any(|window| window.eq_ignore_ascii_case(words))
    };
    let is_conflict = matches!(answer.status().as_u16(), 400 | 409);
    (is_conflict && has(b"uid already exists")).then_some(ErrorKind::UidTaken)
}

fn of_status(asked: Asked, status: u16, headers: &HeaderMap) -> ErrorKind {
    match (status, asked) {
        // Without the condition that RFC 6578 asks for, all of these are in use for "I do not know this token".
        (400 | 403 | 409 | 410 | 412 | 507, Asked::Since) => ErrorKind::TokenExpired,
        (401, _) => ErrorKind::Unauthenticated,
        (402 | 403, _) => ErrorKind::Forbidden,
        (404, _) => ErrorKind::NotFound,
        (405 | 501, _) => ErrorKind::Unsupported,
        (410, _) => ErrorKind::Gone,
        (412, _) => ErrorKind::PreconditionFailed,
        (429, _) => ErrorKind::RateLimited,
        (503, _) if headers.contains_key(header::RETRY_AFTER) => ErrorKind::RateLimited,
        (507, Asked::Write) => ErrorKind::Full,
        (408 | 421 | 423 | 425 | 500.., _) => ErrorKind::Unavailable,
        (400..500, _) => ErrorKind::InvalidRequest,
        _ => ErrorKind::UnreadableAnswer,
    }
}

fn described(status: u16, conditions: &[Name]) -> String {
    match conditions.first() {
        Some(condition) => format!("status {status}, {}", condition.local()),
        None => format!("status {status}"),
    }
}
