//! What everybody else does to the service: other devices and people, and the service itself.

use anyhow::{Context as _, Result};
use bridge_core::time::Instant;
use serde_json::{Map, Value, json};

use super::calendar::{Calendar, Stored};
use super::read::has_mark;
use super::{Graph, text};

impl Graph {
    /// Makes a calendar. The first one by id is the default one.
    pub fn add_calendar(&mut self, id: &str, name: &str, can_edit: bool) {
        let generation = self.next_revision();
        let calendar = Calendar::new(name, can_edit, generation);
        self.calendars.insert(id.to_owned(), calendar);
    }

    /// Takes a calendar away, with everything in it.
    pub fn delete_calendar(&mut self, id: &str) -> Option<Calendar> {
        self.calendars.remove(id)
    }

    /// Brings a calendar back, whose tokens are all invalid then.
    pub fn restore_calendar(&mut self, id: &str, mut calendar: Calendar) {
        calendar.generation = self.next_revision();
        self.calendars.insert(id.to_owned(), calendar);
    }

    /// Gives a calendar another name.
    pub fn rename_calendar(&mut self, id: &str, name: &str) {
        if let Some(calendar) = self.calendars.get_mut(id) {
            name.clone_into(&mut calendar.name);
        }
    }

    /// All calendars by their ids.
    pub fn calendars(&self) -> impl Iterator<Item = (&str, &Calendar)> {
        self.calendars.iter().map(|(id, one)| (id.as_str(), one))
    }

    /// A calendar.
    pub fn calendar(&self, id: &str) -> Option<&Calendar> {
        self.calendars.get(id)
    }

    /// The number of the latest change of anything.
    pub fn latest(&self) -> u64 {
        self.revision
    }

    /// All tokens of a calendar become invalid.
    pub fn reset_tokens(&mut self, calendar: &str) {
        let generation = self.next_revision();
        if let Some(calendar) = self.calendars.get_mut(calendar) {
            calendar.generation = generation;
        }
    }

    /// The event with an extended property of this id and value.
    pub fn marked(&self, calendar: &str, id: &str, value: &str) -> Option<String> {
        let mark = (id.to_owned(), value.to_owned());
        let mut all = self.calendars.get(calendar)?.events.iter();
        let found = all.find(|(_, event)| has_mark(event, &mark));
        found.map(|(id, _)| id.clone())
    }

    /// Stores an event as another device or person does: these members, and what the service adds.
    ///
    /// # Errors
    /// When this is no event, or there is no such calendar.
    pub fn put_event(
        &mut self,
        calendar: &str,
        id: &str,
        event: &Value,
        now: Instant,
    ) -> Result<()> {
        let fields = event.as_object().context("this is no event")?.clone();
        self.calendars
            .get(calendar)
            .with_context(|| format!("there is no {calendar}"))?;
        self.keep_new(calendar, id, fields, now);
        Ok(())
    }

    /// Changes members of an event as another device or person does.
    ///
    /// # Errors
    /// When it is not there.
    pub fn edit_event(
        &mut self,
        calendar: &str,
        id: &str,
        fields: &Map<String, Value>,
        now: Instant,
    ) -> Result<()> {
        let there = self.calendars.get(calendar);
        let event = there.and_then(|there| there.events.get(id));
        let mut event = event.with_context(|| format!("there is no {id}"))?.clone();
        crate::sandbox::google::merge::merge(&mut event.fields, fields);
        self.keep(calendar, id, event, now);
        Ok(())
    }

    /// Stores a calendar object as another device or person does: its event or series under this id, with exceptions.
    /// What was there before under the id is gone, but for its marks.
    ///
    /// # Errors
    /// When there is no such calendar, or the text cannot be read.
    pub fn put_text(&mut self, calendar: &str, id: &str, object: &str, now: Instant) -> Result<()> {
        let (main, exceptions) = text::read(object)?;
        let there = self
            .calendars
            .get(calendar)
            .with_context(|| format!("there is no {calendar}"))?;
        let mut fields = main.fields;
        let old = there.events.get(id).cloned();
        let marks = old.as_ref().and_then(|old| old.fields.get(MARKS));
        fields.extend(marks.map(|marks| (MARKS.to_owned(), marks.clone())));
        if let Some(old) = old {
            self.remove(calendar, id, &old);
        }
        self.keep_new(calendar, id, fields, now);
        for (original, fields) in exceptions {
            let mut event = Stored::new(fields, 0);
            event.series = Some((id.to_owned(), original));
            let id = format!("{id}.{}", original.format("%Y%m%dT%H%M%SZ"));
            self.keep(calendar, &id, event, now);
        }
        let there = self.calendars.get_mut(calendar);
        if let Some(event) = there.and_then(|there| there.events.get_mut(id)) {
            event.cancelled = main.cancelled;
        }
        Ok(())
    }

    /// Gives an event an extended property.
    pub fn mark(&mut self, calendar: &str, event: &str, id: &str, value: &str) {
        let there = self.calendars.get_mut(calendar);
        if let Some(event) = there.and_then(|there| there.events.get_mut(event)) {
            let mark = json!([{"id": id, "value": value}]);
            event.fields.insert(MARKS.to_owned(), mark);
        }
    }

    /// Deletes an event, a series or an exception as another device or person does.
    ///
    /// # Errors
    /// When it is not there.
    pub fn delete_event(&mut self, calendar: &str, id: &str) -> Result<()> {
        let there = self.calendars.get(calendar);
        let event = there.and_then(|there| there.events.get(id)).cloned();
        let event = event.with_context(|| format!("there is no {id}"))?;
        self.remove(calendar, id, &event);
        Ok(())
    }
}

const MARKS: &str = "singleValueExtendedProperties";
