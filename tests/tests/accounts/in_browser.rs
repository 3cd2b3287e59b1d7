//! An account that is signed in to in the browser: connected, synced both ways, and signed in to again.

use anyhow::{Context as _, Result, ensure};
use chrono::TimeDelta;
use companion_tests::browser::{self, Decision, Waiting};
use companion_tests::clients::text::has_line;
use companion_tests::sandbox::listen::Scenario;
use companion_tests::service::Service;
use companion_tests::stage::{App, Stage, event, item};
use serde_json::{Value, json};

fn connected(service: Service) -> Result<Stage> {
    let stage = Stage::new(Scenario::ClinicWeek)?;
    browser::connect(&stage, service)?;
    stage.bridge(&["sync"])?.done()?;
    Ok(stage)
}

fn syncs_both_ways(service: Service) -> Result<()> {
    let stage = connected(service)?;
    let agenda = stage.bridge(&["agenda"])?.done()?;
    ensure!(agenda.contains("Sprechstunde"), "{agenda}");
    let status = stage.json(&["status", "--json"])?;
    let account = item(&status["accounts"], "name", service.title())?;
    ensure!(
        account["state"] == "ok" && account["user"] == service.said(&stage, "user")?,
        "{account}"
    );

    let server = stage.run()?;
    let app = App::of(&stage.home, &server);
    app.put("klinik", "ours.ics", &event("ours@here", "Ours"))?;
    drop(server);
    service.put(&stage.sandbox, service.ward(), "theirs1", "Theirs")?;
    stage.bridge(&["sync"])?.done()?;
    let sent = service.titled(&stage.sandbox, "Ours");
    let sent = sent.context("it did not arrive")?.to_string();
    ensure!(!sent.contains("Theirs"), "{sent}");

    let server = stage.run()?;
    let app = App::of(&stage.home, &server);
    let (name, theirs) = written(&app, "SUMMARY:Theirs")?;
    let edited = theirs.replace("SUMMARY:Theirs", "SUMMARY:Edited here");
    app.put("klinik", &name, &edited)?;
    drop(server);
    stage.bridge(&["sync"])?.done()?;
    let there = service.titled(&stage.sandbox, "Edited here");
    let there = there.context("the edit did not arrive")?;
    ensure!(
        there["guestsCanInviteOthers"] == false || there["allowNewTimeProposals"] == false,
        "what we do not know is gone: {there}"
    );
    Ok(())
}

/// The object of the ward with this line.
fn written(app: &App, line: &str) -> Result<(String, String)> {
    for name in app.names("klinik")? {
        let text = app.get("klinik", &name)?.unwrap_or_default();
        if has_line(&text, line) {
            return Ok((name, text));
        }
    }
    anyhow::bail!("{line} did not arrive")
}

fn keeps_nothing_after_a_no(service: Service) -> Result<()> {
    let stage = Stage::new(Scenario::ClinicWeek)?;
    let add = ["account", "add", service.preset()];
    Waiting::of(&stage, &add)?
        .decide(&stage, service, Decision::Deny)?
        .failed(&["permission"])?;
    let accounts = stage.json(&["account", "list", "--json"])?;
    ensure!(accounts == json!([]), "{accounts}");

    let first = Waiting::of(&stage, &add)?;
    let line = service.line(&stage)?;
    let wrong = browser::fill_in(line, &first.address, "guessed", Decision::Allow)?;
    ensure!(
        wrong.status == 200 && wrong.text().contains("Wrong"),
        "{}",
        wrong.text()
    );
    first.decide(&stage, service, Decision::Allow)?.done()?;
    Waiting::of(&stage, &add)?
        .decide(&stage, service, Decision::Allow)?
        .failed(&["already", service.title()])
}

fn keeps_what_waits(service: Service) -> Result<()> {
    let stage = connected(service)?;
    let name = service.title();
    for _ in 0..3 {
        stage.sandbox.advance(TimeDelta::hours(3));
        stage.bridge(&["sync"])?.done()?;
    }

    service.withdraw(&stage.sandbox);
    let server = stage.run()?;
    let app = App::of(&stage.home, &server);
    app.put("klinik", "kept.ics", &event("kept@here", "Kept"))?;
    drop(server);
    stage.bridge(&["sync"])?.failed(&[name])?;
    let status = stage.json(&["status", "--json"])?;
    let account = item(&status["accounts"], "name", name)?;
    ensure!(
        account["state"] != "ok" && account["waiting"] == 1,
        "{account}"
    );
    let problem = &account["problem"];
    ensure!(problem["fix"] == "Connect the account again.", "{problem}");

    Waiting::of(&stage, &["account", "reconnect", name])?
        .decide(&stage, service, Decision::Allow)?
        .done()?;
    stage.bridge(&["sync"])?.done()?;
    ensure!(
        service.titled(&stage.sandbox, "Kept").is_some(),
        "it was lost"
    );

    let removed = stage.bridge(&["account", "remove", name])?;
    let err = removed.err.clone();
    removed.done()?;
    match service {
        Service::Google => ensure!(!service.is_granted(&stage.sandbox), "the permission stands"),
        Service::Microsoft => ensure!(err.contains("myapps.microsoft.com"), "{err}"),
    }
    Ok(())
}

#[test]
fn google_syncs_both_ways() -> Result<()> {
    syncs_both_ways(Service::Google)
}

#[test]
fn microsoft_syncs_both_ways() -> Result<()> {
    syncs_both_ways(Service::Microsoft)
}

#[test]
fn nothing_is_kept_of_google_after_a_no_and_a_second_yes_names_the_account_there_is() -> Result<()>
{
    keeps_nothing_after_a_no(Service::Google)
}

#[test]
fn nothing_is_kept_of_microsoft_after_a_no_and_a_second_yes_names_the_account_there_is()
-> Result<()> {
    keeps_nothing_after_a_no(Service::Microsoft)
}

#[test]
fn what_waits_for_google_outlives_a_withdrawn_permission() -> Result<()> {
    keeps_what_waits(Service::Google)
}

#[test]
fn what_waits_for_microsoft_outlives_a_withdrawn_permission() -> Result<()> {
    keeps_what_waits(Service::Microsoft)
}

#[test]
fn both_services_and_a_password_account_live_side_by_side() -> Result<()> {
    let stage = Stage::connected(Scenario::ClinicWeek)?;
    browser::connect(&stage, Service::Google)?;
    browser::connect(&stage, Service::Microsoft)?;
    stage.bridge(&["sync"])?.done()?;
    let status = stage.json(&["status", "--json"])?;
    let accounts = status["accounts"].as_array().context("no accounts")?;
    let well = accounts.iter().filter(|one| one["state"] == "ok").count();
    ensure!(well == 3, "{status}");
    Ok(())
}

fn reads_first(service: Service) -> Result<()> {
    let stage = Stage::new(Scenario::ClinicWeek)?;
    let name = service.title();
    let add = ["account", "add", service.preset(), "--changes", "no"];
    Waiting::of(&stage, &add)?
        .decide(&stage, service, Decision::Allow)?
        .done()?;
    stage.bridge(&["sync"])?.done()?;
    let access = || -> Result<Value> {
        let status = stage.json(&["status", "--json"])?;
        let account = item(&status["accounts"], "name", name)?;
        Ok(item(&account["calendars"], "name", "klinik")?["access"].clone())
    };
    ensure!(access()? == "read-only", "{}", access()?);
    let server = stage.run()?;
    let app = App::of(&stage.home, &server);
    ensure!(!app.names("klinik")?.is_empty(), "nothing was read");
    let refused = app.put("klinik", "ours.ics", &event("ours@here", "Ours"));
    ensure!(refused.is_err(), "a calendar for reading took an event");
    drop(server);

    let permit = ["account", "reconnect", name, "--changes", "yes"];
    Waiting::of(&stage, &permit)?
        .decide(&stage, service, Decision::Allow)?
        .done()?;
    stage.bridge(&["sync"])?.done()?;
    ensure!(access()? == "read-write", "{}", access()?);
    let server = stage.run()?;
    let app = App::of(&stage.home, &server);
    app.put("klinik", "ours.ics", &event("ours@here", "Ours"))?;
    drop(server);
    stage.bridge(&["sync"])?.done()?;
    ensure!(
        service.titled(&stage.sandbox, "Ours").is_some(),
        "it did not arrive"
    );
    Ok(())
}

#[test]
fn google_is_read_before_the_doctor_lets_us_change_it() -> Result<()> {
    reads_first(Service::Google)
}

#[test]
fn microsoft_is_read_before_the_doctor_lets_us_change_it() -> Result<()> {
    reads_first(Service::Microsoft)
}
