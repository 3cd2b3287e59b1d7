//! Proving who we are: Basic, or Digest where a server offers nothing else (RFC 7617, RFC 7616).

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, HeaderValue, Request, header};
use http_auth::{DigestClient, PasswordParams};

use crate::secrets::Sensitive;

/// User name and password, and what the server wants made of them.
#[derive(Debug)]
pub(super) struct Auth {
    user: String,
    password: Sensitive<String>,
    /// The server's last challenge; without one, Basic is sent unasked, which saves a round trip.
    digest: Mutex<Option<DigestClient>>,
}

impl Auth {
    pub(super) fn new(user: &str, password: &Sensitive<String>) -> Self {
        Self {
            user: user.to_owned(),
            password: password.clone(),
            digest: Mutex::new(None),
        }
    }

    /// Signs a request.
    pub(super) fn sign(&self, request: &mut Request<Vec<u8>>) {
        let mut digest = self.digest.lock().unwrap_or_else(PoisonError::into_inner);
        let signature = match digest.as_mut() {
            Some(digest) => self.answer(digest, request),
            None => Some(self.basic()),
        };
        let value = signature.and_then(|text| HeaderValue::from_str(&text).ok());
        if let Some(mut value) = value {
            value.set_sensitive(true);
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
    }

    fn basic(&self) -> String {
        let pair = format!("{}:{}", self.user, self.password.expose());
        format!("Basic {}", BASE64.encode(pair))
    }

    /// The crate draws the client nonce itself: it need not be replayable, and nothing else depends on it.
    fn answer(&self, digest: &mut DigestClient, request: &Request<Vec<u8>>) -> Option<String> {
        let uri = request.uri().path_and_query()?;
        digest
            .respond(&PasswordParams {
                username: &self.user,
                password: self.password.expose(),
                uri: uri.as_str(),
                method: request.method().as_str(),
                body: Some(request.body()),
            })
            .ok()
    }

    /// Takes in the challenge of a 401. Whether signing again can help: the server wants Digest and we sent Basic, or the
    /// nonce has run out.
    pub(super) fn challenged(&self, headers: &HeaderMap) -> Challenged {
        let challenges: Vec<_> = headers
            .get_all(header::WWW_AUTHENTICATE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .filter_map(|value| http_auth::parse_challenges(value).ok())
            .flatten()
            .collect();
        let offers_basic = challenges
            .iter()
            .any(|challenge| challenge.scheme.eq_ignore_ascii_case("basic"));
        let offered = challenges
            .iter()
            .find_map(|challenge| DigestClient::try_from(challenge).ok());
        let mut digest = self.digest.lock().unwrap_or_else(PoisonError::into_inner);
        match (offered, digest.as_ref()) {
            (Some(offered), Some(before)) if offered.stale() || before.nonce_count() > 1 => {
                *digest = Some(offered);
                Challenged::SignAgain
            }
            (Some(offered), None) if !offers_basic => {
                *digest = Some(offered);
                Challenged::SignAgain
            }
            _ => Challenged::Refused,
        }
    }
}

/// What a 401 means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Challenged {
    /// The request can be signed as the server wants it now.
    SignAgain,
    /// The user name or password is not accepted.
    Refused,
}
