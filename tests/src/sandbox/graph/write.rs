//! What is done to events, with the rules of the service.

use bridge_core::time::Instant;
use serde_json::{Map, Value, json};

use super::Graph;
use super::answer::{Refusal, refusal};
use super::calendar::{Calendar, Stored};
use super::request::Asked;
use super::series::{self, occurrences};
use super::time::{instant, written};
use crate::sandbox::google::merge::merge;

/// What a client may write; the identity of a transaction only at creation.
const WRITABLE: [&str; 16] = [
    "subject",
    "body",
    "start",
    "end",
    "isAllDay",
    "recurrence",
    "location",
    "showAs",
    "sensitivity",
    "importance",
    "categories",
    "isReminderOn",
    "reminderMinutesBeforeStart",
    "attendees",
    MARKS,
    "transactionId",
];
const MARKS: &str = "singleValueExtendedProperties";

impl Graph {
    pub(super) fn create(
        &mut self,
        calendar: &str,
        asked: &Asked,
        now: Instant,
    ) -> Result<Value, Refusal> {
        let there = self.writable(calendar)?;
        let fields = asked.fields()?;
        let transaction = fields.get("transactionId").filter(|one| one.is_string());
        let same = |(_, one): &(&String, &Stored)| {
            transaction.is_some() && one.fields.get("transactionId") == transaction
        };
        if let Some((id, event)) = there.events.iter().find(same) {
            return Ok(event.shown(id));
        }
        self.check(&fields)?;
        let id = format!("AAkALgAAAAAAHY{:06}==", self.revision + 1);
        Ok(self.keep_new(calendar, &id, fields, now))
    }

    /// Stores an event with what the service adds to a new one.
    pub(super) fn keep_new(
        &mut self,
        calendar: &str,
        id: &str,
        mut fields: Map<String, Value>,
        now: Instant,
    ) -> Value {
        let own = json!({"emailAddress": {"name": "Anna", "address": self.account}});
        let minted = [
            ("iCalUId", json!(format!("040000008200E000{id}"))),
            ("createdDateTime", json!(written(now))),
            ("isOrganizer", json!(true)),
            ("organizer", own),
            ("responseStatus", json!({"response": "organizer"})),
            ("showAs", json!("busy")),
            ("isReminderOn", json!(false)),
        ];
        for (name, value) in minted {
            fields.entry(name.to_owned()).or_insert(value);
        }
        self.keep(calendar, id, Stored::new(fields, 0), now)
    }

    /// Stores an event and shows it.
    pub(super) fn keep(
        &mut self,
        calendar: &str,
        id: &str,
        mut event: Stored,
        now: Instant,
    ) -> Value {
        event.revision = self.next_revision();
        event
            .fields
            .insert("lastModifiedDateTime".to_owned(), json!(written(now)));
        let shown = event.shown(id);
        if let Some(there) = self.calendars.get_mut(calendar) {
            there.gone.remove(id);
            there.events.insert(id.to_owned(), event);
        }
        shown
    }

    pub(super) fn patch(
        &mut self,
        id: &str,
        asked: &Asked,
        now: Instant,
    ) -> Result<Value, Refusal> {
        let (calendar, before) = self.condition(id, asked)?;
        let mut patch = asked.fields()?;
        let mut after = before.clone();
        let marks = patch.remove(MARKS);
        merge(&mut after.fields, &patch);
        mark(&mut after.fields, marks);
        let written = |name: &str| patch.contains_key(name) || matches!(name, "start" | "end");
        let fields = after.fields.iter().filter(|(name, _)| written(name));
        self.check(
            &fields
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )?;
        let moves = ["start", "recurrence", "isAllDay"];
        if before.is_series() && moves.iter().any(|name| patch.contains_key(*name)) {
            self.forget_exceptions(&calendar, id);
            after.cancelled.clear();
        }
        Ok(self.keep(&calendar, id, after, now))
    }

    /// A series takes place at other times: what was said about single occurrences is lost.
    fn forget_exceptions(&mut self, calendar: &str, series: &str) {
        let revision = self.next_revision();
        if let Some(there) = self.calendars.get_mut(calendar) {
            let ids = there.exceptions(series).into_iter();
            let ids: Vec<_> = ids.map(|(id, _)| id.clone()).collect();
            for id in ids {
                there.events.remove(&id);
                there.gone.insert(id, revision);
            }
        }
    }

    pub(super) fn delete(&mut self, id: &str, asked: &Asked) -> Result<(), Refusal> {
        let (calendar, event) = self.condition(id, asked)?;
        self.remove(&calendar, id, &event);
        Ok(())
    }

    /// Takes an event, a series with all its occurrences, or an occurrence away.
    pub(super) fn remove(&mut self, calendar: &str, id: &str, event: &Stored) {
        let revision = self.next_revision();
        self.forget_exceptions(calendar, id);
        let Some(there) = self.calendars.get_mut(calendar) else {
            return;
        };
        if let Some((series, original)) = &event.series
            && let Some(series) = there.events.get_mut(series)
        {
            let zone = series.fields.get("start").map(super::time::zone_of);
            let day = zone.map(|zone| zone.local(*original).date());
            series.cancelled.extend(day);
            series.revision = revision;
        }
        if event.is_series()
            && let Some(start) = event.time("start")
        {
            let years = chrono::TimeDelta::days(400);
            for one in occurrences(there, id, start, start + years) {
                there.gone.insert(one.id, revision);
            }
        }
        there.events.remove(id);
        there.gone.insert(id.to_owned(), revision);
    }

    pub(super) fn respond(&mut self, id: &str, answer: &str, now: Instant) -> Result<(), Refusal> {
        let (calendar, mut event) = self.existing(id)?;
        if event.fields.get("isOrganizer") != Some(&json!(false)) {
            return Err(refusal(400, "ErrorInvalidRequest"));
        }
        let status = json!({"response": answer, "time": written(now)});
        event.fields.insert("responseStatus".to_owned(), status);
        self.keep(&calendar, id, event, now);
        Ok(())
    }

    fn writable(&self, calendar: &str) -> Result<&Calendar, Refusal> {
        let there = self.calendar_of(calendar)?;
        if there.can_edit {
            return Ok(there);
        }
        Err(refusal(403, "ErrorAccessDenied"))
    }

    /// An event or an occurrence that nobody touched, and its calendar.
    fn existing(&self, id: &str) -> Result<(String, Stored), Refusal> {
        let (calendar, there) = self.holding(id)?;
        self.writable(calendar)?;
        let touched = there.events.get(id).cloned();
        let event = touched.or_else(|| {
            let one = series::find(there, id)?;
            one.event(there.events.get(&one.series)?)
        });
        let event = event.ok_or_else(|| refusal(404, "ErrorItemNotFound"))?;
        Ok((calendar.clone(), event))
    }

    /// The event as it is, if it is still the version that is asked for.
    fn condition(&self, id: &str, asked: &Asked) -> Result<(String, Stored), Refusal> {
        let (calendar, event) = self.existing(id)?;
        match &asked.if_match {
            Some(wanted) if *wanted != event.etag() => {
                Err(refusal(412, "ErrorIrresolvableConflict"))
            }
            _ => Ok((calendar, event)),
        }
    }

    /// The rules that hold for every event.
    fn check(&mut self, fields: &Map<String, Value>) -> Result<(), Refusal> {
        let strange = fields
            .keys()
            .find(|name| !WRITABLE.contains(&name.as_str()));
        if let Some(name) = strange {
            self.violations.push(format!("{name} is written"));
            return Err(refusal(400, "ErrorInvalidProperty"));
        }
        let time = |name| fields.get(name).and_then(instant);
        match (time("start"), time("end")) {
            (Some(start), Some(end)) if start <= end => Ok(()),
            _ => Err(refusal(400, "ErrorCalendarEndDateIsEarlierThanStartDate")),
        }
    }
}

/// Extended properties are written one by one.
fn mark(fields: &mut Map<String, Value>, marks: Option<Value>) {
    let Some(Value::Array(marks)) = marks else {
        return;
    };
    let all = fields.entry(MARKS).or_insert_with(|| json!([]));
    if let Some(all) = all.as_array_mut() {
        for mark in marks {
            all.retain(|old| old.get("id") != mark.get("id"));
            all.push(mark);
        }
    }
}
