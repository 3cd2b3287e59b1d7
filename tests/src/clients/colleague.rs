//! The other device: what a second app of the same doctor would do and see, in plain requests.
//!
//! It makes the calendar that a test is about, changes it behind the back of the app under test and looks at what
//! that app uploaded.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};

use super::patience::until;
use super::text;
use crate::http::{Answer, Connection, Credentials, Request};
use crate::multistatus::MultiStatus;
use crate::process::Server;

const MAKE: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/">
  <D:set><D:prop><D:displayname>TITLE</D:displayname><A:calendar-color>COLOUR</A:calendar-color></D:prop></D:set>
</C:mkcalendar>"#;

const ALL: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:prop><D:getetag/><C:calendar-data/></D:prop>
  <C:filter><C:comp-filter name="VCALENDAR"/></C:filter>
</C:calendar-query>"#;

const TITLE: &str = r#"<D:propfind xmlns:D="DAV:"><D:prop><D:displayname/></D:prop></D:propfind>"#;

/// What a calendar is made with.
#[derive(Clone, Copy, Debug)]
pub struct NewCalendar<'a> {
    /// The last part of its path.
    pub name: &'a str,
    /// What people see.
    pub title: &'a str,
    /// `#RRGGBBAA`, as Apple writes it.
    pub color: &'a str,
}

/// A second device at work in one calendar.
#[derive(Debug)]
pub struct Colleague {
    address: SocketAddr,
    credentials: Credentials,
    path: String,
}

impl Colleague {
    /// Makes a calendar and joins it.
    ///
    /// # Errors
    /// When the server refuses to make it.
    pub fn make(
        server: &Server,
        credentials: &Credentials,
        calendar: &NewCalendar<'_>,
    ) -> Result<Self> {
        let colleague = Self {
            address: server.address(),
            credentials: credentials.clone(),
            path: format!("/dav/calendars/{}/{}/", credentials.login, calendar.name),
        };
        let body = MAKE
            .replace("TITLE", calendar.title)
            .replace("COLOUR", calendar.color);
        let request = Request::new("MKCALENDAR", &colleague.path).body(body.as_bytes());
        let made = colleague.send(&request)?;
        ensure!(
            made.status == 201,
            "MKCALENDAR: {} {}",
            made.status,
            made.text()
        );
        Ok(colleague)
    }

    /// The calendar's path on the server.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Stores an object, whatever was there before.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn put(&self, name: &str, object: &str) -> Result<()> {
        let path = format!("{}{name}", self.path);
        let request =
            Request::new("PUT", &path).header("Content-Type", "text/calendar; charset=utf-8");
        let answer = self.send(&request.body(object.as_bytes()))?;
        ensure!(
            matches!(answer.status, 201 | 204),
            "PUT: {} {}",
            answer.status,
            answer.text()
        );
        Ok(())
    }

    /// Stores an event of one hour with a title and `more` lines, whatever was there before.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn plan(&self, uid: &str, start: &str, title: &str, more: &[&str]) -> Result<()> {
        let event = text::event(uid, start, title, more);
        self.put(&format!("{uid}.ics"), &event)
    }

    /// Removes an object.
    ///
    /// # Errors
    /// When it is not there or the server refuses.
    pub fn delete(&self, name: &str) -> Result<()> {
        let path = format!("{}{name}", self.path);
        let answer = self.send(&Request::new("DELETE", &path))?;
        ensure!(
            matches!(answer.status, 200 | 204),
            "DELETE: {} {}",
            answer.status,
            answer.text()
        );
        Ok(())
    }

    /// The calendar's display name.
    ///
    /// # Errors
    /// When the server does not tell it.
    pub fn title(&self) -> Result<String> {
        let answer = self.send(
            &Request::new("PROPFIND", &self.path)
                .header("Depth", "0")
                .body(TITLE.as_bytes()),
        )?;
        let text = answer.text();
        let after = text.split_once("displayname>").context("no displayname")?.1;
        Ok(after.split('<').next().unwrap_or_default().to_owned())
    }

    /// All objects with their names.
    ///
    /// # Errors
    /// When the server does not answer a plain calendar-query.
    pub fn objects(&self) -> Result<Vec<(String, String)>> {
        let request = Request::new("REPORT", &self.path)
            .header("Depth", "1")
            .header("Content-Type", "application/xml; charset=utf-8");
        let answer = self.send(&request.body(ALL.as_bytes()))?;
        ensure!(
            answer.status == 207,
            "calendar-query: {} {}",
            answer.status,
            answer.text()
        );
        let members = MultiStatus::read(&answer.body)?.members;
        let named = members.into_iter().filter_map(|member| {
            let name = member.name().to_owned();
            member.data.map(|data| (name, data))
        });
        Ok(named.collect())
    }

    /// The object with this UID.
    ///
    /// # Errors
    /// When looking fails.
    pub fn object(&self, uid: &str) -> Result<Option<String>> {
        let line = format!("UID:{uid}");
        let found = self
            .objects()?
            .into_iter()
            .find(|(_, object)| text::has_line(object, &line));
        Ok(found.map(|(_, object)| object))
    }

    /// Waits until the object with this UID has a line, and returns the object.
    ///
    /// # Errors
    /// When it never has.
    pub fn sees(&self, uid: &str, line: &str) -> Result<String> {
        until(&format!("{line} in {uid} on the server"), || {
            Ok(self
                .object(uid)?
                .filter(|object| text::has_line(object, line)))
        })
    }

    /// Waits until there is no object with this UID.
    ///
    /// # Errors
    /// When it stays.
    pub fn misses(&self, uid: &str) -> Result<()> {
        until(&format!("{uid} to leave the server"), || {
            Ok(self.object(uid)?.is_none().then_some(()))
        })
    }

    fn send(&self, request: &Request<'_>) -> Result<Answer> {
        // A new connection each time: between two looks the server may have closed an idle one.
        let answer = Connection::open(self.address, Some(&self.credentials))?.send(request);
        answer.with_context(|| format!("{} {}", request.method, request.path))
    }
}
