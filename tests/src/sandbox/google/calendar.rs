//! A calendar of the list: its events and when each changed.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// What the account may do with a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// See when it is busy.
    FreeBusy,
    /// Read it.
    Reader,
    /// Change what is in it.
    Writer,
    /// Everything.
    Owner,
}

impl Access {
    pub(super) fn role(self) -> &'static str {
        match self {
            Self::FreeBusy => "freeBusyReader",
            Self::Reader => "reader",
            Self::Writer => "writer",
            Self::Owner => "owner",
        }
    }

    pub(super) fn may_write(self) -> bool {
        matches!(self, Self::Writer | Self::Owner)
    }
}

/// An event as the service has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    pub(super) fields: Map<String, Value>,
    pub(super) revision: u64,
}

impl Stored {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Value::as_str)
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.text("status") == Some("cancelled")
    }

    pub(super) fn series(&self) -> Option<&str> {
        self.text("recurringEventId")
    }

    pub(super) fn etag(&self) -> String {
        format!("\"33{:012}\"", self.revision)
    }

    /// The event as it is answered. Of what is cancelled, only who it was is left.
    pub(super) fn shown(&self) -> Value {
        const LEFT: [&str; 4] = ["id", "status", "recurringEventId", "originalStartTime"];
        let mut shown = self.fields.clone();
        if self.is_cancelled() {
            shown.retain(|name, _| LEFT.contains(&name.as_str()));
        }
        shown.insert("kind".to_owned(), json!("calendar#event"));
        shown.insert("etag".to_owned(), json!(self.etag()));
        Value::Object(shown)
    }
}

/// A calendar.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// What people call it.
    pub name: String,
    /// What the account may do with it.
    pub access: Access,
    /// Its zone.
    pub zone: String,
    pub(super) events: BTreeMap<String, Stored>,
    /// The name of the series of tokens; a new one makes all older tokens invalid.
    pub(super) series: u64,
}

impl Calendar {
    pub(super) fn new(name: &str, access: Access, series: u64) -> Self {
        Self {
            name: name.to_owned(),
            access,
            zone: "Europe/Berlin".to_owned(),
            events: BTreeMap::new(),
            series,
        }
    }

    /// The ids of the events that are there, exceptions and series alike.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let there = self
            .events
            .iter()
            .filter(|(_, event)| !event.is_cancelled());
        there.map(|(id, _)| id.as_str())
    }

    /// The number of its latest change.
    pub(super) fn latest(&self) -> u64 {
        let revisions = self.events.values().map(|event| event.revision);
        revisions.max().unwrap_or_default()
    }

    /// An event as it is answered, cancelled or not.
    pub fn event(&self, id: &str) -> Option<Value> {
        self.events.get(id).map(Stored::shown)
    }

    /// The ids of the exceptions of a series, cancelled ones too.
    pub(super) fn exceptions(&self, series: &str) -> Vec<String> {
        let of_series = |(_, event): &(&String, &Stored)| event.series() == Some(series);
        let exceptions = self.events.iter().filter(of_series);
        exceptions.map(|(id, _)| id.clone()).collect()
    }

    pub(super) fn set(&mut self, fields: Map<String, Value>, revision: u64) -> Option<&Stored> {
        let id = fields.get("id").and_then(Value::as_str)?.to_owned();
        self.events.insert(id.clone(), Stored { fields, revision });
        self.events.get(&id)
    }
}
