//! Evolution Data Server: what GNOME Calendar and Evolution show and write.

use anyhow::{Context as _, Result};
use companion_tests::clients::desktop::{Desktop, Screen};
use companion_tests::clients::patience::until;
use companion_tests::clients::present::Part;
use companion_tests::clients::script::{self, Script};
use companion_tests::clients::text::{self, event, has_line};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Ward;

const PARTS: &[Part] = &[
    Part::file(
        "/usr/libexec/evolution-calendar-factory",
        "apt: evolution-data-server",
    ),
    Part::python(
        "/usr/bin/python3",
        "import gi; gi.require_version('ECal', '2.0')",
        "apt: python3-gi, gir1.2-ecal-2.0",
    ),
    Part::file("/usr/bin/gnome-keyring-daemon", "apt: gnome-keyring"),
    Part::file("/usr/bin/dbus-daemon", "apt: dbus"),
];

#[derive(Debug, Deserialize)]
struct Found {
    href: String,
    name: String,
    color: Option<String>,
    events: bool,
    tasks: bool,
}

/// The engine on a message bus of its own.
struct Evolution {
    script: Script,
    _desktop: Desktop,
}

impl Evolution {
    fn start() -> Result<Self> {
        let desktop = Desktop::start(Screen::None)?;
        let mut command = desktop.command("/usr/bin/python3");
        command.arg(script::path("evolution.py"));
        Ok(Self {
            script: Script::start(command)?,
            _desktop: desktop,
        })
    }

    fn discover(&mut self, ward: &Ward) -> Result<Vec<Found>> {
        let who = ward.credentials();
        let typed = json!({"url": ward.server.url(), "user": who.login, "password": who.password});
        self.script.call("discover", &typed)
    }

    /// Subscribes to the calendar of this name, found by discovery.
    fn subscribe(&mut self, ward: &Ward, name: &str) -> Result<()> {
        let found = self.discover(ward)?;
        let found = found
            .iter()
            .find(|one| one.name == name)
            .context("not discovered")?;
        let who = ward.credentials();
        let typed = json!({"href": found.href, "user": who.login, "password": who.password});
        self.script.call("subscribe", &typed)
    }

    /// Waits until it offers to edit, or no longer does.
    fn offers_to_edit(&mut self, expected: bool) -> Result<()> {
        until(&format!("Evolution to offer edits: {expected}"), || {
            let read_only: bool = self.script.call("is_readonly", &json!({}))?;
            Ok((read_only != expected).then_some(()))
        })
    }

    /// What it shows once `seen` holds, refreshed as its button does.
    fn shows(&mut self, what: &str, seen: impl Fn(&[String]) -> bool) -> Result<Vec<String>> {
        until(&format!("Evolution to show {what}"), || {
            self.script.call::<()>("refresh", &json!({}))?;
            let components: Vec<String> = self.script.call("components", &json!({}))?;
            Ok(seen(&components).then_some(components))
        })
    }

    fn do_it(&mut self, function: &str, arguments: &Value) -> Result<()> {
        self.script.call::<Value>(function, arguments).map(drop)
    }
}

/// One component as the engine's library takes it, without a calendar around it.
fn component(object: &str) -> Option<&str> {
    let start = object.find("BEGIN:VEVENT")?;
    object.get(start..object.find("END:VCALENDAR")?)
}

fn shows_line(line: &'static str) -> impl Fn(&[String]) -> bool {
    move |components| components.iter().any(|one| has_line(one, line))
}

#[test]
fn the_bare_address_is_enough() -> Result<()> {
    let Some(ward) = Ward::for_app("Evolution Data Server", PARTS)? else {
        return Ok(());
    };
    let found = Evolution::start()?.discover(&ward)?;
    let one = found
        .iter()
        .find(|one| one.name == "Ward 7")
        .context("the calendar is not found")?;
    assert!(one.events && one.tasks, "{one:?}");
    assert!(one.href.ends_with(ward.colleague.path()), "{one:?}");
    assert!(
        one.color
            .as_deref()
            .is_some_and(|color| color.to_ascii_lowercase().starts_with("#0b7a75")),
        "{one:?}"
    );
    Ok(())
}

#[test]
fn what_others_write_is_shown() -> Result<()> {
    let Some(ward) = Ward::for_app("Evolution Data Server", PARTS)? else {
        return Ok(());
    };
    let mut evolution = Evolution::start()?;
    ward.colleague
        .plan("round", "20261125T100000Z", "Ward round", &[])?;
    evolution.subscribe(&ward, "Ward 7")?;
    evolution.offers_to_edit(true)?;
    evolution.shows("an event", shows_line("SUMMARY:Ward round"))?;

    ward.colleague
        .plan("round", "20261125T110000Z", "Later round", &[])?;
    let shown = evolution.shows("an edit", shows_line("SUMMARY:Later round"))?;
    assert!(
        shown
            .iter()
            .all(|one| has_line(one, "DTSTART:20261125T110000Z")),
        "{shown:?}"
    );

    ward.colleague.delete("round.ics")?;
    evolution.shows("nothing", <[String]>::is_empty)?;
    Ok(())
}

#[test]
fn what_it_writes_arrives() -> Result<()> {
    let Some(ward) = Ward::for_app("Evolution Data Server", PARTS)? else {
        return Ok(());
    };
    let mut evolution = Evolution::start()?;
    evolution.subscribe(&ward, "Ward 7")?;
    let visit = event("visit", "20261126T090000Z", "Visit", &["X-CLINIC-ROOM:12"]);
    evolution.do_it("create", &json!({"component": component(&visit)}))?;
    ward.colleague.sees("visit", "SUMMARY:Visit")?;

    let moved = event(
        "visit",
        "20261126T120000Z",
        "Visit, after lunch",
        &["X-CLINIC-ROOM:12"],
    );
    evolution.do_it(
        "modify",
        &json!({"component": component(&moved), "which": "ALL"}),
    )?;
    let stored = ward.colleague.sees("visit", "SUMMARY:Visit\\, after lunch");
    let stored = stored.or_else(|_| ward.colleague.sees("visit", "SUMMARY:Visit, after lunch"))?;
    assert!(has_line(&stored, "X-CLINIC-ROOM:12"), "{stored}");
    assert!(has_line(&stored, "DTSTART:20261126T120000Z"), "{stored}");

    evolution.do_it("remove", &json!({"uid": "visit"}))?;
    ward.colleague.misses("visit")?;
    evolution.shows("nothing", <[String]>::is_empty)?;
    Ok(())
}

#[test]
fn one_occurrence_moves_and_one_is_cancelled() -> Result<()> {
    let Some(ward) = Ward::for_app("Evolution Data Server", PARTS)? else {
        return Ok(());
    };
    let mut evolution = Evolution::start()?;
    ward.colleague.plan(
        "daily",
        "20261123T080000Z",
        "Hand-over",
        &["RRULE:FREQ=DAILY;COUNT=5"],
    )?;
    evolution.subscribe(&ward, "Ward 7")?;
    evolution.shows("the series", shows_line("RRULE:FREQ=DAILY;COUNT=5"))?;

    let tuesday = event(
        "daily",
        "20261124T130000Z",
        "Hand-over",
        &["RECURRENCE-ID:20261124T080000Z"],
    );
    evolution.do_it(
        "modify",
        &json!({"component": component(&tuesday), "which": "THIS"}),
    )?;
    let stored = ward
        .colleague
        .sees("daily", "RECURRENCE-ID:20261124T080000Z")?;
    assert!(has_line(&stored, "DTSTART:20261124T130000Z"), "{stored}");
    assert!(has_line(&stored, "RRULE:FREQ=DAILY;COUNT=5"), "{stored}");

    let thursday = json!({"uid": "daily", "recurrence_id": "20261126T080000Z", "which": "THIS"});
    evolution.do_it("remove", &thursday)?;
    let stored = ward.colleague.sees("daily", "EXDATE:20261126T080000Z")?;
    assert_eq!(
        text::values(&stored, "RECURRENCE-ID"),
        ["20261124T080000Z"],
        "{stored}"
    );
    Ok(())
}

#[test]
fn the_union_calendar_is_shown_read_only() -> Result<()> {
    let Some(ward) = Ward::for_app("Evolution Data Server", PARTS)? else {
        return Ok(());
    };
    let mut evolution = Evolution::start()?;
    ward.colleague
        .plan("round", "20261125T100000Z", "Ward round", &[])?;
    let found = evolution.discover(&ward)?;
    let union = found.iter().find(|one| one.href.ends_with("/everything/"));
    let union = union
        .context("the union calendar is not found")?
        .name
        .clone();
    evolution.subscribe(&ward, &union)?;
    evolution.shows("an event of the ward", shows_line("SUMMARY:Ward round"))?;
    evolution.offers_to_edit(false)?;
    let visit = event("visit", "20261126T090000Z", "Visit", &[]);
    let refused = evolution.do_it("create", &json!({"component": component(&visit)}));
    assert!(
        refused.is_err(),
        "an event was created in a read-only calendar"
    );
    Ok(())
}
