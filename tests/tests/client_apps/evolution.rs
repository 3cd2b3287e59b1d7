//! Evolution Data Server: what GNOME Calendar and Evolution show and write.

use anyhow::{Context as _, Result};
use companion_tests::clients::evolution::{Evolution, PARTS, shows_line};
use companion_tests::clients::text::{self, event, has_line};
use serde_json::json;

use crate::Ward;

fn subscribe(evolution: &mut Evolution, ward: &Ward, name: &str) -> Result<()> {
    evolution.subscribe(&ward.server.url(), ward.credentials(), name)
}

#[test]
fn the_bare_address_is_enough() -> Result<()> {
    let Some(ward) = Ward::for_app("Evolution Data Server", PARTS)? else {
        return Ok(());
    };
    let found = Evolution::start()?.discover(&ward.server.url(), ward.credentials())?;
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
    subscribe(&mut evolution, &ward, "Ward 7")?;
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
    subscribe(&mut evolution, &ward, "Ward 7")?;
    let visit = event("visit", "20261126T090000Z", "Visit", &["X-CLINIC-ROOM:12"]);
    evolution.create(&visit)?;
    ward.colleague.sees("visit", "SUMMARY:Visit")?;

    let moved = event(
        "visit",
        "20261126T120000Z",
        "Visit, after lunch",
        &["X-CLINIC-ROOM:12"],
    );
    evolution.modify(&moved, "ALL")?;
    let stored = ward.colleague.sees("visit", "SUMMARY:Visit\\, after lunch");
    let stored = stored.or_else(|_| ward.colleague.sees("visit", "SUMMARY:Visit, after lunch"))?;
    assert!(has_line(&stored, "X-CLINIC-ROOM:12"), "{stored}");
    assert!(has_line(&stored, "DTSTART:20261126T120000Z"), "{stored}");

    evolution.remove(&json!({"uid": "visit"}))?;
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
    subscribe(&mut evolution, &ward, "Ward 7")?;
    evolution.shows("the series", shows_line("RRULE:FREQ=DAILY;COUNT=5"))?;

    let tuesday = event(
        "daily",
        "20261124T130000Z",
        "Hand-over",
        &["RECURRENCE-ID:20261124T080000Z"],
    );
    evolution.modify(&tuesday, "THIS")?;
    let stored = ward
        .colleague
        .sees("daily", "RECURRENCE-ID:20261124T080000Z")?;
    assert!(has_line(&stored, "DTSTART:20261124T130000Z"), "{stored}");
    assert!(has_line(&stored, "RRULE:FREQ=DAILY;COUNT=5"), "{stored}");

    let thursday = json!({"uid": "daily", "recurrence_id": "20261126T080000Z", "which": "THIS"});
    evolution.remove(&thursday)?;
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
    let found = evolution.discover(&ward.server.url(), ward.credentials())?;
    let union = found.iter().find(|one| one.href.ends_with("/everything/"));
    let union = union
        .context("the union calendar is not found")?
        .name
        .clone();
    subscribe(&mut evolution, &ward, &union)?;
    evolution.shows("an event of the ward", shows_line("SUMMARY:Ward round"))?;
    evolution.offers_to_edit(false)?;
    let visit = event("visit", "20261126T090000Z", "Visit", &[]);
    let refused = evolution.create(&visit);
    assert!(
        refused.is_err(),
        "an event was created in a read-only calendar"
    );
    Ok(())
}
