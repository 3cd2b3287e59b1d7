//! Calendar text as the service's events, for those who fill the sandbox: by way of the other service's form, without the
//! code under test.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use bridge_core::time::Instant;
use chrono::{DateTime, NaiveDate};
use serde_json::{Map, Value, json};

use super::answer::put;
use super::time::instant;
use crate::sandbox::google::text::events;

/// An event or series.
pub(super) struct Main {
    pub(super) fields: Map<String, Value>,
    pub(super) cancelled: BTreeSet<NaiveDate>,
}

/// An exception and the start it has by the rule.
pub(super) type Exception = (Instant, Map<String, Value>);

/// The event or series of an object, and its exceptions by the starts they have by the rule.
///
/// # Errors
/// When there is no event in it, or only exceptions.
pub(super) fn read(object: &str) -> Result<(Main, Vec<Exception>)> {
    let mut main = None;
    let (mut exceptions, mut cancelled) = (Vec::new(), BTreeSet::new());
    for event in events("event", object)? {
        let Some(original) = event.get("originalStartTime").map(time) else {
            main = Some(fields(&event));
            continue;
        };
        if event.get("status").and_then(Value::as_str) == Some("cancelled") {
            let day = original
                .get("dateTime")
                .and_then(Value::as_str)
                .and_then(|text| text.get(..10));
            cancelled.extend(day.and_then(|day| day.parse::<NaiveDate>().ok()));
        } else {
            let original = instant(&original).context("an exception of nothing")?;
            exceptions.push((original, fields(&event)));
        }
    }
    let fields = main.context("only exceptions are in it")?;
    Ok((Main { fields, cancelled }, exceptions))
}

fn fields(event: &Map<String, Value>) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    let (start, end) = (&event["start"], &event["end"]);
    set("start", time(start));
    set("end", time(end));
    set("isAllDay", json!(start.get("date").is_some()));
    set("subject", json!(text("summary").unwrap_or_default()));
    if let Some(uid) = text("iCalUID") {
        set("iCalUId", json!(uid));
    }
    if let Some(place) = text("location") {
        set("location", json!({"displayName": place}));
    }
    if let Some(text) = text("description") {
        set("body", json!({"contentType": "text", "content": text}));
    }
    if text("transparency") == Some("transparent") {
        set("showAs", json!("free"));
    }
    let rule = event.get("recurrence").and_then(|rules| rules[0].as_str());
    if let Some(recurrence) = rule.and_then(|rule| recurrence(rule, &time(start))) {
        set("recurrence", recurrence);
    }
    fields
}

/// A time or day as this service has it.
fn time(other: &Value) -> Value {
    if let Some(day) = other["date"].as_str() {
        return json!({"dateTime": format!("{day}T00:00:00.0000000"), "timeZone": "UTC"});
    }
    let zone = other["timeZone"].as_str().unwrap_or("UTC");
    let text = other["dateTime"].as_str().unwrap_or_default();
    // The wall-clock time stands before the offset.
    let local = DateTime::parse_from_rfc3339(text).map(|at| at.naive_local());
    let local = local.map(|local| local.format("%Y-%m-%dT%H:%M:%S.0000000").to_string());
    json!({"dateTime": local.unwrap_or_default(), "timeZone": zone})
}

/// A rule of days or weeks.
fn recurrence(rule: &str, start: &Value) -> Option<Value> {
    let parts = rule.strip_prefix("RRULE:")?.split(';');
    let parts: Vec<(&str, &str)> = parts.filter_map(|part| part.split_once('=')).collect();
    let find = |name: &str| {
        parts
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    };
    let number = |name: &str| find(name).and_then(|text| text.parse::<u32>().ok());
    let first = start["dateTime"].as_str()?.get(..10)?;
    let mut pattern = match find("FREQ")? {
        "DAILY" => json!({"type": "daily"}),
        "WEEKLY" => {
            let day: NaiveDate = first.parse().ok()?;
            let own = day.format("%A").to_string().to_lowercase();
            let days = find("BYDAY").unwrap_or_default().split(',');
            let mut days: Vec<&str> = days.filter_map(weekday).collect();
            if days.is_empty() {
                days.push(&own);
            }
            json!({"type": "weekly", "daysOfWeek": days, "firstDayOfWeek": "monday"})
        }
        _ => return None,
    };
    put(&mut pattern, "interval", number("INTERVAL").unwrap_or(1));
    let mut range =
        json!({"type": "noEnd", "startDate": first, "recurrenceTimeZone": start["timeZone"]});
    if let Some(count) = number("COUNT") {
        put(&mut range, "type", "numbered");
        put(&mut range, "numberOfOccurrences", count);
    }
    Some(json!({"pattern": pattern, "range": range}))
}

fn weekday(short: &str) -> Option<&'static str> {
    Some(match short {
        "MO" => "monday",
        "TU" => "tuesday",
        "WE" => "wednesday",
        "TH" => "thursday",
        "FR" => "friday",
        "SA" => "saturday",
        "SU" => "sunday",
        _ => return None,
    })
}
