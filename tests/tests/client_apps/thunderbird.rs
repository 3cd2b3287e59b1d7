//! Thunderbird: a real window on an unseen screen, its own dialogs, its own week view.

use anyhow::{Context as _, Result};
use companion_tests::clients::patience::until;
use companion_tests::clients::text::{event, has_line};
use companion_tests::clients::thunderbird::{PARTS, Thunderbird};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Ward, week};

const WARD: &str = crate::WARD.title;

fn subscribed(ward: &Ward, titles: &[&str]) -> Result<Thunderbird> {
    let mut thunderbird = Thunderbird::start()?;
    let found = thunderbird.find_calendars(&ward.server.url(), ward.credentials())?;
    for title in titles {
        assert!(
            found.iter().any(|one| one.title == *title),
            "{title} is not among {found:?}"
        );
    }
    thunderbird.call::<()>("subscribe", &json!({"titles": titles}))?;
    thunderbird.call::<()>("showWeek", &json!({"day": "20261125"}))?;
    Ok(thunderbird)
}

fn act(thunderbird: &mut Thunderbird, function: &str, argument: &Value) -> Result<()> {
    thunderbird.call::<Value>(function, argument).map(drop)
}

#[derive(Debug, Deserialize)]
struct Conflict {
    heading: String,
    text: String,
}

fn conflict(thunderbird: &mut Thunderbird) -> Result<Conflict> {
    until("the conflict dialog", || {
        thunderbird.call::<Option<Conflict>>("conflict", &json!({}))
    })
}

#[test]
fn the_week_is_drawn_and_edited() -> Result<()> {
    let Some(ward) = Ward::for_app("Thunderbird", PARTS)? else {
        return Ok(());
    };
    ward.colleague.plan(
        "round",
        "20261125T100000Z",
        "Ward round",
        &["X-CLINIC-ROOM:12"],
    )?;
    let thunderbird = &mut subscribed(&ward, &[WARD])?;
    // Ten o'clock UTC is eleven in Berlin.
    thunderbird.draws(&["20261125T110000 Ward round"])?;

    let visit = event("visit", "20261126T090000Z", "Visit", &[]);
    act(thunderbird, "add", &json!({"title": WARD, "event": visit}))?;
    ward.colleague.sees("visit", "SUMMARY:Visit")?;
    act(
        thunderbird,
        "rename",
        &json!({"title": WARD, "uid": "round", "to": "Late round"}),
    )?;
    let stored = ward.colleague.sees("round", "SUMMARY:Late round")?;
    assert!(has_line(&stored, "X-CLINIC-ROOM:12"), "{stored}");

    ward.colleague
        .plan("round", "20261127T100000Z", "Friday round", &[])?;
    thunderbird.draws(&["20261126T100000 Visit", "20261127T110000 Friday round"])?;
    ward.colleague.delete("round.ics")?;
    thunderbird.draws(&["20261126T100000 Visit"])?;
    act(
        thunderbird,
        "remove",
        &json!({"title": WARD, "uid": "visit"}),
    )?;
    ward.colleague.misses("visit")
}

#[test]
fn one_occurrence_is_dragged() -> Result<()> {
    let Some(ward) = Ward::for_app("Thunderbird", PARTS)? else {
        return Ok(());
    };
    ward.colleague.plan(
        "daily",
        "20261123T080000Z",
        "Hand-over",
        &["RRULE:FREQ=DAILY;COUNT=5"],
    )?;
    let thunderbird = &mut subscribed(&ward, &[WARD])?;
    let days = [23, 24, 25, 26, 27].map(|day| format!("202611{day}T090000 Hand-over"));
    thunderbird.draws(&days.each_ref().map(String::as_str))?;
    let drag = json!({"title": WARD, "uid": "daily", "from": "20261124T080000Z", "hours": 5});
    act(thunderbird, "moveOccurrence", &drag)?;
    let stored = ward
        .colleague
        .sees("daily", "RECURRENCE-ID:20261124T080000Z")?;
    assert!(has_line(&stored, "DTSTART:20261124T130000Z"), "{stored}");
    assert!(has_line(&stored, "RRULE:FREQ=DAILY;COUNT=5"), "{stored}");
    let mut days = days;
    days[1] = "20261124T140000 Hand-over".to_owned();
    thunderbird.draws(&days.each_ref().map(String::as_str))?;
    Ok(())
}

#[test]
fn a_stale_edit_asks_before_it_overwrites() -> Result<()> {
    let Some(ward) = Ward::for_app("Thunderbird", PARTS)? else {
        return Ok(());
    };
    ward.colleague
        .plan("round", "20261125T100000Z", "Ward round", &[])?;
    let thunderbird = &mut subscribed(&ward, &[WARD])?;
    thunderbird.draws(&["20261125T110000 Ward round"])?;

    ward.colleague
        .plan("round", "20261125T120000Z", "Theirs", &[])?;
    act(
        thunderbird,
        "rename",
        &json!({"title": WARD, "uid": "round", "to": "Mine"}),
    )?;
    let asked = conflict(thunderbird)?;
    assert!(
        asked.heading.contains("changed on server") && asked.text.contains("overwrite"),
        "{asked:?}"
    );
    thunderbird.picture("thunderbird-conflict")?;
    ward.colleague.sees("round", "SUMMARY:Theirs")?;
    act(thunderbird, "answerConflict", &json!({"button": "cancel"}))?;
    thunderbird.draws(&["20261125T130000 Theirs"])?;

    ward.colleague
        .plan("round", "20261125T140000Z", "Theirs again", &[])?;
    act(
        thunderbird,
        "remove",
        &json!({"title": WARD, "uid": "round"}),
    )?;
    conflict(thunderbird)?;
    ward.colleague.sees("round", "SUMMARY:Theirs again")?;
    act(thunderbird, "answerConflict", &json!({"button": "accept"}))?;
    ward.colleague.misses("round")
}

#[test]
fn the_union_is_shown_read_only() -> Result<()> {
    let Some(ward) = Ward::for_app("Thunderbird", PARTS)? else {
        return Ok(());
    };
    ward.colleague
        .plan("round", "20261125T100000Z", "Ward round", &[])?;
    let mut thunderbird = Thunderbird::start()?;
    let found = thunderbird.find_calendars(&ward.server.url(), ward.credentials())?;
    let union = found
        .iter()
        .find(|one| one.url.ends_with("/everything/"))
        .context("no union calendar")?;
    assert!(union.read_only, "{union:?}");
    assert!(
        found.iter().any(|one| one.title == WARD && !one.read_only),
        "{found:?}"
    );
    thunderbird.call::<()>("subscribe", &json!({"titles": [union.title]}))?;
    thunderbird.call::<()>("showWeek", &json!({"day": "20261125"}))?;
    thunderbird.draws(&["20261125T110000 Ward round"])?;
    assert!(thunderbird.call::<bool>("readOnly", &json!({"title": union.title}))?);
    Ok(())
}

/// Several calendars, a series with an exception and a moved day, another zone, whole days: all at the times of a
/// clock in Berlin. The picture of it is the one in the documentation.
#[test]
fn a_whole_week_is_drawn_at_the_right_hours() -> Result<()> {
    let Some(ward) = Ward::for_app("Thunderbird", PARTS)? else {
        return Ok(());
    };
    let titles = week::seed(&ward)?;
    let thunderbird = &mut subscribed(&ward, &titles)?;
    thunderbird.draws(week::DRAWN)?;
    thunderbird.picture("thunderbird")?;
    Ok(())
}
