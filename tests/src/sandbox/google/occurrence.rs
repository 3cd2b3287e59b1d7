//! The occurrences of a series that nobody has touched: they have an id, and become events once somebody writes to it.

use bridge_core::ical::CalendarObject;
use bridge_core::recur::{self, expand};
use bridge_core::time::{Instant, TimeRange};
use bridge_core::tz::Zone;
use chrono::{
    DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, TimeZone as _,
};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::calendar::Stored;

/// The start of an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Day(NaiveDate),
    At(Instant),
}

impl Start {
    /// Reads `date` or `dateTime` of an event; a time without an offset is in its zone.
    pub(super) fn of(time: &Value) -> Option<Self> {
        if let Some(day) = time.get("date").and_then(Value::as_str) {
            return day.parse().ok().map(Self::Day);
        }
        let text = time.get("dateTime")?.as_str()?;
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Some(Self::At(at.to_utc()));
        }
        let local: NaiveDateTime = text.parse().ok()?;
        let at = zone_of(time).from_local_datetime(&local).earliest()?;
        Some(Self::At(at.to_utc()))
    }

    /// Reads the parameter `originalStart`.
    pub(super) fn asked(text: &str) -> Option<Self> {
        let at = DateTime::parse_from_rfc3339(text).map(|at| Self::At(at.to_utc()));
        at.ok().or_else(|| text.parse().ok().map(Self::Day))
    }

    /// Reads the end of an id.
    fn in_id(text: &str) -> Option<Self> {
        let at = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ");
        let day = || {
            NaiveDate::parse_from_str(text, "%Y%m%d")
                .ok()
                .map(Self::Day)
        };
        at.ok().map(|at| Self::At(at.and_utc())).or_else(day)
    }

    pub(super) fn id(self, series: &str) -> String {
        match self {
            Self::Day(day) => format!("{series}_{}", day.format("%Y%m%d")),
            Self::At(at) => format!("{series}_{}", at.format("%Y%m%dT%H%M%SZ")),
        }
    }

    fn later(self, by: TimeDelta) -> Self {
        match self {
            Self::Day(day) => Self::Day(day + by),
            Self::At(at) => Self::At(at + by),
        }
    }

    pub(super) fn instant(self) -> Instant {
        match self {
            Self::Day(day) => day.and_time(NaiveTime::MIN).and_utc(),
            Self::At(at) => at,
        }
    }

    /// As the service writes it, in the zone of `like`.
    pub(super) fn written(self, like: &Value) -> Value {
        match self {
            Self::Day(day) => json!({"date": day.to_string()}),
            Self::At(at) => {
                let zone = zone_of(like);
                let text = at
                    .with_timezone(&zone)
                    .to_rfc3339_opts(SecondsFormat::Secs, true);
                json!({"dateTime": text, "timeZone": zone.name()})
            }
        }
    }
}

/// A time is always told with its offset, which clients may leave out where they name a zone.
pub(super) fn with_offset(time: &mut Value) {
    let text = time.get("dateTime").and_then(Value::as_str);
    let is_local = text.is_some_and(|text| text.parse::<NaiveDateTime>().is_ok());
    let Some(start) = Start::of(time).filter(|_| is_local) else {
        return;
    };
    let written = start.written(time).get("dateTime").cloned();
    if let (Some(written), Some(time)) = (written, time.as_object_mut()) {
        time.insert("dateTime".to_owned(), written);
    }
}

pub(super) fn zone_of(time: &Value) -> Tz {
    let name = time.get("timeZone").and_then(Value::as_str);
    name.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC)
}

/// The series and the start that the id of an occurrence names.
pub(super) fn split(id: &str) -> Option<(&str, Start)> {
    let (series, start) = id.rsplit_once('_')?;
    Some((series, Start::in_id(start)?))
}

/// Whether a series has an occurrence with this start by its rule.
pub(super) fn has(series: &Stored, start: Start) -> bool {
    let at = start.instant();
    let around = TimeRange::new(at - TimeDelta::days(2), at + TimeDelta::days(2));
    starts(series, around).contains(&start)
}

/// The starts of a series by its rule in this range.
pub(super) fn starts(series: &Stored, range: TimeRange) -> Vec<Start> {
    let Some(text) = as_text(series) else {
        return Vec::new();
    };
    let object = CalendarObject::read(text.as_bytes());
    let found = expand(&object, range, &Zone::Utc, recur::Limits::default());
    let has_days = series.fields.get("start").and_then(Start::of);
    let has_days = matches!(has_days, Some(Start::Day(_)));
    let starts = found.occurrences.iter().map(|one| {
        if has_days {
            Start::Day(one.local_start.date())
        } else {
            Start::At(one.start)
        }
    });
    starts.collect()
}

/// The occurrence with this start, as an event of its own.
pub(super) fn make(series: &Stored, id: &str, start: Start) -> Option<Map<String, Value>> {
    let (first, last) = (series.fields.get("start")?, series.fields.get("end")?);
    let length = Start::of(last)?.instant() - Start::of(first)?.instant();
    let mut fields = series.fields.clone();
    fields.remove("recurrence");
    fields.insert("id".to_owned(), json!(start.id(id)));
    fields.insert("recurringEventId".to_owned(), json!(id));
    fields.insert("originalStartTime".to_owned(), start.written(first));
    fields.insert("start".to_owned(), start.written(first));
    fields.insert("end".to_owned(), start.later(length).written(last));
    Some(fields)
}

/// The rule of a series as calendar text.
fn as_text(series: &Stored) -> Option<String> {
    let start = series.fields.get("start")?;
    let line = match Start::of(start)? {
        Start::Day(day) => format!("DTSTART;VALUE=DATE:{}", day.format("%Y%m%d")),
        Start::At(at) => {
            let zone = zone_of(start);
            let local = at.with_timezone(&zone).format("%Y%m%dT%H%M%S");
            match zone {
                Tz::UTC => format!("DTSTART:{local}Z"),
                zone => format!("DTSTART;TZID={}:{local}", zone.name()),
            }
        }
    };
    let rules = series.fields.get("recurrence")?.as_array()?;
    let rules: Vec<&str> = rules.iter().filter_map(Value::as_str).collect();
    let lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "BEGIN:VEVENT",
        "UID:series",
        &line,
    ];
    let lines = lines
        .into_iter()
        .chain(rules)
        .chain(["END:VEVENT", "END:VCALENDAR", ""]);
    Some(lines.collect::<Vec<_>>().join("\r\n"))
}
