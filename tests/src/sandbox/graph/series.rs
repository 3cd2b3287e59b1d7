//! The occurrences of a series that nobody has touched: they have an id, and become exceptions once somebody writes to
//! them.

use bridge_core::ical::CalendarObject;
use bridge_core::recur::{self, expand};
use bridge_core::time::{Instant, TimeRange};
use bridge_core::tz::Zone;
use chrono::{NaiveDate, NaiveDateTime};
use serde_json::{Value, json};

use super::calendar::{Calendar, Stored};
use super::time::{like, utc, written, zone_of};

/// An occurrence that follows its series.
#[derive(Clone, Debug)]
pub(super) struct Occurrence {
    pub(super) id: String,
    pub(super) series: String,
    pub(super) original: Instant,
    /// Its day in the series, by which it is called when it does not take place.
    pub(super) day: NaiveDate,
}

impl Occurrence {
    /// The event it is once somebody writes to it.
    pub(super) fn event(&self, series: &Stored) -> Option<Stored> {
        let length = series.time("end")? - series.time("start")?;
        let mut event = Stored::new(series.fields.clone(), series.revision);
        event.fields.remove("recurrence");
        event.fields.remove("singleValueExtendedProperties");
        for (name, at) in [("start", self.original), ("end", self.original + length)] {
            let time = like(at, series.fields.get(name)?);
            event.fields.insert(name.to_owned(), time);
        }
        event.series = Some((self.series.clone(), self.original));
        Some(event)
    }

    /// The little that a list says of it.
    pub(super) fn shown(&self, series: &Stored) -> Option<Value> {
        let event = self.event(series)?;
        Some(
            json!({"@odata.etag": series.etag(), "id": self.id, "type": "occurrence",
            "seriesMasterId": self.series, "originalStart": written(self.original),
            "start": utc(event.time("start")?), "end": utc(event.time("end")?)}),
        )
    }
}

/// The occurrences of a series in a window, without exceptions and what does not take place.
pub(super) fn occurrences(
    calendar: &Calendar,
    id: &str,
    from: Instant,
    until: Instant,
) -> Vec<Occurrence> {
    let Some(series) = calendar.events.get(id) else {
        return Vec::new();
    };
    let Some(text) = as_text(series) else {
        return Vec::new();
    };
    let object = CalendarObject::read(text.as_bytes());
    let limits = recur::Limits::default();
    let found = expand(&object, TimeRange::new(from, until), &Zone::Utc, limits);
    let taken: Vec<_> = calendar.exceptions(id);
    let is_taken = |at: Instant| {
        taken.iter().any(|(_, one)| {
            one.series
                .as_ref()
                .is_some_and(|(_, original)| *original == at)
        })
    };
    let zone = series.fields.get("start").map_or(Zone::Utc, zone_of);
    let all = found.occurrences.iter().map(|one| Occurrence {
        id: format!("{id}.{}", one.start.format("%Y%m%dT%H%M%SZ")),
        series: id.to_owned(),
        original: one.start,
        day: zone.local(one.start).date(),
    });
    all.filter(|one| !is_taken(one.original) && !series.cancelled.contains(&one.day))
        .collect()
}

/// The occurrence of this id.
pub(super) fn find(calendar: &Calendar, id: &str) -> Option<Occurrence> {
    let (series, at) = id.rsplit_once('.')?;
    let at = NaiveDateTime::parse_from_str(at, "%Y%m%dT%H%M%SZ")
        .ok()?
        .and_utc();
    let around = chrono::TimeDelta::days(1);
    let all = occurrences(calendar, series, at - around, at + around);
    all.into_iter().find(|one| one.original == at)
}

/// A series as calendar text.
fn as_text(series: &Stored) -> Option<String> {
    let (start, end) = (series.fields.get("start")?, series.fields.get("end")?);
    let line = |name: &str, time: &Value| {
        let zone = zone_of(time);
        let at = zone
            .local(super::time::instant(time)?)
            .format("%Y%m%dT%H%M%S");
        Some(match zone {
            Zone::Iana(zone) => format!("{name};TZID={}:{at}", zone.name()),
            _ => format!("{name}:{at}Z"),
        })
    };
    let rule = rule(series.fields.get("recurrence")?, &zone_of(start))?;
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        "UID:series".to_owned(),
        line("DTSTART", start)?,
        line("DTEND", end)?,
        rule,
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    Some(lines.map(|line| line + "\r\n").concat())
}

/// `patternedRecurrence` as a rule.
fn rule(recurrence: &Value, zone: &Zone) -> Option<String> {
    let (pattern, range) = (&recurrence["pattern"], &recurrence["range"]);
    let number = |name: &str| pattern[name].as_u64().unwrap_or(1);
    let days = pattern["daysOfWeek"].as_array().map(|days| {
        let days = days.iter().filter_map(Value::as_str);
        let short = days.filter_map(|day| Some(day.get(..2)?.to_uppercase()));
        short.collect::<Vec<_>>().join(",")
    });
    let days = days.unwrap_or_default();
    let place = match pattern["index"].as_str().unwrap_or("first") {
        "second" => 2,
        "third" => 3,
        "fourth" => 4,
        "last" => -1,
        _ => 1,
    };
    let (month, day) = (number("month"), number("dayOfMonth"));
    let by = match pattern["type"].as_str()? {
        "daily" => "DAILY".to_owned(),
        "weekly" => {
            let first = pattern["firstDayOfWeek"].as_str().unwrap_or("sunday");
            let first = first.get(..2)?.to_uppercase();
            format!("WEEKLY;BYDAY={days};WKST={first}")
        }
        "absoluteMonthly" => format!("MONTHLY;BYMONTHDAY={day}"),
        "relativeMonthly" => format!("MONTHLY;BYDAY={days};BYSETPOS={place}"),
        "absoluteYearly" => format!("YEARLY;BYMONTH={month};BYMONTHDAY={day}"),
        "relativeYearly" => format!("YEARLY;BYMONTH={month};BYDAY={days};BYSETPOS={place}"),
        _ => return None,
    };
    let end = match range["type"].as_str()? {
        "endDate" => {
            let day: NaiveDate = range["endDate"].as_str()?.parse().ok()?;
            let last = zone.instant(day.and_hms_opt(23, 59, 59)?);
            format!(";UNTIL={}", last.format("%Y%m%dT%H%M%SZ"))
        }
        "numbered" => format!(";COUNT={}", range["numberOfOccurrences"]),
        _ => String::new(),
    };
    Some(format!(
        "RRULE:FREQ={by};INTERVAL={}{end}",
        number("interval")
    ))
}
