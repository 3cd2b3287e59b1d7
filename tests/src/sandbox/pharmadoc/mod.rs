//! The PharmaDOC API, as far as the companion asks it: accounts, channels, and the hooks that providers call.
//!
//! Requests and answers are checked against the API's own types; what does not fit is kept in [`PharmaDoc::violations`].

mod hooks;

use std::collections::{BTreeMap, BTreeSet};

use bridge_core::hooks::Secret;
use bridge_core::time::Instant;
use bytes::Bytes;
use chrono::TimeDelta;
use http::uri::Authority;
use http::{Request, Response, header};
use serde_json::{Value, json};

use super::google::Door;
use super::reply::reply;
use crate::schema::{Nulls, pharmadoc};

/// How long a channel lives.
const CHANNEL: TimeDelta = TimeDelta::days(7);

/// An account as it was announced.
#[derive(Clone, Debug)]
struct Integration {
    provider: String,
    account_key: String,
    since: Instant,
}

/// An address that a provider may call.
#[derive(Clone, Debug)]
struct Channel {
    integration: String,
    secret: Secret,
    expires: Instant,
}

/// A call of a provider's that the doctor's device has not acknowledged.
#[derive(Clone, Debug)]
struct Hint {
    id: String,
    integration: String,
    provider: String,
    kind: &'static str,
    at: Instant,
}

/// The API, for one doctor.
#[derive(Debug)]
pub struct PharmaDoc {
    /// What was sent or answered against the contract.
    pub violations: Vec<String>,
    door: Door,
    integrations: BTreeMap<String, Integration>,
    channels: BTreeMap<String, Channel>,
    hints: Vec<Hint>,
    deliveries: BTreeSet<String>,
    /// What was answered to each Idempotency-Key, and to which body.
    answered: BTreeMap<String, (Bytes, u16, Value)>,
    numbered: u64,
}

type Answer = Result<(u16, Value), (u16, &'static str)>;

impl PharmaDoc {
    /// Lets in whom `door` does.
    pub fn new(door: Door) -> Self {
        Self {
            violations: Vec::new(),
            door,
            integrations: BTreeMap::new(),
            channels: BTreeMap::new(),
            hints: Vec::new(),
            deliveries: BTreeSet::new(),
            answered: BTreeMap::new(),
            numbered: 0,
        }
    }

    /// How many accounts are announced, channels open, and hints not acknowledged.
    pub fn counts(&self) -> (usize, usize, usize) {
        (
            self.integrations.len(),
            self.channels.len(),
            self.hints.len(),
        )
    }

    /// What the control API shows of it.
    pub fn state(&self) -> Value {
        let (integrations, channels, hints) = self.counts();
        json!({"integrations": integrations, "channels": channels, "hints": hints,
            "violations": self.violations})
    }

    /// Answers a request below `/v1`.
    pub fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes> {
        let path = request.uri().path().to_owned();
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        if let ["v1", "hooks", provider, channel] = segments[..] {
            return self.hook(provider, channel, request, now);
        }
        let sent = request.headers().get(header::AUTHORIZATION);
        let token = sent.and_then(|sent| sent.to_str().ok()?.strip_prefix("Bearer "));
        let answer = if token.is_some_and(|token| self.door.opens_to(token, now)) {
            self.once(&segments, request, now)
        } else {
            Err((401, "unauthenticated"))
        };
        match answer {
            Ok((status, value)) => reply(status, &value, "application/json"),
            Err((status, code)) => {
                let problem = json!({"type": "about:blank", "title": code, "status": status,
                    "code": code});
                self.check("Problem", &problem);
                reply(status, &problem, "application/problem+json")
            }
        }
    }

    /// The same key is answered the same way, whatever became of the first answer.
    fn once(&mut self, path: &[&str], request: &Request<Bytes>, now: Instant) -> Answer {
        let key = request.headers().get("idempotency-key");
        let Some(key) = key.and_then(|key| key.to_str().ok()).map(str::to_owned) else {
            return self.answer(path, request, now);
        };
        if let Some((body, status, value)) = self.answered.get(&key) {
            if body != request.body() {
                return Err((422, "idempotency_key_reused"));
            }
            return Ok((*status, value.clone()));
        }
        let (status, value) = self.answer(path, request, now)?;
        let kept = (request.body().clone(), status, value.clone());
        self.answered.insert(key, kept);
        Ok((status, value))
    }

    fn answer(&mut self, path: &[&str], request: &Request<Bytes>, now: Instant) -> Answer {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        match (request.method().as_str(), path) {
            ("POST", ["v1", "user-integrations"]) => self.announce(&body, now),
            ("GET", ["v1", "user-integrations"]) => {
                let all = self.integrations.iter().map(|(id, one)| one.shown(id));
                let all: Vec<Value> = all.collect();
                Ok(self.page("UserIntegration", &all))
            }
            ("DELETE", ["v1", "user-integrations", id]) => {
                self.integrations.remove(*id).ok_or((404, "not_found"))?;
                self.channels.retain(|_, one| one.integration != *id);
                self.hints.retain(|one| one.integration != *id);
                Ok((204, Value::Null))
            }
            ("POST", ["v1", "webhook-channels"]) => self.open(&body, request, now),
            ("DELETE", ["v1", "webhook-channels", id]) => {
                self.channels.remove(*id).ok_or((404, "not_found"))?;
                Ok((204, Value::Null))
            }
            ("GET", ["v1", "integration-webhooks"]) => {
                let all: Vec<Value> = self.hints.iter().map(Hint::shown).collect();
                Ok(self.page("IntegrationWebhook", &all))
            }
            ("POST", ["v1", "integration-webhooks", "ack"]) => {
                let ids = body.get("ids").and_then(Value::as_array);
                let ids = ids.cloned().unwrap_or_default();
                self.hints
                    .retain(|one| !ids.iter().any(|id| *id == one.id.as_str()));
                Ok((204, Value::Null))
            }
            _ => Err((404, "not_found")),
        }
    }

    fn announce(&mut self, body: &Value, now: Instant) -> Answer {
        self.check_sent("UserIntegrationInput", body)?;
        let text = |name: &str| said_text(body, name).to_owned();
        let one = Integration {
            provider: text("provider_type"),
            account_key: text("account_key"),
            since: now,
        };
        let is_same = |known: &Integration| {
            (&known.provider, &known.account_key) == (&one.provider, &one.account_key)
        };
        if self.integrations.values().any(is_same) {
            return Err((409, "already_exists"));
        }
        let id = self.uuid();
        let shown = one.shown(&id);
        self.check("UserIntegration", &shown);
        self.integrations.insert(id, one);
        Ok((201, shown))
    }

    fn open(&mut self, body: &Value, request: &Request<Bytes>, now: Instant) -> Answer {
        self.check_sent("WebhookChannelInput", body)?;
        let integration = said_text(body, "integration_id");
        let known = self
            .integrations
            .get(integration)
            .ok_or((404, "not_found"))?;
        let (id, state) = (self.numbered + 1, format!("{:032x}", self.numbered + 7));
        let provider = known.provider.clone();
        self.numbered = id;
        let id = uuid(id);
        let authority = request.uri().authority().map_or("", Authority::as_str);
        // Providers call nothing but https, whatever way the device came.
        let shown = json!({"id": id, "client_state": state, "expires_at": (now + CHANNEL).to_rfc3339(),
            "callback_url": format!("https://{authority}/v1/hooks/{provider}/{id}")});
        self.check("WebhookChannel", &shown);
        let channel = Channel {
            integration: integration.to_owned(),
            secret: Secret::of(&state),
            expires: now + CHANNEL,
        };
        self.channels.insert(id, channel);
        Ok((201, shown))
    }

    fn page(&mut self, kind: &str, items: &[Value]) -> (u16, Value) {
        for item in items {
            self.check(kind, item);
        }
        (200, json!({"items": items, "next_cursor": null}))
    }

    fn check_sent(&mut self, kind: &str, body: &Value) -> Result<(), (u16, &'static str)> {
        let faults = pharmadoc().faults(kind, body, Nulls::Refused);
        if faults.is_empty() {
            return Ok(());
        }
        self.violations.extend(faults);
        Err((422, "validation_failed"))
    }

    fn check(&mut self, kind: &str, value: &Value) {
        let faults = pharmadoc().faults(kind, value, Nulls::Refused);
        self.violations.extend(faults);
    }

    fn uuid(&mut self) -> String {
        self.numbered += 1;
        uuid(self.numbered)
    }
}

impl Integration {
    fn shown(&self, id: &str) -> Value {
        let since = self.since.to_rfc3339();
        json!({"id": id, "provider_type": self.provider, "account_key": self.account_key,
            "provider_config": {}, "is_active": true, "managed_by": "device", "version": 1,
            "integration_health": {"state": "ok", "observed_at": since},
            "created_at": since, "updated_at": since})
    }
}

impl Hint {
    fn shown(&self) -> Value {
        json!({"id": self.id, "provider_type": self.provider, "webhook_type": self.kind,
            "integration_id": self.integration, "payload": {}, "created_at": self.at.to_rfc3339()})
    }
}

fn said_text<'b>(body: &'b Value, name: &str) -> &'b str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn uuid(number: u64) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}
