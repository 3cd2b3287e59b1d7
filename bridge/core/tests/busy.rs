//! Free-busy of whole calendars (RFC 4791 section 7.10).

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use bridge_core::{
    busy::{self, BusyKind, FreeBusy, Header},
    ical::CalendarObject,
    ids::Uid,
    recur::Allowance,
    time::{Instant, Span, TimeRange},
    tz::Zone,
};
use chrono::NaiveDateTime;

const VIENNA: Zone = Zone::Iana(chrono_tz::Europe::Vienna);

fn at(text: &str) -> Instant {
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ")
        .unwrap()
        .and_utc()
}

/// The free-busy of 2 March 2026 in UTC, one object per paragraph.
fn day(objects: &str) -> FreeBusy {
    let texts: Vec<String> = objects
        .split("\n\n")
        .map(|object| {
            let lines = object
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty());
            let body = lines.collect::<Vec<_>>().join("\r\n");
            format!("BEGIN:VCALENDAR\r\n{body}\r\nEND:VCALENDAR\r\n")
        })
        .collect();
    let objects: Vec<_> = texts
        .iter()
        .map(|text| CalendarObject::read(text.as_bytes()))
        .collect();
    let range = TimeRange::new(at("20260302T000000Z"), at("20260303T000000Z"));
    busy::free_busy(&objects, range, &VIENNA, &mut Allowance::default())
}

fn event(lines: &str) -> FreeBusy {
    day(&format!(
        "BEGIN:VEVENT\nUID:1\nDTSTART:20260302T090000Z\nDTEND:20260302T100000Z\n{lines}\nEND:VEVENT"
    ))
}

fn kinds(busy: &FreeBusy) -> Vec<BusyKind> {
    busy.intervals
        .iter()
        .map(|interval| interval.kind)
        .collect()
}

#[test]
fn what_blocks_time_and_how() {
    let cases = [
        ("", Some(BusyKind::Busy)),
        ("TRANSP:OPAQUE", Some(BusyKind::Busy)),
        ("TRANSP:TRANSPARENT", None),
        ("STATUS:CANCELLED", None),
        ("STATUS:CONFIRMED", Some(BusyKind::Busy)),
        ("STATUS:TENTATIVE", Some(BusyKind::Tentative)),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", None),
        ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", None),
        (
            "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
            Some(BusyKind::Tentative),
        ),
        (
            "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
            Some(BusyKind::Unavailable),
        ),
        ("TRANSP:TRANSPARENT\nX-MICROSOFT-CDO-BUSYSTATUS:OOF", None),
        (
            "TRANSP:OPAQUE\nX-MICROSOFT-CDO-BUSYSTATUS:FREE",
            Some(BusyKind::Busy),
        ),
        ("transp:transparent", None),
    ];
    for (lines, expected) in cases {
        assert_eq!(kinds(&event(lines)), Vec::from_iter(expected), "{lines}");
    }
}

#[test]
fn a_day_of_a_calendar() {
    let busy = day("BEGIN:VEVENT
         UID:series
         DTSTART;TZID=Europe/Vienna:20260202T090000
         DTEND;TZID=Europe/Vienna:20260202T100000
         RRULE:FREQ=WEEKLY
         END:VEVENT
         BEGIN:VEVENT
         UID:series
         RECURRENCE-ID;TZID=Europe/Vienna:20260309T090000
         DTSTART;TZID=Europe/Vienna:20260302T110000
         DTEND;TZID=Europe/Vienna:20260302T120000
         STATUS:TENTATIVE
         END:VEVENT

         BEGIN:VEVENT
         UID:overlapping
         DTSTART:20260302T083000Z
         DURATION:PT1H
         END:VEVENT

         BEGIN:VFREEBUSY
         UID:other
         FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260302T230000Z/PT8H
         FREEBUSY;FBTYPE=FREE:20260302T140000Z/PT1H
         END:VFREEBUSY

         BEGIN:VTODO
         UID:task
         DTSTART:20260302T130000Z
         DURATION:PT1H
         END:VTODO");
    assert_eq!(busy.truncated, None);
    let header = Header {
        uid: Uid::new("free-busy-1"),
        stamp: at("20260301T120000Z"),
        range: Span {
            start: at("20260302T000000Z"),
            end: at("20260303T000000Z"),
        },
    };
    let text = String::from_utf8(busy::to_vfreebusy(&busy.intervals, &header)).unwrap();
    insta::assert_snapshot!(text.replace('\r', ""), @r"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//PharmaDOC//Companion//EN
    BEGIN:VFREEBUSY
    UID:free-busy-1
    DTSTAMP:20260301T120000Z
    DTSTART:20260302T000000Z
    DTEND:20260303T000000Z
    FREEBUSY;FBTYPE=BUSY:20260302T080000Z/20260302T093000Z
    FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260302T230000Z/20260303T000000Z
    FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260302T100000Z/20260302T110000Z
    END:VFREEBUSY
    END:VCALENDAR
    ");
}

#[test]
fn a_whole_day_is_one_of_the_calendars_zone() {
    let busy = day("BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20260302\nEND:VEVENT");
    let span = Span {
        start: at("20260302T000000Z"),
        end: at("20260302T230000Z"),
    };
    assert_eq!(
        busy.intervals
            .iter()
            .map(|interval| interval.span)
            .collect::<Vec<_>>(),
        [span]
    );
}

#[test]
fn what_could_not_be_worked_out_is_not_offered_as_free() {
    let endless =
        "BEGIN:VEVENT\nUID:1\nDTSTART:20260301T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY";
    let busy = day(&format!("{endless}\nEND:VEVENT"));
    let cut = at("20260302T001640Z");
    assert_eq!(busy.truncated, Some(cut));
    let last = busy.intervals.last().unwrap();
    assert_eq!(last.kind, BusyKind::Unavailable);
    assert_eq!(
        (last.span.start, last.span.end),
        (cut, at("20260303T000000Z"))
    );

    let free = day(&format!("{endless}\nTRANSP:TRANSPARENT\nEND:VEVENT"));
    assert_eq!(free, FreeBusy::default());
}
