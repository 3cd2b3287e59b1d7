//! python-caldav: the library behind many scripts and home automations.

use std::path::Path;

use anyhow::{Context as _, Result};
use companion_tests::clients::desktop::Desktop;
use companion_tests::clients::present::{Part, venv};
use companion_tests::clients::script::{self, Script};
use companion_tests::clients::text::{calendar, event, has_line};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Ward;

const PARTS: &[Part] = &[Part::python("bin/python", "import caldav", "pip: caldav")];

struct Library {
    script: Script,
    _desktop: Desktop,
}

impl Library {
    /// Signs in with the address somebody typed, and returns the titles of the calendars it finds.
    fn connect(ward: &Ward, url: &str, trust: Option<&Path>) -> Result<(Self, Vec<String>)> {
        let desktop = Desktop::bare()?;
        let mut command = desktop.command(venv().join("bin/python"));
        command.arg(script::path("python_caldav.py"));
        let mut library = Self {
            script: Script::start(command)?,
            _desktop: desktop,
        };
        let (who, verify) = (
            ward.credentials(),
            trust.map_or(json!(true), |file| json!(file)),
        );
        let typed =
            json!({"url": url, "user": who.login, "password": who.password, "verify": verify});
        let titles = library.script.call("connect", &typed)?;
        Ok((library, titles))
    }

    /// The same, with the ward's calendar opened.
    fn open(ward: &Ward) -> Result<Self> {
        let (mut library, _) = Self::connect(ward, &ward.server.url(), None)?;
        library.call::<Value>("open_calendar", &json!({"title": "Ward 7"}))?;
        Ok(library)
    }

    fn call<T: DeserializeOwned>(&mut self, function: &str, arguments: &Value) -> Result<T> {
        self.script.call(function, arguments)
    }

    fn list(&mut self, function: &str, arguments: &Value) -> Result<Vec<String>> {
        self.call(function, arguments)
    }
}

#[test]
fn events_travel_both_ways() -> Result<()> {
    let Some(ward) = Ward::for_app("python-caldav", PARTS)? else {
        return Ok(());
    };
    let mut library = Library::open(&ward)?;
    ward.colleague.plan(
        "round",
        "20261125T100000Z",
        "Ward round",
        &["X-CLINIC-ROOM:12"],
    )?;
    assert_eq!(library.list("titles", &json!({}))?, ["Ward round"]);

    library.call::<Value>("rename", &json!({"uid": "round", "title": "Later round"}))?;
    let stored = ward.colleague.sees("round", "SUMMARY:Later round")?;
    assert!(has_line(&stored, "X-CLINIC-ROOM:12"), "{stored}");

    library.call::<Value>(
        "save",
        &json!({"object": event("visit", "20261126T090000Z", "Visit", &[])}),
    )?;
    ward.colleague.sees("visit", "SUMMARY:Visit")?;
    ward.colleague.delete("round.ics")?;
    assert_eq!(library.list("titles", &json!({}))?, ["Visit"]);
    library.call::<Value>("delete", &json!({"uid": "visit"}))?;
    ward.colleague.misses("visit")
}

#[test]
fn it_makes_and_removes_calendars() -> Result<()> {
    let Some(ward) = Ward::for_app("python-caldav", PARTS)? else {
        return Ok(());
    };
    let (mut library, before) = Library::connect(&ward, &ward.server.url(), None)?;
    let made: String = library.call(
        "make_calendar",
        &json!({"name": "on-call", "title": "On call"}),
    )?;
    assert!(made.trim_end_matches('/').ends_with("/on-call"), "{made}");
    let visit = event("visit", "20261126T090000Z", "Visit", &[]);
    library.call::<Value>("save", &json!({"object": visit}))?;
    assert_eq!(library.list("titles", &json!({}))?, ["Visit"]);

    let (_, during) = Library::connect(&ward, &ward.server.url(), None)?;
    assert!(during.contains(&"On call".to_owned()), "{during:?}");
    library.call::<Value>("remove_calendar", &json!({}))?;
    let (_, after) = Library::connect(&ward, &ward.server.url(), None)?;
    assert_eq!(after, before);
    Ok(())
}

#[test]
fn the_server_expands_a_series_for_it() -> Result<()> {
    let Some(ward) = Ward::for_app("python-caldav", PARTS)? else {
        return Ok(());
    };
    let mut library = Library::open(&ward)?;
    let series = calendar(&[
        "BEGIN:VEVENT",
        "UID:daily",
        "DTSTAMP:20260101T080000Z",
        "SUMMARY:Hand-over",
        "DTSTART;TZID=Europe/Berlin:20261023T080000",
        "DURATION:PT30M",
        "RRULE:FREQ=DAILY;COUNT=5",
        "EXDATE;TZID=Europe/Berlin:20261024T080000",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:daily",
        "DTSTAMP:20260101T080000Z",
        "SUMMARY:Moved",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261026T080000",
        "DTSTART;TZID=Europe/Berlin:20261026T150000",
        "DURATION:PT30M",
        "END:VEVENT",
    ]);
    ward.colleague.put("daily.ics", &series)?;
    let october = json!({"start": "2026-10-01T00:00:00+00:00", "end": "2026-11-01T00:00:00+00:00"});
    // Summer time ends on the 25th: eight o'clock in Berlin is another hour of UTC afterwards.
    let expected = [
        "2026-10-23T06:00Z Hand-over",
        "2026-10-25T07:00Z Hand-over",
        "2026-10-26T14:00Z Moved",
        "2026-10-27T07:00Z Hand-over",
    ];
    assert_eq!(library.list("occurrences", &october)?, expected);
    let busy = [
        "2026-10-23T06:00Z",
        "2026-10-25T07:00Z",
        "2026-10-26T14:00Z",
        "2026-10-27T07:00Z",
    ];
    assert_eq!(library.list("busy", &october)?, busy);
    Ok(())
}

#[test]
fn tasks_are_done() -> Result<()> {
    let Some(ward) = Ward::for_app("python-caldav", PARTS)? else {
        return Ok(());
    };
    let mut library = Library::open(&ward)?;
    let task = calendar(&[
        "BEGIN:VTODO",
        "UID:letter",
        "DTSTAMP:20260101T080000Z",
        "SUMMARY:Discharge letter",
        "DUE:20261127T120000Z",
        "STATUS:NEEDS-ACTION",
        "END:VTODO",
    ]);
    library.call::<Value>("save_todo", &json!({"object": task}))?;
    ward.colleague.sees("letter", "SUMMARY:Discharge letter")?;
    assert_eq!(
        library.list("open_todos", &json!({}))?,
        ["Discharge letter"]
    );
    library.call::<Value>("complete", &json!({"uid": "letter"}))?;
    ward.colleague.sees("letter", "STATUS:COMPLETED")?;
    assert!(library.list("open_todos", &json!({}))?.is_empty());
    Ok(())
}

#[test]
fn a_sync_token_names_exactly_what_changed() -> Result<()> {
    let Some(ward) = Ward::for_app("python-caldav", PARTS)? else {
        return Ok(());
    };
    let mut library = Library::open(&ward)?;
    for name in ["a", "b", "c"] {
        ward.colleague.put(
            &format!("{name}.ics"),
            &event(name, "20261125T100000Z", name, &[]),
        )?;
    }
    library.call::<Value>("remember", &json!({}))?;
    assert!(library.list("changed", &json!({}))?.is_empty());
    ward.colleague.plan("b", "20261125T120000Z", "Later", &[])?;
    ward.colleague.plan("d", "20261125T100000Z", "New", &[])?;
    assert_eq!(library.list("changed", &json!({}))?, ["b.ics", "d.ics"]);
    assert!(library.list("changed", &json!({}))?.is_empty());
    Ok(())
}

#[test]
fn https_works_with_our_authority_and_with_no_other() -> Result<()> {
    let Some(ward) = Ward::for_app("python-caldav", PARTS)? else {
        return Ok(());
    };
    let https = ward
        .server
        .https_url()
        .context("no https address in the ready line")?
        .to_owned();
    let (_, titles) = Library::connect(&ward, &https, Some(&ward.authority()?))?;
    assert!(titles.contains(&"Ward 7".to_owned()), "{titles:?}");
    assert!(
        Library::connect(&ward, &https, None).is_err(),
        "an unknown authority was trusted"
    );
    Ok(())
}
