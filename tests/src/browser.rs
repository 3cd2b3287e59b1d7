//! A person at a browser, as far as signing in needs one: the sandbox's pages are plain forms.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::http::{Answer, Connection, Request};

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
