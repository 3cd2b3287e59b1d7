//! A person at a browser, as far as signing in needs one: the sandbox's pages are plain forms.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::http::{Answer, Connection, Request};
use crate::service::Service;
use crate::stage::{Said, Stage};

/// What a person decides on the page where permission is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allow,
    /// No.
    Deny,
}

impl Decision {
    fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// A command that waits for the browser.
pub struct Waiting {
    command: Child,
    lines: BufReader<ChildStderr>,
    /// Where it sends the doctor.
    pub address: Url,
}

impl Waiting {
    /// Starts a command and reads the address that it prints for the browser.
    ///
    /// # Errors
    /// When it prints none.
    pub fn of(stage: &Stage, words: &[&str]) -> Result<Self> {
        let mut command = stage.command(words)?;
        command.arg("--no-browser");
        let mut command = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(command.stderr.take().context("no output")?);
        let (mut line, mut said) = (String::new(), String::new());
        let address = loop {
            line.clear();
            ensure!(lines.read_line(&mut line)? > 0, "no address in {said}");
            said += &line;
            if let Some((_, address)) = line.split_once("at this address: ") {
                break address.trim().parse()?;
            }
        };
        Ok(Self {
            command,
            lines,
            address,
        })
    }

    /// Fills in the page as the doctor does, and goes where it leads.
    ///
    /// # Errors
    /// When the page leads nowhere.
    pub fn decide(self, stage: &Stage, service: Service, decision: Decision) -> Result<Said> {
        let (line, password) = (service.line(stage)?, service.said(stage, "password")?);
        let page = sign_in(line, &self.address, password, decision)?;
        ensure!(page.contains("PharmaDOC"), "{page}");
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

/// Connects an account of this service with all its calendars.
///
/// # Errors
/// When it does not work.
pub fn connect(stage: &Stage, service: Service) -> Result<()> {
    let waiting = Waiting::of(stage, &["account", "add", service.preset()])?;
    waiting.decide(stage, service, Decision::Allow)?.done()?;
    Ok(())
}

/// Opens the page at `address`, and sends what was filled in. `service` is the part of the ready line under `plain` that
/// the page belongs to: nobody here checks certificates.
///
/// # Errors
/// When there is no such page.
pub fn fill_in(
    service: &Value,
    address: &Url,
    password: &str,
    decision: Decision,
) -> Result<Answer> {
    let server = server(service)?;
    let path = format!("{}?{}", address.path(), address.query().unwrap_or_default());
    let page = Connection::open(server, None)?.send(&Request::new("GET", &path))?;
    ensure!(
        page.status == 200 && page.text().contains("<form"),
        "{}",
        page.text()
    );
    let filled = [
        ("user", member(service, "user").context("no user")?),
        ("password", password),
        ("decision", decision.word()),
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

/// Fills the page in and goes where it leads; returns what is read there.
///
/// # Errors
/// When the page leads nowhere.
pub fn sign_in(
    service: &Value,
    address: &Url,
    password: &str,
    decision: Decision,
) -> Result<String> {
    let answer = fill_in(service, address, password, decision)?;
    let back: Url = answer.header("location").context("no way back")?.parse()?;
    ensure!(!back.as_str().contains(password), "{back}");
    Ok(fetch(&back)?.text())
}

/// Opens a page.
///
/// # Errors
/// When nobody answers there.
pub fn fetch(at: &Url) -> Result<Answer> {
    let server = first_of(at)?;
    let path = format!("{}?{}", at.path(), at.query().unwrap_or_default());
    Ok(Connection::open(server, None)?.send(&Request::new("GET", &path))?)
}

fn server(service: &Value) -> Result<SocketAddr> {
    let pages = ["auth_uri", "authority"].map(|name| member(service, name));
    let page = pages.into_iter().flatten().next().context("no page")?;
    first_of(&page.parse()?)
}

fn member<'v>(service: &'v Value, name: &str) -> Option<&'v str> {
    service.get(name)?.as_str()
}

fn first_of(at: &Url) -> Result<SocketAddr> {
    let all = at.socket_addrs(|| None)?;
    all.first().copied().context("an address of nobody")
}
