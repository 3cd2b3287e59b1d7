//! Microsoft Graph's calendars (v1.0): ids that stay, windows with their changes, series with exceptions and occurrences
//! that do not take place, transactions, conditions, batches and quotas.
//!
//! Whoever may come in is decided by a [`Door`]. Each exchange is checked against the service's own contract; what does
//! not fit, and what a client of ours has to do and does not, is kept in [`Graph::violations`].

mod answer;
mod calendar;
mod contract;
mod orders;
mod others;
mod read;
mod request;
mod series;
mod subscriptions;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod trouble;
mod view;
mod week;
mod write;

use std::collections::BTreeMap;

use bridge_core::time::Instant;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use serde_json::{Value, json};

pub use super::google::Door;
pub use calendar::{Calendar, Stored};
pub use orders::Order;
pub use subscriptions::Subscription;
pub use trouble::Trouble;

use super::outside::Outside;

use answer::{Refusal, refusal};
use request::{Asked, What};

/// How the service differs from its usual self.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    /// The most entries of a page, whatever is asked for.
    pub page: usize,
    /// Windows of more days than this have pages without end (a defect of May 2026).
    pub endless_over: Option<i64>,
    /// Whether a question for a mark does not find yet what was made.
    pub finds_late: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            page: 50,
            endless_over: None,
            finds_late: false,
        }
    }
}

/// The service, with one mailbox.
#[derive(Clone, Debug)]
pub struct Graph {
    /// How it differs.
    pub manners: Manners,
    /// What goes wrong at the moment.
    pub trouble: Trouble,
    /// Who may come in.
    pub door: Door,
    /// What was sent or answered against the contract.
    pub violations: Vec<String>,
    /// Whom it calls.
    pub outside: Outside,
    subscriptions: BTreeMap<String, Subscription>,
    account: String,
    calendars: BTreeMap<String, Calendar>,
    /// Numbers everything that changes: versions never repeat.
    revision: u64,
}

impl Graph {
    /// A service with a mailbox that has no calendar yet.
    pub fn new(account: &str, door: Door) -> Self {
        Self {
            manners: Manners::default(),
            trouble: Trouble::default(),
            door,
            violations: Vec::new(),
            outside: Outside::default(),
            subscriptions: BTreeMap::new(),
            account: account.to_owned(),
            calendars: BTreeMap::new(),
            revision: 0,
        }
    }

    /// Answers a request whose path is one of Graph v1.0. `now` is the server's clock.
    pub fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes> {
        let answered = self.admit(request, now).and_then(|()| {
            let asked = Asked::read(request)?;
            match asked.what {
                What::Batch => self.batch(&asked, now),
                _ => self.one(&asked, now),
            }
        });
        let mut response = match answered {
            Ok((status, value)) => answer::json(status, &value),
            Err(refusal) => refusal.response(),
        };
        let date = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        if let Ok(date) = HeaderValue::from_str(&date) {
            response.headers_mut().insert(header::DATE, date);
        }
        response
    }

    fn admit(&mut self, request: &Request<Bytes>, now: Instant) -> Result<(), Refusal> {
        if let Some(refusal) = self.trouble.meet(now) {
            return Err(refusal);
        }
        let sent = request.headers().get(header::AUTHORIZATION);
        let token = sent.and_then(|sent| sent.to_str().ok()?.strip_prefix("Bearer "));
        match token {
            Some(token) if self.door.opens_to(token, now) => Ok(()),
            _ => Err(refusal(401, "InvalidAuthenticationToken")),
        }
    }

    /// Answers to each request of a batch, the last one first.
    fn batch(&mut self, asked: &Asked, now: Instant) -> Result<(u16, Value), Refusal> {
        let parts = asked.fields()?.remove("requests").unwrap_or_default();
        let parts = parts.as_array().cloned().unwrap_or_default();
        if parts.len() > 20 {
            return Err(refusal(400, "BadRequest"));
        }
        let mut answers = Vec::new();
        for part in parts.iter().rev() {
            let answered =
                Asked::of_batch(&asked.root, part).and_then(|asked| self.one(&asked, now));
            let (status, body) = answered.unwrap_or_else(|refusal| refusal.said());
            answers.push(answer::part(&part["id"], status, &body));
        }
        Ok((200, json!({"responses": answers})))
    }

    fn one(&mut self, asked: &Asked, now: Instant) -> Result<(u16, Value), Refusal> {
        if !asked.prefer.contains("IdType=\"ImmutableId\"") {
            let what = &asked.what;
            self.violations
                .push(format!("{what:?} asks for ids that change"));
        }
        self.check_sent(asked);
        let (status, answer) = self.answer(asked, now)?;
        self.check_said(asked, &answer);
        Ok((status, answer))
    }

    fn answer(&mut self, asked: &Asked, now: Instant) -> Result<(u16, Value), Refusal> {
        let ok = |value| (200, value);
        match &asked.what {
            What::Batch => Err(refusal(400, "BadRequest")),
            What::Calendars => self.list_calendars(asked).map(ok),
            What::Delta(calendar) => self.delta(calendar, asked).map(ok),
            What::Events(calendar) => self.find(calendar, asked).map(ok),
            What::Get(calendar, event) => self.get(calendar, event, asked).map(ok),
            What::Instances(event) => self.instances(event, asked).map(ok),
            What::Create(calendar) => Ok((201, self.create(calendar, asked, now)?)),
            What::Patch(event) => self.patch(event, asked, now).map(ok),
            What::Delete(event) => self.delete(event, asked).map(|()| (204, Value::Null)),
            What::Cancel(event) => self.delete(event, asked).map(|()| (202, Value::Null)),
            What::Subscribe => Ok((201, self.subscribe(asked, now)?)),
            What::Unsubscribe(id) => self.unsubscribe(id).map(|()| (204, Value::Null)),
            What::Respond(event, answer) => {
                self.respond(event, answer, now)?;
                Ok((202, Value::Null))
            }
        }
    }

    fn next_revision(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }
}
