//! A sandbox cloud and an installation that is connected to it, with the command line and an app to use it.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use anyhow::{Context as _, Result, bail, ensure};
use bridge_core::time::Instant;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::http::{Answer, Connection, Credentials, Request};
use crate::multistatus::{listing, object_names};
use crate::process::{Home, Server};
use crate::sandbox::control::{Order, obey};
use crate::sandbox::listen::{self, CALDAV_LOGIN, Sandbox, Scenario, Start, start};

/// A sandbox, an installation, and the endpoints file between them.
pub struct Stage {
    /// The installation.
    pub home: Home,
    /// What it is connected to.
    pub sandbox: Arc<Sandbox>,
    /// The sandbox's ready line.
    pub ready: Value,
    /// The sandbox lives in it.
    _runtime: Runtime,
    folder: tempfile::TempDir,
}

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Said {
    /// The exit code.
    pub code: Option<i32>,
    /// Its answer.
    pub out: String,
    /// Everything else.
    pub err: String,
}

impl Said {
    /// Runs a command to its end.
    ///
    /// # Errors
    /// When it does not start, or does not speak UTF-8.
    pub fn by(command: &mut Command) -> Result<Self> {
        let output = command.output()?;
        Ok(Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout)?,
            err: String::from_utf8(output.stderr)?,
        })
    }

    /// What a command with `--json` answered.
    ///
    /// # Errors
    /// When it did not end well, or the answer is no JSON.
    pub fn json(self) -> Result<Value> {
        Ok(serde_json::from_str(&self.done()?)?)
    }

    /// It ended well; its answer.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn done(self) -> Result<String> {
        ensure!(self.code == Some(0), "{self:?}");
        Ok(self.out)
    }

    /// It failed with code 1, and its message has all these words.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn failed(self, words: &[&str]) -> Result<()> {
        ensure!(self.code == Some(1), "{self:?}");
        for word in words {
            ensure!(self.err.contains(word), "no {word:?} in {:?}", self.err);
        }
        Ok(())
    }
}

/// Whatever a test looks at, nothing may go against the contract of a service.
impl Drop for Stage {
    fn drop(&mut self) {
        let violations = self.sandbox.violations();
        assert!(
            thread::panicking() || violations.is_empty(),
            "{violations:?}"
        );
    }
}

impl Stage {
    /// A sandbox with this in it, and an installation that does not know it yet.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn new(scenario: Scenario) -> Result<Self> {
        Self::at(None, scenario)
    }

    /// The same, with a sandbox whose clock shows this time at the start.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn at(now: Option<Instant>, scenario: Scenario) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let how = Start {
            listen: ([127, 0, 0, 1], 0).into(),
            tls_listen: ([127, 0, 0, 1], 0).into(),
            seed: 7,
            now,
            home: listen::Home::AtTheFront,
            scenario,
            folder: folder.path().to_owned(),
        };
        let (sandbox, ready) = runtime.block_on(start(&how))?;
        let stage = Self {
            home: Home::new()?,
            sandbox,
            ready,
            _runtime: runtime,
            folder,
        };
        fs::write(stage.endpoints(), stage.ready.to_string())?;
        stage.password_file(CALDAV_LOGIN.1)?;
        Ok(stage)
    }

    /// The same, connected and synced once.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn connected(scenario: Scenario) -> Result<Self> {
        let stage = Self::new(scenario)?;
        stage.add(&[])?.done()?;
        stage.bridge(&["sync"])?.done()?;
        Ok(stage)
    }

    /// The file for `--endpoints`.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn endpoints(&self) -> PathBuf {
        self.folder.path().join("endpoints.json")
    }

    /// A file with this password.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn password_file(&self, password: &str) -> Result<PathBuf> {
        let file = self.folder.path().join("password");
        fs::write(&file, password)?;
        Ok(file)
    }

    /// `account add icloud` with the words of the sandbox's account and these.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn add(&self, more: &[&str]) -> Result<Said> {
        let file = self.folder.path().join("password").display().to_string();
        let mut words = vec!["account", "add", "icloud", "--user", CALDAV_LOGIN.0];
        words.extend(["--password-file", &file]);
        words.extend(more);
        self.bridge(&words)
    }

    /// `pharmadoc-bridge` with these words, not started yet.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn command(&self, words: &[&str]) -> Result<Command> {
        let mut command = self.home.command(words)?;
        command.arg("--endpoints").arg(self.endpoints());
        Ok(command)
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn bridge(&self, words: &[&str]) -> Result<Said> {
        Said::by(&mut self.command(words)?)
    }

    /// What a command with `--json` answers.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn json(&self, words: &[&str]) -> Result<Value> {
        self.bridge(words)?.json()
    }

    /// `run` with the login of the home.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn run(&self) -> Result<Server> {
        self.run_with(&[])
    }

    /// The same with these variables in its environment.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn run_with(&self, variables: &[(&str, &str)]) -> Result<Server> {
        let feed = self.home.credentials();
        let file = self.folder.path().join("feed-password");
        fs::write(&file, &feed.password)?;
        let mut command = self.command(&["run", "--listen", "127.0.0.1:0"])?;
        command
            .args(["--tls-listen", "127.0.0.1:0", "--login", &feed.login])
            .arg("--password-file")
            .arg(file)
            .envs(variables.iter().copied());
        Server::start(command)
    }

    /// Somebody else does something to the server.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn order(&self, order: Order) -> Result<Value> {
        obey(&self.sandbox, order)
    }

    /// The text of an object of the server.
    pub fn remote(&self, calendar: &str, name: &str) -> Option<String> {
        self.sandbox.with_caldav(|server, _| {
            let object = server.calendar(calendar)?.object(name)?;
            Some(String::from_utf8_lossy(&object.octets).into_owned())
        })
    }

    /// The names of what is in a calendar of the server.
    pub fn remote_names(&self, calendar: &str) -> Vec<String> {
        self.sandbox.with_caldav(|server, _| {
            let calendar = server.calendar(calendar);
            let names = calendar.iter().flat_map(|one| one.objects());
            names.map(|(name, _)| name.to_owned()).collect()
        })
    }
}

/// The feed of a running server, as an app uses it.
pub struct App {
    address: SocketAddr,
    credentials: Credentials,
    home: String,
}

impl App {
    /// An app that signs in with the login of the home.
    pub fn of(home: &Home, server: &Server) -> Self {
        let credentials = home.credentials().clone();
        Self {
            address: server.address(),
            home: format!("/dav/calendars/{}", credentials.login),
            credentials,
        }
    }

    fn send(&self, request: &Request<'_>) -> Result<Answer> {
        // A new connection each time: between two requests the server may have closed an idle one.
        Ok(Connection::open(self.address, Some(&self.credentials))?.send(request)?)
    }

    /// The text of an object, if it is there.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn get(&self, calendar: &str, name: &str) -> Result<Option<String>> {
        let path = format!("{}/{calendar}/{name}", self.home);
        let answer = self.send(&Request::new("GET", &path))?;
        match answer.status {
            200 => Ok(Some(answer.text())),
            404 => Ok(None),
            status => bail!("GET {path}: {status}"),
        }
    }

    /// The names of the objects of a calendar.
    ///
    /// # Errors
    /// When the feed does not list it.
    pub fn names(&self, calendar: &str) -> Result<BTreeSet<String>> {
        let path = format!("{}/{calendar}/", self.home);
        object_names(&self.send(&listing(&path))?)
    }

    /// What the feed says of a calendar: its properties, as XML.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn properties(&self, calendar: &str) -> Result<String> {
        let path = format!("{}/{calendar}/", self.home);
        let body = "<D:propfind xmlns:D='DAV:' xmlns:A='http://apple.com/ns/ical/'><D:prop><D:displayname/>\
                    <A:calendar-color/><A:calendar-order/></D:prop></D:propfind>";
        let request = Request::new("PROPFIND", &path)
            .header("Depth", "0")
            .header("Content-Type", "application/xml")
            .body(body.as_bytes());
        Ok(self.send(&request)?.text())
    }

    /// Stores an object.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn put(&self, calendar: &str, name: &str, text: &str) -> Result<()> {
        let path = format!("{}/{calendar}/{name}", self.home);
        let request = Request::new("PUT", &path)
            .header("Content-Type", "text/calendar; charset=utf-8")
            .body(text.as_bytes());
        let answer = self.send(&request)?;
        ensure!(
            matches!(answer.status, 201 | 204),
            "PUT {path}: {} {}",
            answer.status,
            answer.text()
        );
        Ok(())
    }

    /// Deletes an object.
    ///
    /// # Errors
    /// When it is not so, or a step fails.
    pub fn delete(&self, calendar: &str, name: &str) -> Result<()> {
        let path = format!("{}/{calendar}/{name}", self.home);
        let answer = self.send(&Request::new("DELETE", &path))?;
        ensure!(answer.status == 204, "DELETE {path}: {}", answer.status);
        Ok(())
    }
}

/// An event of this name and title.
pub fn event(uid: &str, title: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20261120T080000Z\r\nDTSTART:20261203T090000Z\r\nDTEND:20261203T100000Z\r\nSUMMARY:{title}\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// The orders that put so many events into a calendar of the sandbox.
pub fn events(calendar: &str, count: usize) -> Vec<Order> {
    (0..count)
        .map(|number| Order::Put {
            calendar: calendar.to_owned(),
            name: format!("e{number}.ics"),
            object: event(&format!("e{number}"), &format!("Event {number}")),
        })
        .collect()
}

/// The first of a JSON list that has this value in this field.
///
/// # Errors
/// When there is none.
pub fn item<'v>(list: &'v Value, field: &str, value: impl Into<Value>) -> Result<&'v Value> {
    let (list, value) = (list.as_array().context("no list")?, value.into());
    let found = list.iter().find(|one| one.get(field) == Some(&value));
    found.with_context(|| format!("no {field} = {value} in {list:?}"))
}
