//! Calendar text as the service's events, for those who fill the sandbox: written from the standards, without the code
//! under test.

use anyhow::{Context as _, Result};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::occurrence::Start;
use crate::clients::text::lines;

/// A content line: name, parameters, value.
struct Line {
    name: String,
    params: Vec<(String, String)>,
    value: String,
}

impl Line {
    fn read(line: &str) -> Option<Self> {
        let mut quoted = false;
        let colon = line.find(|letter| {
            quoted ^= letter == '"';
            letter == ':' && !quoted
        })?;
        let (head, value) = line.split_at(colon);
        let mut parts = head.split(';');
        let name = parts.next()?.to_ascii_uppercase();
        let params = parts.filter_map(|part| part.split_once('='));
        let params = params.map(|(name, value)| {
            (
                name.to_ascii_uppercase(),
                value.trim_matches('"').to_owned(),
            )
        });
        Some(Self {
            name,
            params: params.collect(),
            value: value.get(1..)?.to_owned(),
        })
    }

    fn param(&self, name: &str) -> Option<&str> {
        let found = self.params.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn text(&self) -> String {
        let text = self.value.replace("\\n", "\n").replace("\\N", "\n");
        text.replace("\\,", ",")
            .replace("\\;", ";")
            .replace("\\\\", "\\")
    }

    /// Its times as the service writes them.
    fn times(&self) -> Vec<Value> {
        let values = self.value.split(',');
        values.filter_map(|value| self.time(value)).collect()
    }

    fn time(&self, value: &str) -> Option<Value> {
        if let Ok(day) = NaiveDate::parse_from_str(value, "%Y%m%d") {
            return Some(json!({"date": day.to_string()}));
        }
        let local = NaiveDateTime::parse_from_str(value.trim_end_matches('Z'), "%Y%m%dT%H%M%S");
        let zone: Tz = match self.param("TZID") {
            Some(name) if !value.ends_with('Z') => name.parse().ok()?,
            _ => Tz::UTC,
        };
        let at: DateTime<Utc> = zone.from_local_datetime(&local.ok()?).earliest()?.to_utc();
        Some(Start::At(at).written(&json!({"timeZone": zone.name()})))
    }
}

/// The events of an object, the series first.
///
/// # Errors
/// When there is no event in it, or one without a start.
pub(in crate::sandbox) fn events(id: &str, object: &str) -> Result<Vec<Map<String, Value>>> {
    let mut all: Vec<Map<String, Value>> = Vec::new();
    let (mut inside, mut event) = (Vec::new(), Vec::new());
    for line in lines(object).iter().filter_map(|line| Line::read(line)) {
        match (line.name.as_str(), line.value.as_str()) {
            ("BEGIN", name) => inside.push(name.to_owned()),
            ("END", "VEVENT") => {
                inside.pop();
                let made = read(id, &std::mem::take(&mut event))?;
                all.extend(made);
            }
            ("END", _) => drop(inside.pop()),
            _ if inside.iter().any(|name| name == "VEVENT") => event.push(line),
            _ => {}
        }
    }
    anyhow::ensure!(!all.is_empty(), "there is no event in it");
    // An exception has nothing of its own that only its series says.
    all.sort_by_key(|event| event.contains_key("recurringEventId"));
    Ok(all)
}

/// An event, and the occurrences that it leaves out.
fn read(id: &str, event: &[Line]) -> Result<Vec<Map<String, Value>>> {
    let find = |name: &str| event.iter().find(|line| line.name == name);
    let text = |name: &str| find(name).map(Line::text);
    let time = |name: &str| find(name).and_then(|line| line.times().into_iter().next());
    let start = time("DTSTART").context("an event without a start")?;
    let length = find("DURATION").and_then(|line| length(&line.value));
    let end = time("DTEND").or_else(|| after(&start, length));
    let mut fields = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    let uid = text("UID").unwrap_or_default();
    set("iCalUID", Some(json!(uid)));
    set("summary", text("SUMMARY").map(Value::from));
    set("description", text("DESCRIPTION").map(Value::from));
    set("location", text("LOCATION").map(Value::from));
    set("end", Some(end.unwrap_or_else(|| start.clone())));
    let lower = |name: &str| text(name).map(|text| text.to_ascii_lowercase());
    set("status", lower("STATUS").map(Value::from));
    set("transparency", lower("TRANSP").map(Value::from));
    set("visibility", lower("CLASS").map(Value::from));
    set("reminders", reminders(event));
    set("attendees", guests(event));
    set("start", Some(start.clone()));
    if let Some(original) = time("RECURRENCE-ID") {
        set("id", Some(json!(exception_id(id, &original))));
        set("recurringEventId", Some(json!(id)));
        set("originalStartTime", Some(original));
        return Ok(vec![fields]);
    }
    set("id", Some(json!(id)));
    let rules = event.iter().filter(|line| line.name == "RRULE");
    let rules: Vec<String> = rules.map(|line| format!("RRULE:{}", line.value)).collect();
    set("recurrence", (!rules.is_empty()).then(|| json!(rules)));
    let mut all = vec![fields];
    let left_out = event.iter().filter(|line| line.name == "EXDATE");
    for original in left_out.flat_map(Line::times) {
        let gone = json!({"id": exception_id(id, &original), "status": "cancelled",
            "recurringEventId": id, "originalStartTime": original, "iCalUID": uid,
            "start": original, "end": original});
        all.extend(gone.as_object().cloned());
    }
    Ok(all)
}

fn exception_id(series: &str, original: &Value) -> String {
    match Start::of(original) {
        Some(Start::At(at)) => format!("{series}_{}", at.format("%Y%m%dT%H%M%SZ")),
        Some(Start::Day(day)) => format!("{series}_{}", day.format("%Y%m%d")),
        None => series.to_owned(),
    }
}

/// A duration of weeks, days, hours and minutes.
fn length(text: &str) -> Option<TimeDelta> {
    let mut total = TimeDelta::zero();
    let mut number = String::new();
    for letter in text.trim_start_matches(['+', '-']).chars() {
        if letter.is_ascii_digit() {
            number.push(letter);
            continue;
        }
        let count: i64 = std::mem::take(&mut number).parse().unwrap_or(0);
        total += match letter {
            'W' => TimeDelta::weeks(count),
            'D' => TimeDelta::days(count),
            'H' => TimeDelta::hours(count),
            'M' => TimeDelta::minutes(count),
            'P' | 'T' => TimeDelta::zero(),
            _ => return None,
        };
    }
    Some(total)
}

/// The end of an event that has none: by its length; a day later for whole days.
fn after(start: &Value, length: Option<TimeDelta>) -> Option<Value> {
    let end = match Start::of(start)? {
        Start::Day(day) => Start::Day(day + length.unwrap_or(TimeDelta::days(1))),
        Start::At(at) => Start::At(at + length.unwrap_or_default()),
    };
    Some(end.written(start))
}

fn reminders(event: &[Line]) -> Option<Value> {
    let triggers = event.iter().filter(|line| line.name == "TRIGGER");
    let before = triggers.filter_map(|line| Some(length(&line.value)?.num_minutes()));
    let overrides: Vec<_> = before
        .map(|minutes| json!({"method": "popup", "minutes": minutes}))
        .collect();
    (!overrides.is_empty()).then(|| json!({"useDefault": false, "overrides": overrides}))
}

fn guests(event: &[Line]) -> Option<Value> {
    let lines = event.iter().filter(|line| line.name == "ATTENDEE");
    let guests: Vec<_> = lines
        .map(|line| {
            let answer = match line.param("PARTSTAT") {
                Some("ACCEPTED") => "accepted",
                Some("DECLINED") => "declined",
                Some("TENTATIVE") => "tentative",
                _ => "needsAction",
            };
            let mail = line.value.trim_start_matches("mailto:");
            let mut guest = json!({"email": mail, "responseStatus": answer});
            if let (Some(name), Some(guest)) = (line.param("CN"), guest.as_object_mut()) {
                guest.insert("displayName".to_owned(), json!(name));
            }
            guest
        })
        .collect();
    (!guests.is_empty()).then(|| json!(guests))
}
