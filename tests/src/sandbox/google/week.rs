//! A doctor's week at Google: the same as at the other providers.

use anyhow::Result;
use bridge_core::time::Instant;
use sha2::{Digest as _, Sha256};

use super::{Access, Google};
use crate::sandbox::week;

impl Google {
    /// Adds the calendars of the week and fills them. The same seed and time give the same week.
    ///
    /// # Errors
    /// When something in it cannot be read, which would be a defect.
    pub fn fill_week(&mut self, seed: u64, now: Instant) -> Result<()> {
        for (name, title, read_only) in week::calendars() {
            let access = if read_only {
                Access::Reader
            } else {
                Access::Owner
            };
            self.add_calendar(&calendar_id(name), title, access);
        }
        for (calendar, uid, octets) in week::objects(seed, now) {
            let id = calendar_id(calendar);
            // Tasks have no place in a calendar of Google's.
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
    format!("{name}@group.calendar.google.com")
}

/// An id as the service makes them, always the same for a UID.
fn event_id(uid: &str) -> String {
    const DIGITS: [char; 32] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h',
        'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v',
    ];
    let digest = Sha256::digest(uid.as_bytes());
    let digits = digest
        .iter()
        .take(26)
        .filter_map(|byte| DIGITS.get(usize::from(byte % 32)));
    digits.collect()
}
