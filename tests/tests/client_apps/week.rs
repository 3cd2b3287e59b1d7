//! A doctor's week in November, as several calendars, and what a week view in Berlin must draw of it.

use anyhow::Result;
use companion_tests::clients::colleague::{Colleague, NewCalendar};
use companion_tests::clients::text::calendar;

use crate::Ward;

const PRACTICE: NewCalendar<'_> = NewCalendar {
    name: "practice",
    title: "Practice",
    color: "#3465A4FF",
};
const VISITS: NewCalendar<'_> = NewCalendar {
    name: "visits",
    title: "Representatives",
    color: "#C4600AFF",
};

/// UID, properties of the master, and those of changed occurrences.
type Entry = (
    &'static str,
    &'static [&'static str],
    &'static [&'static [&'static str]],
);

const ON_THE_WARD: &[Entry] = &[
    (
        "hand-over",
        &[
            "DTSTART;TZID=Europe/Berlin:20261019T073000",
            "DURATION:PT30M",
            "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "EXDATE;TZID=Europe/Berlin:20261127T073000",
            "SUMMARY:Hand-over",
        ],
        &[&[
            "RECURRENCE-ID;TZID=Europe/Berlin:20261126T073000",
            "DTSTART;TZID=Europe/Berlin:20261126T083000",
            "DURATION:PT30M",
            "SUMMARY:Hand-over\\, later",
        ]],
    ),
    (
        "round",
        &[
            "DTSTART:20261124T080000Z",
            "DURATION:PT2H",
            "SUMMARY:Ward round",
        ],
        &[],
    ),
    (
        "tumour",
        &[
            "DTSTART:20261126T140000Z",
            "DURATION:PT90M",
            "SUMMARY:Tumour board",
        ],
        &[],
    ),
    (
        "boston",
        &[
            "DTSTART;TZID=America/New_York:20261125T100000",
            "DURATION:PT1H",
            "SUMMARY:Call with Boston",
        ],
        &[],
    ),
];

const IN_THE_PRACTICE: &[Entry] = &[
    (
        "surgery",
        &[
            "DTSTART;TZID=Europe/Berlin:20261102T090000",
            "DTEND;TZID=Europe/Berlin:20261102T120000",
            "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR",
            "SUMMARY:Consultation hours",
        ],
        &[],
    ),
    (
        "course",
        &[
            "DTSTART;VALUE=DATE:20261126",
            "DTEND;VALUE=DATE:20261128",
            "SUMMARY:Ultrasound course",
        ],
        &[],
    ),
];

const OF_REPRESENTATIVES: &[Entry] = &[
    (
        "visit-1",
        &[
            "DTSTART:20261123T130000Z",
            "DURATION:PT30M",
            "SUMMARY:Visit: Dr. Lindqvist",
        ],
        &[],
    ),
    (
        "visit-2",
        &[
            "DTSTART:20261124T143000Z",
            "DURATION:PT30M",
            "SUMMARY:Visit: M. Okafor",
        ],
        &[],
    ),
    (
        "visit-3",
        &[
            "DTSTART:20261127T133000Z",
            "DURATION:PT1H",
            "SUMMARY:Video visit: P. Novak",
        ],
        &[],
    ),
];

/// Start in Berlin and title of everything that the week from the 23rd shows, sorted.
pub(crate) const DRAWN: &[&str] = &[
    "20261123T073000 Hand-over",
    "20261123T090000 Consultation hours",
    "20261123T140000 Visit: Dr. Lindqvist",
    "20261124T073000 Hand-over",
    "20261124T090000 Ward round",
    "20261124T153000 Visit: M. Okafor",
    "20261125T073000 Hand-over",
    "20261125T090000 Consultation hours",
    "20261125T160000 Call with Boston",
    "20261126 Ultrasound course",
    "20261126 Ultrasound course",
    "20261126T083000 Hand-over, later",
    "20261126T150000 Tumour board",
    "20261127T090000 Consultation hours",
    "20261127T143000 Video visit: P. Novak",
];

/// Fills the ward's calendar and two more, and returns the titles of all three.
pub(crate) fn seed(ward: &Ward) -> Result<[&'static str; 3]> {
    let make = |new| Colleague::make(&ward.server, ward.credentials(), new);
    fill(&ward.colleague, ON_THE_WARD)?;
    fill(&make(&PRACTICE)?, IN_THE_PRACTICE)?;
    fill(&make(&VISITS)?, OF_REPRESENTATIVES)?;
    Ok([crate::WARD.title, PRACTICE.title, VISITS.title])
}

fn fill(calendar: &Colleague, entries: &[Entry]) -> Result<()> {
    for (uid, master, changed) in entries {
        calendar.put(&format!("{uid}.ics"), &object(uid, master, changed))?;
    }
    Ok(())
}

fn object(uid: &str, master: &[&str], changed: &[&[&str]]) -> String {
    let uid = format!("UID:{uid}");
    let mut lines = Vec::new();
    for properties in std::iter::once(&master).chain(changed) {
        lines.extend(["BEGIN:VEVENT", &uid, "DTSTAMP:20261001T080000Z"]);
        lines.extend(*properties);
        lines.push("END:VEVENT");
    }
    calendar(&lines)
}
