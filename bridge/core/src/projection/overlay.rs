//! How what has no form at the provider survives the next download.

use super::Kept;
use crate::ical::CalendarObject;
use crate::merge::{Side, three_way};

/// Every provider says in its own way when an event is.
const WHEN: [&str; 3] = ["DTSTART", "DTEND", "DURATION"];

/// The text to agree on when the provider says something new: what it changed between `said_before` and `says_now` is
/// taken from it, everything else stays as it was agreed. Where both have a word on the same field, the provider's
/// stands: it is what other people see.
///
/// `said_before` is the old source as text, `agreed` the text readers here have.
pub fn overlay(said_before: &[u8], agreed: &[u8], says_now: &[u8]) -> Vec<u8> {
    three_way(said_before, agreed, says_now, Side::Remote).octets
}

/// What the provider will say after `wanted` was written, but for its own spelling: `wanted` without what is `kept` here.
/// None when that is all of it.
pub fn with_form(wanted: &[u8], kept: &[Kept]) -> Option<Vec<u8>> {
    let mut object = CalendarObject::read(wanted);
    for one in kept {
        if WHEN.contains(&one.property.as_str()) {
            continue;
        }
        let mut subjects = object.subjects();
        let place = subjects.find(|subject| subject.recurrence_id() == one.occurrence);
        if let Some(place) = place.map(|place| place.id()) {
            drop(subjects);
            // The id was taken just now, so there is no error; how many lines it was says nothing.
            let _removed = object.remove(place, &one.property);
        }
    }
    (object.octets() != wanted).then(|| object.to_bytes())
}
