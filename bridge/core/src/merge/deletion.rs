//! Edit against delete (rule D5): no edit is lost to a deletion, but an organizer's cancellation stands.

use crate::ical::CalendarObject;

use super::place::same_content;

/// Who took the object away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// A user deleted it on one side.
    ByUser,
    /// Its organizer cancelled it.
    ByOrganizer,
}

/// What is left of an object that one side edited and the other one deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survivor {
    /// The edited object; the deletion is undone and logged.
    Edit,
    /// Nothing; the edit, if there was one, is logged.
    Deletion,
}

/// Decides between an edit since `base` and a deletion. New time stamps alone are no edit.
pub fn edit_against_delete(base: &[u8], edited: &[u8], deletion: Deletion) -> Survivor {
    let [base, edited] = [base, edited].map(CalendarObject::read);
    let (mut before, mut after) = (base.roots(), edited.roots());
    let unchanged = loop {
        match (before.next(), after.next()) {
            (None, None) => break true,
            (Some(before), Some(after)) if same_content(&before, &after) => {}
            _ => break false,
        }
    };
    match deletion {
        Deletion::ByUser if !unchanged => Survivor::Edit,
        Deletion::ByUser | Deletion::ByOrganizer => Survivor::Deletion,
    }
}
