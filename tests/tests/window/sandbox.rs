//! The sandbox cloud as a process, and its control.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use bridge::clock::{Clock as _, SystemClock};
use chrono::TimeDelta;
use companion_tests::http::{Connection, Request};
use serde_json::{Value, json};
use tempfile::TempDir;

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
        self.order(
            &json!({ "do": "put", "calendar": "praxis", "name": "now.ics", "object": object }),
        )
    }

    pub(crate) fn revoke_password(&self) -> Result<()> {
        self.order(&json!({ "do": "revoke" }))
    }

    pub(crate) fn new_password(&self, password: &str) -> Result<()> {
        self.order(&json!({ "do": "new-password", "password": password }))
    }

    /// Ends at once.
    pub(crate) fn die(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    fn order(&self, order: &Value) -> Result<()> {
        let control = self.ready.pointer("/plain/control").and_then(Value::as_str);
        let control = control.context("no control")?;
        let address = control.trim_start_matches("http://").trim_end_matches('/');
        let address = address.replace("localhost", "127.0.0.1").parse()?;
        let body = order.to_string();
        let request = Request::new("POST", "/")
            .header("Content-Type", "application/json")
            .body(body.as_bytes());
        let answer = Connection::open(address, None)?.send(&request)?;
        ensure!(answer.status == 200, "{order}: {}", answer.text());
        Ok(())
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
