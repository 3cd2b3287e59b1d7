//! A calendar of the home: its objects and what changed when.

use std::collections::BTreeMap;

use bridge_core::time::Instant;
use chrono::TimeDelta;

/// What a collection of the home is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Events, the account's own.
    Own,
    /// Events of somebody else, for reading.
    SharedForReading,
    /// Subscribed from the web, for reading.
    Subscribed,
    /// Tasks.
    Reminders,
    /// Scheduling messages (RFC 6638); no calendar.
    Inbox,
    /// Scheduling messages; no calendar.
    Outbox,
    /// Notes of the server; no calendar.
    Notifications,
}

impl Role {
    /// The name in the URL of those that every home has once.
    pub(super) fn segment(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Outbox => "outbox",
            Self::Notifications => "notification",
            Self::Own | Self::SharedForReading | Self::Subscribed | Self::Reminders => "calendar",
        }
    }

    /// Whether the account may change what is in it.
    pub fn is_writable(self) -> bool {
        matches!(self, Self::Own | Self::Reminders)
    }

    /// The kind of component it holds, if it is a calendar.
    pub fn component(self) -> Option<&'static str> {
        match self {
            Self::Own | Self::SharedForReading | Self::Subscribed => Some("VEVENT"),
            Self::Reminders => Some("VTODO"),
            Self::Inbox | Self::Outbox | Self::Notifications => None,
        }
    }
}

/// An object as the server has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its text.
    pub octets: Vec<u8>,
    /// Its version; never the same twice on this server.
    pub revision: u64,
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stored({})", self.revision)
    }
}

/// A collection of the home.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// What people call it.
    pub display_name: String,
    /// `#RRGGBBAA`, as Apple writes it.
    pub color: String,
    /// What it is.
    pub role: Role,
    pub(super) objects: BTreeMap<String, Stored>,
    /// The latest change of each name, of those that are gone too.
    log: BTreeMap<String, u64>,
    /// When each change became known, for a ctag that comes late.
    history: Vec<(Instant, u64)>,
    /// The name of the series of tokens; a new one makes all older tokens invalid.
    pub(super) series: u64,
    /// The number of its latest change.
    pub(super) latest: u64,
}

impl Calendar {
    pub(super) fn new(display_name: String, role: Role, series: u64) -> Self {
        Self {
            display_name,
            color: "#1BADF8FF".to_owned(),
            role,
            objects: BTreeMap::new(),
            log: BTreeMap::new(),
            history: Vec::new(),
            series,
            latest: series,
        }
    }

    /// Its objects by name.
    pub fn objects(&self) -> impl Iterator<Item = (&str, &Stored)> {
        self.objects
            .iter()
            .map(|(name, stored)| (name.as_str(), stored))
    }

    /// An object.
    pub fn object(&self, name: &str) -> Option<&Stored> {
        self.objects.get(name)
    }

    /// The series of its tokens, and the number of its latest change.
    pub fn reached(&self) -> (u64, u64) {
        (self.series, self.latest)
    }

    pub(super) fn set(&mut self, name: &str, octets: Vec<u8>, revision: u64, now: Instant) {
        self.objects
            .insert(name.to_owned(), Stored { octets, revision });
        self.note(name, revision, now);
    }

    pub(super) fn remove(&mut self, name: &str, revision: u64, now: Instant) -> bool {
        let was_there = self.objects.remove(name).is_some();
        if was_there {
            self.note(name, revision, now);
        }
        was_there
    }

    fn note(&mut self, name: &str, revision: u64, now: Instant) {
        self.log.insert(name.to_owned(), revision);
        self.history.push((now, revision));
        self.latest = revision;
    }

    /// All tokens given out so far become invalid.
    pub(super) fn begin_series(&mut self, series: u64) {
        self.series = series;
        self.latest = self.latest.max(series);
    }

    /// The latest change that is at least `late` old.
    pub fn known_before(&self, now: Instant, late: TimeDelta) -> u64 {
        let old = self.history.iter().rev().find(|(at, _)| now - *at >= late);
        old.map_or(self.series, |(_, revision)| *revision)
    }

    /// What changed after `since`, oldest first: names and whether they are still there. Names that are gone concern
    /// nobody who asks for everything.
    pub fn changes(&self, since: Option<u64>) -> Vec<(u64, &str)> {
        let after = since.unwrap_or(0);
        let mut changes: Vec<(u64, &str)> = self
            .log
            .iter()
            .filter(|(name, revision)| {
                **revision > after && (since.is_some() || self.objects.contains_key(*name))
            })
            .map(|(name, revision)| (*revision, name.as_str()))
            .collect();
        changes.sort_unstable();
        changes
    }
}
