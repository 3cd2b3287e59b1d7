//! What takes place, as a face shows it.

use serde::{Deserialize, Serialize};

use crate::agenda;

/// Which days.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AgendaRange {
    /// The first day, like `2026-12-24`; today, when nothing is said.
    pub from: Option<String>,
    /// How many days, 1 to 62.
    pub days: u32,
}

/// What takes place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Agenda {
    /// The first day in the zone of this computer, like `2026-12-24`.
    pub from: String,
    /// The zone of this computer, like `Europe/Berlin`.
    pub time_zone: Option<String>,
    /// In the order of their times.
    pub entries: Vec<AgendaEntry>,
}

/// Something that takes place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AgendaEntry {
    /// The beginning in RFC 3339; a day, like `2026-12-24`, when it lasts all day.
    pub start: String,
    /// The end, not included, in the form of the beginning.
    pub end: String,
    /// Whether it lasts whole days.
    pub all_day: bool,
    /// Its title.
    pub title: String,
    /// Where it takes place.
    pub location: Option<String>,
    /// The calendar, as people call it.
    pub calendar: String,
    /// The colour of the calendar as `#rrggbb`.
    pub color: Option<String>,
    /// Its UID, the same for every occurrence.
    pub uid: String,
}

impl From<agenda::Entry> for AgendaEntry {
    fn from(entry: agenda::Entry) -> Self {
        Self {
            start: entry.start(),
            end: entry.end(),
            all_day: entry.all_day,
            title: entry.title,
            location: entry.location,
            calendar: entry.calendar,
            color: entry.color,
            uid: entry.uid,
        }
    }
}
