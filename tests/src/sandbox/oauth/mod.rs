//! An authorization server for programs on a desktop (RFC 6749, RFC 7636, RFC 7009), with a page to sign in at that a
//! person or a script fills in.
//!
//! It is strict: codes work once, PKCE is S256, the redirect has to be the one of the beginning.

mod identity;
mod page;
mod token;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bridge_core::time::Instant;
use bytes::Bytes;
use chrono::TimeDelta;
use http::uri::Authority;
use http::{Method, Request, Response, StatusCode, Uri, header};
use url::form_urlencoded;

use super::google::Door;

/// How long an access token lives.
const LIFE: TimeDelta = TimeDelta::hours(1);

type Form = BTreeMap<String, String>;

/// What a program was registered as.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// What it has to send along, where there is such.
    pub secret: Option<String>,
}

/// Who can sign in.
#[derive(Clone, Debug)]
pub struct User {
    /// The address, which is the name to sign in with too.
    pub address: String,
    /// The password.
    pub password: String,
}

/// What becomes of a refresh token when it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It stays the only one, as at Google.
    Never,
    /// There is a new one, and the old one works until it ends by itself, as at Microsoft.
    Added,
}

/// What was agreed on in the browser.
#[derive(Clone, Debug)]
struct Consent {
    challenge: String,
    redirect: String,
    scope: String,
    nonce: Option<String>,
}

/// The server.
#[derive(Debug)]
pub struct OAuth {
    client: Client,
    user: User,
    rotation: Rotation,
    directory: Option<&'static str>,
    codes: BTreeMap<String, Consent>,
    refresh: BTreeMap<String, String>,
    numbered: u64,
    /// The access tokens with their ends; shared with the doors.
    access: Arc<Mutex<BTreeMap<String, Instant>>>,
}

impl OAuth {
    /// A server with one program and one person.
    pub fn new(client: Client, user: User, rotation: Rotation) -> Self {
        Self {
            client,
            user,
            rotation,
            directory: None,
            codes: BTreeMap::new(),
            refresh: BTreeMap::new(),
            numbered: 0,
            access: Arc::default(),
        }
    }

    /// The same, where people belong to a directory, as at Microsoft.
    #[must_use]
    pub fn with_directory(self, directory: &'static str) -> Self {
        Self {
            directory: Some(directory),
            ..self
        }
    }

    /// Lets in who has a token that has not ended.
    pub fn door(&self) -> Door {
        let access = Arc::clone(&self.access);
        Door::new(move |token, now| {
            let access = access.lock().unwrap_or_else(PoisonError::into_inner);
            access.get(token).is_some_and(|end| now < *end)
        })
    }

    /// The person withdraws every permission.
    pub fn withdraw(&mut self) {
        self.refresh.clear();
        self.expire();
    }

    /// Every access token ends.
    pub fn expire(&mut self) {
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        access.clear();
    }

    /// Whether anything is granted at the moment.
    pub fn is_granted(&self) -> bool {
        !self.refresh.is_empty()
    }

    /// Answers a request to one of its addresses, by the last name in its path. `now` is the server's clock.
    pub fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes> {
        let query = form(request.uri().query().unwrap_or_default().as_bytes());
        let body = form(request.body());
        let place = request.uri().path().rsplit('/').next();
        match (request.method(), place.unwrap_or_default()) {
            (&Method::GET, "auth" | "authorize") => self.show(&query),
            (&Method::POST, "auth" | "authorize") => self.decide(&body),
            (&Method::POST, "token") => self.token(&body, &origin(request.uri()), now),
            (&Method::GET, "openid-configuration") => self.configuration(request.uri()),
            (&Method::POST, "revoke") => {
                self.withdraw();
                answer(StatusCode::OK, "application/json", "{}".to_owned())
            }
            _ => answer(StatusCode::NOT_FOUND, "text/plain", "not here".to_owned()),
        }
    }

    /// A name that was never given before.
    fn next(&mut self, kind: &str) -> String {
        self.numbered += 1;
        format!("{kind}-{}", self.numbered)
    }
}

/// Where the server is, as the client knows it.
fn origin(uri: &Uri) -> String {
    let authority = uri.authority().map(Authority::as_str);
    let parts = [uri.scheme_str(), authority];
    parts.map(Option::unwrap_or_default).join("://")
}

fn form(octets: &[u8]) -> Form {
    form_urlencoded::parse(octets).into_owned().collect()
}

fn answer(status: StatusCode, kind: &'static str, body: String) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = status;
    let kind = header::HeaderValue::from_static(kind);
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}
