//! What is there: lists of calendars and events, and tokens for what changes from then on.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::{Refusal, refusal};
use super::calendar::{Calendar, Stored};
use super::occurrence;
use super::request::Asked;
use super::{Google, trouble::Trouble};

/// What may not be asked together with a token.
const NOT_WITH_TOKEN: [&str; 8] = [
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
];

impl Google {
    pub(super) fn list_calendars(&self, asked: &Asked) -> Result<Value, Refusal> {
        let most = asked.param("maxResults").and_then(|text| text.parse().ok());
        let most: usize = most.unwrap_or(100).min(250).min(self.manners.page);
        let begin = match asked.param("pageToken") {
            None => 0,
            Some(page) => page.parse().map_err(|_| refusal(400, "invalid"))?,
        };
        let ids: Vec<&String> = self.calendars.keys().collect();
        let items = ids.iter().skip(begin).take(most).map(|id| self.entry(id));
        let mut answer = json!({"kind": "calendar#calendarList", "etag": "\"p33\"",
            "items": items.collect::<Vec<_>>()});
        let (name, value) = match begin + most {
            next if next < ids.len() => ("nextPageToken", next.to_string()),
            _ => ("nextSyncToken", self.revision.to_string()),
        };
        put(&mut answer, name, &value);
        Ok(answer)
    }

    pub(super) fn show_calendar(&self, id: &str) -> Result<Value, Refusal> {
        self.calendar_of(id)?;
        Ok(self.entry(id))
    }

    fn entry(&self, id: &str) -> Value {
        let Some(calendar) = self.calendars.get(id) else {
            return Value::Null;
        };
        let mut entry = json!({"kind": "calendar#calendarListEntry", "etag": "\"c33\"", "id": id,
            "summary": calendar.name, "timeZone": calendar.zone, "accessRole": calendar.access.role(),
            "backgroundColor": "#9fe1e7", "foregroundColor": "#000000", "colorId": "14", "selected": true,
            "defaultReminders": [{"method": "popup", "minutes": 10}],
            "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]}});
        if id == self.account
            && let Some(entry) = entry.as_object_mut()
        {
            entry.insert("primary".to_owned(), json!(true));
        }
        entry
    }

    pub(super) fn calendar_of(&self, id: &str) -> Result<&Calendar, Refusal> {
        let id = if id == "primary" { &self.account } else { id };
        let found = self.calendars.get(id);
        found.ok_or_else(|| refusal(404, "notFound"))
    }

    pub(super) fn list(&mut self, calendar: &str, asked: &Asked) -> Result<Value, Refusal> {
        let since = match asked.param("syncToken") {
            None => None,
            Some(token) => Some(self.reached(calendar, token, asked)?),
        };
        let single = asked.has("singleEvents");
        let ordered = asked.param("orderBy") == Some("startTime");
        let hides_deleted = asked.param("showDeleted") == Some("false");
        if single || ordered || (since.is_some() && hides_deleted) {
            // Nothing here asks for occurrences one by one.
            return Err(refusal(400, "invalid"));
        }
        let after = match asked.param("pageToken") {
            None => since.unwrap_or(0),
            Some(page) => page.parse().map_err(|_| refusal(400, "invalid"))?,
        };
        let there = self.calendar_of(calendar)?;
        let all = wanted(there, asked, after);
        let most = asked.param("maxResults").and_then(|text| text.parse().ok());
        let most: usize = most.unwrap_or(250).min(2500).min(self.manners.page);
        let page: Vec<_> = all.values().take(most).collect();
        let last = page.last().map_or(after, |event| event.revision);
        let mut items: Vec<Value> = page.iter().map(|event| event.shown()).collect();
        if self.manners.backwards {
            items.reverse();
        }
        let mut answer = events(there, &items);
        if all.len() > most {
            put(&mut answer, "nextPageToken", &last.to_string());
        } else if !["iCalUID", "privateExtendedProperty"]
            .iter()
            .any(|name| asked.param(name).is_some())
        {
            let token = format!("CAL-{}-{}", there.series, self.revision);
            put(&mut answer, "nextSyncToken", &token);
        }
        Ok(answer)
    }

    /// Reads a token.
    fn reached(&self, calendar: &str, token: &str, asked: &Asked) -> Result<u64, Refusal> {
        let invalid = || refusal(400, "invalid");
        if NOT_WITH_TOKEN
            .iter()
            .any(|name| asked.param(name).is_some())
        {
            return Err(invalid());
        }
        let numbers = token.strip_prefix("CAL-").ok_or_else(invalid)?;
        let (series, reached) = numbers.split_once('-').ok_or_else(invalid)?;
        let series: u64 = series.parse().map_err(|_| invalid())?;
        if series != self.calendar_of(calendar)?.series {
            return Err(refusal(410, "fullSyncRequired"));
        }
        reached.parse().map_err(|_| invalid())
    }

    pub(super) fn get(&self, calendar: &str, event: &str) -> Result<Value, Refusal> {
        let there = self.calendar_of(calendar)?;
        if let Some(stored) = there.events.get(event) {
            return Ok(stored.shown());
        }
        let made = untouched(there, event).ok_or_else(|| refusal(404, "notFound"))?;
        Ok(made.shown())
    }

    /// All tokens of a calendar become invalid.
    pub fn reset_tokens(&mut self, calendar: &str) {
        let series = self.next_revision();
        if let Some(calendar) = self.calendars.get_mut(calendar) {
            calendar.series = series;
        }
    }

    /// Everything works again.
    pub fn calm(&mut self) {
        self.trouble = Trouble::default();
    }
}

/// An occurrence that has no event of its own yet; its version is that of its series.
pub(super) fn untouched(calendar: &Calendar, id: &str) -> Option<Stored> {
    let (series, start) = occurrence::split(id)?;
    let event = calendar.events.get(series)?;
    let is_there = !event.is_cancelled() && occurrence::has(event, start);
    Some(Stored {
        fields: occurrence::make(event, series, start).filter(|_| is_there)?,
        revision: event.revision,
    })
}

/// The events that are asked for, by the number of their last change.
fn wanted<'c>(calendar: &'c Calendar, asked: &Asked, after: u64) -> BTreeMap<u64, &'c Stored> {
    let uid = asked.param("iCalUID");
    let own = asked.param("privateExtendedProperty");
    let has_uid = |event: &Stored| {
        let series = event
            .series()
            .and_then(|series| calendar.events.get(series));
        let of = |event: &Stored| uid.is_none() || event.text("iCalUID") == uid;
        let with = |event: &Stored| own.is_none_or(|own| has_own(event, own));
        [Some(event), series]
            .iter()
            .flatten()
            .any(|event| of(event) && with(event))
    };
    let shows_deleted = asked.has("showDeleted") || asked.param("syncToken").is_some();
    // Occurrences that do not take place are part of their series.
    let is_shown =
        |event: &Stored| !event.is_cancelled() || shows_deleted || event.series().is_some();
    let all = calendar.events.values();
    all.filter(|event| event.revision > after && has_uid(event) && is_shown(event))
        .map(|event| (event.revision, event))
        .collect()
}

/// Whether an event has this private property, as `name=value`.
fn has_own(event: &Stored, own: &str) -> bool {
    let (name, value) = own.split_once('=').unwrap_or((own, ""));
    let all = event.fields.get("extendedProperties");
    let found = all.and_then(|all| all.get("private")?.get(name));
    found.and_then(Value::as_str) == Some(value)
}

pub(super) fn events(calendar: &Calendar, items: &[Value]) -> Value {
    json!({"kind": "calendar#events", "etag": "\"p34\"", "summary": calendar.name,
        "timeZone": calendar.zone, "accessRole": calendar.access.role(),
        "defaultReminders": [{"method": "popup", "minutes": 10}], "items": items})
}

pub(super) fn put(answer: &mut Value, name: &str, value: &str) {
    if let Some(answer) = answer.as_object_mut() {
        answer.insert(name.to_owned(), json!(value));
    }
}
