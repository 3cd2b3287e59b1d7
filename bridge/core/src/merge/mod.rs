//! Three-way merge of calendar objects, field by field (rules D4 to D6 of the safety rules).
//!
//! The two sides are compared with their common base, component by component (the master, each override by its
//! `RECURRENCE-ID`, each alarm, each zone) and in each of them field by field. What one side changed is taken from
//! that side; what both changed differently goes to the side the caller prefers and is reported as a [`Conflict`],
//! so that it can be logged and restored. Lists (attendees, categories, exceptions, attachments, alarms) are merged by
//! element.
//!
//! The result is the text of the preferred side with the other side's changes patched in: every octet that nobody
//! touched is one the preferred side wrote. When only one side changed anything, the result is that side, octet for
//! octet.
//!
//! Left out: deletion of whole objects ([`edit_against_delete`] decides that), and any knowledge of providers.

mod deletion;
mod field;
mod item;
mod occurrence;
mod patch;
mod place;
mod weave;

use crate::{
    ical::{CalendarObject, RecurrenceId, Redacted},
    time::Instant,
};

pub(crate) use field::is_stamp;
pub(crate) use place::content;

pub use deletion::{Deletion, Survivor, edit_against_delete};

/// One of the two sides of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// What every reader here sees.
    Local,
    /// What came from the provider.
    Remote,
}

impl Side {
    /// The side that was changed later by the provider's clock; on a tie, or without both times, the remote one.
    pub fn later(local: Option<Instant>, remote: Option<Instant>) -> Self {
        match (local, remote) {
            (Some(local), Some(remote)) if local > remote => Self::Local,
            _ => Self::Remote,
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Local => Self::Remote,
            Self::Remote => Self::Local,
        }
    }
}

/// What a merge gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The merged object.
    pub octets: Vec<u8>,
    /// Where both sides changed the same field differently.
    pub conflicts: Vec<Conflict>,
}

impl Merged {
    fn clean(octets: &[u8]) -> Self {
        Self {
            octets: octets.to_vec(),
            conflicts: Vec::new(),
        }
    }
}

/// One field that both sides changed, and what was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The name of the component, in upper case.
    pub component: String,
    /// The occurrence it stands for; none in the master, and in components inside others.
    pub recurrence_id: Option<RecurrenceId>,
    /// The name of the property; of the component itself when all of it is meant.
    pub field: String,
    /// The side whose version is in the result.
    pub winner: Side,
    /// The lines of the other version, as they were; empty when that side had removed the field.
    pub lost: Redacted<Vec<u8>>,
}

/// Merges the changes of two sides since `base`; where both changed the same field, `prefer` wins. Without a common
/// base (both sides made the object) `base` is empty.
pub fn three_way(base: &[u8], local: &[u8], remote: &[u8], prefer: Side) -> Merged {
    if local == remote || remote == base {
        return Merged::clean(local);
    }
    if local == base {
        return Merged::clean(remote);
    }
    let [base, local, remote] = [base, local, remote].map(CalendarObject::read);
    if place::same_file(&base, &remote) {
        return Merged::clean(local.octets());
    }
    if place::same_file(&base, &local) {
        return Merged::clean(remote.octets());
    }
    match prefer {
        Side::Local => weave::files(&base, &local, &remote, prefer),
        Side::Remote => weave::files(&base, &remote, &local, prefer),
    }
}
