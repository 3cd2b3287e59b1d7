//! The engine, its store and the provider, and hands to move them.

use std::collections::VecDeque;
use std::sync::Arc;

use bridge_core::ical::{CalendarObject, Summary};
use bridge_core::ids::{CalendarName, ObjectName, RemoteId};
use bridge_core::time::Instant;
use chrono::TimeDelta;
use tempfile::TempDir;

use super::cloud::{Cloud, Shelf};
use crate::ids::SeededIds;
use crate::secrets::MasterKey;
use crate::store::accounts::{self, Account, AccountId, NewAccount};
use crate::store::calendars::{CalendarZone, CreateError};
use crate::store::collections::{self, Collection, Offered};
use crate::store::conflicts::{self, Conflict};
use crate::store::objects::{self, Conditions, Draft, Place};
use crate::store::outbox::{self, Intent};
use crate::store::{CalendarId, ReadTx, Store, StoreError};
use crate::sync::{Call, CallId, Effect, Engine, Input, News, Pace};

/// One account with one calendar, `/c/`.
pub(super) struct World {
    pub(super) store: Store,
    pub(super) engine: Engine,
    pub(super) cloud: Cloud,
    pub(super) now: Instant,
    pub(super) account: AccountId,
    pub(super) calendar: CalendarId,
    /// Calls the engine wants done.
    pub(super) waiting: VecDeque<(CallId, Call)>,
    pub(super) wake: Option<Instant>,
    pub(super) news: Vec<News>,
    _folder: TempDir,
}

pub(super) fn calendar_id() -> RemoteId {
    RemoteId::new("/c/")
}

pub(super) fn id(name: &str) -> RemoteId {
    RemoteId::new(format!("/c/{name}.ics"))
}

/// An event with this UID and title.
pub(super) fn event(uid: &str, title: &str) -> Vec<u8> {
    dated(uid, title, "20260101T000000Z")
}

pub(super) fn dated(uid: &str, title: &str, modified: &str) -> Vec<u8> {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:{modified}\r\nDTSTART:20261201T090000Z\r\nDURATION:PT30M\r\nSUMMARY:{title}\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    .into_bytes()
}

impl World {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = MasterKey::generate(&SeededIds::new(1)).unwrap();
        let store = Store::open(&folder.path().join("c.db"), &key.database_key()).unwrap();
        let now = Instant::from_timestamp(1_795_640_000, 0).unwrap();
        let made = store.write(move |tx| {
            let account = accounts::add(tx, &new_account(), now).unwrap();
            let offered = Offered {
                remote_id: calendar_id(),
                display_name: "c".into(),
                color: None,
                components: bridge_core::ical::ComponentSet::ALL,
                access: crate::store::calendars::Access::ReadWrite,
            };
            let collection = collections::offer(tx, account.id, &offered)?;
            let calendar = collections::choose(tx, &collection, CalendarName::new("c"), now)?;
            Ok::<_, CreateError>((account.id, calendar))
        });
        let (account, calendar) = made.unwrap();
        let mut cloud = Cloud::default();
        cloud.shelves.insert(calendar_id(), Shelf::default());
        Self {
            engine: engine(&store),
            store,
            cloud,
            now,
            account,
            calendar,
            waiting: VecDeque::new(),
            wake: None,
            news: Vec::new(),
            _folder: folder,
        }
    }
    pub(super) fn shelf(&mut self) -> &mut Shelf {
        self.cloud.shelves.get_mut(&calendar_id()).unwrap()
    }

    /// Another engine over the same store.
    pub(super) fn new_engine(&mut self) -> Engine {
        engine(&self.store)
    }

    /// The engine starts anew, as after a crash.
    pub(super) fn restart(&mut self) {
        self.engine = engine(&self.store);
        self.waiting.clear();
    }

    pub(super) fn advance(&mut self, by: TimeDelta) {
        self.now += by;
    }

    /// Hands the engine an input and keeps what it wants done.
    pub(super) fn tell(&mut self, input: Input) {
        let effects = self.engine.handle(input, self.now).unwrap();
        for effect in effects {
            match effect {
                Effect::Call { id, account, call } => {
                    assert_eq!(account, self.account);
                    self.waiting.push_back((id, call));
                    assert!(self.waiting.len() <= 4, "F3: four calls at once");
                }
                Effect::WakeAt(at) => self.wake = Some(at),
                Effect::News(news) => self.news.push(news),
            }
        }
    }

    /// Carries out one call; says whether there was one.
    pub(super) fn step(&mut self) -> bool {
        let Some((call, what)) = self.waiting.pop_front() else {
            return false;
        };
        let result = self.cloud.answer(what);
        self.tell(Input::Done { call, result });
        true
    }

    /// Carries out calls until there are none.
    pub(super) fn settle(&mut self) {
        for _ in 0..10_000 {
            if !self.step() {
                return;
            }
        }
        panic!("L2: the engine never comes to rest");
    }

    /// A whole round, whatever was waited for.
    pub(super) fn round(&mut self) {
        self.advance(TimeDelta::minutes(20));
        self.tell(Input::SyncNow {
            account: None,
            full: false,
        });
        self.settle();
    }

    /// Somebody here stores an object.
    pub(super) fn edit(&mut self, name: &str, octets: &[u8]) {
        let summary = Summary::of(&CalendarObject::read(octets)).unwrap();
        let zone = CalendarZone::default();
        let draft = Draft::new(summary.uid, summary.kind, octets.to_vec(), &zone, self.now);
        let (place, now) = (self.place(name), self.now);
        let put = self
            .store
            .write(move |tx| objects::put(tx, &place, &draft, &Conditions::default(), now));
        put.unwrap();
    }

    /// Somebody here deletes an object.
    pub(super) fn delete(&mut self, name: &str) {
        let (place, now) = (self.place(name), self.now);
        let deleted = self
            .store
            .write(move |tx| objects::delete(tx, &place, &Conditions::default(), now));
        deleted.unwrap();
    }

    fn place(&self, name: &str) -> Place {
        Place {
            calendar: self.calendar,
            name: ObjectName::new(format!("{name}.ics")),
        }
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&ReadTx<'_>) -> Result<T, StoreError>) -> T {
        self.store.read(read).unwrap()
    }

    /// The object of this name here.
    pub(super) fn here(&self, name: &str) -> Option<Vec<u8>> {
        let place = self.place(name);
        let object = self.read(|tx| objects::get(tx, place.calendar, &place.name));
        object.map(|object| object.octets)
    }

    /// The object of this name there.
    pub(super) fn there(&self, name: &str) -> Option<Vec<u8>> {
        let rack = &self.cloud.shelves[&calendar_id()];
        rack.objects
            .get(&id(name))
            .map(|(_, octets)| octets.clone())
    }

    pub(super) fn collection(&self) -> Collection {
        let calendar = self.calendar;
        self.read(|tx| collections::of_calendar(tx, calendar))
            .unwrap()
    }

    pub(super) fn account(&self) -> Account {
        let account = self.account;
        self.read(|tx| accounts::get(tx, account)).unwrap()
    }

    pub(super) fn intents(&self) -> Vec<Intent> {
        let collection = self.collection().id;
        self.read(|tx| outbox::list(tx, collection))
    }

    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        self.read(conflicts::list)
    }

    /// How often anything changed in the calendar here.
    pub(super) fn seq(&self) -> crate::store::Seq {
        let calendar = self.calendar;
        self.read(|tx| crate::store::calendars::get(tx, calendar))
            .unwrap()
            .seq
    }

    /// Both sides have the same objects, octet for octet, and nothing is left to send.
    pub(super) fn assert_at_rest(&self) {
        let mut here: Vec<Vec<u8>> = self
            .read(|tx| objects::list(tx, self.calendar, objects::Body::Read))
            .into_iter()
            .filter_map(|listed| listed.octets)
            .collect();
        let rack = &self.cloud.shelves[&calendar_id()];
        let mut there: Vec<Vec<u8>> = rack.objects.values().map(|(_, o)| o.clone()).collect();
        here.sort();
        there.sort();
        assert_eq!(texts(&here), texts(&there));
        assert_eq!(self.intents(), []);
    }
}

fn texts(all: &[Vec<u8>]) -> Vec<std::borrow::Cow<'_, str>> {
    all.iter().map(|one| String::from_utf8_lossy(one)).collect()
}

fn engine(store: &Store) -> Engine {
    Engine::new(store.clone(), Arc::new(SeededIds::new(7)), Pace::Normal)
}

fn new_account() -> NewAccount {
    NewAccount {
        name: "a".into(),
        provider: "caldav".into(),
        preset: "generic".into(),
        address: "https://dav.example".into(),
        user: "doctor".into(),
        found: None,
    }
}
