//! CalDAV servers of others, installed by `cargo xtask test`, each started as a process over a folder of its own.

mod process;
mod radicale;
mod xandikos;

use std::net::SocketAddr;

use anyhow::{Result, ensure};

use crate::http::{Answer, Connection, Credentials, Request};

pub use radicale::radicale;
pub use xandikos::xandikos;

/// A running server with one account; ends with the value.
pub struct RealServer {
    /// What people call it.
    pub name: &'static str,
    /// The folder of the account's calendars, as a path.
    pub home: &'static str,
    credentials: Credentials,
    process: process::Process,
}

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

    /// Makes an empty calendar and returns its path.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn make_calendar(&self, name: &str) -> Result<String> {
        let path = format!("{}{name}/", self.home);
        let answer = self.send(&Request::new("MKCALENDAR", &path))?;
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
