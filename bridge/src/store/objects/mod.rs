//! Calendar objects: their octets exactly as the client sent them, and what is known about them.
//!
//! `read` finds them, `write` changes them with the conditions of HTTP checked inside the transaction.

mod read;
mod write;

use bridge_core::ical::{CalendarObject, ComponentKind, Summary};
use bridge_core::ids::{Etag, ObjectName, Uid};
use bridge_core::time::Instant;
use sha2::{Digest as _, Sha256};

use super::calendars::CalendarZone;
use super::occurrences::Index;
use super::values::row_id;
use super::{CalendarId, Seq};

#[cfg(test)]
pub(super) use read::{list_sql, range_sql};
pub(super) use write::index_zone_dependent;

pub use read::{
    Body, Certainty, Found, Listed, count, each, find, get, in_range, list, name_of_uid,
};
pub use write::{
    Conditions, Existing, Match, Outcome, Place, Put, Refusal, Transfer, delete, drop_taken, put,
    roll, take, take_new, transfer,
};

row_id! {
    /// An object, by its row.
    ObjectId
}

/// What is known about an object without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectRow {
    /// Its row.
    pub id: ObjectId,
    /// The calendar it is in.
    pub calendar: CalendarId,
    /// Its name in the URL.
    pub name: ObjectName,
    /// The UID that all its components share.
    pub uid: Uid,
    /// What it is.
    pub kind: ComponentKind,
    /// The strong entity tag: a hash of the octets.
    pub etag: Etag,
    /// How many octets it has.
    pub size: u64,
    /// Its latest change.
    pub seq: Seq,
    /// When it was first stored.
    pub created: Instant,
    /// When it was last changed.
    pub modified: Instant,
}

/// An object with its octets.
#[derive(Clone, PartialEq, Eq)]
pub struct Object {
    /// What is known about it.
    pub row: ObjectRow,
    /// Exactly what the client sent.
    pub octets: Vec<u8>,
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the content.
        f.debug_struct("Object")
            .field("id", &self.row.id)
            .finish_non_exhaustive()
    }
}

/// An object about to be stored, with everything computed that takes time, so that the writer's thread need not.
#[derive(Clone)]
pub struct Draft {
    uid: Uid,
    kind: ComponentKind,
    octets: Vec<u8>,
    etag: Etag,
    index: Index,
    zone: CalendarZone,
}

impl Draft {
    /// Computes the etag and when the object takes place in a calendar whose default zone is `zone`.
    pub fn new(
        uid: Uid,
        kind: ComponentKind,
        octets: Vec<u8>,
        zone: &CalendarZone,
        now: Instant,
    ) -> Self {
        Self {
            etag: etag_of(&octets),
            index: Index::of(&CalendarObject::read(&octets), zone, now),
            uid,
            kind,
            octets,
            zone: zone.clone(),
        }
    }

    /// The same for an object that was read already.
    pub fn of(
        object: &CalendarObject<'_>,
        summary: &Summary,
        zone: &CalendarZone,
        now: Instant,
    ) -> Self {
        Self {
            etag: etag_of(object.octets()),
            index: Index::of(object, zone, now),
            uid: summary.uid.clone(),
            kind: summary.kind,
            octets: object.octets().to_vec(),
            zone: zone.clone(),
        }
    }

    /// The UID of the object.
    pub fn uid(&self) -> &Uid {
        &self.uid
    }

    /// The entity tag it will have.
    pub fn etag(&self) -> &Etag {
        &self.etag
    }
}

/// The strong entity tag of these octets: equal exactly when the octets are.
pub fn etag_of(octets: &[u8]) -> Etag {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(40);
    for byte in Sha256::digest(octets).iter().take(20) {
        // Writing into a String cannot fail.
        _ = write!(text, "{byte:02x}");
    }
    Etag::new(text)
}
