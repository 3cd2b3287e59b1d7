//! `agenda`: what takes place, from all calendars, in the zone of this computer.

use std::str::FromStr;

use bridge::agenda::{Entry, midnight};
use bridge::clock::{Clock as _, SystemClock};
use bridge_core::time::{Instant, TimeRange};
use bridge_core::tz::Zone;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use crate::arguments::{Agenda, Common};
use crate::installation::{Database, Installation};
use crate::output::{self, Failure};

/// A day or an instant, as people type it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// A day in the zone of this computer.
    Day(NaiveDate),
    /// A time in the zone of this computer.
    Local(NaiveDateTime),
    /// A time in UTC.
    At(Instant),
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let local = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"];
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(Self::Day(day));
        }
        if let Some(time) = local
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        {
            return Ok(Self::Local(time));
        }
        DateTime::parse_from_rfc3339(text)
            .map(|time| Self::At(time.with_timezone(&Utc)))
            .map_err(|_| {
                "write it like 2026-12-24, 2026-12-24T18:00 or 2026-12-24T18:00:00Z".to_owned()
            })
    }
}

/// Shows the agenda.
pub(crate) fn agenda(common: &Common, agenda: &Agenda) -> Result<(), Failure> {
    let zone = bridge::zone::local_zone().zone();
    let range = range(agenda, &zone)?;
    let installation = Installation::open(common, Database::Needed)?;
    let store = &installation.opened.store;
    let entries = store.read(|tx| bridge::agenda::agenda(tx, range, &zone))?;
    if agenda.json {
        let items: Vec<_> = entries.iter().map(as_json).collect();
        let answer = serde_json::json!({ "from": range.start, "to": range.end, "items": items });
        return output::line(answer);
    }
    print(&entries)
}

fn range(agenda: &Agenda, zone: &Zone) -> Result<TimeRange, Failure> {
    let midnight = |day| midnight(zone, day);
    let from = match agenda.from {
        None => midnight(zone.local(SystemClock.now()).date()),
        Some(When::Day(day)) => midnight(day),
        Some(When::Local(time)) => zone.instant(time),
        Some(When::At(at)) => at,
    };
    let to = match agenda.to {
        None => from + TimeDelta::days(7),
        Some(When::Day(day)) => midnight(day.checked_add_days(Days::new(1)).unwrap_or(day)),
        Some(When::Local(time)) => zone.instant(time),
        Some(When::At(at)) => at,
    };
    if from >= to {
        return Err(Failure::new("--to must be later than --from"));
    }
    Ok(TimeRange::new(from, to))
}

fn as_json(entry: &Entry) -> serde_json::Value {
    serde_json::json!({
        "start": entry.start(),
        "end": entry.end(),
        "all_day": entry.all_day,
        "title": entry.title,
        "location": entry.location,
        "calendar": entry.calendar,
        "uid": entry.uid,
    })
}

fn print(entries: &[Entry]) -> Result<(), Failure> {
    if entries.is_empty() {
        output::note("nothing takes place then");
    }
    let mut day = None;
    for entry in entries {
        let starts = entry.local.0.date();
        if day != Some(starts) {
            day = Some(starts);
            output::line(starts.format("%A, %-d %B %Y"))?;
        }
        output::line(spoken(entry))?;
    }
    Ok(())
}

fn spoken(entry: &Entry) -> String {
    let (start, end) = entry.local;
    let time = if entry.all_day {
        "all day".to_owned()
    } else if start == end {
        start.format("%H:%M").to_string()
    } else if start.date() == end.date() {
        format!("{}–{}", start.format("%H:%M"), end.format("%H:%M"))
    } else {
        format!("{} – {}", start.format("%H:%M"), end.format("%-d %b %H:%M"))
    };
    let place = entry
        .location
        .as_ref()
        .map(|place| format!(" ({})", place.replace(['\r', '\n'], " ")));
    let title = entry.title.replace(['\r', '\n'], " ");
    format!(
        "  {time:<13}  {title}{}  [{}]",
        place.unwrap_or_default(),
        entry.calendar
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read_as_people_write_them() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 24).unwrap();
        let six = day.and_hms_opt(18, 0, 0).unwrap();
        for (text, expected) in [
            ("2026-12-24", Some(When::Day(day))),
            ("2026-12-24T18:00", Some(When::Local(six))),
            ("2026-12-24T18:00:00Z", Some(When::At(six.and_utc()))),
            ("2026-12-24T20:00:00+02:00", Some(When::At(six.and_utc()))),
            ("24.12.2026", None),
            ("2026-13-01", None),
        ] {
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
    }
}
