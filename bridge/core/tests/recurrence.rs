//! Recurrence sets as their users see them: whole objects in, instances out.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

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

const YEAR: (&str, &str) = ("20260101T000000Z", "20270101T000000Z");

fn check_year(events: &str, expected: &[(&str, &str, usize)]) {
    check(events, YEAR.0, YEAR.1, expected);
}

/// Only the starts, without seconds, of what lies in the year 2026.
fn starts(events: &str) -> Vec<String> {
    let expansion = expand(events, YEAR.0, YEAR.1);
    expansion
        .occurrences
        .iter()
        .map(|o| o.start.format("%m%dT%H%M").to_string())
        .collect()
}

#[test]
fn a_time_the_clock_jumps_over_is_moved_and_one_it_shows_twice_is_the_first() {
    let gap =
        "DTSTART;TZID=Europe/Vienna:20260328T023000\nDURATION:PT15M\nRRULE:FREQ=DAILY;COUNT=3";
    assert_eq!(starts(gap), ["0328T0130", "0329T0130", "0330T0030"]);
    let fold =
        "DTSTART;TZID=Europe/Vienna:20261024T023000\nDURATION:PT15M\nRRULE:FREQ=DAILY;COUNT=3";
    assert_eq!(starts(fold), ["1024T0030", "1025T0030", "1026T0130"]);
    let new_york = "DTSTART;TZID=America/New_York:20260307T023000\nRRULE:FREQ=DAILY;COUNT=3";
    assert_eq!(starts(new_york), ["0307T0730", "0308T0730", "0309T0630"]);
    let half_an_hour = "DTSTART;TZID=Australia/Lord_Howe:20261003T021500\nRRULE:FREQ=DAILY;COUNT=3";
    assert_eq!(
        starts(half_an_hour),
        ["1002T1545", "1003T1545", "1004T1515"]
    );
    // Every hour, on the wall clock: the missing one coincides with the next and counts once.
    let hourly = "DTSTART;TZID=Europe/Vienna:20260329T013000\nRRULE:FREQ=HOURLY;COUNT=4";
    assert_eq!(starts(hourly), ["0329T0030", "0329T0130", "0329T0230"]);
}

#[test]
fn a_day_by_the_calendar_is_not_twenty_four_hours() {
    let of =
        |duration: &str| format!("DTSTART;TZID=Europe/Vienna:20260328T120000\nDURATION:{duration}");
    check_year(&of("P1D"), &[("20260328T110000Z", "20260329T100000Z", 0)]);
    check_year(&of("PT24H"), &[("20260328T110000Z", "20260329T110000Z", 0)]);
    // DTEND gives all instances the exact length of the first.
    check_year(
        "DTSTART;TZID=Europe/Vienna:20260321T120000
         DTEND;TZID=Europe/Vienna:20260322T120000
         RRULE:FREQ=WEEKLY;COUNT=2",
        &[
            ("20260321T110000Z", "20260322T110000Z", 0),
            ("20260328T110000Z", "20260329T110000Z", 0),
        ],
    );
    // All-day events follow the calendar.
    check_year(
        "DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330",
        &[("20260327T230000Z", "20260329T220000Z", 0)],
    );
}

#[test]
fn dates_of_their_own_bring_their_own_end() {
    check_year(
        "DTSTART:20260302T090000Z
         DTEND:20260302T100000Z
         RDATE;VALUE=PERIOD:20260304T090000Z/PT30M,20260303T090000Z/20260303T120000Z
         RDATE:20260305T090000Z,20260302T090000Z",
        &[
            ("20260302T090000Z", "20260302T100000Z", 0),
            ("20260303T090000Z", "20260303T120000Z", 0),
            ("20260304T090000Z", "20260304T093000Z", 0),
            ("20260305T090000Z", "20260305T100000Z", 0),
        ],
    );
}

#[test]
fn exceptions_are_found_in_whatever_form_they_are_written() {
    let series = |exception: &str| {
        starts(&format!(
            "DTSTART;TZID=Europe/Vienna:20260302T090000\nRRULE:FREQ=DAILY;COUNT=3\n{exception}"
        ))
    };
    let without_the_second = ["0302T0800", "0304T0800"];
    assert_eq!(
        series("EXDATE;TZID=Europe/Vienna:20260303T090000"),
        without_the_second
    );
    assert_eq!(series("EXDATE:20260303T080000Z"), without_the_second);
    assert_eq!(
        series("EXDATE;TZID=America/New_York:20260303T030000"),
        without_the_second
    );
    assert_eq!(series("EXDATE;VALUE=DATE:20260303"), without_the_second);
    assert_eq!(
        series("EXDATE:20260303T090000"),
        without_the_second,
        "floating, in the calendar's zone"
    );
    assert_eq!(series("EXRULE:FREQ=DAILY;INTERVAL=2"), ["0303T0800"]);
    let days = |exception: &str| {
        starts(&format!(
            "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;COUNT=3\n{exception}"
        ))
    };
    let without_the_second = ["0301T2300", "0303T2300"];
    assert_eq!(days("EXDATE;VALUE=DATE:20260303"), without_the_second);
    assert_eq!(days("EXDATE:20260303T000000"), without_the_second);
    assert_eq!(
        days("EXDATE:20260302T230000Z"),
        without_the_second,
        "midnight in Vienna"
    );
}

#[test]
fn the_end_of_a_rule_may_be_written_in_any_form() {
    let count = |until: &str| {
        let rule = format!("RRULE:FREQ=DAILY;UNTIL={until}");
        starts(&format!(
            "DTSTART;TZID=Europe/Vienna:20260302T003000\n{rule}"
        ))
        .len()
    };
    assert_eq!(
        count("20260303T233000Z"),
        3,
        "UTC: it is the start of the third"
    );
    assert_eq!(count("20260303T232959Z"), 2);
    assert_eq!(count("20260304T003000"), 3, "local");
    assert_eq!(count("20260304"), 3, "a date includes its day");
    let days = |until: &str| {
        starts(&format!(
            "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;UNTIL={until}"
        ))
        .len()
    };
    assert_eq!(days("20260304"), 3);
    assert_eq!(days("20260304T000000Z"), 3);
}

#[test]
fn a_start_off_the_rule_is_the_first_of_the_count() {
    let series = "DTSTART:20260303T090000Z\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3";
    assert_eq!(starts(series), ["0303T0900", "0309T0900", "0316T0900"]);
}

#[test]
fn overrides_stand_alone_and_against_exceptions() {
    let orphan = "RECURRENCE-ID:20260303T090000Z\nDTSTART:20260304T090000Z\nDURATION:PT1H";
    check_year(orphan, &[("20260304T090000Z", "20260304T100000Z", 0)]);
    let id = expand(orphan, YEAR.0, YEAR.1).occurrences[0]
        .recurrence_id
        .unwrap();
    assert_eq!(id.at, at("20260303T090000Z"));
    check_year(
        "DTSTART:20260302T090000Z
         RRULE:FREQ=DAILY;COUNT=2
         EXDATE:20260303T090000Z

         RECURRENCE-ID;VALUE=DATE:20260303
         DTSTART:20260303T150000Z",
        &[
            ("20260302T090000Z", "20260302T090000Z", 0),
            ("20260303T150000Z", "20260303T150000Z", 1),
        ],
    );
    // A cancelled instance without times of its own does not come back as the original.
    let cancelled = expand(
        "DTSTART:20260302T090000Z
         RRULE:FREQ=DAILY;COUNT=2

         RECURRENCE-ID:20260303T090000Z
         STATUS:CANCELLED",
        YEAR.0,
        YEAR.1,
    );
    let components: Vec<_> = cancelled.occurrences.iter().map(|o| o.component).collect();
    assert_eq!(components, [0, 1]);
}

#[test]
fn this_and_future_can_change_the_kind_of_time() {
    check_year(
        "DTSTART;TZID=Europe/Vienna:20260302T090000
         DURATION:PT1H
         RRULE:FREQ=WEEKLY;COUNT=3

         RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Vienna:20260309T090000
         DTSTART;VALUE=DATE:20260310
         DTEND;VALUE=DATE:20260311",
        &[
            ("20260302T080000Z", "20260302T090000Z", 0),
            ("20260309T230000Z", "20260310T230000Z", 1),
            ("20260316T230000Z", "20260317T230000Z", 1),
        ],
    );
    // A shift is one of the wall clock, also where the override is written in UTC and summer time begins.
    check_year(
        "DTSTART;TZID=Europe/Vienna:20260323T090000
         DURATION:PT1H
         RRULE:FREQ=WEEKLY;COUNT=2

         RECURRENCE-ID;RANGE=THISANDFUTURE:20260323T080000Z
         DTSTART:20260323T090000Z
         DURATION:PT2H",
        &[
            ("20260323T090000Z", "20260323T110000Z", 1),
            ("20260330T080000Z", "20260330T100000Z", 1),
        ],
    );
}

#[test]
fn floating_times_are_read_in_the_calendars_zone() {
    let expansion = expand("DTSTART:20260701T090000\nDURATION:PT1H", YEAR.0, YEAR.1);
    assert_eq!(expansion.occurrences[0].start, at("20260701T070000Z"));
    assert!(expansion.depends_on_default_zone);
    let fixed = expand("DTSTART:20260701T090000Z\nDURATION:PT1H", YEAR.0, YEAR.1);
    assert!(!fixed.depends_on_default_zone);
}

/// Nothing here may take long, overflow or end in a panic.
#[test]
fn hostile_and_extreme_input_is_bounded() {
    let hostile = [
        "DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY",
        "DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY;COUNT=4000000000",
        "DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY;BYSETPOS=2",
        "DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY;INTERVAL=4294967295;BYSECOND=1",
        "DTSTART:20260101T000000Z\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "DTSTART:20260101T000000Z\nRRULE:FREQ=YEARLY;INTERVAL=4294967295",
        "DTSTART:00010101T000000Z\nRRULE:FREQ=DAILY\nDURATION:-P1D",
        "DTSTART:00000101T000000Z\nRRULE:FREQ=HOURLY;COUNT=100000000",
        "DTSTART:99991231T235959Z\nDURATION:P99999999W\nRRULE:FREQ=YEARLY",
        "DTSTART;VALUE=DATE:99991231\nDTEND;VALUE=DATE:00010101\nRRULE:FREQ=DAILY",
        "DTSTART;TZID=Europe/Vienna:00010101T000000\nDTEND;TZID=Asia/Tokyo:99991231T235959\nRRULE:FREQ=MONTHLY",
        "DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY\nRECURRENCE-ID;RANGE=THISANDFUTURE:00010101T000000Z",
        "DTSTART:20260101T000000Z\nRRULE:FREQ=\nRDATE:,,;\nEXDATE:x\nDURATION:P",
        "RRULE:FREQ=DAILY",
    ];
    for event in hostile {
        for (from, until) in [
            ("00010101T000000Z", "99991231T235959Z"),
            ("20400101T000000Z", "20400201T000000Z"),
        ] {
            let expansion = expand(event, from, until);
            assert!(
                expansion.occurrences.len() <= Limits::default().instances,
                "{event}"
            );
        }
    }
}

/// Who looks at a whole cycle of the calendar in vain knows that there is nothing, and says so instead of giving up.
#[test]
fn a_rule_that_leads_nowhere_has_an_end() {
    for rule in [
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;BYMONTH=4;BYMONTHDAY=31;INTERVAL=7",
        "FREQ=HOURLY;BYYEARDAY=366;BYMONTH=1",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYSETPOS=2",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2",
    ] {
        let event = format!("DTSTART:20260101T000000Z\nRRULE:{rule}");
        let expansion = expand(&event, "20260101T000000Z", "99991231T235959Z");
        assert_eq!(expansion.occurrences.len(), 1, "{rule}");
        assert_eq!(expansion.truncated, None, "{rule}");
    }
}

#[test]
fn a_rule_that_rests_for_decades_goes_on() {
    let event =
        "DTSTART:20000229T000000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=TU;COUNT=4";
    let expansion = expand(event, "20000101T000000Z", "99991231T235959Z");
    let starts: Vec<_> = expansion
        .occurrences
        .iter()
        .map(|found| found.start)
        .collect();
    let expected = [
        "20000229T000000Z",
        "20280229T000000Z",
        "20560229T000000Z",
        "20840229T000000Z",
    ];
    assert_eq!(starts, expected.map(at));
}

#[test]
fn what_is_cut_says_where() {
    let expansion = expand(
        "DTSTART:20260101T000000Z\nRRULE:FREQ=HOURLY",
        YEAR.0,
        YEAR.1,
    );
    assert_eq!(expansion.occurrences.len(), 1_000);
    assert_eq!(expansion.truncated, Some(at("20260211T160000Z")));
}
