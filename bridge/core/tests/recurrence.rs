//! Recurrence sets as their users see them: whole objects in, instances out.

use bridge_core::{
    ical::CalendarObject,
    recur::{self, Expansion, Limits},
    time::{Instant, TimeRange},
    tz::Zone,
};
use chrono::NaiveDateTime;

const VIENNA: Zone = Zone::Iana(chrono_tz::Europe::Vienna);

fn at(text: &str) -> Instant {
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ")
        .unwrap()
        .and_utc()
}

/// Wraps property lines into a calendar with one event per paragraph.
fn calendar(events: &str) -> String {
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n");
    for event in events.split("\n\n") {
        text.push_str("BEGIN:VEVENT\r\nUID:1\r\n");
        for line in event.lines().map(str::trim).filter(|line| !line.is_empty()) {
            text.push_str(line);
            text.push_str("\r\n");
        }
        text.push_str("END:VEVENT\r\n");
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

fn expand(events: &str, from: &str, until: &str) -> Expansion {
    let text = calendar(events);
    let object = CalendarObject::read(text.as_bytes());
    let range = TimeRange::new(at(from), at(until));
    recur::expand(&object, range, &VIENNA, Limits::default())
}

/// The starts and ends in UTC, and the component that supplies each instance.
fn check(events: &str, from: &str, until: &str, expected: &[(&str, &str, usize)]) {
    let expansion = expand(events, from, until);
    let got: Vec<_> = expansion
        .occurrences
        .iter()
        .map(|o| {
            let write = |at: Instant| at.format("%Y%m%dT%H%M%SZ").to_string();
            (write(o.start), write(o.end), o.component)
        })
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(start, end, component)| ((*start).to_owned(), (*end).to_owned(), *component))
        .collect();
    assert_eq!(got, expected, "{events}");
}

#[test]
fn a_daily_series_keeps_its_wall_clock_over_the_change_to_summer_time() {
    check(
        "DTSTART;TZID=Europe/Vienna:20260327T090000
         DTEND;TZID=Europe/Vienna:20260327T100000
         RRULE:FREQ=DAILY;COUNT=4",
        "20260101T000000Z",
        "20270101T000000Z",
        &[
            ("20260327T080000Z", "20260327T090000Z", 0),
            ("20260328T080000Z", "20260328T090000Z", 0),
            ("20260329T070000Z", "20260329T080000Z", 0),
            ("20260330T070000Z", "20260330T080000Z", 0),
        ],
    );
}

#[test]
fn a_window_far_from_the_start_is_answered_at_once() {
    check(
        "DTSTART;TZID=Europe/Vienna:19900101T090000
         DURATION:PT1H
         RRULE:FREQ=DAILY",
        "20400701T000000Z",
        "20400703T000000Z",
        &[
            ("20400701T070000Z", "20400701T080000Z", 0),
            ("20400702T070000Z", "20400702T080000Z", 0),
        ],
    );
}

#[test]
fn overrides_replace_and_this_and_future_moves_on() {
    check(
        "DTSTART;TZID=Europe/Vienna:20260302T090000
         DTEND;TZID=Europe/Vienna:20260302T100000
         RRULE:FREQ=WEEKLY;COUNT=6
         EXDATE:20260309T080000Z

         RECURRENCE-ID;TZID=Europe/Vienna:20260316T090000
         DTSTART;TZID=Europe/Vienna:20260317T110000
         DTEND;TZID=Europe/Vienna:20260317T113000

         RECURRENCE-ID;RANGE=THISANDFUTURE:20260323T080000Z
         DTSTART;TZID=Europe/Vienna:20260324T100000
         DTEND;TZID=Europe/Vienna:20260324T120000",
        "20260101T000000Z",
        "20270101T000000Z",
        &[
            ("20260302T080000Z", "20260302T090000Z", 0),
            ("20260317T100000Z", "20260317T103000Z", 1),
            ("20260324T090000Z", "20260324T110000Z", 2),
            ("20260331T080000Z", "20260331T100000Z", 2),
            ("20260407T080000Z", "20260407T100000Z", 2),
        ],
    );
}
