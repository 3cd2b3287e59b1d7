//! What is done to events, with the rules of the service.

use bridge_core::time::Instant;
use chrono::SecondsFormat;
use serde_json::{Map, Value, json};

use super::Google;
use super::answer::{Refusal, refusal};
use super::calendar::{Calendar, Stored};
use super::list::untouched;
use super::merge::merge;
use super::occurrence::{self, Start};
use super::request::Asked;

/// What only the service decides.
const MINTED: [&str; 12] = [
    "kind",
    "etag",
    "htmlLink",
    "created",
    "updated",
    "creator",
    "organizer",
    "iCalUID",
    "recurringEventId",
    "originalStartTime",
    "eventType",
    "hangoutLink",
];

/// Values that go without saying.
const UNSAID: [(&str, &str); 2] = [("visibility", "default"), ("transparency", "opaque")];

impl Google {
    pub(super) fn insert(
        &mut self,
        calendar: &str,
        asked: &Asked,
        now: Instant,
    ) -> Result<Value, Refusal> {
        let there = self.writable(calendar)?;
        let mut fields = asked.fields()?;
        let id = match fields.get("id").and_then(Value::as_str) {
            Some(id) => id.to_owned(),
            None => format!("made{:08}", self.revision),
        };
        let is_good = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'v');
        if !(5..=1024).contains(&id.len()) || !id.bytes().all(is_good) {
            return Err(refusal(400, "invalid"));
        }
        if there.events.contains_key(&id) {
            return Err(refusal(409, "duplicate"));
        }
        for minted in MINTED {
            fields.remove(minted);
        }
        fields.insert("id".to_owned(), json!(id));
        check(&fields)?;
        self.mint(&mut fields, now);
        self.keep(calendar, fields, now)
    }

    /// What the service adds to a new event.
    pub(super) fn mint(&self, fields: &mut Map<String, Value>, now: Instant) {
        let id = fields.get("id").cloned().unwrap_or_default();
        let id = id.as_str().unwrap_or_default().to_owned();
        let own = json!({"email": self.account, "self": true});
        let minted = [
            ("status", json!("confirmed")),
            ("created", json!(written(now))),
            (
                "htmlLink",
                json!(format!("https://www.google.com/calendar/event?eid={id}")),
            ),
            ("creator", own.clone()),
            ("organizer", own),
            ("iCalUID", json!(format!("{id}@google.com"))),
            ("sequence", json!(0)),
            ("reminders", json!({"useDefault": true})),
            ("eventType", json!("default")),
        ];
        for (name, value) in minted {
            fields.entry(name.to_owned()).or_insert(value);
        }
    }

    pub(super) fn patch(
        &mut self,
        calendar: &str,
        event: &str,
        asked: &Asked,
        now: Instant,
    ) -> Result<Value, Refusal> {
        let before = self.condition(calendar, event, asked)?;
        let mut patch = asked.fields()?;
        let mut after = before.fields.clone();
        if patch.remove("attendeesOmitted") == Some(json!(true)) {
            answer(&mut after, patch.remove("attendees"));
        }
        merge(&mut after, &patch);
        for minted in MINTED {
            match before.fields.get(minted) {
                Some(value) => after.insert(minted.to_owned(), value.clone()),
                None => after.remove(minted),
            };
        }
        self.changed(calendar, &before, after, now)
    }

    pub(super) fn update(
        &mut self,
        calendar: &str,
        event: &str,
        asked: &Asked,
        now: Instant,
    ) -> Result<Value, Refusal> {
        let before = self.condition(calendar, event, asked)?;
        let mut after = asked.fields()?;
        for kept in MINTED.iter().chain(&["id", "sequence"]) {
            if let Some(value) = before.fields.get(*kept) {
                after.insert((*kept).to_owned(), value.clone());
            }
        }
        after
            .entry("status".to_owned())
            .or_insert(json!("confirmed"));
        self.changed(calendar, &before, after, now)
    }

    fn changed(
        &mut self,
        calendar: &str,
        before: &Stored,
        mut after: Map<String, Value>,
        now: Instant,
    ) -> Result<Value, Refusal> {
        check(&after)?;
        let moved = ["start", "end", "recurrence"];
        let moved = moved
            .iter()
            .any(|name| before.fields.get(*name) != after.get(*name));
        if moved {
            let sequence = after.get("sequence").and_then(Value::as_i64).unwrap_or(0);
            after.insert("sequence".to_owned(), json!(sequence + 1));
        }
        if after.get("status") == Some(&json!("cancelled")) {
            let id = before.text("id").unwrap_or_default().to_owned();
            self.cancel(calendar, &id, now);
            return self.get(calendar, &id);
        }
        let shown = self.keep(calendar, after, now)?;
        if moved && before.series().is_none() {
            let id = before.text("id").unwrap_or_default().to_owned();
            self.forget_strays(calendar, &id);
        }
        Ok(shown)
    }

    /// Exceptions whose occurrence the series does not have any more.
    fn forget_strays(&mut self, calendar: &str, series: &str) {
        let Some(there) = self.calendars.get_mut(calendar) else {
            return;
        };
        let Some(event) = there.events.get(series).cloned() else {
            return;
        };
        for id in there.exceptions(series) {
            let stray = there.events.get(&id).and_then(|one| {
                let start = Start::of(one.fields.get("originalStartTime")?)?;
                Some(!occurrence::has(&event, start))
            });
            if stray == Some(true) {
                there.events.remove(&id);
            }
        }
    }

    pub(super) fn delete(
        &mut self,
        calendar: &str,
        event: &str,
        asked: &Asked,
        now: Instant,
    ) -> Result<(), Refusal> {
        let before = self.condition(calendar, event, asked)?;
        if before.is_cancelled() {
            return Err(refusal(410, "deleted"));
        }
        if !self.calendar_of(calendar)?.events.contains_key(event) {
            self.keep(calendar, before.fields, now)?;
        }
        self.cancel(calendar, event, now);
        Ok(())
    }

    /// Cancels an event, and with a series its exceptions.
    pub(super) fn cancel(&mut self, calendar: &str, event: &str, now: Instant) {
        let exceptions = match self.calendars.get(calendar) {
            Some(there) => there.exceptions(event),
            None => return,
        };
        for id in exceptions.into_iter().chain([event.to_owned()]) {
            let revision = self.next_revision();
            let there = self.calendars.get_mut(calendar);
            if let Some(stored) = there.and_then(|there| there.events.get_mut(&id)) {
                stored
                    .fields
                    .insert("status".to_owned(), json!("cancelled"));
                stored
                    .fields
                    .insert("updated".to_owned(), json!(written(now)));
                stored.revision = revision;
            }
        }
    }

    /// Stores an event and shows it.
    pub(super) fn keep(
        &mut self,
        calendar: &str,
        mut fields: Map<String, Value>,
        now: Instant,
    ) -> Result<Value, Refusal> {
        for (name, value) in UNSAID {
            if fields.get(name).and_then(Value::as_str) == Some(value) {
                fields.remove(name);
            }
        }
        fields.retain(|_, value| !value.is_null());
        for name in ["start", "end"] {
            if let Some(time) = fields.get_mut(name) {
                occurrence::with_offset(time);
            }
        }
        fields.insert("updated".to_owned(), json!(written(now)));
        if let Some(Value::Array(guests)) = fields.get_mut("attendees") {
            for guest in guests.iter_mut().filter_map(Value::as_object_mut) {
                let own = guest.get("email").and_then(Value::as_str) == Some(&self.account);
                if own {
                    guest.insert("self".to_owned(), json!(true));
                }
                let answer = guest.entry("responseStatus".to_owned());
                answer.or_insert(json!("needsAction"));
            }
        }
        let revision = self.next_revision();
        let there = self.calendars.get_mut(calendar);
        let stored = there.and_then(|there| there.set(fields, revision));
        stored
            .map(Stored::shown)
            .ok_or_else(|| refusal(404, "notFound"))
    }

    fn writable(&self, calendar: &str) -> Result<&Calendar, Refusal> {
        let there = self.calendar_of(calendar)?;
        if !there.access.may_write() {
            return Err(refusal(403, "requiredAccessLevel"));
        }
        Ok(there)
    }

    /// The event as it is, if it is still the version that is asked for.
    fn condition(&self, calendar: &str, event: &str, asked: &Asked) -> Result<Stored, Refusal> {
        let there = self.writable(calendar)?;
        let stored = there.events.get(event).cloned();
        let stored = stored.or_else(|| untouched(there, event));
        let stored = stored.ok_or_else(|| refusal(404, "notFound"))?;
        match &asked.if_match {
            Some(wanted) if *wanted != stored.etag() => Err(refusal(412, "conditionNotMet")),
            _ => Ok(stored),
        }
    }
}

/// Takes in the answer of the owner alone.
fn answer(after: &mut Map<String, Value>, sent: Option<Value>) {
    let Some(Value::Array(sent)) = sent else {
        return;
    };
    let Some(Value::Array(guests)) = after.get_mut("attendees") else {
        return;
    };
    for guest in guests.iter_mut().filter_map(Value::as_object_mut) {
        let same = |one: &&Value| guest.get("email") == one.get("email");
        if let Some(Value::Object(new)) = sent.iter().find(same) {
            merge(guest, new);
        }
    }
}

/// The rules that hold for every event.
fn check(fields: &Map<String, Value>) -> Result<(), Refusal> {
    let invalid = || refusal(400, "invalid");
    let start = fields
        .get("start")
        .ok_or_else(|| refusal(400, "required"))?;
    let end = fields.get("end").ok_or_else(|| refusal(400, "required"))?;
    let is_one = |time: &Value| {
        let has = |name| time.get(name).is_some_and(|value| !value.is_null());
        has("date") != has("dateTime")
    };
    let (Some(from), Some(to)) = (Start::of(start), Start::of(end)) else {
        return Err(invalid());
    };
    let in_order = match (from, to) {
        (Start::Day(from), Start::Day(to)) => from < to,
        (Start::At(from), Start::At(to)) => from <= to,
        _ => return Err(invalid()),
    };
    if !is_one(start) || !is_one(end) {
        return Err(invalid());
    }
    if !in_order {
        return Err(refusal(400, "timeRangeEmpty"));
    }
    let recurs = fields
        .get("recurrence")
        .is_some_and(|rules| !rules.is_null());
    let has_zone = start.get("timeZone").is_some() || matches!(from, Start::Day(_));
    if recurs && !has_zone {
        return Err(refusal(400, "required"));
    }
    Ok(())
}

pub(super) fn written(now: Instant) -> String {
    now.to_rfc3339_opts(SecondsFormat::Millis, true)
}
