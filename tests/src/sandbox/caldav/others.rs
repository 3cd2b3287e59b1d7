//! What everybody else does to the server: other devices and people, the provider itself.

use bridge_core::time::Instant;

use super::CalDav;
use super::calendar::{Calendar, Role};

/// There is no such calendar or object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchThing(pub String);

impl std::fmt::Display for NoSuchThing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "there is no {}", self.0)
    }
}

impl std::error::Error for NoSuchThing {}

impl CalDav {
    /// Makes a calendar.
    pub fn add_calendar(&mut self, name: &str, display_name: &str, role: Role) {
        let series = self.next_revision();
        let calendar = Calendar::new(display_name.to_owned(), role, series);
        self.calendars.insert(name.to_owned(), calendar);
    }

    /// The collections of the home, by their names in URLs.
    pub fn calendars(&self) -> impl Iterator<Item = (&str, &Calendar)> {
        self.calendars
            .iter()
            .map(|(name, calendar)| (name.as_str(), calendar))
    }

    /// The number of the latest change of anything.
    pub fn latest(&self) -> u64 {
        self.revision
    }

    /// A collection of the home.
    pub fn calendar(&self, name: &str) -> Option<&Calendar> {
        self.calendars.get(name)
    }

    /// A collection of the home, to rename it, colour it or share it otherwise.
    ///
    /// # Errors
    /// When there is none.
    pub fn calendar_mut(&mut self, name: &str) -> Result<&mut Calendar, NoSuchThing> {
        self.calendars
            .get_mut(name)
            .ok_or_else(|| NoSuchThing(name.to_owned()))
    }

    /// Deletes a calendar with everything in it.
    pub fn delete_calendar(&mut self, name: &str) -> Option<Calendar> {
        self.calendars.remove(name)
    }

    /// Brings a calendar back that was deleted, with everything in it. Its old tokens are invalid.
    pub fn restore_calendar(&mut self, name: &str, mut calendar: Calendar) {
        let series = self.next_revision();
        calendar.begin_series(series);
        self.calendars.insert(name.to_owned(), calendar);
    }

    /// Stores an object as another device or person does. Nothing is checked: it is there.
    ///
    /// # Errors
    /// When there is no such calendar.
    pub fn put_as_other(
        &mut self,
        calendar: &str,
        name: &str,
        octets: Vec<u8>,
        now: Instant,
    ) -> Result<(), NoSuchThing> {
        let revision = self.next_revision();
        self.calendar_mut(calendar)?
            .set(name, octets, revision, now);
        Ok(())
    }

    /// Deletes an object as another device or person does.
    ///
    /// # Errors
    /// When there is no such calendar or object.
    pub fn delete_as_other(
        &mut self,
        calendar: &str,
        name: &str,
        now: Instant,
    ) -> Result<(), NoSuchThing> {
        let revision = self.next_revision();
        let removed = self.calendar_mut(calendar)?.remove(name, revision, now);
        removed
            .then_some(())
            .ok_or_else(|| NoSuchThing(name.to_owned()))
    }

    /// Gives an object a new entity tag without any other change, as servers do that were restored or moved.
    ///
    /// # Errors
    /// When there is no such calendar or object.
    pub fn touch(&mut self, calendar: &str, name: &str, now: Instant) -> Result<(), NoSuchThing> {
        let object = self.calendar(calendar).and_then(|all| all.object(name));
        let octets = object
            .map(|stored| stored.octets.clone())
            .ok_or_else(|| NoSuchThing(name.to_owned()))?;
        self.put_as_other(calendar, name, octets, now)
    }

    /// All sync tokens of a calendar become invalid.
    ///
    /// # Errors
    /// When there is no such calendar.
    pub fn reset_tokens(&mut self, calendar: &str) -> Result<(), NoSuchThing> {
        let series = self.next_revision();
        self.calendar_mut(calendar)?.begin_series(series);
        Ok(())
    }
}
