//! Supabase Auth of one project with one person: a password, and refresh tokens that work once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bridge_core::time::Instant;
use bytes::Bytes;
use chrono::TimeDelta;
use http::{Method, Request, Response, header};
use serde_json::{Value, json};

use super::google::Door;
use super::reply::reply;

/// The address and the password of the doctor.
pub const LOGIN: (&str, &str) = ("anna.mueller@pharmadoc.example", "quiet waiting room");
/// The project's publishable key.
pub const KEY: &str = "sb_publishable_sandbox";
/// What the doctor is called.
pub const USER: &str = "00000000-0000-4000-8000-0000000000a1";
const JSON: &str = "application/json";
/// How long an access token lives.
const LIFE: TimeDelta = TimeDelta::hours(1);
/// So long after its first use a refresh token is answered once more.
const REUSE: TimeDelta = TimeDelta::seconds(10);

/// A refresh token and what became of it.
#[derive(Clone, Debug)]
struct Refresh {
    session: u64,
    used: Option<Instant>,
}

/// The service.
#[derive(Debug, Default)]
pub struct Supabase {
    refresh: BTreeMap<String, Refresh>,
    numbered: u64,
    access: Arc<Mutex<BTreeMap<String, (u64, Instant)>>>,
}

type Refusal = (u16, &'static str);

impl Supabase {
    /// Lets in who has a token that has not ended.
    pub fn door(&self) -> Door {
        let access = Arc::clone(&self.access);
        Door::new(move |token, now| {
            let access = access.lock().unwrap_or_else(PoisonError::into_inner);
            access.get(token).is_some_and(|(_, end)| now < *end)
        })
    }

    /// Every session ends.
    pub fn withdraw(&mut self) {
        self.refresh.clear();
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        access.clear();
    }

    /// Answers a request below `/auth/v1`.
    pub fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes> {
        match self.answer(request, now) {
            Ok(Some(session)) => reply(200, &session, JSON),
            Ok(None) => reply(204, &Value::Null, JSON),
            Err((status, code)) => reply(status, &json!({"code": code, "message": code}), JSON),
        }
    }

    fn answer(&mut self, request: &Request<Bytes>, now: Instant) -> Result<Option<Value>, Refusal> {
        let key = request.headers().get("apikey");
        if key.and_then(|key| key.to_str().ok()) != Some(KEY) {
            return Err((401, "no_authorization"));
        }
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let uri = request.uri();
        match (request.method(), uri.path(), uri.query()) {
            (&Method::POST, "/auth/v1/token", Some("grant_type=password")) => {
                if (text("email"), text("password")) != LOGIN {
                    return Err((400, "invalid_credentials"));
                }
                self.numbered += 1;
                Ok(Some(self.session(self.numbered, now)))
            }
            (&Method::POST, "/auth/v1/token", Some("grant_type=refresh_token")) => {
                self.again(text("refresh_token"), now).map(Some)
            }
            (&Method::POST, "/auth/v1/logout", _) => {
                let sent = request.headers().get(header::AUTHORIZATION);
                let token = sent.and_then(|sent| sent.to_str().ok()?.strip_prefix("Bearer "));
                self.end(token.unwrap_or_default())?;
                Ok(None)
            }
            _ => Err((404, "not_found")),
        }
    }

    fn again(&mut self, token: &str, now: Instant) -> Result<Value, Refusal> {
        let known = self.refresh.get_mut(token);
        let known = known.ok_or((400, "refresh_token_not_found"))?;
        let session = known.session;
        if known.used.is_some_and(|used| now - used > REUSE) {
            // Somebody has a copy: nobody is believed any more.
            self.refresh.retain(|_, one| one.session != session);
            return Err((400, "refresh_token_already_used"));
        }
        known.used.get_or_insert(now);
        Ok(self.session(session, now))
    }

    fn session(&mut self, session: u64, now: Instant) -> Value {
        self.numbered += 1;
        let (token, refresh) = (
            format!("eyJ.access.{}", self.numbered),
            format!("refresh{:012}", self.numbered),
        );
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        access.insert(token.clone(), (session, now + LIFE));
        drop(access);
        let kept = Refresh {
            session,
            used: None,
        };
        self.refresh.insert(refresh.clone(), kept);
        json!({"access_token": token, "token_type": "bearer", "expires_in": LIFE.num_seconds(),
            "expires_at": (now + LIFE).timestamp(), "refresh_token": refresh,
            "user": {"id": USER, "aud": "authenticated", "role": "authenticated", "email": LOGIN.0}})
    }

    fn end(&mut self, token: &str) -> Result<(), Refusal> {
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        let (session, _) = access.remove(token).ok_or((401, "bad_jwt"))?;
        access.retain(|_, (one, _)| *one != session);
        self.refresh.retain(|_, one| one.session != session);
        Ok(())
    }

    /// Whether anybody is signed in.
    pub fn has_session(&self) -> bool {
        !self.refresh.is_empty()
    }
}
