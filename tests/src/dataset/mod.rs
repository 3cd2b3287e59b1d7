//! A doctor's calendar of any size, the same for the same seed.
//!
//! [`realistic`] is what the benches measure: 10,000 objects of five years, about 23 MB, with series, moved and
//! cancelled occurrences, several zones with their `VTIMEZONE`, alarms, attendees, all-day and floating events
//! and the properties that real clients add. [`around_a_month`] holds the number of hits in one month constant
//! while the calendar around it grows.

mod event;
mod text;
mod zones;

use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use event::Event;
pub use text::fold_into;

/// One calendar object with the name that a client gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The last segment of its URL.
    pub name: String,
    /// The iCalendar text.
    pub octets: Vec<u8>,
}

/// The month that the benches ask for.
pub const MONTH: (&str, &str) = ("20261101T000000Z", "20261201T000000Z");

/// `count` objects spread over the years 2022 to 2026.
pub fn realistic(seed: u64, count: usize) -> Vec<Object> {
    let mut rng = StdRng::seed_from_u64(seed);
    let first = date(2022, 1, 1);
    let object = |number| {
        let day = first + Days::new(rng.random_range(0..5 * 365 + 1));
        Event::draw(&mut rng, number, day).object()
    };
    (0..count).map(object).collect()
}

/// `hits` single events in November 2026 and others, `count` in all, in the twenty years before.
pub fn around_a_month(seed: u64, hits: usize, count: usize) -> Vec<Object> {
    let mut rng = StdRng::seed_from_u64(seed);
    let object = |number: usize| {
        let day = if number < hits {
            date(2026, 11, 2) + Days::new(rng.random_range(0..27))
        } else {
            date(2006, 1, 1) + Days::new(rng.random_range(0..20 * 365))
        };
        Event::single(&mut rng, number, day).object()
    };
    (0..count).map(object).collect()
}

/// The `VTIMEZONE` of one of the zones of the data set, one content line each.
pub fn definition(tzid: &str) -> Option<&'static [&'static str]> {
    let zone = zones::ZONES.iter().find(|zone| zone.tzid == tzid)?;
    Some(zone.definition)
}

/// A small object with a given UID and text, for tests that write many.
pub fn small(uid: &str, summary: &str, day: u32) -> Vec<u8> {
    let start = date(2026, 11, 1 + day % 28).format("%Y%m%d");
    let mut out = String::with_capacity(400 + summary.len());
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//PharmaDOC//Tests//EN",
        "BEGIN:VEVENT",
        &format!("UID:{uid}"),
        "DTSTAMP:20261101T080000Z",
        &format!("DTSTART:{start}T090000Z"),
        &format!("DTEND:{start}T093000Z"),
        &format!("SUMMARY:{summary}"),
        "END:VEVENT",
        "END:VCALENDAR",
    ] {
        fold_into(&mut out, line);
    }
    out.into_bytes()
}

/// A daily series of 20,000 occurrences in a zone with daylight saving.
pub fn daily_series() -> Vec<u8> {
    let mut out = String::new();
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//PharmaDOC//Tests//EN",
        "BEGIN:VEVENT",
        "UID:daily@bench.example",
        "DTSTAMP:20261101T080000Z",
        "DTSTART;TZID=Europe/Berlin:19900101T080000",
        "DTEND;TZID=Europe/Berlin:19900101T083000",
        "RRULE:FREQ=DAILY;COUNT=20000",
        "END:VEVENT",
        "END:VCALENDAR",
    ] {
        fold_into(&mut out, line);
    }
    out.into_bytes()
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn local(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%S").to_string()
}

fn weekday(day: NaiveDate) -> &'static str {
    const NAMES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let index = day.weekday().num_days_from_monday() as usize;
    NAMES.get(index).copied().unwrap_or("MO")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(objects: &[Object], needle: &str) -> usize {
        let has = |object: &&Object| String::from_utf8_lossy(&object.octets).contains(needle);
        objects.iter().filter(has).count()
    }

    #[test]
    fn the_same_seed_gives_the_same_calendar_and_another_seed_another() {
        assert_eq!(realistic(1, 50), realistic(1, 50));
        assert_ne!(realistic(1, 50), realistic(2, 50));
    }

    #[test]
    fn ten_thousand_events_weigh_what_the_measurements_assume() {
        let objects = realistic(1, 10_000);
        let octets: usize = objects.iter().map(|object| object.octets.len()).sum();
        assert!(
            (21_000_000..25_000_000).contains(&octets),
            "{octets} octets"
        );
        for (needle, least) in [
            ("RRULE:", 1_000),
            ("RECURRENCE-ID", 200),
            ("EXDATE", 100),
            ("BEGIN:VALARM", 3_000),
            ("ATTENDEE", 3_000),
            ("VALUE=DATE:", 500),
            ("TZID=W. Europe Standard Time", 200),
            ("TZID=America/New_York", 200),
        ] {
            assert!(
                share(&objects, needle) >= least,
                "{needle}: {}",
                share(&objects, needle)
            );
        }
    }

    #[test]
    fn lines_are_folded_and_end_in_crlf() {
        for object in realistic(3, 200) {
            let text = String::from_utf8(object.octets).unwrap();
            assert!(text.ends_with("END:VCALENDAR\r\n"));
            for line in text.split_terminator("\r\n") {
                assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
            }
        }
    }

    #[test]
    fn the_month_keeps_its_hits_while_the_calendar_grows() {
        for count in [400, 2_000] {
            let objects = around_a_month(5, 300, count);
            let inside = |object: &&Object| {
                String::from_utf8_lossy(&object.octets)
                    .contains("DTSTART;TZID=Europe/Berlin:202611")
            };
            assert_eq!(objects.iter().filter(inside).count(), 300);
        }
    }
}
