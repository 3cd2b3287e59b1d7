//! A doctor's desk: a store, an engine, and a copy of one calendar of some provider.

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bridge::ids::SeededIds;
use bridge::provider::CalendarProvider;
use bridge::secrets::MasterKey;
use bridge::store::accounts::{self, NewAccount};
use bridge::store::calendars::{Access, CalendarZone};
use bridge::store::collections::{self, Offered};
use bridge::store::objects::{self, Conditions, Draft, Place};
use bridge::store::{CalendarId, Store, StoreError};
use bridge::sync::runner::ask;
use bridge::sync::{Effect, Engine, Input, Pace};
use bridge_core::ical::ComponentKind;
use bridge_core::ids::{CalendarName, ObjectName, RemoteId, Uid};
use bridge_core::time::Instant;
use chrono::TimeDelta;
use tempfile::TempDir;

/// More steps than any round here needs.
const MOST_STEPS: usize = 500;

/// The desk.
pub(crate) struct Desk {
    store: Store,
    engine: Engine,
    provider: Box<dyn CalendarProvider>,
    calendar: CalendarId,
    now: Instant,
    _folder: TempDir,
}

impl Desk {
    /// A desk with a copy of this calendar.
    pub(crate) fn new(
        provider: impl CalendarProvider + 'static,
        calendar: &'static str,
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let key = MasterKey::generate(&SeededIds::new(7))?.database_key();
        let store = Store::open(&folder.path().join("desk.db"), &key)?;
        let now: Instant = "2026-11-20T08:00:00Z".parse()?;
        let account = store.write(move |tx| accounts::add(tx, &account(), now))?;
        let copy = store.write(move |tx| {
            let collection = collections::offer(tx, account.id, &offered(calendar))?;
            let copy = collections::choose(tx, &collection, CalendarName::new("ward"), now);
            copy.map_err(|error| StoreError::Sqlite(error.to_string()))
        })?;
        Ok(Self {
            engine: Engine::new(store.clone(), Arc::new(SeededIds::new(1)), Pace::Normal),
            store,
            provider: Box::new(provider),
            calendar: copy,
            now,
            _folder: folder,
        })
    }

    /// Everything that follows from looking now, and from what that leads to.
    pub(crate) async fn round(&mut self) -> Result<()> {
        self.now += TimeDelta::hours(1);
        let now = Input::SyncNow {
            account: None,
            full: false,
        };
        let mut inputs = VecDeque::from([Input::LocalChange, now]);
        for _ in 0..MOST_STEPS {
            let Some(input) = inputs.pop_front() else {
                return Ok(());
            };
            for effect in self.engine.handle(input, self.now)? {
                if let Effect::Call { id, call, .. } = effect {
                    let result = ask(self.provider.as_ref(), call).await;
                    inputs.push_back(Input::Done { call: id, result });
                }
            }
        }
        anyhow::bail!("the round does not end")
    }

    pub(crate) fn text(&self, uid: &str) -> Result<Option<(ObjectName, String)>> {
        let uid = Uid::new(uid);
        let object =
            self.store
                .read(|tx| match objects::name_of_uid(tx, self.calendar, &uid)? {
                    Some(name) => objects::get(tx, self.calendar, &name),
                    None => Ok(None),
                })?;
        let Some(object) = object else {
            return Ok(None);
        };
        Ok(Some((object.row.name, String::from_utf8(object.octets)?)))
    }

    pub(crate) fn existing(&self, uid: &str) -> Result<(ObjectName, String)> {
        self.text(uid)?
            .with_context(|| format!("{uid} is not here"))
    }

    /// The doctor saves an object.
    pub(crate) fn save(&self, name: ObjectName, uid: &str, text: String) -> Result<()> {
        let place = Place {
            calendar: self.calendar,
            name,
        };
        let (zone, now) = (CalendarZone::default(), self.now);
        let octets = text.into_bytes();
        let draft = Draft::new(Uid::new(uid), ComponentKind::Event, octets, &zone, now);
        let saved = self
            .store
            .write(move |tx| objects::put(tx, &place, &draft, &Conditions::default(), now));
        saved.map(drop).context("an object was refused here")
    }

    /// The doctor deletes an object.
    pub(crate) fn delete(&self, name: ObjectName) -> Result<()> {
        let place = Place {
            calendar: self.calendar,
            name,
        };
        let now = self.now;
        let deleted = self
            .store
            .write(move |tx| objects::delete(tx, &place, &Conditions::default(), now));
        deleted.map(drop).context("a deletion was refused here")
    }
}

fn account() -> NewAccount {
    NewAccount {
        name: "ward".to_owned(),
        provider: "google".to_owned(),
        preset: "google".to_owned(),
        address: "https://google.example/".to_owned(),
        user: "anna@praxis.example".to_owned(),
        found: None,
    }
}

fn offered(calendar: &str) -> Offered {
    Offered {
        remote_id: RemoteId::new(calendar),
        display_name: "Ward 7".to_owned(),
        color: None,
        components: [ComponentKind::Event].into_iter().collect(),
        access: Access::ReadWrite,
    }
}
