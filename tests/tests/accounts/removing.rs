//! Removing an account; and nothing secret in what lies on the disk or in the log.

use std::fs;

use anyhow::{Result, ensure};
use companion_tests::sandbox::control::Order;
use companion_tests::sandbox::listen::{CALDAV_LOGIN, Scenario};

use crate::syncing::feed_name;
use companion_tests::stage::{Stage, event};

const TITLE: &str = "Canary Quetzalcoatl";

fn with_canary() -> Result<Stage> {
    Stage::connected(Scenario::Orders(vec![Order::Put {
        calendar: "praxis".into(),
        name: "canary.ics".into(),
        object: event("canary", TITLE),
    }]))
}

#[test]
fn removing_asks_first_when_changes_would_be_lost_and_leaves_the_server_alone() -> Result<()> {
    let stage = with_canary()?;
    let calendar = feed_name(&stage, "praxis")?;
    let file = stage.home.data_dir().join("new.ics");
    fs::write(&file, event("unsent", "Unsent"))?;
    let file = file.display().to_string();
    stage
        .bridge(&["import", &file, "--calendar", &calendar])?
        .done()?;
    stage.bridge(&["account", "remove", "iCloud"])?.failed(&[
        "1 changes",
        "Sync first",
        "--force",
    ])?;
    stage
        .bridge(&["account", "remove", "iCloud", "--force"])?
        .done()?;
    let status = stage.json(&["status", "--json"])?;
    ensure!(status["accounts"] == serde_json::json!([]), "{status}");
    ensure!(
        !status["calendars"].to_string().contains("remote"),
        "{status}"
    );
    ensure!(stage.remote_names("praxis") == ["canary.ics"]);
    // Connected again, everything comes back.
    stage.add(&[])?.done()?;
    stage.bridge(&["sync"])?.done()?;
    let agenda = stage.bridge(&["agenda", "--from", "2026-12-03", "--to", "2026-12-03"])?;
    ensure!(agenda.done()?.contains(TITLE));
    Ok(())
}

#[test]
fn neither_password_nor_titles_are_on_the_disk_or_in_the_log() -> Result<()> {
    let stage = with_canary()?;
    let mut log = Vec::new();
    for words in [
        &["sync", "--full"][..],
        &["account", "list"],
        &["account", "remove", "iCloud"],
    ] {
        let said = stage.bridge(words)?;
        log.push(said.err);
        let mut found = Vec::new();
        for file in fs::read_dir(stage.home.data_dir())? {
            let file = file?.path();
            let octets = fs::read(&file)?;
            for canary in [TITLE, CALDAV_LOGIN.0, CALDAV_LOGIN.1] {
                if contains(&octets, canary) {
                    found.push((file.clone(), canary));
                }
            }
        }
        ensure!(found.is_empty(), "{found:?}");
    }
    let log = log.concat();
    ensure!(log.contains("DEBUG"), "the log was written: {log}");
    for canary in [TITLE, CALDAV_LOGIN.0, CALDAV_LOGIN.1, "Basic "] {
        ensure!(!log.contains(canary), "{canary} in the log");
    }
    Ok(())
}

fn contains(octets: &[u8], text: &str) -> bool {
    octets
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}
