//! Connecting an account, and everything that can be wrong with it: each message names the fix, and nothing is kept.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use anyhow::{Result, ensure};
use companion_tests::sandbox::listen::{CALDAV_LOGIN, Scenario};

use companion_tests::stage::{Stage, item};

#[test]
fn an_account_is_connected_and_its_week_is_in_agenda_and_status() -> Result<()> {
    let stage = Stage::new(Scenario::ClinicWeek)?;
    let said = stage.add(&[])?.done()?;
    for name in ["praxis", "klinik", "dienstplan"] {
        ensure!(said.contains(name), "no {name} in {said}");
    }
    let before = stage.json(&["status", "--json"])?;
    let account = item(&before["accounts"], "name", "iCloud")?;
    ensure!(account["checked"].is_null(), "{account}");
    stage.bridge(&["sync"])?.done()?;

    let agenda = stage.bridge(&["agenda"])?.done()?;
    ensure!(agenda.contains("Sprechstunde"), "{agenda}");
    let status = stage.json(&["status", "--json"])?;
    let account = item(&status["accounts"], "name", "iCloud")?;
    ensure!(
        account["state"] == "ok" && account["user"] == CALDAV_LOGIN.0,
        "{account}"
    );
    ensure!(
        account["checked"].is_string() && account["waiting"] == 0,
        "{account}"
    );
    let duty = item(&account["calendars"], "display_name", "Dienstplan")?;
    ensure!(
        duty["access"] == "read-only" && duty["chosen"] == true,
        "{duty}"
    );
    let tasks = item(&account["calendars"], "components", "VTODO")?;
    ensure!(
        tasks["chosen"] == false,
        "tasks are not chosen by themselves: {tasks}"
    );
    let problems = status["problems"].as_array().map(Vec::len);
    ensure!(problems == Some(0), "{status}");
    for name in ["calendar", "tasks", "everything"] {
        item(&status["calendars"], "name", name)?;
    }
    let copy = item(&status["calendars"], "name", "dienstplan")?;
    ensure!(
        copy["kind"] == "remote" && copy["objects"].as_u64() > Some(0),
        "{copy}"
    );
    Ok(())
}

#[test]
fn calendars_are_chosen_by_name_and_counted_as_busy_or_not() -> Result<()> {
    let stage = Stage::new(Scenario::ClinicWeek)?;
    stage
        .add(&["--calendar", "Nowhere"])?
        .failed(&["Nowhere", "Praxis"])?;
    stage
        .add(&["--calendar", "praxis", "--name", "Work"])?
        .done()?;
    stage
        .bridge(&["account", "choose", "Work", "Familie"])?
        .done()?;
    stage
        .bridge(&["account", "busy", "Work", "Familie", "no"])?
        .done()?;
    let calendars = stage.json(&["account", "calendars", "Work", "--json"])?;
    let chosen = calendars.as_array().into_iter().flatten();
    let chosen: Vec<_> = chosen
        .filter(|one| one["chosen"] == true)
        .map(|one| (one["display_name"].clone(), one["busy"].clone()))
        .collect();
    let expected = [
        ("Familie".into(), false.into()),
        ("Praxis".into(), true.into()),
    ];
    ensure!(chosen == expected, "{chosen:?}");
    stage
        .bridge(&["account", "choose", "Work", "Familie", "--off"])?
        .done()?;
    let calendars = stage.json(&["account", "calendars", "Work", "--json"])?;
    ensure!(item(&calendars, "display_name", "Familie")?["chosen"] == false);
    Ok(())
}

#[test]
fn a_wrong_password_says_where_an_app_password_is_made() -> Result<()> {
    let stage = Stage::new(Scenario::Empty)?;
    stage.password_file("the ordinary one")?;
    stage.add(&[])?.failed(&[
        "iCloud",
        "password made for this app",
        "https://account.apple.com",
    ])?;
    nothing_is_kept(&stage)
}

#[test]
fn an_account_is_not_connected_twice() -> Result<()> {
    let stage = Stage::connected(Scenario::Empty)?;
    stage
        .add(&["--name", "Another"])?
        .failed(&["connected already", "reconnect it"])
}

#[test]
fn wrong_addresses_are_told_apart() -> Result<()> {
    let stage = Stage::new(Scenario::Empty)?;
    let add = |address: &str| {
        let file = stage.password_file("x")?.display().to_string();
        let words = [
            "account",
            "add",
            "caldav",
            address,
            "--user",
            "u",
            "--password-file",
            &file,
        ];
        stage.bridge(&words)
    };
    add("https://no-such-host.invalid/")?.failed(&["no-such-host.invalid", "spelling"])?;
    add("http://192.0.2.1/")?.failed(&["not encrypted", "https://"])?;
    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    add(&format!("http://{closed}/"))?.failed(&["does not answer", "Check the address"])?;
    let web = website()?;
    add(&format!("http://{web}/"))?.failed(&["not a CalDAV server", "provider's help"])?;
    nothing_is_kept(&stage)
}

/// A server that is none of ours: every answer is a web page.
fn website() -> Result<std::net::SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            // Whoever hangs up early has seen enough.
            drop(stream.read(&mut request));
            let page = "<!doctype html><title>Welcome</title>";
            let length = page.len();
            drop(write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{page}"
            ));
        }
    });
    Ok(address)
}

#[test]
fn an_untrusted_certificate_is_named_and_nothing_is_sent() -> Result<()> {
    let stage = Stage::new(Scenario::Empty)?;
    let mut ready = stage.ready.clone();
    // As without the endpoints file: nobody vouches for the sandbox.
    ready["ca_file"] = serde_json::Value::Null;
    std::fs::write(stage.endpoints(), ready.to_string())?;
    stage.add(&[])?.failed(&["certificate", "not trusted"])?;
    nothing_is_kept(&stage)
}

#[test]
fn our_own_feed_is_no_source() -> Result<()> {
    let stage = Stage::new(Scenario::Empty)?;
    let server = stage.run()?;
    let credentials = stage.home.credentials();
    let file = stage
        .password_file(&credentials.password)?
        .display()
        .to_string();
    let url = server.url();
    let words = [
        "account",
        "add",
        "caldav",
        &url,
        "--user",
        &credentials.login,
    ];
    let words = [&words[..], &["--password-file", &file]].concat();
    stage
        .bridge(&words)?
        .failed(&["own calendar feed", "provider"])
}

#[test]
fn usage_that_cannot_work_yet_is_said_so() -> Result<()> {
    let stage = Stage::new(Scenario::Empty)?;
    let words = ["account", "add", "nobody-knows", "--user", "u"];
    stage
        .bridge(&words)?
        .failed(&["nobody-knows", "icloud", "google"])?;
    stage
        .bridge(&["account", "add", "icloud"])?
        .failed(&["--user"])?;
    let words = ["account", "add", "icloud", "--user", "u"];
    stage
        .bridge(&words)?
        .failed(&["terminal", "--password-file"])?;
    stage
        .bridge(&["account", "remove", "none"])?
        .failed(&["none"])?;
    stage.bridge(&["sync"])?.failed(&["account add"])
}

fn nothing_is_kept(stage: &Stage) -> Result<()> {
    let accounts = stage.json(&["account", "list", "--json"])?;
    ensure!(accounts == serde_json::json!([]), "{accounts}");
    Ok(())
}
