//! The far side: a service with two calendars, and everybody else at it.

mod caldav;
mod cloud;
mod google;
mod graph;

use std::collections::BTreeMap;

use anyhow::Result;
use bridge_core::ids::RemoteId;
use bridge_core::time::Instant;
use bytes::Bytes;
use http::{Request, Response};

use super::edits::{self, Field, Marks};
use super::plan::{Server, Setting};
use super::{Violation, direct};
use crate::sandbox::caldav::{CalDav, Lie};

/// What is in a calendar, by UID.
pub(super) type Contents = BTreeMap<String, Content>;

/// What can be compared of an object on both sides.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// Every octet.
    Text(Vec<u8>),
    /// What people wrote: the service has it in words of its own.
    Marks(Marks),
}

impl Content {
    pub(super) fn marks(&self) -> Marks {
        match self {
            Self::Text(octets) => edits::marks(octets),
            Self::Marks(marks) => marks.clone(),
        }
    }
}

/// The service.
pub(super) trait Far: Send {
    /// Answers a request.
    fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes>;

    /// The number of its latest change.
    fn latest(&self) -> u64;

    /// Nothing goes wrong any more.
    fn calm(&mut self);

    /// It forgets its tokens.
    fn forget(&mut self);

    /// Its next listing is not true; says whether it will hide something.
    fn lie(&mut self, lie: Lie) -> bool;

    /// Whoever has this word may come in; without one, nobody.
    fn admit(&mut self, word: Option<&str>);

    /// Whether this word is the right one.
    fn admits(&self, word: &str) -> bool;

    /// A calendar gets another title.
    fn rename(&mut self, calendar: &str, title: &str);

    /// A calendar is deleted, or comes back.
    fn toggle(&mut self, calendar: &'static str);

    /// Every deleted calendar comes back.
    fn bring_back(&mut self);

    /// Whether a calendar is deleted.
    fn is_away(&self, calendar: &str) -> bool;

    /// The marks of an object, if it is there.
    fn marks(&self, slot: u16) -> Option<Marks>;

    /// Somebody makes an object. `number` was never used before.
    fn make(&mut self, slot: u16, number: u32, octets: Vec<u8>, now: Instant) -> Result<()>;

    /// Somebody edits a field of it.
    fn edit(&mut self, slot: u16, field: Field, mark: &str, now: Instant) -> Result<()>;

    /// Somebody deletes it.
    fn delete(&mut self, slot: u16, now: Instant) -> Result<()>;

    /// It gets a new version without another content.
    fn touch(&mut self, slot: u16, now: Instant) -> Result<()>;

    /// Every object does.
    fn touch_all(&mut self, now: Instant) -> Result<()>;

    /// It gets another name; says whether there is such a thing.
    fn relocate(&mut self, slot: u16, number: u32, now: Instant) -> Result<bool>;

    /// It breaks, where that can be.
    fn spoil(&mut self, slot: u16, now: Instant) -> Result<()>;

    /// Every broken object is whole again.
    fn mend(&mut self, now: Instant) -> Result<()>;

    /// What is in a calendar.
    ///
    /// # Errors
    /// When something is there twice.
    fn contents(&self, calendar: &str) -> Result<Contents, Violation>;

    /// The same of an object at a device.
    fn content(&self, octets: &[u8]) -> Content;

    /// UIDs of what lost the words that only the service has.
    fn stripped(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether a device may make the object of this number. Where the service numbers things itself, two makers of one UID
    /// make two things, so each object has one maker.
    fn may_make(&self, slot: u16, device: Option<usize>) -> bool;

    /// Whether some deletions are known only by a complete listing, which comes once a day.
    fn needs_a_day(&self) -> bool {
        false
    }

    /// What was sent or answered against the contract.
    fn complaint(&self) -> Option<String>;

    /// The `CalDAV` server that it is.
    fn caldav(&mut self) -> Option<&mut CalDav> {
        None
    }
}

/// The service of a setting, with its calendars.
pub(super) fn make(setting: &Setting) -> Box<dyn Far> {
    match setting.server {
        Server::Google => Box::new(google::make(setting)),
        Server::Graph => Box::new(graph::make(setting)),
        _ => Box::new(caldav::make(setting)),
    }
}

/// What a device calls a calendar.
pub(super) fn calendar_id(server: Server, name: &str) -> RemoteId {
    match server {
        Server::Google | Server::Graph => RemoteId::new(cloud::calendar_id(name)),
        _ => direct::calendar_id(name),
    }
}
