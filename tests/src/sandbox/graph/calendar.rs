//! A calendar: its events, when each changed, and what is gone.

use std::collections::{BTreeMap, BTreeSet};

use bridge_core::time::Instant;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::time::{instant, utc, written};

/// A calendar of the mailbox.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub(super) name: String,
    pub(super) can_edit: bool,
    pub(super) events: BTreeMap<String, Stored>,
    /// Ids that are gone, and since when.
    pub(super) gone: BTreeMap<String, u64>,
    /// The generation of its tokens.
    pub(super) generation: u64,
}

/// An event as the service has it: a single one, a series or an exception.
#[derive(Clone, Debug)]
pub struct Stored {
    pub(super) fields: Map<String, Value>,
    pub(super) revision: u64,
    /// The series that it is an exception of, and the start it has by its rule.
    pub(super) series: Option<(String, Instant)>,
    /// The days on which the series does not take place.
    pub(super) cancelled: BTreeSet<NaiveDate>,
}

impl Stored {
    pub(super) fn new(fields: Map<String, Value>, revision: u64) -> Self {
        Self {
            fields,
            revision,
            series: None,
            cancelled: BTreeSet::new(),
        }
    }

    pub(super) fn is_series(&self) -> bool {
        self.fields.get("recurrence").is_some_and(Value::is_object)
    }

    pub(super) fn etag(&self) -> String {
        format!("W/\"{}\"", self.key())
    }

    fn key(&self) -> String {
        format!("DwAAABYA{:08}", self.revision)
    }

    pub(super) fn time(&self, name: &str) -> Option<Instant> {
        instant(self.fields.get(name)?)
    }

    /// Whether it takes place in a window.
    pub(super) fn is_within(&self, from: Instant, until: Instant) -> bool {
        let (start, end) = (self.time("start"), self.time("end"));
        start.is_some_and(|start| start < until) && end.is_some_and(|end| end > from)
    }

    /// The event as it is answered, without what has to be asked for.
    pub(super) fn shown(&self, id: &str) -> Value {
        let mut fields = self.fields.clone();
        fields.remove("singleValueExtendedProperties");
        let kind = match (&self.series, self.is_series()) {
            (Some(_), _) => "exception",
            (None, true) => "seriesMaster",
            (None, false) => "singleInstance",
        };
        for (name, zone) in [
            ("start", "originalStartTimeZone"),
            ("end", "originalEndTimeZone"),
        ] {
            if let Some(time) = fields.get(name).cloned() {
                fields.insert(
                    zone.to_owned(),
                    time.get("timeZone").cloned().unwrap_or_default(),
                );
                fields.insert(name.to_owned(), instant(&time).map(utc).unwrap_or_default());
            }
        }
        let minted = [
            ("@odata.etag", json!(self.etag())),
            ("changeKey", json!(self.key())),
            ("id", json!(id)),
            ("type", json!(kind)),
        ];
        fields.extend(minted.map(|(name, value)| (name.to_owned(), value)));
        if let Some((series, original)) = &self.series {
            fields.insert("seriesMasterId".to_owned(), json!(series));
            fields.insert("originalStart".to_owned(), json!(written(*original)));
            fields.insert("recurrence".to_owned(), Value::Null);
        }
        Value::Object(fields)
    }
}

impl Calendar {
    pub(super) fn new(name: &str, can_edit: bool, generation: u64) -> Self {
        Self {
            name: name.to_owned(),
            can_edit,
            events: BTreeMap::new(),
            gone: BTreeMap::new(),
            generation,
        }
    }

    /// The number of its latest change.
    pub(super) fn latest(&self) -> u64 {
        let there = self.events.values().map(|event| event.revision);
        there
            .chain(self.gone.values().copied())
            .max()
            .unwrap_or_default()
    }

    /// An event as it is stored.
    pub fn event(&self, id: &str) -> Option<Value> {
        self.events.get(id).map(|event| event.shown(id))
    }

    /// The ids of everything in it.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.events.keys().map(String::as_str)
    }

    /// The value of an extended property of an event, by the name in the property's id.
    pub fn extended(&self, id: &str, name: &str) -> Option<&str> {
        let event = self.events.get(id)?;
        let all = event.fields.get("singleValueExtendedProperties")?;
        let is = |one: &&Value| {
            let id = one.get("id").and_then(Value::as_str).unwrap_or_default();
            id.rsplit(' ').next() == Some(name)
        };
        all.as_array()?.iter().find(is)?.get("value")?.as_str()
    }

    pub(super) fn exceptions<'c>(&'c self, series: &str) -> Vec<(&'c String, &'c Stored)> {
        let of = |one: &Stored| one.series.as_ref().is_some_and(|(id, _)| id == series);
        self.events.iter().filter(|(_, one)| of(one)).collect()
    }
}
