//! A doctor's week at Outlook: the same as at the other providers.

use anyhow::Result;
use bridge_core::time::Instant;
use sha2::{Digest as _, Sha256};

use super::Graph;
use crate::sandbox::week;

impl Graph {
    /// Adds the calendars of the week and fills them. The same seed and time give the same week.
    ///
    /// # Errors
    /// When something in it cannot be read, which would be a defect.
    pub fn fill_week(&mut self, seed: u64, now: Instant) -> Result<()> {
        for (name, title, read_only) in week::calendars() {
            self.add_calendar(&calendar_id(name), title, !read_only);
        }
        for (calendar, uid, octets) in week::objects(seed, now) {
            let id = calendar_id(calendar);
            // Tasks have no place in a calendar of Outlook's.
            if self.calendar(&id).is_some() {
                let object = String::from_utf8(octets)?;
                self.put_text(&id, &event_id(&uid), &object, now)?;
            }
        }
        Ok(())
    }
}

/// The id of one of its calendars.
fn calendar_id(name: &str) -> String {
    format!("AAMkCalendar-{name}=")
}

/// An id as the service makes them, always the same for a UID.
fn event_id(uid: &str) -> String {
    let digest = Sha256::digest(uid.as_bytes());
    let digits = digest
        .first_chunk()
        .map_or(0, |first| u128::from_be_bytes(*first));
    format!("AAkALgAAAAAAHYw{digits:032X}==")
}
