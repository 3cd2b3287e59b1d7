//! A series with a moved occurrence, exceptions, and "this and all that follow".

use anyhow::Result;
use companion_tests::clients::text::calendar;

use crate::Practice;

const MASTER: [&str; 7] = [
    "BEGIN:VEVENT",
    "UID:board",
    "DTSTAMP:20261101T080000Z",
    "DTSTART:20261201T090000Z",
    "DURATION:PT1H",
    "RRULE:FREQ=DAILY;COUNT=10",
    "SUMMARY:Board",
];

/// An occurrence of the series that is not as the rule says.
fn occurrence<'a>(which: &'a str, start: &'a str, title: &'a str) -> [&'a str; 8] {
    [
        "BEGIN:VEVENT",
        "UID:board",
        "DTSTAMP:20261101T080000Z",
        which,
        start,
        "DURATION:PT1H",
        title,
        "END:VEVENT",
    ]
}

fn series(exceptions: &[&str], occurrences: &[[&str; 8]]) -> String {
    let master = [&MASTER[..], exceptions, &["END:VEVENT"]].concat();
    calendar(&[master, occurrences.concat()].concat())
}

pub(crate) fn edits(practice: &Practice) -> Result<()> {
    let second = occurrence(
        "RECURRENCE-ID:20261202T090000Z",
        "DTSTART:20261202T140000Z",
        "SUMMARY:Board in the afternoon",
    );
    practice.put_there("board.ics", &series(&[], &[second]))?;
    practice.sync()?;
    practice.agree_on("board.ics", &["FREQ=DAILY", "in the afternoon"])?;

    // Here one occurrence is left out and one is moved; there, after that, all from the seventh on are renamed.
    let third = occurrence(
        "RECURRENCE-ID:20261203T090000Z",
        "DTSTART:20261203T110000Z",
        "SUMMARY:Board before lunch",
    );
    let left_out = ["EXDATE:20261204T090000Z"];
    practice.put_here("board.ics", &series(&left_out, &[second, third]))?;
    practice.sync()?;
    practice.agree_on(
        "board.ics",
        &["20261204T090000Z", "in the afternoon", "before lunch"],
    )?;

    let from_seventh = "RECURRENCE-ID;RANGE=THISANDFUTURE:20261207T090000Z";
    let later = occurrence(
        from_seventh,
        "DTSTART:20261207T093000Z",
        "SUMMARY:Board\\, new room",
    );
    practice.put_there("board.ics", &series(&left_out, &[second, third, later]))?;
    practice.sync()?;
    practice.agree_on("board.ics", &["RANGE=THISANDFUTURE", "new room"])?;
    let agenda = practice
        .bridge(&["agenda", "--from", "2026-12-01", "--to", "2026-12-12"])?
        .done()?;
    let count = |title: &str| agenda.matches(title).count();
    anyhow::ensure!(
        (
            count("Board in the afternoon"),
            count("Board before lunch"),
            count("new room")
        ) == (1, 1, 4),
        "{agenda}"
    );

    // Both sides at once, each another occurrence.
    practice.edit_here("board.ics", "before lunch", "at noon")?;
    practice.edit_there("board.ics", "in the afternoon", "in the evening")?;
    practice.sync()?;
    practice.agree_on(
        "board.ics",
        &["at noon", "in the evening", "new room", "FREQ=DAILY"],
    )?;
    practice.is_at_rest(&["board.ics"])
}
