//! What is asked of the PharmaDOC API so that providers can nudge, and what its answers say.

use http::{HeaderMap, HeaderValue, Method, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{BadRequest, Unreadable};
use crate::rest::{self, below, is_word, uri};
use crate::sync::{ErrorKind, RetryAfter};
use crate::time::Instant;

/// The most hints that are acknowledged at once.
pub const MOST_HINTS: usize = 500;

/// An account as the platform knows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Integration {
    /// Its id.
    pub id: String,
    /// Whose it is: see [`account_key`].
    pub account_key: String,
}

/// A place at the platform that a provider can call.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Channel {
    /// Its id.
    pub id: String,
    /// Where it is.
    #[serde(rename = "callback_url")]
    pub callback: Url,
    /// What every call has to bring along.
    #[serde(rename = "client_state")]
    pub state: String,
    /// When it ends.
    #[serde(rename = "expires_at")]
    pub expires: Instant,
}

/// A provider called: something of this integration changed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Hint {
    /// Its id, to acknowledge it.
    pub id: String,
    /// Which; hints of meetings have none.
    #[serde(rename = "integration_id")]
    pub integration: Option<String>,
}

/// Entries of a list, and where it goes on.
#[derive(Clone, Debug, Deserialize)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// The cursor of the next page.
    pub next_cursor: Option<String>,
}

/// What the platform knows an account by: the same on each of the doctor's devices, and nobody's address.
pub fn account_key(user: &str, provider: &str, subject: &str) -> String {
    let digest = Sha256::new()
        .chain_update("pharmadoc account key 1")
        .chain_update([user, provider, subject].join("\0"))
        .finalize();
    format!("{digest:x}")
}

/// Announces an account of this kind (`google`, `microsoft`). `key` makes a repetition harmless.
///
/// # Errors
/// [`BadRequest`].
pub fn announce(
    root: &Url,
    key: &str,
    (provider, account_key): (&str, &str),
) -> Result<Request<Vec<u8>>, BadRequest> {
    let body = json!({"provider_type": provider, "account_key": account_key});
    write(root, &["user-integrations"], key, &body)
}

/// The accounts that are announced.
///
/// # Errors
/// [`BadRequest`].
pub fn integrations(root: &Url, cursor: Option<&str>) -> Result<Request<Vec<u8>>, BadRequest> {
    list(root, "user-integrations", cursor)
}

/// Takes an account back, with everything the platform knows of it.
///
/// # Errors
/// [`BadRequest`].
pub fn take_back(root: &Url, integration: &str) -> Result<Request<Vec<u8>>, BadRequest> {
    delete(root, &["user-integrations", integration])
}

/// A new place that the provider of this integration can call when a calendar changes.
///
/// # Errors
/// [`BadRequest`].
pub fn open_channel(
    root: &Url,
    key: &str,
    integration: &str,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let body = json!({"integration_id": integration, "webhook_type": "calendar_change"});
    write(root, &["webhook-channels"], key, &body)
}

/// Closes such a place.
///
/// # Errors
/// [`BadRequest`].
pub fn close_channel(root: &Url, channel: &str) -> Result<Request<Vec<u8>>, BadRequest> {
    delete(root, &["webhook-channels", channel])
}

/// The hints that nobody acknowledged.
///
/// # Errors
/// [`BadRequest`].
pub fn hints(root: &Url, cursor: Option<&str>) -> Result<Request<Vec<u8>>, BadRequest> {
    list(root, "integration-webhooks", cursor)
}

/// Acknowledges hints, at most [`MOST_HINTS`].
///
/// # Errors
/// [`BadRequest`].
pub fn acknowledge(root: &Url, ids: &[&str]) -> Result<Request<Vec<u8>>, BadRequest> {
    if ids.len() > MOST_HINTS {
        return Err(BadRequest::TooMany);
    }
    let url = at(root, &["integration-webhooks", "ack"])?;
    let body = json!({ "ids": ids });
    Ok(rest::json(Method::POST, uri(&url)?, Some(&body)))
}

/// Reads an answer.
///
/// # Errors
/// [`Unreadable`].
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unreadable> {
    rest::read(body)
}

/// What a refusal means (RFC 9457), with its code for the log.
pub fn failure(
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> (ErrorKind, Option<RetryAfter>, String) {
    let said: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let code = Some(said.code)
        .filter(|code| is_word(code))
        .unwrap_or_default();
    let kind = match (code.as_str(), status) {
        ("in_progress", _) => ErrorKind::Unavailable,
        ("rate_limited", _) | (_, 429) => ErrorKind::RateLimited,
        (_, 401) => ErrorKind::Unauthenticated,
        (_, 403) => ErrorKind::Forbidden,
        (_, 404) => ErrorKind::NotFound,
        (_, 409 | 412) => ErrorKind::PreconditionFailed,
        (_, 410) => ErrorKind::TokenExpired,
        (_, 408 | 500..) => ErrorKind::Unavailable,
        (_, 400..500) => ErrorKind::InvalidRequest,
        _ => ErrorKind::UnreadableAnswer,
    };
    (kind, RetryAfter::of(headers), code)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: String,
}

fn at(root: &Url, path: &[&str]) -> Result<Url, BadRequest> {
    below(root, &[&["v1"], path].concat())
}

fn list(root: &Url, name: &str, cursor: Option<&str>) -> Result<Request<Vec<u8>>, BadRequest> {
    let mut url = at(root, &[name])?;
    if let Some(cursor) = cursor {
        url.query_pairs_mut().append_pair("cursor", cursor);
    }
    Ok(rest::json(Method::GET, uri(&url)?, None))
}

fn write(
    root: &Url,
    path: &[&str],
    key: &str,
    body: &Value,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let mut request = rest::json(Method::POST, uri(&at(root, path)?)?, Some(body));
    let key = HeaderValue::from_str(key).map_err(|_| BadRequest::Address)?;
    request.headers_mut().insert("idempotency-key", key);
    Ok(request)
}

fn delete(root: &Url, path: &[&str]) -> Result<Request<Vec<u8>>, BadRequest> {
    Ok(rest::json(Method::DELETE, uri(&at(root, path)?)?, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_one_key_on_every_device_and_no_address_in_it() {
        let key = account_key("u", "google", "anna@gmail.example");
        assert_eq!(key, account_key("u", "google", "anna@gmail.example"));
        assert_ne!(key, account_key("v", "google", "anna@gmail.example"));
        assert_ne!(key, account_key("u", "microsoft", "anna@gmail.example"));
        assert_eq!(key.len(), 64);
    }

    #[test]
    fn what_changes_something_carries_its_key() {
        let root = Url::parse("https://api.pharmadoc.example/").unwrap();
        let request = open_channel(&root, "k1", "i1").unwrap();
        assert_eq!(
            request.uri(),
            "https://api.pharmadoc.example/v1/webhook-channels"
        );
        assert_eq!(request.headers()["idempotency-key"], "k1");
        let many = vec!["h"; MOST_HINTS + 1];
        assert_eq!(acknowledge(&root, &many).unwrap_err(), BadRequest::TooMany);
        let next = hints(&root, Some("a b")).unwrap();
        assert_eq!(next.uri().query(), Some("cursor=a+b"));
    }

    #[test]
    fn refusals_are_told_apart_by_their_code() {
        let kind = |status, code: &str| {
            let body = serde_json::to_vec(&json!({"code": code})).unwrap();
            failure(status, &HeaderMap::new(), &body).0
        };
        assert_eq!(kind(409, "in_progress"), ErrorKind::Unavailable);
        assert_eq!(kind(409, "already_exists"), ErrorKind::PreconditionFailed);
        assert_eq!(kind(401, "unauthenticated"), ErrorKind::Unauthenticated);
        assert_eq!(kind(502, ""), ErrorKind::Unavailable);
    }
}
