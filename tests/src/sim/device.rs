//! A device of the doctor: a store in a file of its own, an engine, and calls under way.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bridge::ids::SeededIds;
use bridge::provider::{CalendarProvider, ProviderError};
use bridge::secrets::{DatabaseKey, MasterKey};
use bridge::store::accounts::{self, AccountId, NewAccount};
use bridge::store::calendars::{Access, CalendarZone};
use bridge::store::collections::{self, CollectionId, Offered};
use bridge::store::conflicts;
use bridge::store::objects::{self, Body, Conditions, Draft, Place};
use bridge::store::{CalendarId, Store, StoreError};
use bridge::sync::{Answer, Call, CallId, Engine, Flaw, Pace};
use bridge_core::ical::{ComponentKind, ComponentSet};
use bridge_core::ids::{CalendarName, ObjectName, Uid};
use bridge_core::sync::LostKind;
use bridge_core::time::Instant;
use chrono::TimeDelta;

use super::far::calendar_id;
use super::plan::Server;
use super::watch::Watch;
use super::world::{CALENDARS, uid_of};

/// A call on its way.
pub(super) struct Flight {
    pub(super) id: CallId,
    pub(super) call: Call,
    /// When the server carries it out.
    pub(super) arrives: Instant,
    /// When the answer is here, once there is one.
    pub(super) answer: Option<(Instant, Result<Answer, ProviderError>)>,
}

/// A calendar of the account with its copy.
#[derive(Clone, Copy)]
pub(super) struct Copy {
    pub(super) name: &'static str,
    pub(super) collection: CollectionId,
    pub(super) calendar: CalendarId,
}

/// An object here.
pub(super) struct Local {
    pub(super) name: ObjectName,
    pub(super) uid: String,
    pub(super) octets: Vec<u8>,
}

/// A version that lost.
pub(super) struct Loser {
    pub(super) uid: String,
    pub(super) kind: LostKind,
    pub(super) version: Option<Vec<u8>>,
}

pub(super) struct Device {
    pub(super) number: usize,
    pub(super) store: Store,
    pub(super) engine: Engine,
    pub(super) account: AccountId,
    pub(super) copies: Vec<Copy>,
    pub(super) flights: Vec<Flight>,
    /// On the device's own clock.
    pub(super) wake: Option<Instant>,
    /// What its clock shows is this much after the truth.
    pub(super) skew: TimeDelta,
    pub(super) asleep: bool,
    pub(super) rounds: u32,
    pub(super) provider: Option<Arc<dyn CalendarProvider>>,
    pub(super) watch: Watch,
    folder: PathBuf,
    key: DatabaseKey,
    seed: u64,
    lives: u64,
    flaw: Option<Flaw>,
    made: u32,
}

impl Device {
    pub(super) fn make(
        number: usize,
        folder: &Path,
        (seed, server): (u64, Server),
        now: Instant,
        flaw: Option<Flaw>,
    ) -> Result<Self> {
        let ids = SeededIds::new(7);
        let key = MasterKey::generate(&ids)?.database_key();
        let store = Store::open(&file(folder, number, 0), &key)?;
        let account = store.write(move |tx| accounts::add(tx, &account(), now))?;
        let id = account.id;
        let copies = store.write(move |tx| {
            let choose = |name: &'static str| {
                let collection = collections::offer(tx, id, &offered(server, name))?;
                let made = collections::choose(tx, &collection, CalendarName::new(name), now);
                let calendar = made.map_err(|error| StoreError::Sqlite(error.to_string()))?;
                Ok(Copy {
                    name,
                    collection: collection.id,
                    calendar,
                })
            };
            CALENDARS.into_iter().map(choose).collect::<Result<_, _>>()
        });
        Ok(Self {
            number,
            engine: engine(&store, seed, flaw),
            account: id,
            copies: copies.map_err(|error: StoreError| error)?,
            store,
            flights: Vec::new(),
            wake: Some(now),
            skew: TimeDelta::zero(),
            asleep: false,
            rounds: 0,
            provider: None,
            watch: Watch::default(),
            folder: folder.to_owned(),
            key,
            seed: seed ^ number as u64,
            lives: 0,
            flaw,
            made: 0,
        })
    }

    pub(super) fn clock(&self, now: Instant) -> Instant {
        now + self.skew
    }

    /// The process dies: what is on the disk at this moment is all that is left. Calls under way are handed back.
    pub(super) fn crash(&mut self) -> Result<Vec<Flight>> {
        let before = file(&self.folder, self.number, self.lives);
        self.lives += 1;
        let after = file(&self.folder, self.number, self.lives);
        for ending in ["", "-wal"] {
            let name = |path: &Path| PathBuf::from(format!("{}{ending}", path.display()));
            if name(&before).exists() {
                std::fs::copy(name(&before), name(&after))?;
            }
        }
        let proof = bridge::secrets::MasterKey::generate(&SeededIds::new(7))?;
        self.key = proof.database_key();
        let seed = self.seed.wrapping_add(self.lives);
        self.store = Store::open(&after, &self.key).context("after a crash")?;
        self.engine = engine(&self.store, seed, self.flaw);
        for ending in ["", "-wal", "-shm"] {
            drop(std::fs::remove_file(format!(
                "{}{ending}",
                before.display()
            )));
        }
        Ok(std::mem::take(&mut self.flights))
    }

    pub(super) fn copy(&self, name: &str) -> Option<Copy> {
        self.copies.iter().find(|copy| copy.name == name).copied()
    }

    /// Everything in the copy of a calendar.
    pub(super) fn objects(&self, calendar: CalendarId) -> Result<Vec<Local>, StoreError> {
        let listed = self
            .store
            .read(|tx| objects::list(tx, calendar, Body::Read))?;
        Ok(listed
            .into_iter()
            .map(|listed| Local {
                name: listed.row.name,
                uid: listed.row.uid.as_str().to_owned(),
                octets: listed.octets.unwrap_or_default(),
            })
            .collect())
    }

    pub(super) fn object(
        &self,
        calendar: CalendarId,
        uid: &str,
    ) -> Result<Option<Local>, StoreError> {
        let uid = Uid::new(uid);
        let found = self.store.read(|tx| {
            let name = objects::name_of_uid(tx, calendar, &uid)?;
            match name {
                Some(name) => objects::get(tx, calendar, &name),
                None => Ok(None),
            }
        })?;
        Ok(found.map(|object| Local {
            name: object.row.name,
            uid: object.row.uid.as_str().to_owned(),
            octets: object.octets,
        }))
    }

    /// The doctor saves an object, as the feed does it.
    pub(super) fn put(
        &mut self,
        calendar: CalendarId,
        name: Option<ObjectName>,
        octets: Vec<u8>,
        now: Instant,
    ) -> Result<()> {
        self.made += u32::from(name.is_none());
        let fresh = || ObjectName::new(format!("d{}-{}.ics", self.number, self.made));
        let place = Place {
            calendar,
            name: name.unwrap_or_else(fresh),
        };
        let uid = Uid::new(uid_of(&octets).context("no UID")?);
        let zone = CalendarZone::default();
        let at = self.clock(now);
        let draft = Draft::new(uid, ComponentKind::Event, octets, &zone, at);
        let put = self
            .store
            .write(move |tx| objects::put(tx, &place, &draft, &Conditions::default(), at));
        put.map(drop).context("an object was refused here")
    }

    pub(super) fn delete(
        &mut self,
        calendar: CalendarId,
        name: ObjectName,
        now: Instant,
    ) -> Result<()> {
        let at = self.clock(now);
        let place = Place { calendar, name };
        let deleted = self
            .store
            .write(move |tx| objects::delete(tx, &place, &Conditions::default(), at));
        deleted.map(drop).context("a deletion was refused here")
    }

    /// Versions that lost, and UIDs whose deletion lost.
    pub(super) fn lost(&self) -> Result<Vec<Loser>, StoreError> {
        let list = self.store.read(conflicts::list)?;
        Ok(list
            .into_iter()
            .map(|conflict| {
                let version = conflict.lost.version.map(|octets| octets.reveal().clone());
                Loser {
                    uid: conflict.uid.as_str().to_owned(),
                    kind: conflict.lost.kind,
                    version,
                }
            })
            .collect())
    }
}

fn file(folder: &Path, number: usize, life: u64) -> PathBuf {
    folder.join(format!("device-{number}-{life}.db"))
}

fn engine(store: &Store, seed: u64, flaw: Option<Flaw>) -> Engine {
    let engine = Engine::new(store.clone(), Arc::new(SeededIds::new(seed)), Pace::Normal);
    match flaw {
        Some(flaw) => engine.with_flaw(flaw),
        None => engine,
    }
}

fn account() -> NewAccount {
    NewAccount {
        name: "sim".to_owned(),
        provider: "caldav".to_owned(),
        preset: "generic".to_owned(),
        address: super::world::FRONT.to_owned(),
        user: super::world::USER.to_owned(),
        found: None,
    }
}

fn offered(server: Server, name: &str) -> Offered {
    Offered {
        remote_id: calendar_id(server, name),
        display_name: name.to_owned(),
        color: None,
        components: [ComponentKind::Event].into_iter().collect::<ComponentSet>(),
        access: Access::ReadWrite,
    }
}
