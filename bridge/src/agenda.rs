//! What takes place, from all calendars: what the tray, the window, the terminal and `agenda` show.

use bridge_core::ical::{CalendarObject, Component};
use bridge_core::recur::{self, Limits, Occurrence, TimeKind};
use bridge_core::time::{Instant, Span, TimeRange};
use bridge_core::tz::Zone;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat};

use crate::store::calendars::{self, Calendar};
use crate::store::objects::{self, Body};
use crate::store::{ReadTx, StoreError, color};

/// Something that takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// From when to when.
    pub span: Span,
    /// The same in the zone that was asked for; for whole days, the days.
    pub local: (NaiveDateTime, NaiveDateTime),
    /// Whether it lasts whole days.
    pub all_day: bool,
    /// Its title.
    pub title: String,
    /// Where it takes place.
    pub location: Option<String>,
    /// What people call the calendar.
    pub calendar: String,
    /// The colour of the calendar as `#rrggbb`.
    pub color: Option<String>,
    /// The UID of the object.
    pub uid: String,
}

impl Entry {
    /// The beginning in RFC 3339; the day, when it lasts all day.
    pub fn start(&self) -> String {
        self.spell(self.span.start, self.local.0)
    }

    /// The end, not included, in the form of the beginning.
    pub fn end(&self) -> String {
        self.spell(self.span.end, self.local.1)
    }

    fn spell(&self, at: Instant, local: NaiveDateTime) -> String {
        if self.all_day {
            local.date().to_string()
        } else {
            at.to_rfc3339_opts(SecondsFormat::Secs, true)
        }
    }
}

/// When this day begins in `zone`.
pub fn midnight(zone: &Zone, day: NaiveDate) -> Instant {
    zone.instant(day.and_time(NaiveTime::MIN))
}

/// What takes place in `range`, in the order of the times, with times in `zone`.
///
/// # Errors
/// Those of the database.
pub fn agenda(tx: &ReadTx<'_>, range: TimeRange, zone: &Zone) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    for calendar in calendars::list(tx)? {
        let color = color::of(tx, calendar.id)?;
        let default_zone = calendar.zone.zone();
        for found in objects::in_range(tx, calendar.id, range, None, Body::Read)? {
            let octets = found.octets.unwrap_or_default();
            let object = CalendarObject::read(&octets);
            let expansion = recur::expand(&object, range, &default_zone, Limits::default());
            let uid = found.row.uid.as_str();
            entries.extend(expansion.occurrences.iter().map(|occurrence| Entry {
                color: color.clone(),
                ..entry(&object, occurrence, &calendar, uid, zone)
            }));
        }
    }
    entries.sort_by(|one, other| order(one).cmp(&order(other)));
    Ok(entries)
}

/// What an object is called and when it takes place first, for lists that name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// Its title.
    pub title: String,
    /// When it begins, in RFC 3339; the day, when it lasts all day.
    pub start: Option<String>,
}

/// What the object with this text is called. `zone` is that of its calendar.
pub fn headline(octets: &[u8], zone: &Zone) -> Headline {
    let object = CalendarObject::read(octets);
    let first = Limits {
        instances: 1,
        ..Limits::default()
    };
    let first = recur::expand(&object, TimeRange::ALL, zone, first).occurrences;
    let start = first.first().map(|first| {
        if first.kind == TimeKind::Date {
            first.local_start.date().to_string()
        } else {
            first.start.to_rfc3339_opts(SecondsFormat::Secs, true)
        }
    });
    let main = object.master().or_else(|| object.subjects().next());
    Headline {
        title: main.map_or_else(untitled, |main| title(&main)),
        start,
    }
}

fn untitled() -> String {
    "(without title)".to_owned()
}

fn title(component: &Component<'_>) -> String {
    text(component, "SUMMARY").unwrap_or_else(untitled)
}

fn text(component: &Component<'_>, name: &str) -> Option<String> {
    let text = component.property(name)?.text().trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn order(entry: &Entry) -> (Instant, Instant, &str) {
    (entry.span.start, entry.span.end, &entry.title)
}

fn entry(
    object: &CalendarObject<'_>,
    occurrence: &Occurrence,
    calendar: &Calendar,
    uid: &str,
    zone: &Zone,
) -> Entry {
    let component = object.components().nth(occurrence.component);
    let component = component.as_ref();
    let all_day = occurrence.kind == TimeKind::Date;
    let local = if all_day {
        (occurrence.local_start, occurrence.local_end)
    } else {
        (zone.local(occurrence.start), zone.local(occurrence.end))
    };
    Entry {
        span: Span {
            start: occurrence.start,
            end: occurrence.end,
        },
        local,
        all_day,
        title: component.map_or_else(untitled, title),
        location: component.and_then(|component| text(component, "LOCATION")),
        calendar: calendar.display_name.clone(),
        color: None,
        uid: uid.to_owned(),
    }
}
