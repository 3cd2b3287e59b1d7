//! Signing in: HTTP Basic with an app password (RFC 7617), or Digest (RFC 7616).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bridge_core::time::Instant;
use bytes::Bytes;
use http::{Request, Response, StatusCode, header};

use super::answer::Refusal;
use super::{CalDav, answer};

/// The one account of the server.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its number in URLs.
    pub number: String,
    /// The user name, a mail address.
    pub user: String,
    /// The password for apps; none after it was revoked.
    pub app_password: Option<String>,
    /// The password of the account itself, which is refused.
    pub own_password: String,
    /// How apps sign in.
    pub scheme: Scheme,
}

/// How apps sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// With the password.
    Basic,
    /// With proof of it, by SHA-256.
    Digest,
}

const REALM: &str = "MMCalDav";
/// Never changes: what is asked is whether a client can do it at all.
const NONCE: &str = "c2FuZGJveA";

impl Account {
    /// An account that signs in with an app password.
    pub fn new(number: &str, user: &str, app_password: &str) -> Self {
        Self {
            number: number.to_owned(),
            user: user.to_owned(),
            app_password: Some(app_password.to_owned()),
            own_password: "the password of the account".to_owned(),
            scheme: Scheme::Basic,
        }
    }
}

impl CalDav {
    /// Lets a request in, or answers it.
    pub(super) fn admit(&mut self, request: &Request<Bytes>, now: Instant) -> Result<(), Refusal> {
        let shown = request.headers().get(header::AUTHORIZATION);
        let shown = shown.and_then(|value| value.to_str().ok());
        let welcome = self
            .account
            .app_password
            .as_deref()
            .zip(shown)
            .is_some_and(|(password, shown)| self.proves(request, shown, password));
        if !welcome {
            return Err(Box::new(self.challenge()));
        }
        let limit = self.behaviour.per_minute;
        match limit.and_then(|limit| self.trouble.count(limit, now)) {
            Some(refusal) => Err(Box::new(refusal)),
            None => Ok(()),
        }
    }

    fn proves(&self, request: &Request<Bytes>, shown: &str, password: &str) -> bool {
        match self.account.scheme {
            Scheme::Basic => {
                basic(shown).is_some_and(|pair| pair == format!("{}:{password}", self.account.user))
            }
            Scheme::Digest => shown
                .strip_prefix("Digest ")
                .is_some_and(|proof| self.digest_is_right(request, proof, password)),
        }
    }

    fn challenge(&self) -> Response<Bytes> {
        let challenge = match self.account.scheme {
            Scheme::Basic => format!("Basic realm=\"{REALM}\""),
            Scheme::Digest => {
                format!(
                    "Digest realm=\"{REALM}\", qop=\"auth\", algorithm=SHA-256, nonce=\"{NONCE}\""
                )
            }
        };
        let headers = [(header::WWW_AUTHENTICATE, challenge.as_str())];
        answer::with(StatusCode::UNAUTHORIZED, &headers, "")
    }

    /// RFC 7616 section 3.4.1, with `qop=auth`.
    fn digest_is_right(&self, request: &Request<Bytes>, proof: &str, password: &str) -> bool {
        let field = |name: &str| parameter(proof, name).unwrap_or_default();
        let target = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let secret = hash(&format!("{}:{REALM}:{password}", self.account.user));
        let asked = hash(&format!("{}:{}", request.method(), field("uri")));
        let expected = hash(&format!(
            "{secret}:{}:{}:{}:{}:{asked}",
            field("nonce"),
            field("nc"),
            field("cnonce"),
            field("qop"),
        ));
        field("username") == self.account.user
            && field("nonce") == NONCE
            && field("uri") == target
            && field("response") == expected
    }
}

fn basic(shown: &str) -> Option<String> {
    let (scheme, rest) = shown.split_once(' ')?;
    let octets = BASE64.decode(rest.trim()).ok()?;
    scheme
        .eq_ignore_ascii_case("basic")
        .then(|| String::from_utf8(octets).ok())?
}

/// A parameter of an `Authorization` value, quoted or not.
fn parameter(fields: &str, name: &str) -> Option<String> {
    let mut rest = fields;
    while let Some((key, after)) = rest.split_once('=') {
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        if key.trim().trim_start_matches(',').trim() == name {
            return Some(value.trim().to_owned());
        }
        rest = after;
    }
    None
}

fn hash(text: &str) -> String {
    use sha2::Digest as _;
    use std::fmt::Write as _;
    let mut hex = String::with_capacity(64);
    for octet in sha2::Sha256::digest(text.as_bytes()) {
        // Writing into a String cannot fail.
        _ = write!(hex, "{octet:02x}");
    }
    hex
}
