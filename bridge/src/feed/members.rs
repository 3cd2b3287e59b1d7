//! The objects of a calendar as the one who asks sees them.
//!
//! Two things are settled here and nowhere else. The union `everything` has no objects of its own: its members are
//! those of all other calendars, under names that begin with the number of their calendar. And a busy-only view never
//! gets to see an object: what leaves this module is the redacted copy, so that a filter, too, can only ask about
//! what is shown.

use bridge_core::{
    ical::{CalendarObject, ComponentKind, redact},
    ids::{Etag, ObjectName},
    time::{Instant, TimeRange},
};

use super::collection::{Collection, Disclosure};
use crate::store::{
    CalendarId, ReadTx, StoreError, SyncPoint,
    calendars::{self, CalendarKind},
    journal::{self, Change, Changes, Scope, SyncError},
    objects::{self, Body, Certainty, Object, ObjectRow},
};

/// What is known about an object without opening it.
pub(super) struct Member {
    /// Its name in this calendar.
    pub(super) name: ObjectName,
    pub(super) kind: ComponentKind,
    pub(super) etag: Etag,
    pub(super) size: u64,
    pub(super) created: Instant,
    pub(super) modified: Instant,
}

/// An object of a listing.
pub(super) struct Entry {
    pub(super) member: Member,
    /// What may be shown of it, when it was asked for or is needed to decide.
    pub(super) octets: Option<Vec<u8>>,
    /// Whether it is known to take place in the range that was asked for.
    pub(super) certainty: Certainty,
}

impl Member {
    /// What it is, for `Content-Type` and `getcontenttype`.
    pub(super) fn media_type(&self) -> String {
        format!(
            "text/calendar; charset=utf-8; component={}",
            self.kind.name()
        )
    }
}

/// One of the calendars whose objects are members here.
#[derive(Clone, Copy)]
struct Source {
    id: CalendarId,
    naming: Naming,
}

#[derive(Clone, Copy)]
enum Naming {
    AsStored,
    WithCalendar,
}

impl Source {
    fn name(self, stored: ObjectName) -> ObjectName {
        match self.naming {
            Naming::AsStored => stored,
            Naming::WithCalendar => ObjectName::new(format!("{}-{stored}", self.id)),
        }
    }
}

/// The calendars behind this one.
fn sources(tx: &ReadTx<'_>, collection: &Collection) -> Result<Vec<Source>, StoreError> {
    if collection.row.kind != CalendarKind::Everything {
        return Ok(vec![Source {
            id: collection.row.id,
            naming: Naming::AsStored,
        }]);
    }
    Ok(calendars::list(tx)?
        .into_iter()
        .filter(|row| row.kind != CalendarKind::Everything)
        .map(|row| Source {
            id: row.id,
            naming: Naming::WithCalendar,
        })
        .collect())
}

/// Finds the stored object behind a member's name: the calendar and the name in it.
pub(super) fn locate(
    tx: &ReadTx<'_>,
    collection: &Collection,
    name: &ObjectName,
) -> Result<Option<(CalendarId, ObjectName)>, StoreError> {
    if collection.row.kind != CalendarKind::Everything {
        return Ok(Some((collection.row.id, name.clone())));
    }
    let Some((number, stored)) = name.as_str().split_once('-') else {
        return Ok(None);
    };
    Ok(sources(tx, collection)?
        .iter()
        .find(|source| source.id.to_string() == number)
        .map(|source| (source.id, ObjectName::new(stored))))
}

/// One member, without its octets.
pub(super) fn find(
    tx: &ReadTx<'_>,
    collection: &Collection,
    name: &ObjectName,
) -> Result<Option<Member>, StoreError> {
    let Some((calendar, stored)) = locate(tx, collection, name)? else {
        return Ok(None);
    };
    Ok(objects::find(tx, calendar, &stored)?
        .filter(|row| is_shown(collection, row))
        .map(|row| member(row, |_| name.clone())))
}

/// One member with what may be shown of it.
pub(super) fn get(
    tx: &ReadTx<'_>,
    collection: &Collection,
    name: &ObjectName,
) -> Result<Option<(Member, Vec<u8>)>, StoreError> {
    let Some((calendar, stored)) = locate(tx, collection, name)? else {
        return Ok(None);
    };
    Ok(objects::get(tx, calendar, &stored)?
        .filter(|object| is_shown(collection, &object.row))
        .map(|Object { row, octets }| {
            (member(row, |_| name.clone()), disclose(collection, octets))
        }))
}

/// Hands every member to `visit`, one at a time: a calendar may be larger than what should lie in memory at once.
pub(super) fn each(
    tx: &ReadTx<'_>,
    collection: &Collection,
    body: Body,
    mut visit: impl FnMut(Entry),
) -> Result<(), StoreError> {
    for source in sources(tx, collection)? {
        objects::each(tx, source.id, body, |listed| {
            if is_shown(collection, &listed.row) {
                visit(Entry {
                    octets: listed.octets.map(|octets| disclose(collection, octets)),
                    member: member(listed.row, |name| source.name(name)),
                    certainty: Certainty::Candidate,
                });
            }
        })?;
    }
    Ok(())
}

/// The members that take place, or may take place, in a range.
pub(super) fn in_range(
    tx: &ReadTx<'_>,
    collection: &Collection,
    range: TimeRange,
    kind: Option<ComponentKind>,
    body: Body,
) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    for source in sources(tx, collection)? {
        let found = objects::in_range(tx, source.id, range, kind, body)?.into_iter();
        entries.extend(
            found
                .filter(|found| is_shown(collection, &found.row))
                .map(|found| Entry {
                    octets: found.octets.map(|octets| disclose(collection, octets)),
                    member: member(found.row, |name| source.name(name)),
                    certainty: found.certainty,
                }),
        );
    }
    Ok(entries)
}

/// What changed since a point, with the names that the members have here.
pub(super) fn changes(
    tx: &ReadTx<'_>,
    collection: &Collection,
    since: Option<SyncPoint>,
    limit: usize,
) -> Result<Changes, SyncError> {
    if collection.row.kind != CalendarKind::Everything {
        return journal::changes(tx, Scope::Calendar(collection.row.id), since, limit);
    }
    let mut changes = journal::changes(tx, Scope::Everything, since, limit)?;
    for change in &mut changes.changes {
        let Change { calendar, name, .. } = change;
        let source = Source {
            id: *calendar,
            naming: Naming::WithCalendar,
        };
        *name = source.name(name.clone());
    }
    Ok(changes)
}

/// Whether the object appears in this view at all: a busy-only one knows events alone.
fn is_shown(collection: &Collection, row: &ObjectRow) -> bool {
    match collection.disclosure {
        Disclosure::Whole => true,
        Disclosure::BusyOnly => row.kind == ComponentKind::Event,
    }
}

fn disclose(collection: &Collection, octets: Vec<u8>) -> Vec<u8> {
    match collection.disclosure {
        Disclosure::Whole => octets,
        Disclosure::BusyOnly => {
            redact::busy_only(&CalendarObject::read(&octets), collection.salt())
        }
    }
}

fn member(row: ObjectRow, name: impl FnOnce(ObjectName) -> ObjectName) -> Member {
    Member {
        name: name(row.name),
        kind: row.kind,
        etag: row.etag,
        size: row.size,
        created: row.created,
        modified: row.modified,
    }
}
