//! Google's Calendar v3 (`calendarList`, `events`): series and exceptions as events of their own in any order, tokens,
//! tombstones, conditions and quotas.
//!
//! Whoever may come in is decided by a [`Door`]. Each exchange is checked against the service's own contract; what does
//! not fit is answered with 400 and kept in [`Google::violations`].

mod answer;
mod calendar;
mod door;
mod instances;
mod list;
pub(super) mod merge;
mod occurrence;
mod orders;
mod others;
mod request;
#[cfg(test)]
mod tests;
pub(super) mod text;
mod trouble;
mod watch;
mod week;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use bridge_core::time::Instant;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

pub use calendar::{Access, Calendar};
pub use door::Door;
pub use orders::Order;
pub use trouble::Trouble;
pub use watch::Channel;

use super::outside::Outside;

use crate::schema::{Nulls, google_calendar};
use answer::{Refusal, refusal};
use request::{Asked, What};

/// How the service differs from its usual self.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    /// The most events on a page, whatever is asked for.
    pub page: usize,
    /// Whether each page comes in the other order.
    pub backwards: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            page: 2500,
            backwards: false,
        }
    }
}

/// The service, with one account.
#[derive(Clone, Debug)]
pub struct Google {
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
    channels: BTreeMap<String, Channel>,
    /// The names of all channels there ever were.
    spent: BTreeSet<String>,
    account: String,
    calendars: BTreeMap<String, Calendar>,
    /// Numbers everything that changes: versions never repeat.
    revision: u64,
}

impl Google {
    /// A service with an account whose only calendar is its own.
    pub fn new(account: &str, door: Door) -> Self {
        let mut google = Self {
            manners: Manners::default(),
            trouble: Trouble::default(),
            door,
            violations: Vec::new(),
            outside: Outside::default(),
            channels: BTreeMap::new(),
            spent: BTreeSet::new(),
            account: account.to_owned(),
            calendars: BTreeMap::new(),
            revision: 0,
        };
        google.add_calendar(account, account, Access::Owner);
        google
    }

    /// Answers a request whose path ends in one of Calendar v3. `now` is the server's clock.
    pub fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes> {
        let answered = self.admit(request, now).and_then(|()| {
            let asked = Asked::read(request)?;
            self.check_sent(&asked)?;
            let value = self.answer(&asked, now)?;
            self.check_said(&asked, value.as_ref());
            Ok(value)
        });
        match answered {
            Ok(Some(value)) => answer::json(&value),
            Ok(None) => answer::empty(),
            Err(refusal) => refusal.response(),
        }
    }

    fn admit(&mut self, request: &Request<Bytes>, now: Instant) -> Result<(), Refusal> {
        if let Some(refusal) = self.trouble.meet(now) {
            return Err(refusal);
        }
        let sent = request.headers().get(http::header::AUTHORIZATION);
        let token = sent.and_then(|sent| sent.to_str().ok()?.strip_prefix("Bearer "));
        match token {
            Some(token) if self.door.opens_to(token, now) => Ok(()),
            _ => Err(refusal(401, "authError")),
        }
    }

    fn answer(&mut self, asked: &Asked, now: Instant) -> Result<Option<Value>, Refusal> {
        match &asked.what {
            What::Calendars => self.list_calendars(asked).map(Some),
            What::Calendar(id) => self.show_calendar(id).map(Some),
            What::Events(calendar) => self.list(calendar, asked).map(Some),
            What::Instances(calendar, series) => self.instances(calendar, series, asked).map(Some),
            What::Get(calendar, event) => self.get(calendar, event).map(Some),
            What::Insert(calendar) => self.insert(calendar, asked, now).map(Some),
            What::Patch(calendar, event) => self.patch(calendar, event, asked, now).map(Some),
            What::Update(calendar, event) => self.update(calendar, event, asked, now).map(Some),
            What::Watch(calendar) => self.watch(calendar, asked, now).map(Some),
            What::Stop => {
                self.stop(asked)?;
                Ok(None)
            }
            What::Delete(calendar, event) => {
                self.delete(calendar, event, asked, now)?;
                Ok(None)
            }
        }
    }

    fn check_sent(&mut self, asked: &Asked) -> Result<(), Refusal> {
        let mut faults = google_calendar().query_faults(asked.what.method(), &asked.query);
        if let Some(body) = &asked.body {
            let nulls = match asked.what {
                What::Patch(..) => Nulls::Clear,
                _ => Nulls::Refused,
            };
            faults.extend(google_calendar().faults(asked.what.takes(), body, nulls));
        }
        if faults.is_empty() {
            return Ok(());
        }
        self.violations.extend(faults);
        Err(refusal(400, "invalid"))
    }

    fn check_said(&mut self, asked: &Asked, value: Option<&Value>) {
        if let (Some(kind), Some(value)) = (asked.what.answers(), value) {
            let faults = google_calendar().faults(kind, value, Nulls::Refused);
            self.violations.extend(faults);
        }
    }

    fn next_revision(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }
}
