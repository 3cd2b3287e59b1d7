//! The sandbox cloud as a process, and its control.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use bridge::clock::{Clock as _, SystemClock};
use chrono::TimeDelta;
use companion_tests::browser::{Decision, sign_in};
use companion_tests::http::{Connection, Request};
use companion_tests::service::Service;
use companion_tests::stage::event;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

/// The doctor's own calendar.
const CALENDAR: &str = "praxis";
/// The object of [`Sandbox::event_now`].
const NOW: &str = "now.ics";

/// The sandbox with a doctor's week in it.
pub(crate) struct Sandbox {
    process: Child,
    ready: Value,
    folder: TempDir,
}

impl Sandbox {
    pub(crate) fn start() -> Result<Self> {
        let mut process = Command::new(env!("CARGO_BIN_EXE_sandbox"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("the sandbox does not start")?;
        let mut line = String::new();
        let output = process.stdout.take().context("no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let folder = tempfile::tempdir()?;
        let sandbox = Self {
            process,
            ready: serde_json::from_str(&line).context("no ready line")?,
            folder,
        };
        std::fs::write(sandbox.endpoints(), line)?;
        Ok(sandbox)
    }

    /// The file for `--endpoints`.
    pub(crate) fn endpoints(&self) -> PathBuf {
        self.folder.path().join("endpoints.json")
    }

    /// What the doctor types: user name or password.
    pub(crate) fn login(&self, part: &str) -> Result<&str> {
        let said = self.ready.pointer(&format!("/caldav/{part}"));
        said.and_then(Value::as_str).context("no login")
    }

    /// Adds an event around now to the doctor's own calendar, as another device does.
    pub(crate) fn event_now(&self, title: &str) -> Result<()> {
        let time = |at: chrono::DateTime<chrono::Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
        let now = SystemClock.now();
        let (start, end) = (now - TimeDelta::hours(1), now + TimeDelta::hours(1));
        let object = format!(
            "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\nBEGIN:VEVENT\nUID:now\nDTSTAMP:{0}\nDTSTART:{0}\n\
             DTEND:{1}\nSUMMARY:{title}\nEND:VEVENT\nEND:VCALENDAR\n",
            time(start),
            time(end)
        );
        self.put(NOW, &object)
    }

    /// Adds an event around now at Google, as another device does.
    pub(crate) fn google_event_now(&self, title: &str) -> Result<()> {
        let now = SystemClock.now();
        let time = |hours| json!({ "dateTime": (now + TimeDelta::hours(hours)).to_rfc3339() });
        let fields = json!({ "id": "now", "iCalUID": "now@there", "summary": title, "start": time(-1), "end": time(1) });
        let put = json!({ "do": "put", "calendar": Service::Google.ward(), "fields": fields });
        self.order(&json!({ "do": "google", "order": put }))
            .map(drop)
    }

    /// The doctor decides on the page of this service.
    pub(crate) fn decide(&self, service: Service, page: &Url, decision: Decision) -> Result<()> {
        let line = self.ready.pointer(&format!("/plain/{}", service.preset()));
        let line = line.context("it is not in the ready line")?;
        let password = line.get("password").and_then(Value::as_str);
        sign_in(line, page, password.context("no password")?, decision).map(drop)
    }

    /// The doctor takes the permission away at this service.
    pub(crate) fn withdraw(&self, service: Service) -> Result<()> {
        self.order(&json!({ "do": "withdraw", "service": service }))
            .map(drop)
    }

    /// Changes the title of that event, as another device does.
    pub(crate) fn rename_now(&self, from: &str, to: &str) -> Result<()> {
        let edit =
            json!({ "do": "edit", "calendar": CALENDAR, "name": NOW, "from": from, "to": to });
        self.order(&edit).map(drop)
    }

    /// The text of that event.
    pub(crate) fn text_of_now(&self) -> Result<String> {
        let shown = self.order(&json!({ "do": "show", "calendar": CALENDAR, "name": NOW }))?;
        let text = shown.get("object").and_then(Value::as_str);
        Ok(text.context("no text")?.to_owned())
    }

    /// Adds so many events, as another device does.
    pub(crate) fn put_many(&self, count: usize) -> Result<()> {
        (0..count).try_for_each(|number| {
            let name = format!("many-{number}");
            self.put(&format!("{name}.ics"), &event(&name, &name))
        })
    }

    /// Deletes those of [`Sandbox::put_many`], as another device does.
    pub(crate) fn delete_many(&self, count: usize) -> Result<()> {
        (0..count).try_for_each(|number| {
            let name = format!("many-{number}.ics");
            self.order(&json!({ "do": "delete", "calendar": CALENDAR, "name": name }))
                .map(drop)
        })
    }

    /// How many of those of [`Sandbox::put_many`] are there.
    pub(crate) fn count_of_many(&self) -> Result<usize> {
        let state = self.ask(&Request::new("GET", "/"))?;
        let calendars = state.pointer("/caldav").and_then(Value::as_array);
        let mut calendars = calendars.context("no calendars")?.iter();
        let ours = calendars.find(|one| one.get("calendar") == Some(&json!(CALENDAR)));
        let names = ours.and_then(|ours| ours.get("objects")?.as_array());
        let names = names
            .context("no objects")?
            .iter()
            .filter_map(Value::as_str);
        Ok(names.filter(|name| name.starts_with("many-")).count())
    }

    pub(crate) fn revoke_password(&self) -> Result<()> {
        self.order(&json!({ "do": "revoke" })).map(drop)
    }

    pub(crate) fn new_password(&self, password: &str) -> Result<()> {
        self.order(&json!({ "do": "new-password", "password": password }))
            .map(drop)
    }

    /// Ends at once.
    pub(crate) fn die(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    fn put(&self, name: &str, object: &str) -> Result<()> {
        let order = json!({ "do": "put", "calendar": CALENDAR, "name": name, "object": object });
        self.order(&order).map(drop)
    }

    fn order(&self, order: &Value) -> Result<Value> {
        let body = order.to_string();
        let request = Request::new("POST", "/").header("Content-Type", "application/json");
        self.ask(&request.body(body.as_bytes()))
    }

    fn ask(&self, request: &Request<'_>) -> Result<Value> {
        let control = self.ready.pointer("/plain/control").and_then(Value::as_str);
        let control = control.context("no control")?;
        let address = control.trim_start_matches("http://").trim_end_matches('/');
        let address = address.replace("localhost", "127.0.0.1").parse()?;
        let answer = Connection::open(address, None)?.send(request)?;
        ensure!(answer.status == 200, "{}", answer.text());
        Ok(serde_json::from_slice(&answer.body)?)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The words that connect the app to the sandbox.
pub(crate) fn words(endpoints: &Path) -> Result<[&str; 2]> {
    Ok(["--endpoints", endpoints.to_str().context("no text")?])
}
