//! A `CalDAV` server.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use bridge_core::time::Instant;
use bytes::Bytes;
use http::{Request, Response};

use super::{Content, Contents, Far};
use crate::sandbox::caldav::{Account, CalDav, Calendar, Hosts, Lie, Role};
use crate::sim::Violation;
use crate::sim::edits::{self, Field, Marks};
use crate::sim::plan::Setting;
use crate::sim::world::{
    ACCOUNT_NUMBER, CALENDARS, FRONT, HOME, PASSWORDS, USER, calendar_of, uid_of,
};

/// What breaks an object: with it the text is a message, which no calendar may hold (RFC 4791 section 4.1).
const BREAKING: &str = "METHOD:REQUEST\r\n";

pub(super) struct Server {
    server: CalDav,
    /// Calendars that are deleted at the moment.
    away: BTreeMap<&'static str, Calendar>,
}

pub(super) fn make(setting: &Setting) -> Server {
    let mut behaviour = setting.server.behaviour();
    behaviour.page = setting.page;
    behaviour.base = "";
    let account = Account::new(ACCOUNT_NUMBER, USER, PASSWORDS.0);
    let mut server = CalDav::new(Hosts::new(FRONT, HOME), account, behaviour);
    for name in CALENDARS {
        server.add_calendar(name, name, Role::Own);
    }
    Server {
        server,
        away: BTreeMap::new(),
    }
}

impl Server {
    /// Name and text of an object, broken or not.
    fn there(&self, slot: u16) -> Option<(String, Vec<u8>)> {
        let uid = edits::uid(slot);
        let mut objects = self.server.calendar(calendar_of(slot))?.objects();
        let found = objects.find(|(_, kept)| uid_of(&kept.octets).as_deref() == Some(uid.as_str()));
        found.map(|(name, kept)| (name.to_owned(), kept.octets.clone()))
    }

    fn put(&mut self, slot: u16, name: &str, octets: Vec<u8>, now: Instant) -> Result<()> {
        let server = &mut self.server;
        Ok(server.put_as_other(calendar_of(slot), name, octets, now)?)
    }
}

impl Far for Server {
    fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes> {
        self.server.handle(request, now)
    }

    fn latest(&self) -> u64 {
        self.server.latest()
    }

    fn calm(&mut self) {
        self.server.trouble.end();
    }

    fn forget(&mut self) {
        for name in CALENDARS {
            // One that is deleted has no tokens.
            drop(self.server.reset_tokens(name));
        }
    }

    fn lie(&mut self, lie: Lie) -> bool {
        self.server.trouble.lie(lie);
        lie.hides()
    }

    fn admit(&mut self, word: Option<&str>) {
        self.server.account.app_password = word.map(str::to_owned);
    }

    fn admits(&self, word: &str) -> bool {
        self.server.account.app_password.as_deref() == Some(word)
    }

    fn rename(&mut self, calendar: &str, title: &str) {
        if let Ok(calendar) = self.server.calendar_mut(calendar) {
            title.clone_into(&mut calendar.display_name);
        }
    }

    fn toggle(&mut self, calendar: &'static str) {
        if let Some(back) = self.away.remove(calendar) {
            self.server.restore_calendar(calendar, back);
            return;
        }
        let gone = self.server.delete_calendar(calendar);
        self.away.extend(gone.map(|gone| (calendar, gone)));
    }

    fn bring_back(&mut self) {
        for (name, calendar) in std::mem::take(&mut self.away) {
            self.server.restore_calendar(name, calendar);
        }
    }

    fn is_away(&self, calendar: &str) -> bool {
        self.away.contains_key(calendar)
    }

    fn marks(&self, slot: u16) -> Option<Marks> {
        let (_, octets) = self.there(slot)?;
        Some(edits::marks(&octets))
    }

    fn make(&mut self, slot: u16, number: u32, octets: Vec<u8>, now: Instant) -> Result<()> {
        let name = match slot % 3 {
            0 => format!("o{number}-{slot}.ics"),
            1 => format!("O{number} {slot}@ä.ics"),
            _ => format!("{number}{{{slot}}}"),
        };
        self.put(slot, &name, octets, now)
    }

    fn edit(&mut self, slot: u16, field: Field, mark: &str, now: Instant) -> Result<()> {
        let (name, octets) = self.there(slot).context("nothing to edit")?;
        self.put(slot, &name, edits::edit(&octets, field, mark, now), now)
    }

    fn delete(&mut self, slot: u16, now: Instant) -> Result<()> {
        let (name, _) = self.there(slot).context("nothing to delete")?;
        Ok(self.server.delete_as_other(calendar_of(slot), &name, now)?)
    }

    fn touch(&mut self, slot: u16, now: Instant) -> Result<()> {
        match self.there(slot) {
            Some((name, octets)) => self.put(slot, &name, octets, now),
            None => Ok(()),
        }
    }

    fn touch_all(&mut self, now: Instant) -> Result<()> {
        for calendar in CALENDARS {
            let all = self.server.calendar(calendar).into_iter();
            let names = all.flat_map(Calendar::objects).map(|(name, _)| name);
            let names: Vec<String> = names.map(str::to_owned).collect();
            for name in names {
                self.server.touch(calendar, &name, now)?;
            }
        }
        Ok(())
    }

    fn relocate(&mut self, slot: u16, number: u32, now: Instant) -> Result<bool> {
        let Some((name, octets)) = self.there(slot) else {
            return Ok(false);
        };
        self.server.delete_as_other(calendar_of(slot), &name, now)?;
        self.put(slot, &format!("moved-{number}.ics"), octets, now)?;
        Ok(true)
    }

    fn spoil(&mut self, slot: u16, now: Instant) -> Result<()> {
        match self.there(slot) {
            Some((name, octets)) if !is_broken(&octets) => {
                self.put(slot, &name, broken(&octets), now)
            }
            _ => Ok(()),
        }
    }

    fn mend(&mut self, now: Instant) -> Result<()> {
        for calendar in CALENDARS {
            let all = self.server.calendar(calendar).into_iter();
            let broken = all
                .flat_map(Calendar::objects)
                .filter(|(_, kept)| is_broken(&kept.octets))
                .map(|(name, kept)| (name.to_owned(), kept.octets.clone()));
            for (name, octets) in broken.collect::<Vec<_>>() {
                let text = String::from_utf8_lossy(&octets);
                let mended = text.replacen(BREAKING, "", 1).into_bytes();
                self.server.put_as_other(calendar, &name, mended, now)?;
            }
        }
        Ok(())
    }

    fn contents(&self, calendar: &str) -> Result<Contents, Violation> {
        let mut contents = Contents::new();
        let all = self.server.calendar(calendar).into_iter();
        for (name, kept) in all.flat_map(Calendar::objects) {
            let uid = uid_of(&kept.octets).unwrap_or_else(|| name.to_owned());
            let content = Content::Text(kept.octets.clone());
            if contents.insert(uid.clone(), content).is_some() {
                return Err(Violation(format!("D2: {uid} is there twice")));
            }
        }
        Ok(contents)
    }

    fn content(&self, octets: &[u8]) -> Content {
        Content::Text(octets.to_vec())
    }

    fn may_make(&self, _slot: u16, _device: Option<usize>) -> bool {
        true
    }

    fn complaint(&self) -> Option<String> {
        None
    }

    fn caldav(&mut self) -> Option<&mut CalDav> {
        Some(&mut self.server)
    }
}

/// An object that the engine cannot take; everything that people wrote is still in it.
fn broken(octets: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(octets);
    text.replacen("VERSION:2.0\r\n", &format!("VERSION:2.0\r\n{BREAKING}"), 1)
        .into_bytes()
}

fn is_broken(octets: &[u8]) -> bool {
    String::from_utf8_lossy(octets).contains(BREAKING)
}
