//! A service that is asked in JSON, numbers things itself, and says them in its own words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use bridge_core::time::Instant;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::{Content, Contents, Far};
use crate::sandbox::caldav::Lie;
use crate::sandbox::cloud::Calendars;
use crate::sandbox::google::Door;
use crate::sim::Violation;
use crate::sim::edits::{self, Field, Marks};
use crate::sim::world::{CALENDARS, PASSWORDS, calendar_of};

/// What everybody else does at such a service.
pub(super) trait Events: Calendars + Send {
    /// A calendar as it was taken away.
    type Calendar: Send;

    fn latest(&self) -> u64;
    fn calm(&mut self);
    fn forget(&mut self, calendar: &str);
    fn shuffle(&mut self);
    fn rename(&mut self, calendar: &str, title: &str);
    fn take_away(&mut self, calendar: &str) -> Option<Self::Calendar>;
    fn restore(&mut self, calendar: &str, back: Self::Calendar);

    /// The events of a calendar, as far as the simulation looks at them.
    fn known(&self, calendar: &str) -> Vec<Event>;

    /// Adds an object under a new id.
    fn put(&mut self, calendar: &str, id: &str, object: &str, now: Instant) -> Result<()>;

    /// Changes members of an event; none touches it alone.
    fn change(&mut self, calendar: &str, id: &str, members: &Value, now: Instant) -> Result<()>;

    fn delete(&mut self, calendar: &str, id: &str, now: Instant) -> Result<()>;

    /// The members that say this.
    fn members(field: Field, mark: &str) -> Value;

    /// A member that nobody here has a word for.
    fn strange() -> Value;

    /// See [`Far::needs_a_day`].
    const NEEDS_A_DAY: bool;
}

/// An event of such a service.
pub(super) struct Event {
    pub(super) id: String,
    /// The series that it is an exception of.
    pub(super) series: Option<String>,
    /// The UID that it was made with.
    pub(super) uid: String,
    pub(super) title: Option<String>,
    pub(super) place: Option<String>,
    pub(super) text: Option<String>,
    /// Whether it still has what nobody here has a word for.
    pub(super) is_strange: bool,
}

impl Event {
    fn is_main(&self) -> bool {
        self.series.is_none()
    }

    fn marks(&self, into: &mut Marks) {
        let said = if self.is_main() {
            vec![
                (Field::Title, &self.title),
                (Field::Place, &self.place),
                (Field::Text, &self.text),
            ]
        } else {
            vec![(Field::MovedTitle, &self.title)]
        };
        for (field, mark) in said {
            into.extend(mark.clone().map(|mark| (field, mark)));
        }
    }
}

/// Such a service with its two calendars.
pub(super) struct Cloud<E: Events> {
    events: E,
    word: Word,
    away: BTreeMap<&'static str, E::Calendar>,
    /// Ids of events that others made, each with a member that has to stay.
    strange: BTreeSet<String>,
}

/// The word that opens the door, if any does.
#[derive(Clone)]
pub(super) struct Word(Arc<Mutex<Option<String>>>);

impl Word {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Some(PASSWORDS.0.to_owned()))))
    }

    pub(super) fn door(&self) -> Door {
        let word = self.clone();
        Door::new(move |said, _| word.is(said))
    }

    fn is(&self, said: &str) -> bool {
        let word = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        word.as_deref() == Some(said)
    }

    fn set(&self, to: Option<&str>) {
        let mut word = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *word = to.map(str::to_owned);
    }
}

/// What such a service calls a calendar.
pub(super) fn calendar_id(name: &str) -> String {
    format!("{name}@group.example")
}

impl<E: Events> Cloud<E> {
    pub(super) fn new(events: E, word: Word) -> Self {
        Self {
            events,
            word,
            away: BTreeMap::new(),
            strange: BTreeSet::new(),
        }
    }

    /// The main event of an object.
    fn main(&self, slot: u16) -> Option<(String, Event)> {
        let (calendar, uid) = (calendar_id(calendar_of(slot)), edits::uid(slot));
        let mut events = self.events.known(&calendar).into_iter();
        let main = events.find(|event| event.is_main() && event.uid == uid)?;
        Some((calendar, main))
    }

    fn exception(&self, calendar: &str, main: &Event) -> Option<String> {
        let mut events = self.events.known(calendar).into_iter();
        let found = events.find(|event| event.series.as_ref() == Some(&main.id))?;
        Some(found.id)
    }
}

impl<E: Events> Far for Cloud<E> {
    fn handle(&mut self, request: &Request<Bytes>, now: Instant) -> Response<Bytes> {
        self.events.handle(request, now)
    }

    fn latest(&self) -> u64 {
        self.events.latest()
    }

    fn calm(&mut self) {
        self.events.calm();
    }

    fn forget(&mut self) {
        for name in CALENDARS {
            self.events.forget(&calendar_id(name));
        }
    }

    /// These services tell no lies that are known; what comes in another order is none.
    fn lie(&mut self, _lie: Lie) -> bool {
        self.events.shuffle();
        false
    }

    fn admit(&mut self, word: Option<&str>) {
        self.word.set(word);
    }

    fn admits(&self, word: &str) -> bool {
        self.word.is(word)
    }

    fn rename(&mut self, calendar: &str, title: &str) {
        self.events.rename(&calendar_id(calendar), title);
    }

    fn toggle(&mut self, calendar: &'static str) {
        let id = calendar_id(calendar);
        if let Some(back) = self.away.remove(calendar) {
            self.events.restore(&id, back);
            return;
        }
        let gone = self.events.take_away(&id);
        self.away.extend(gone.map(|gone| (calendar, gone)));
    }

    fn bring_back(&mut self) {
        for (name, calendar) in std::mem::take(&mut self.away) {
            self.events.restore(&calendar_id(name), calendar);
        }
    }

    fn is_away(&self, calendar: &str) -> bool {
        self.away.contains_key(calendar)
    }

    fn marks(&self, slot: u16) -> Option<Marks> {
        let (calendar, main) = self.main(slot)?;
        let mut marks = Marks::new();
        for event in self.events.known(&calendar) {
            if event.id == main.id || event.series.as_ref() == Some(&main.id) {
                event.marks(&mut marks);
            }
        }
        Some(marks)
    }

    fn make(&mut self, slot: u16, number: u32, octets: Vec<u8>, now: Instant) -> Result<()> {
        let calendar = calendar_id(calendar_of(slot));
        let id = format!("theirs{number}");
        let object = String::from_utf8(octets)?;
        self.events.put(&calendar, &id, &object, now)?;
        self.events.change(&calendar, &id, &E::strange(), now)?;
        self.strange.insert(id);
        Ok(())
    }

    fn edit(&mut self, slot: u16, field: Field, mark: &str, now: Instant) -> Result<()> {
        let (calendar, main) = self.main(slot).context("nothing to edit")?;
        let id = match field {
            Field::MovedTitle => self.exception(&calendar, &main).context("no exception")?,
            Field::Title | Field::Place | Field::Text => main.id,
        };
        let members = E::members(field, mark);
        self.events.change(&calendar, &id, &members, now)
    }

    fn delete(&mut self, slot: u16, now: Instant) -> Result<()> {
        let (calendar, main) = self.main(slot).context("nothing to delete")?;
        self.events.delete(&calendar, &main.id, now)
    }

    fn touch(&mut self, slot: u16, now: Instant) -> Result<()> {
        let nothing = serde_json::json!({});
        match self.main(slot) {
            Some((calendar, main)) => self.events.change(&calendar, &main.id, &nothing, now),
            None => Ok(()),
        }
    }

    fn touch_all(&mut self, now: Instant) -> Result<()> {
        let nothing = serde_json::json!({});
        for calendar in CALENDARS.map(calendar_id) {
            for event in self.events.known(&calendar) {
                self.events.change(&calendar, &event.id, &nothing, now)?;
            }
        }
        Ok(())
    }

    fn relocate(&mut self, _slot: u16, _number: u32, _now: Instant) -> Result<bool> {
        Ok(false)
    }

    fn spoil(&mut self, _slot: u16, _now: Instant) -> Result<()> {
        Ok(())
    }

    fn mend(&mut self, _now: Instant) -> Result<()> {
        Ok(())
    }

    fn contents(&self, calendar: &str) -> Result<Contents, Violation> {
        let events = self.events.known(&calendar_id(calendar));
        let mut contents: BTreeMap<String, Marks> = BTreeMap::new();
        let mut uids = BTreeMap::new();
        for event in events.iter().filter(|event| event.is_main()) {
            if uids.insert(&event.id, &event.uid).is_some() || contents.contains_key(&event.uid) {
                return Err(Violation(format!("D2: {} is there twice", event.uid)));
            }
            event.marks(contents.entry(event.uid.clone()).or_default());
        }
        for event in events.iter().filter(|event| !event.is_main()) {
            let series = event.series.as_ref().and_then(|series| uids.get(series));
            let uid = series
                .ok_or_else(|| Violation(format!("D2: {} is an exception of nothing", event.id)))?;
            if let Some(marks) = contents.get_mut(*uid) {
                event.marks(marks);
            }
        }
        let contents = contents.into_iter();
        Ok(contents
            .map(|(uid, marks)| (uid, Content::Marks(marks)))
            .collect())
    }

    fn stripped(&self) -> Vec<String> {
        let all = CALENDARS.map(|name| self.events.known(&calendar_id(name)));
        let all = all.into_iter().flatten();
        all.filter(|event| self.strange.contains(&event.id) && !event.is_strange)
            .map(|event| event.uid)
            .collect()
    }

    fn content(&self, octets: &[u8]) -> Content {
        Content::Marks(edits::marks(octets))
    }

    fn may_make(&self, slot: u16, device: Option<usize>) -> bool {
        match device {
            None => slot.is_multiple_of(2),
            Some(device) => device == 0 && !slot.is_multiple_of(2),
        }
    }

    fn needs_a_day(&self) -> bool {
        E::NEEDS_A_DAY
    }

    fn complaint(&self) -> Option<String> {
        self.events.violations().last().cloned()
    }
}
