//! Zones as objects name and define them: by their own rules, by foreign names, by guesses; and time after the tables.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use bridge_core::{
    ical::CalendarObject,
    recur::{self, Expansion, Limits, Problem},
    time::TimeRange,
    tz::{Certainty, Zone, Zones, read_vtimezone},
};
use chrono::{NaiveDate, NaiveDateTime};

const TOKYO: Zone = Zone::Iana(chrono_tz::Asia::Tokyo);

fn local(year: i32, month: u32, day: u32, hour: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, month, day)
        .unwrap()
        .and_hms_opt(hour, 0, 0)
        .unwrap()
}

/// The European rules under any name, with more lines for the zone itself.
fn european(tzid: &str, more: &str) -> String {
    format!(
        "BEGIN:VTIMEZONE\nTZID:{tzid}\n{more}\
         BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
         RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n\
         BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n\
         RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
    )
}

fn expand(zone: &str, tzid: &str, start: &str) -> Expansion {
    let text = format!(
        "BEGIN:VCALENDAR\n{zone}BEGIN:VEVENT\nUID:1\nDTSTART;TZID=\"{tzid}\":{start}\nEND:VEVENT\nEND:VCALENDAR\n"
    );
    let object = CalendarObject::read(text.as_bytes());
    recur::expand(&object, TimeRange::ALL, &TOKYO, Limits::default())
}

/// The UTC start of an event at noon, and what was odd.
fn noon(zone: &str, tzid: &str, date: &str) -> (String, Vec<Problem>) {
    let expansion = expand(zone, tzid, &format!("{date}T120000"));
    let start = expansion.occurrences[0]
        .start
        .format("%Y%m%dT%H%M")
        .to_string();
    (start, expansion.problems)
}

#[test]
fn rules_of_a_foreign_zone_are_evaluated() {
    let zone = european("Customized Time Zone", "");
    let cases = [
        ("20260115", "20260115T1100"),
        ("20260328", "20260328T1100"),
        ("20260329", "20260329T1000"),
        ("20261024", "20261024T1000"),
        ("20261025", "20261025T1100"),
        ("21500701", "21500701T1000"), // beyond the table, by the last pattern
        ("99990101", "99990101T1100"),
        ("15000701", "15000701T1100"), // before the first onset: the offset it comes from
    ];
    for (date, expected) in cases {
        assert_eq!(
            noon(&zone, "Customized Time Zone", date),
            (expected.to_owned(), vec![]),
            "{date}"
        );
    }
}

#[test]
fn rules_agree_with_the_database_for_two_centuries() {
    let text = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", european("Here", ""));
    let custom = read_vtimezone(text.as_bytes()).unwrap();
    let berlin = Zone::Iana(chrono_tz::Europe::Berlin);
    for year in 1997..2200 {
        for month in 1..=12 {
            for day in [1, 14, 24, 25, 26, 27, 28] {
                let at = local(year, month, day, 2);
                assert_eq!(custom.instant(at), berlin.instant(at), "{at}");
                assert_eq!(
                    custom.local(custom.instant(at)),
                    berlin.local(berlin.instant(at)),
                    "{at}"
                );
            }
        }
    }
}

#[test]
fn observances_may_end_and_list_dates() {
    let zone = "BEGIN:VTIMEZONE\nTZID:Old\n\
        BEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nEND:STANDARD\n\
        BEGIN:DAYLIGHT\nDTSTART:20000401T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n\
        RDATE:20010401T020000,20020401T020000\nEND:DAYLIGHT\n\
        BEGIN:STANDARD\nDTSTART:20001001T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
        RRULE:FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=1;UNTIL=20021001T010000Z\nEND:STANDARD\nEND:VTIMEZONE\n";
    for (date, expected) in [
        ("19990101", "19990101T1200"),
        ("20000701", "20000701T1000"),
        ("20011201", "20011201T1100"),
        ("20020701", "20020701T1000"),
        ("20030701", "20030701T1100"),
    ] {
        assert_eq!(noon(zone, "Old", date).0, expected, "{date}");
    }
}

#[test]
fn names_are_resolved_in_order() {
    let in_berlin = "20260701T1000";
    let in_tokyo = "20260701T0300";
    let new_york_rules = "BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\nDTSTART:19700101T000000\n\
        TZOFFSETFROM:-0500\nTZOFFSETTO:-0500\nEND:STANDARD\nEND:VTIMEZONE\n";
    let found = |zone: &str, tzid: &str| noon(zone, tzid, "20260701");
    let sure = |at: &str| (at.to_owned(), vec![]);
    // A name of the database wins over the rules beside it.
    assert_eq!(found(new_york_rules, "Europe/Berlin"), sure(in_berlin));
    let located = european("Private", "X-LIC-LOCATION:Asia/Tokyo\n");
    assert_eq!(found(&located, "Private"), sure(in_tokyo));
    assert_eq!(found("", "W. Europe Standard Time"), sure(in_berlin));
    // A display name reaches the rules before it is guessed at.
    let display = "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna";
    let other = new_york_rules.replace(
        "TZID:Europe/Berlin",
        &format!("TZID:{}", display.replace(',', "\\,")),
    );
    assert_eq!(found(&other, display), sure("20260701T1700"));
    assert_eq!(
        found("", display),
        (in_berlin.to_owned(), vec![Problem::GuessedZone])
    );
    assert_eq!(
        found("", "GMT+0200"),
        (in_berlin.to_owned(), vec![Problem::GuessedZone])
    );
    // What nobody knows is read in the calendar's zone, and says so.
    assert_eq!(
        found("", "tzone://Microsoft/Custom"),
        (in_tokyo.to_owned(), vec![Problem::UnknownZone])
    );
    assert!(expand("", "Nowhere", "20260701T120000").depends_on_default_zone);
}

#[test]
fn a_zone_says_how_sure_it_is() {
    let object = CalendarObject::read(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    let mut zones = Zones::new(&object, &TOKYO);
    assert_eq!(zones.find("Europe/Vienna").1, Certainty::Known);
    assert_eq!(zones.find("UTC+1").1, Certainty::Guess);
    assert_eq!(zones.find("Middle-earth"), (TOKYO, Certainty::Default));
    assert_eq!(Zone::named("etc/utc"), Some(Zone::Utc));
}

#[test]
fn broken_definitions_fall_back() {
    for broken in [
        "BEGIN:VTIMEZONE\nTZID:X\nEND:VTIMEZONE\n",
        "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n",
        "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETTO:soon\nEND:STANDARD\nEND:VTIMEZONE\n",
    ] {
        assert_eq!(
            noon(broken, "X", "20260701").1,
            [Problem::UnknownZone],
            "{broken}"
        );
    }
    // Offsets that change every second are no zone; it is cut, not walked for ever.
    let hostile = "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:+0000\n\
        TZOFFSETTO:+0100\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n";
    assert_eq!(noon(hostile, "X", "20260701").0, "20260701T1100");
}
