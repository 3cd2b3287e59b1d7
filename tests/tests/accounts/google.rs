//! An account at Google: signed in to in the browser, synced both ways, and signed in to again.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result, ensure};
use chrono::TimeDelta;
use companion_tests::clients::text::has_line;
use companion_tests::http::{Answer, Connection, Request};
use companion_tests::sandbox::google::Order;
use companion_tests::sandbox::listen::{GOOGLE_LOGIN, Scenario};
use companion_tests::stage::{App, Said, Stage, event, item};
use serde_json::json;
use url::{Url, form_urlencoded};

const WARD: &str = "klinik@group.calendar.google.com";

/// A command that waits for the browser.
struct Waiting {
    command: Child,
    lines: BufReader<std::process::ChildStderr>,
    address: Url,
}

/// Starts a command and reads the address that it prints for the browser.
fn waiting(stage: &Stage, words: &[&str]) -> Result<Waiting> {
    let mut command = stage.command(words)?;
    command.arg("--no-browser");
    let mut command = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(command.stderr.take().context("no output")?);
    let mut line = String::new();
    let mut said = String::new();
    let address = loop {
        line.clear();
        ensure!(lines.read_line(&mut line)? > 0, "no address in {said}");
        said += &line;
        if let Some((_, address)) = line.split_once("at this address: ") {
            break address.trim().parse()?;
        }
    };
    Ok(Waiting {
        command,
        lines,
        address,
    })
}

impl Waiting {
    /// Fills in the page as a person does, and goes where it leads.
    fn decide(self, stage: &Stage, password: &str, decision: &str) -> Result<Said> {
        let answer = fill_in(stage, &self.address, password, decision)?;
        let back = answer.header("location").context("no way back")?;
        let back: Url = back.parse()?;
        let answer = fetch(&back)?;
        ensure!(
            answer.text().contains("PharmaDOC") && !back.as_str().contains(password),
            "{}",
            answer.text()
        );
        self.ended()
    }

    fn ended(mut self) -> Result<Said> {
        let (mut out, mut err) = (String::new(), String::new());
        self.lines.read_to_string(&mut err)?;
        let stdout = self.command.stdout.as_mut().context("no output")?;
        stdout.read_to_string(&mut out)?;
        let code = self.command.wait()?.code();
        Ok(Said { code, out, err })
    }
}

/// Opens the page at its address without TLS, and sends what was filled in.
fn fill_in(stage: &Stage, address: &Url, password: &str, decision: &str) -> Result<Answer> {
    let page = stage.ready.pointer("/plain/google/auth_uri");
    let page = page.and_then(serde_json::Value::as_str);
    let plain: Url = page.context("no page")?.parse()?;
    let server: SocketAddr = plain.authority().parse()?;
    let path = format!("{}?{}", address.path(), address.query().unwrap_or_default());
    let page = Connection::open(server, None)?.send(&Request::new("GET", &path))?;
    ensure!(
        page.status == 200 && page.text().contains("<form"),
        "{}",
        page.text()
    );
    let filled = [
        ("user", GOOGLE_LOGIN.0),
        ("password", password),
        ("decision", decision),
    ];
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(address.query_pairs())
        .extend_pairs(filled)
        .finish();
    let send = Request::new("POST", address.path())
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body.as_bytes());
    Ok(Connection::open(server, None)?.send(&send)?)
}

fn fetch(at: &Url) -> Result<Answer> {
    let server: SocketAddr = at.authority().parse()?;
    let path = format!("{}?{}", at.path(), at.query().unwrap_or_default());
    Ok(Connection::open(server, None)?.send(&Request::new("GET", &path))?)
}

fn connected() -> Result<Stage> {
    let stage = Stage::new(Scenario::ClinicWeek)?;
    let waiting = waiting(&stage, &["account", "add", "google"])?;
    let said = waiting.decide(&stage, GOOGLE_LOGIN.1, "allow")?.done()?;
    ensure!(said.contains("klinik"), "{said}");
    stage.bridge(&["sync"])?.done()?;
    Ok(stage)
}

/// What the sandbox has under this title.
fn remote(stage: &Stage, title: &str) -> Option<serde_json::Value> {
    stage.sandbox.with_google(|google, _| {
        let calendar = google.calendars.calendar(WARD)?;
        let mut events = calendar.ids().filter_map(|id| calendar.event(id));
        events.find(|event| event["summary"] == title)
    })
}

#[test]
fn an_account_is_connected_in_the_browser_and_synced_both_ways() -> Result<()> {
    let stage = connected()?;
    let agenda = stage.bridge(&["agenda"])?.done()?;
    ensure!(agenda.contains("Sprechstunde"), "{agenda}");
    let status = stage.json(&["status", "--json"])?;
    let account = item(&status["accounts"], "name", "Google")?;
    ensure!(
        account["state"] == "ok" && account["user"] == GOOGLE_LOGIN.0,
        "{account}"
    );

    let server = stage.run()?;
    let app = App::of(&stage.home, &server);
    app.put("klinik", "ours.ics", &event("ours@here", "Ours"))?;
    drop(server);
    stage.sandbox.with_google(|google, now| {
        let fields = json!({"id": "theirs1", "iCalUID": "theirs@there", "summary": "Theirs",
            "start": {"dateTime": "2026-12-04T09:00:00Z"}, "end": {"dateTime": "2026-12-04T10:00:00Z"}});
        let calendar = WARD.to_owned();
        google
            .calendars
            .obey(Order::Put { calendar, fields }, now)
    })?;
    stage.bridge(&["sync"])?.done()?;
    let sent = remote(&stage, "Ours").context("it did not arrive")?;
    let kept = &sent["extendedProperties"]["private"]["pharmadocUid"];
    ensure!(kept == "ours@here", "{sent}");
    let server = stage.run()?;
    let app = App::of(&stage.home, &server);
    let mut texts = app.names("klinik")?.into_iter();
    ensure!(
        texts.any(|name| app
            .get("klinik", &name)
            .is_ok_and(|text| text.is_some_and(|text| has_line(&text, "SUMMARY:Theirs")))),
        "theirs did not arrive"
    );
    let violations = stage
        .sandbox
        .with_google(|google, _| google.calendars.violations.clone());
    ensure!(violations.is_empty(), "{violations:?}");
    Ok(())
}

#[test]
fn a_no_keeps_nothing_and_a_second_yes_names_the_account_there_is() -> Result<()> {
    let stage = Stage::new(Scenario::ClinicWeek)?;
    let add = ["account", "add", "google"];
    waiting(&stage, &add)?
        .decide(&stage, GOOGLE_LOGIN.1, "deny")?
        .failed(&["permission"])?;
    let accounts = stage.json(&["account", "list", "--json"])?;
    ensure!(accounts == json!([]), "{accounts}");

    let first = waiting(&stage, &add)?;
    let wrong = fill_in(&stage, &first.address, "guessed", "allow")?;
    ensure!(
        wrong.status == 200 && wrong.text().contains("Wrong"),
        "{}",
        wrong.text()
    );
    first.decide(&stage, GOOGLE_LOGIN.1, "allow")?.done()?;
    waiting(&stage, &add)?
        .decide(&stage, GOOGLE_LOGIN.1, "allow")?
        .failed(&["already", "Google"])
}

#[test]
fn tokens_are_renewed_and_a_withdrawn_permission_keeps_what_waits() -> Result<()> {
    let stage = connected()?;
    stage.sandbox.advance(TimeDelta::hours(3));
    stage.bridge(&["sync"])?.done()?;

    stage
        .sandbox
        .with_google(|google, _| google.oauth.withdraw());
    let server = stage.run()?;
    let app = App::of(&stage.home, &server);
    app.put("klinik", "kept.ics", &event("kept@here", "Kept"))?;
    drop(server);
    stage.bridge(&["sync"])?.failed(&["Google"])?;
    let status = stage.json(&["status", "--json"])?;
    let account = item(&status["accounts"], "name", "Google")?;
    ensure!(
        account["state"] != "ok" && account["waiting"] == 1,
        "{account}"
    );
    let problem = &account["problem"];
    ensure!(problem["fix"] == "Connect the account again.", "{problem}");

    waiting(&stage, &["account", "reconnect", "Google"])?
        .decide(&stage, GOOGLE_LOGIN.1, "allow")?
        .done()?;
    stage.bridge(&["sync"])?.done()?;
    ensure!(remote(&stage, "Kept").is_some(), "it was lost");

    stage.bridge(&["account", "remove", "Google"])?.done()?;
    let granted = stage
        .sandbox
        .with_google(|google, _| google.oauth.is_granted());
    ensure!(!granted, "the permission was not withdrawn");
    Ok(())
}
