//! The store as its users see it, on real files.

mod cost;
mod failures;
mod files;
mod storing;
mod sync;
mod time_range;
mod writers;

use bridge_core::ical::{CalendarObject, ComponentKind, ComponentSet, Summary};
use bridge_core::ids::{CalendarName, Etag, ObjectName, Uid};
use bridge_core::time::Instant;
use tempfile::TempDir;

use super::calendars::{self, Access, Calendar, CalendarKind, CalendarZone, NewCalendar};
use super::objects::{Conditions, Draft, Match, Place, Put, Refusal};
use super::{CalendarId, ReadTx, Seq, Store, StoreError, objects};
use crate::ids::SeededIds;
use crate::secrets::MasterKey;

/// A store in a folder of its own.
pub(super) struct World {
    pub(super) store: Store,
    pub(super) folder: TempDir,
}

impl World {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store =
            Store::open(&folder.path().join("companion.db"), &key().database_key()).unwrap();
        Self { store, folder }
    }

    pub(super) fn reopen(self) -> Self {
        let Self { store, folder } = self;
        drop(store);
        let store =
            Store::open(&folder.path().join("companion.db"), &key().database_key()).unwrap();
        Self { store, folder }
    }

    pub(super) fn calendar(&self, name: &str, kind: CalendarKind, zone: CalendarZone) -> Calendar {
        let new = NewCalendar {
            name: CalendarName::new(name),
            kind,
            display_name: name.to_uppercase(),
            components: ComponentSet::ALL,
            access: Access::ReadWrite,
            zone,
        };
        self.store
            .write(move |tx| calendars::create(tx, &new, now()))
            .unwrap()
    }

    pub(super) fn local(&self, name: &str) -> Calendar {
        self.calendar(name, CalendarKind::Local, CalendarZone::default())
    }

    pub(super) fn put(
        &self,
        calendar: &Calendar,
        name: &str,
        octets: &[u8],
        conditions: Conditions,
    ) -> Result<Put, Refusal> {
        let draft = draft(octets, &calendar.zone);
        let place = place(calendar.id, name);
        self.store
            .write(move |tx| objects::put(tx, &place, &draft, &conditions, now()))
    }

    pub(super) fn delete(&self, calendar: CalendarId, name: &str) -> Result<Seq, Refusal> {
        let place = place(calendar, name);
        self.store
            .write(move |tx| objects::delete(tx, &place, &Conditions::default(), now()))
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&ReadTx<'_>) -> Result<T, StoreError>) -> T {
        self.store.read(read).unwrap()
    }
}

pub(super) fn key() -> MasterKey {
    MasterKey::generate(&SeededIds::new(1)).unwrap()
}

/// 2026-11-25, some time in the evening.
pub(super) fn now() -> Instant {
    Instant::from_timestamp(1_795_640_000, 0).unwrap()
}

pub(super) fn place(calendar: CalendarId, name: &str) -> Place {
    Place {
        calendar,
        name: ObjectName::new(name),
    }
}

pub(super) fn draft(octets: &[u8], zone: &CalendarZone) -> Draft {
    let summary = Summary::of(&CalendarObject::read(octets));
    let (uid, kind) = summary.map_or((Uid::new("u"), ComponentKind::Event), |summary| {
        (summary.uid, summary.kind)
    });
    Draft::new(uid, kind, octets.to_vec(), zone, now())
}

/// An event with these lines.
pub(super) fn event(uid: &str, lines: &[&str]) -> Vec<u8> {
    let body = lines.join("\r\n");
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20261101T000000Z\r\n{body}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    .into_bytes()
}

pub(super) fn visit(uid: &str, title: &str) -> Vec<u8> {
    let title = format!("SUMMARY:{title}");
    event(uid, &["DTSTART:20261201T090000Z", "DURATION:PT30M", &title])
}

pub(super) fn if_match(etag: &Etag) -> Conditions {
    Conditions {
        if_match: Some(Match::Tags(vec![etag.clone()])),
        if_none_match: None,
    }
}

pub(super) fn if_new() -> Conditions {
    Conditions {
        if_match: None,
        if_none_match: Some(Match::Any),
    }
}
