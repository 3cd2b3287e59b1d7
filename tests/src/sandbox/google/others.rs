//! What everybody else does to the service: other devices and people, and the service itself.

use anyhow::{Context as _, Result};
use bridge_core::time::Instant;
use serde_json::{Map, Value};

use super::calendar::{Access, Calendar};
use super::{Google, text};

impl Google {
    /// Makes a calendar.
    pub fn add_calendar(&mut self, id: &str, name: &str, access: Access) {
        let series = self.next_revision();
        let calendar = Calendar::new(name, access, series);
        self.calendars.insert(id.to_owned(), calendar);
    }

    /// Takes a calendar off the list, with everything in it.
    pub fn delete_calendar(&mut self, id: &str) -> Option<Calendar> {
        self.calendars.remove(id)
    }

    /// Brings a calendar back, whose tokens are all invalid then.
    pub fn restore_calendar(&mut self, id: &str, mut calendar: Calendar) {
        calendar.series = self.next_revision();
        self.calendars.insert(id.to_owned(), calendar);
    }

    /// Gives a calendar another name.
    pub fn rename_calendar(&mut self, id: &str, name: &str) {
        if let Some(calendar) = self.calendars.get_mut(id) {
            name.clone_into(&mut calendar.name);
        }
    }

    /// The calendars by their ids.
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

    /// The address of the account.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Stores an event as another device or person does: these members, and what the service adds.
    ///
    /// # Errors
    /// When there is no such calendar, or the event has no id.
    pub fn put_event(&mut self, calendar: &str, event: &Value, now: Instant) -> Result<()> {
        let fields = event.as_object().context("this is no event")?.clone();
        self.put_fields(calendar, fields, now)
    }

    fn put_fields(
        &mut self,
        calendar: &str,
        mut fields: Map<String, Value>,
        now: Instant,
    ) -> Result<()> {
        self.mint(&mut fields, now);
        let kept = self.keep(calendar, fields, now);
        kept.ok()
            .with_context(|| format!("there is no {calendar}"))?;
        Ok(())
    }

    /// Stores a calendar object as another device or person does: its event or series under this id, exceptions and
    /// occurrences that do not take place as events of their own. What was there before under the id is gone.
    ///
    /// # Errors
    /// When there is no such calendar, or the text cannot be read.
    pub fn put_text(&mut self, calendar: &str, id: &str, object: &str, now: Instant) -> Result<()> {
        let events = text::events(id, object)?;
        if let Some(there) = self.calendars.get_mut(calendar) {
            for old in there.exceptions(id) {
                there.events.remove(&old);
            }
        }
        for event in events {
            self.put_fields(calendar, event, now)?;
        }
        Ok(())
    }

    /// Deletes an event, a series or an occurrence as another device or person does.
    ///
    /// # Errors
    /// When it is not there.
    pub fn delete_event(&mut self, calendar: &str, id: &str, now: Instant) -> Result<()> {
        let there = self
            .calendars
            .get(calendar)
            .and_then(|one| one.events.get(id));
        let there = there.filter(|event| !event.is_cancelled());
        there.with_context(|| format!("there is no {id}"))?;
        self.cancel(calendar, id, now);
        Ok(())
    }
}
