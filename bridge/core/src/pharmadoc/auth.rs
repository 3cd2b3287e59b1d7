//! Signing in with Supabase Auth. It is not OAuth-shaped: JSON bodies, the grant in the query, one refresh token that works
//! once.

use http::{HeaderMap, HeaderValue, Method, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{BadRequest, Unreadable};
use crate::rest::{self, below, is_word, uri};
use crate::sync::{ErrorKind, RetryAfter};

/// Errors are said by name since this version (<https://supabase.com/docs/guides/auth/debugging/error-codes>).
const VERSION: &str = "2024-01-01";

/// Where it is, and the public key that names the project.
#[derive(Clone, Debug)]
pub struct Place {
    /// The project's address.
    pub root: Url,
    /// Its publishable key, which is no secret.
    pub key: String,
}

/// A session. It has no debug form on purpose.
pub struct Session {
    /// What each request carries.
    pub access: String,
    /// What the next session is asked for with, once.
    pub refresh: String,
    /// How long `access` lives in seconds.
    pub expires_in: Option<u64>,
    /// Who signed in.
    pub user: String,
}

/// Signing in with a password.
///
/// # Errors
/// [`BadRequest`].
pub fn password(place: &Place, mail: &str, password: &str) -> Result<Request<Vec<u8>>, BadRequest> {
    let body = json!({"email": mail, "password": password, "gotrue_meta_security": {}});
    ask(place, &["token"], Some("grant_type=password"), Some(&body))
}

/// The next session.
///
/// # Errors
/// [`BadRequest`].
pub fn refresh(place: &Place, token: &str) -> Result<Request<Vec<u8>>, BadRequest> {
    let body = json!({"refresh_token": token});
    ask(
        place,
        &["token"],
        Some("grant_type=refresh_token"),
        Some(&body),
    )
}

/// The end of this session, not of those of other devices. The sender adds the access token.
///
/// # Errors
/// [`BadRequest`].
pub fn logout(place: &Place) -> Result<Request<Vec<u8>>, BadRequest> {
    ask(place, &["logout"], Some("scope=local"), None)
}

/// Reads a session.
///
/// # Errors
/// [`Unreadable`].
pub fn parse_session(body: &[u8]) -> Result<Session, Unreadable> {
    let wire: Wire = rest::read(body)?;
    Ok(Session {
        access: wire.access_token,
        refresh: wire.refresh_token,
        expires_in: wire.expires_in,
        user: wire.user.id,
    })
}

/// What a refusal means, with its name for the log.
pub fn failure(
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> (ErrorKind, Option<RetryAfter>, String) {
    let said: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let name = said.name().filter(|name| is_word(name)).unwrap_or_default();
    let kind = match (name.as_str(), status) {
        (
            "refresh_token_not_found"
            | "refresh_token_already_used"
            | "session_not_found"
            | "session_expired"
            | "user_banned"
            | "user_not_found"
            | "bad_jwt",
            _,
        ) => ErrorKind::ConsentRevoked,
        ("invalid_credentials", _) | (_, 401) => ErrorKind::Unauthenticated,
        ("over_request_rate_limit", _) | (_, 429) => ErrorKind::RateLimited,
        (_, 408 | 500..) => ErrorKind::Unavailable,
        (_, 403) => ErrorKind::Forbidden,
        _ => ErrorKind::InvalidRequest,
    };
    (kind, RetryAfter::of(headers), name)
}

fn ask(
    place: &Place,
    path: &[&str],
    query: Option<&str>,
    body: Option<&Value>,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let mut url = below(&place.root, &[&["auth", "v1"], path].concat())?;
    url.set_query(query);
    let mut request = rest::json(Method::POST, uri(&url)?, body);
    let key = HeaderValue::from_str(&place.key).map_err(|_| BadRequest::Address)?;
    let headers = request.headers_mut();
    headers.insert("apikey", key);
    headers.insert("x-supabase-api-version", HeaderValue::from_static(VERSION));
    Ok(request)
}

#[derive(Deserialize)]
struct Wire {
    access_token: String,
    refresh_token: String,
    expires_in: Option<u64>,
    user: User,
}

#[derive(Deserialize)]
struct User {
    id: String,
}

/// Both shapes that its versions use.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: Value,
    error_code: Option<String>,
}

impl Refusal {
    fn name(self) -> Option<String> {
        let code = self.code.as_str().map(str::to_owned);
        self.error_code.or(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            root: Url::parse("https://p.supabase.example/").unwrap(),
            key: "anon".to_owned(),
        }
    }

    #[test]
    fn the_grant_stands_in_the_query_and_the_key_in_a_header() {
        let request = refresh(&place(), "r1").unwrap();
        assert_eq!(
            request.uri(),
            "https://p.supabase.example/auth/v1/token?grant_type=refresh_token"
        );
        assert_eq!(request.headers()["apikey"], "anon");
        assert_eq!(request.body(), br#"{"refresh_token":"r1"}"#);
        let request = logout(&place()).unwrap();
        assert_eq!(request.uri().query(), Some("scope=local"));
    }

    #[test]
    fn a_spent_token_ends_the_session_and_a_busy_server_does_not() {
        let kind = |status, body: &[u8]| failure(status, &HeaderMap::new(), body).0;
        let new = br#"{"code":"refresh_token_already_used","message":"m"}"#;
        let old = br#"{"code":400,"error_code":"refresh_token_not_found","msg":"m"}"#;
        assert_eq!(kind(400, new), ErrorKind::ConsentRevoked);
        assert_eq!(kind(400, old), ErrorKind::ConsentRevoked);
        let wrong = br#"{"code":"invalid_credentials"}"#;
        assert_eq!(kind(400, wrong), ErrorKind::Unauthenticated);
        assert_eq!(kind(503, b"busy"), ErrorKind::Unavailable);
        assert_eq!(kind(530, b"<html>"), ErrorKind::Unavailable);
        assert_eq!(kind(429, b""), ErrorKind::RateLimited);
    }
}
