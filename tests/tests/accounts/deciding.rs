//! Deletions that look like an accident wait for the doctor, whichever side they come from (rule D3).

use anyhow::{Context as _, Result, ensure};
use companion_tests::sandbox::control::Order;
use companion_tests::sandbox::listen::Scenario;

use crate::syncing::feed_name;
use companion_tests::stage::{App, Stage, events, item};

const MANY: usize = 20;

fn emptied_there() -> Result<(Stage, String)> {
    let stage = Stage::connected(Scenario::Orders(events("praxis", MANY)))?;
    let calendar = feed_name(&stage, "praxis")?;
    for name in stage.remote_names("praxis") {
        let calendar = "praxis".to_owned();
        stage.order(Order::Delete { calendar, name })?;
    }
    // Held deletions are no failure of the account, but something to look at.
    stage
        .bridge(&["sync"])?
        .failed(&["deleted at once", "Decide"])?;
    let held = stage.json(&["deletions", "list", "--json"])?;
    let held = item(&held, "deleted", "provider")?;
    ensure!(held["count"] == MANY, "{held}");
    ensure!(here(&stage, &calendar)? == MANY, "nothing is deleted here");
    Ok((stage, calendar))
}

fn here(stage: &Stage, calendar: &str) -> Result<usize> {
    let status = stage.json(&["status", "--json"])?;
    let calendars = status.get("calendars").context("no calendars")?;
    let count = item(calendars, "name", calendar)?.get("objects");
    let count = count.and_then(serde_json::Value::as_u64);
    Ok(usize::try_from(count.unwrap_or(0))?)
}

#[test]
fn d3_held_deletions_at_the_provider_are_carried_out_when_the_doctor_agrees() -> Result<()> {
    let (stage, calendar) = emptied_there()?;
    stage
        .bridge(&["deletions", "agree", "iCloud", &calendar])?
        .done()?;
    stage.bridge(&["sync"])?.done()?;
    ensure!(here(&stage, &calendar)? == 0);
    ensure!(stage.remote_names("praxis").is_empty());
    stage
        .bridge(&["deletions", "agree", "iCloud", &calendar])?
        .failed(&["no deletions are held"])
}

#[test]
fn d3_held_deletions_at_the_provider_are_undone_when_the_doctor_says_so() -> Result<()> {
    let (stage, calendar) = emptied_there()?;
    stage
        .bridge(&["deletions", "restore", "iCloud", &calendar])?
        .done()?;
    stage.bridge(&["sync"])?.done()?;
    ensure!(here(&stage, &calendar)? == MANY);
    ensure!(
        stage.remote_names("praxis").len() == MANY,
        "{:?}",
        stage.remote_names("praxis")
    );
    Ok(())
}

#[test]
fn d3_held_deletions_through_the_feed_can_be_undone_or_carried_out() -> Result<()> {
    for (decision, left) in [("restore", MANY), ("agree", 0)] {
        let stage = Stage::connected(Scenario::Orders(events("praxis", MANY)))?;
        let calendar = feed_name(&stage, "praxis")?;
        let server = stage.home.start(companion_tests::process::Profile::Dev)?;
        let app = App::of(&stage.home, &server);
        for number in 0..MANY {
            app.delete(&calendar, &format!("e{number}.ics"))?;
        }
        server.kill()?;
        let held = stage.json(&["deletions", "list", "--json"])?;
        let held = item(&held, "deleted", "here")?;
        ensure!(
            held["titles"]
                .as_array()
                .is_some_and(|titles| !titles.is_empty()),
            "{held}"
        );
        stage
            .bridge(&["deletions", decision, "iCloud", &calendar])?
            .done()?;
        stage.bridge(&["sync"])?.done()?;
        ensure!(here(&stage, &calendar)? == left, "{decision}");
        ensure!(stage.remote_names("praxis").len() == left, "{decision}");
    }
    Ok(())
}
