//! Both ways: what an app stores in the feed arrives at the server, and the other way round.

use anyhow::{Result, ensure};
use companion_tests::clients::patience::until;
use companion_tests::sandbox::control::Order;
use companion_tests::sandbox::listen::{CALDAV_LOGIN, Scenario};

use companion_tests::stage::{App, Stage, event, events, item};

#[test]
fn an_edit_through_the_feed_arrives_at_the_server_and_the_other_way_round() -> Result<()> {
    let stage = Stage::connected(Scenario::Orders(events("praxis", 3)))?;
    let server = stage.run()?;
    let app = App::of(&stage.home, &server);
    let calendar = feed_name(&stage, "praxis")?;

    let text = app.get(&calendar, "e0.ics")?.unwrap_or_default();
    ensure!(text.contains("SUMMARY:Event 0"), "{text}");
    app.put(&calendar, "e0.ics", &event("e0", "Moved by an app"))?;
    app.put(&calendar, "new.ics", &event("new", "Made by an app"))?;
    app.delete(&calendar, "e1.ics")?;
    until("the server to have it", || {
        let edited = stage.remote("praxis", "e0.ics").unwrap_or_default();
        let names = stage.remote_names("praxis");
        let arrived = edited.contains("Moved by an app")
            && names.iter().any(|name| name == "new.ics")
            && !names.iter().any(|name| name == "e1.ics");
        Ok(arrived.then_some(()))
    })?;

    stage.order(Order::Edit {
        calendar: "praxis".into(),
        name: "e2.ics".into(),
        from: "Event 2".into(),
        to: "Moved by a phone".into(),
    })?;
    stage.bridge(&["sync"])?.done()?;
    let text = app.get(&calendar, "e2.ics")?.unwrap_or_default();
    ensure!(text.contains("Moved by a phone"), "{text}");
    Ok(())
}

/// What the feed's addresses call a calendar of the server.
pub(crate) fn feed_name(stage: &Stage, remote: &str) -> Result<String> {
    let display_name = stage.sandbox.with_caldav(|server, _| {
        let calendar = server.calendar(remote);
        calendar.map(|one| one.display_name.clone())
    });
    let calendars = stage.json(&["account", "calendars", "iCloud", "--json"])?;
    let calendar = item(&calendars, "display_name", display_name.unwrap_or_default())?;
    Ok(calendar["name"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_running_companion_hears_at_once_what_the_command_line_changes() -> Result<()> {
    let stage = Stage::new(Scenario::Orders(events("praxis", 2)))?;
    let server = stage.run()?;
    let app = App::of(&stage.home, &server);
    stage.add(&[])?.done()?;
    let fetched = |app: &App, name| {
        until("the running companion to fetch it", || {
            app.get("praxis", name)
        })
    };
    ensure!(fetched(&app, "e0.ics")?.contains("Event 0"));
    edit_offline(&stage, "praxis", "e1.ics", "Imported")?;
    until("the running companion to send it", || {
        let there = stage.remote("praxis", "e1.ics").unwrap_or_default();
        Ok(there.contains("Imported").then_some(()))
    })
}

#[test]
fn both_sides_edit_one_entry_and_what_lost_can_be_had_again() -> Result<()> {
    let stage = Stage::connected(Scenario::Orders(events("praxis", 1)))?;
    let calendar = feed_name(&stage, "praxis")?;
    stage.order(Order::Edit {
        calendar: "praxis".into(),
        name: "e0.ics".into(),
        from: "Event 0".into(),
        to: "Theirs".into(),
    })?;
    edit_offline(&stage, &calendar, "e0.ics", "Ours")?;
    stage.bridge(&["sync"])?.done()?;

    let conflicts = stage.json(&["conflicts", "list", "--json"])?;
    let conflict = item(&conflicts, "kind", "fields")?;
    let id = conflict["id"].to_string();
    let kept = stage.remote("praxis", "e0.ics").unwrap_or_default();
    let lost = conflict["title"].as_str().unwrap_or_default().to_owned();
    ensure!(["Ours", "Theirs"].contains(&lost.as_str()), "{conflict}");
    ensure!(!kept.contains(&lost), "{kept}");
    let shown = stage.bridge(&["conflicts", "show", &id])?.done()?;
    ensure!(shown.contains(&format!("SUMMARY:{lost}")), "{shown}");

    stage.bridge(&["conflicts", "restore", &id])?.done()?;
    stage.bridge(&["sync"])?.done()?;
    let restored = stage.remote("praxis", "e0.ics").unwrap_or_default();
    ensure!(restored.contains(&lost), "{restored}");
    let conflicts = stage.json(&["conflicts", "list", "--json"])?;
    ensure!(item(&conflicts, "kind", "fields")?["restored"].is_string());
    Ok(())
}

/// An app edits while nothing is synced: `import` writes like any app.
fn edit_offline(stage: &Stage, calendar: &str, name: &str, title: &str) -> Result<()> {
    let file = stage.home.data_dir().join("edit.ics");
    std::fs::write(&file, event(name.trim_end_matches(".ics"), title))?;
    let file = file.display().to_string();
    let said = stage
        .bridge(&["import", &file, "--calendar", calendar])?
        .done()?;
    ensure!(said.contains("1 updated"), "{said}");
    Ok(())
}

#[test]
fn a_refused_password_keeps_the_queue_and_reconnecting_sends_it() -> Result<()> {
    let stage = Stage::connected(Scenario::Orders(events("praxis", 2)))?;
    let calendar = feed_name(&stage, "praxis")?;
    stage.order(Order::Revoke)?;
    edit_offline(&stage, &calendar, "e0.ics", "Waits")?;
    // The first refusal after a success may be a mood of the server: it is believed when it lasts.
    let said = stage.bridge(&["sync"])?;
    said.failed(&["does not accept the password", "https://account.apple.com"])?;
    let status = stage.json(&["status", "--json"])?;
    let account = item(&status["accounts"], "name", "iCloud")?;
    ensure!(
        account["problem"]["code"] == "password-refused",
        "{account}"
    );
    ensure!(
        account["waiting"] == 1 && account["problem"]["fix"].is_string(),
        "{account}"
    );
    let problem = item(&status["problems"], "account", "iCloud")?;
    ensure!(problem["code"] == "password-refused", "{problem}");

    let new = "new-app-pass-word";
    stage.order(Order::NewPassword {
        password: new.into(),
    })?;
    let wrong = stage.password_file("guess")?.display().to_string();
    let reconnect = ["account", "reconnect", "iCloud", "--password-file"];
    let words = [&reconnect[..], &[&wrong]].concat();
    stage.bridge(&words)?.failed(&["password"])?;
    let right = stage.password_file(new)?.display().to_string();
    let words = [&reconnect[..], &[&right]].concat();
    stage.bridge(&words)?.done()?;
    stage.bridge(&["sync"])?.done()?;
    let arrived = stage.remote("praxis", "e0.ics").unwrap_or_default();
    ensure!(arrived.contains("Waits"), "{arrived}");
    ensure!(!arrived.contains(CALDAV_LOGIN.1));
    Ok(())
}

#[test]
fn a_server_that_fails_is_told_with_the_fix_and_tried_again() -> Result<()> {
    let stage = Stage::connected(Scenario::Orders(events("praxis", 1)))?;
    stage.order(Order::Fail {
        count: 50,
        status: 503,
    })?;
    stage
        .bridge(&["sync"])?
        .failed(&["iCloud", "tried again"])?;
    stage.order(Order::Calm)?;
    stage.bridge(&["sync"])?.done()?;
    let status = stage.json(&["status", "--json"])?;
    ensure!(status["problems"] == serde_json::json!([]), "{status}");
    Ok(())
}
