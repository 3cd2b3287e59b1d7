//! `agenda`: what takes place, from all calendars, in the zone of this computer.

use std::str::FromStr;

use bridge::clock::{Clock as _, SystemClock};
use bridge::store::calendars::{self, Calendar};
use bridge::store::objects::{self, Body};
use bridge::store::{ReadTx, StoreError};
use bridge_core::ical::CalendarObject;
use bridge_core::recur::{self, Limits, Occurrence, TimeKind};
use bridge_core::time::{Instant, TimeRange};
use bridge_core::tz::Zone;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::Serialize;

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

/// Something that takes place.
#[derive(Serialize)]
struct Item {
    start: String,
    end: String,
    all_day: bool,
    title: String,
    location: Option<String>,
    calendar: String,
    uid: String,
    #[serde(skip)]
    order: (Instant, Instant),
    #[serde(skip)]
    local: (NaiveDateTime, NaiveDateTime),
}

/// Shows the agenda.
pub(crate) fn agenda(common: &Common, agenda: &Agenda) -> Result<(), Failure> {
    let zone = bridge::feed::local_zone().zone();
    let range = range(agenda, &zone)?;
    let installation = Installation::open(common, Database::Needed)?;
    let mut items = installation
        .opened
        .store
        .read(|tx| items(tx, range, &zone))?;
    items.sort_by(|one, other| (one.order, &one.title).cmp(&(other.order, &other.title)));
    if agenda.json {
        let answer = serde_json::json!({ "from": range.start, "to": range.end, "items": items });
        return output::line(answer);
    }
    print(&items)
}

fn range(agenda: &Agenda, zone: &Zone) -> Result<TimeRange, Failure> {
    let midnight = |day: NaiveDate| zone.instant(day.and_time(NaiveTime::MIN));
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

fn items(tx: &ReadTx<'_>, range: TimeRange, zone: &Zone) -> Result<Vec<Item>, StoreError> {
    let mut items = Vec::new();
    for calendar in calendars::list(tx)? {
        let default_zone = calendar.zone.zone();
        for found in objects::in_range(tx, calendar.id, range, None, Body::Read)? {
            let octets = found.octets.unwrap_or_default();
            let object = CalendarObject::read(&octets);
            let expansion = recur::expand(&object, range, &default_zone, Limits::default());
            let uid = found.row.uid.as_str();
            items.extend(
                expansion
                    .occurrences
                    .iter()
                    .map(|occurrence| item(&object, occurrence, &calendar, uid, zone)),
            );
        }
    }
    Ok(items)
}

fn item(
    object: &CalendarObject<'_>,
    occurrence: &Occurrence,
    calendar: &Calendar,
    uid: &str,
    zone: &Zone,
) -> Item {
    let component = object.components().nth(occurrence.component);
    let text = |name| {
        let property = component.as_ref()?.property(name)?;
        let text = property.text().trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let all_day = occurrence.kind == TimeKind::Date;
    let local = if all_day {
        (occurrence.local_start, occurrence.local_end)
    } else {
        (zone.local(occurrence.start), zone.local(occurrence.end))
    };
    let spell = |at: Instant, local: NaiveDateTime| {
        if all_day {
            local.date().to_string()
        } else {
            at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        }
    };
    Item {
        start: spell(occurrence.start, local.0),
        end: spell(occurrence.end, local.1),
        all_day,
        title: text("SUMMARY").unwrap_or_else(|| "(without title)".to_owned()),
        location: text("LOCATION"),
        calendar: calendar.display_name.clone(),
        uid: uid.to_owned(),
        order: (occurrence.start, occurrence.end),
        local,
    }
}

fn print(items: &[Item]) -> Result<(), Failure> {
    if items.is_empty() {
        output::note("nothing takes place then");
    }
    let mut day = None;
    for item in items {
        let starts = item.local.0.date();
        if day != Some(starts) {
            day = Some(starts);
            output::line(starts.format("%A, %-d %B %Y"))?;
        }
        output::line(spoken(item))?;
    }
    Ok(())
}

fn spoken(item: &Item) -> String {
    let (start, end) = item.local;
    let time = if item.all_day {
        "all day".to_owned()
    } else if start == end {
        start.format("%H:%M").to_string()
    } else if start.date() == end.date() {
        format!("{}–{}", start.format("%H:%M"), end.format("%H:%M"))
    } else {
        format!("{} – {}", start.format("%H:%M"), end.format("%-d %b %H:%M"))
    };
    let place = item
        .location
        .as_ref()
        .map(|place| format!(" ({})", place.replace(['\r', '\n'], " ")));
    let title = item.title.replace(['\r', '\n'], " ");
    format!(
        "  {time:<13}  {title}{}  [{}]",
        place.unwrap_or_default(),
        item.calendar
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
