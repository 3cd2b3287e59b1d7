//! CalDAV servers of others, installed by `cargo xtask test`, each started as a process over a folder of its own.

mod process;
mod radicale;
mod xandikos;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::dataset::Object;
use crate::http::{Answer, Connection, Credentials, Request};
use crate::multistatus::{everything, listing, object_names};

pub use radicale::radicale;
pub use xandikos::xandikos;

/// How long a server may look at ten thousand objects on a busy machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// A running server with one account; ends with the value.
pub struct RealServer {
    /// What people call it.
    pub name: &'static str,
    /// The folder of the account's calendars, as a path.
    pub home: &'static str,
    credentials: Credentials,
    process: process::Process,
    fill: Fill,
}

/// Puts objects into the calendar of this path behind the back of the server whose folder this is, as a restored backup
/// would: thousands of requests would take minutes.
type Fill = fn(folder: &Path, calendar: &str, objects: &[Object]) -> Result<()>;

impl RealServer {
    /// What a person types as its address.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.process.address()
    }

    /// Its process, to be measured.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// What it complained of so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// User name and password of the account.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Sends one plain request to it, as another device would. Radicale closes after each.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn send(&self, request: &Request<'_>) -> Result<Answer> {
        let mut connection = Connection::open(self.address(), Some(&self.credentials))?;
        Ok(connection.send(request)?)
    }

    /// Makes an empty calendar that people call by its name, and returns its path.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn make_calendar(&self, name: &str) -> Result<String> {
        let path = format!("{}{name}/", self.home);
        let body = format!(
            "<C:mkcalendar xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\">\
             <set><prop><displayname>{name}</displayname></prop></set></C:mkcalendar>"
        );
        let request = Request::new("MKCALENDAR", &path);
        let answer = self.send(&request.body(body.as_bytes()))?;
        ensure!(
            answer.status == 201,
            "MKCALENDAR: {} {}",
            answer.status,
            answer.text()
        );
        Ok(path)
    }

    /// Stores an object, whatever is there.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn put(&self, path: &str, object: &[u8]) -> Result<()> {
        let request = Request::new("PUT", path)
            .header("Content-Type", "text/calendar; charset=utf-8")
            .body(object);
        let answer = self.send(&request)?;
        ensure!(
            matches!(answer.status, 200..300),
            "PUT: {} {}",
            answer.status,
            answer.text()
        );
        Ok(())
    }

    /// The text of an object, if it is there.
    ///
    /// # Errors
    /// When the server answers otherwise.
    pub fn get(&self, path: &str) -> Result<Option<String>> {
        let answer = self.send(&Request::new("GET", path))?;
        match answer.status {
            200 => Ok(Some(answer.text())),
            404 => Ok(None),
            status => bail!("GET {path}: {status}"),
        }
    }

    /// The names of what is in a calendar.
    ///
    /// # Errors
    /// When the server does not list it.
    pub fn names(&self, calendar: &str) -> Result<BTreeSet<String>> {
        object_names(&self.send(&listing(calendar))?)
    }

    /// Puts many objects into a calendar at once, and lets the server look at them: had it stored them one by one, it
    /// would know them by now.
    ///
    /// # Errors
    /// When its folder cannot be written, or it does not list them.
    pub fn fill(&self, calendar: &str, objects: &[Object]) -> Result<()> {
        (self.fill)(self.process.folder(), calendar, objects)?;
        let mut connection = Connection::open(self.address(), Some(&self.credentials))?;
        connection.be_patient(PATIENCE)?;
        let answer = connection.send(&everything(calendar));
        let listed = object_names(&answer.context("the first sync-collection")?)?.len();
        ensure!(listed >= objects.len(), "{listed} of {}", objects.len());
        Ok(())
    }

    /// Removes an object.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn delete(&self, path: &str) -> Result<()> {
        let answer = self.send(&Request::new("DELETE", path))?;
        ensure!(
            matches!(answer.status, 200..300),
            "DELETE: {}",
            answer.status
        );
        Ok(())
    }
}
