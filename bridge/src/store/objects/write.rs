//! Changing objects. Conditions are checked inside the transaction that makes the change, so of sixteen clients that
//! all saw the same etag exactly one wins.

use bridge_core::ical::CalendarObject;
use bridge_core::ids::{Etag, ObjectName, Uid};
use bridge_core::time::Instant;
use rusqlite::{OptionalExtension as _, params};

use super::{Draft, ObjectRow, find, get, name_of_uid};
use crate::store::calendars::{Calendar, CalendarZone};
use crate::store::occurrences::{self, Index, ZoneUse};
use crate::store::values::micros;
use crate::store::{CalendarId, ObjectId, Seq, StoreError, WriteTx, calendars, journal, outbox};

/// A list of entity tags, or `*` (RFC 9110 section 13.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// `*`: any current object.
    Any,
    /// One of these.
    Tags(Vec<Etag>),
}

impl Match {
    fn holds(&self, current: Option<&Etag>) -> bool {
        match (self, current) {
            (_, None) => false,
            (Self::Any, Some(_)) => true,
            (Self::Tags(tags), Some(current)) => tags.contains(current),
        }
    }
}

/// The conditions of a request; empty means "whatever is there".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `If-Match`: refuse unless the current object matches.
    pub if_match: Option<Match>,
    /// `If-None-Match`: refuse if the current object matches.
    pub if_none_match: Option<Match>,
}

impl Conditions {
    fn check(&self, current: Option<&ObjectRow>) -> Result<(), Refusal> {
        let etag = current.map(|row| &row.etag);
        let matched = self
            .if_match
            .as_ref()
            .is_none_or(|wanted| wanted.holds(etag));
        let clashes = self
            .if_none_match
            .as_ref()
            .is_some_and(|unwanted| unwanted.holds(etag));
        if matched && !clashes {
            Ok(())
        } else {
            Err(Refusal::Condition {
                current: etag.cloned(),
            })
        }
    }
}

/// Where an object is: a calendar and a name in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The calendar.
    pub calendar: CalendarId,
    /// The name.
    pub name: ObjectName,
}

/// Why an object was not changed. Nothing was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The conditions do not hold; this is what is there.
    #[error("the object has changed since it was read")]
    Condition {
        /// The current entity tag, if there is an object.
        current: Option<Etag>,
    },
    /// Another object of the calendar has the same UID (RFC 4791 section 5.3.2.1, `no-uid-conflict`).
    #[error("another object of the calendar has the same UID")]
    UidConflict {
        /// The name of the other object.
        other: ObjectName,
    },
    /// The object would change its UID, which is refused like a conflict.
    #[error("an object cannot change its UID")]
    UidChanged,
    /// There is no such object.
    #[error("there is no such object")]
    NotFound,
    /// There is no such calendar (any more).
    #[error("there is no such calendar")]
    NoCalendar,
    /// The target is taken and must not be overwritten.
    #[error("there is already an object at the destination")]
    Exists,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether an object was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There was none.
    Created,
    /// Another was replaced.
    Replaced,
    /// It was there with the same octets; nothing changed.
    Unchanged,
}

/// What a change led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// The entity tag now.
    pub etag: Etag,
    /// Whether an object was there before.
    pub outcome: Outcome,
    /// The latest change of the object.
    pub seq: Seq,
}

/// Stores an object. In a synced calendar the same transaction notes that its provider has to learn it.
///
/// # Errors
/// [`Refusal`] says why not.
pub fn put(
    tx: &mut WriteTx<'_>,
    place: &Place,
    draft: &Draft,
    conditions: &Conditions,
    now: Instant,
) -> Result<Put, Refusal> {
    let calendar = calendars::get(tx, place.calendar)?.ok_or(Refusal::NoCalendar)?;
    let current = find(tx, place.calendar, &place.name)?;
    conditions.check(current.as_ref())?;
    if let Some(unchanged) = check(tx, place, current.as_ref(), draft)? {
        return Ok(unchanged);
    }
    let before = current.map(|row| row.id);
    outbox::before_storing(tx, &calendar, &place.name, (before, &draft.uid), now)?;
    Ok(store(tx, (&calendar, &place.name), before, draft, now)?)
}

/// Stores an object as its provider has it.
///
/// # Errors
/// [`Refusal`] says why not.
pub fn take(
    tx: &mut WriteTx<'_>,
    (calendar, name): (&Calendar, &ObjectName),
    draft: &Draft,
    now: Instant,
) -> Result<Put, Refusal> {
    let current = find(tx, calendar.id, name)?;
    let place = Place {
        calendar: calendar.id,
        name: name.clone(),
    };
    if let Some(unchanged) = check(tx, &place, current.as_ref(), draft)? {
        return Ok(unchanged);
    }
    let before = current.map(|row| row.id);
    Ok(store(tx, (calendar, name), before, draft, now)?)
}

/// Stores an object of the provider whose name and UID nothing here has, as the caller has found in this change.
///
/// # Errors
/// Those of the database, also when something has them.
pub fn take_new(
    tx: &mut WriteTx<'_>,
    place: (&Calendar, &ObjectName),
    draft: &Draft,
    now: Instant,
) -> Result<Put, StoreError> {
    store(tx, place, None, draft, now)
}

/// Whether the object may be stored where `current` is; what to answer when it is there already, octet for octet.
fn check(
    tx: &WriteTx<'_>,
    place: &Place,
    current: Option<&ObjectRow>,
    draft: &Draft,
) -> Result<Option<Put>, Refusal> {
    let Some(row) = current else {
        return match name_of_uid(tx, place.calendar, &draft.uid)? {
            Some(other) => Err(Refusal::UidConflict { other }),
            None => Ok(None),
        };
    };
    if row.uid != draft.uid {
        return Err(uid_refusal(tx, place, &draft.uid)?);
    }
    Ok((row.etag == draft.etag).then(|| Put {
        etag: row.etag.clone(),
        outcome: Outcome::Unchanged,
        seq: row.seq,
    }))
}

fn store(
    tx: &mut WriteTx<'_>,
    (calendar, name): (&Calendar, &ObjectName),
    current: Option<ObjectId>,
    draft: &Draft,
    now: Instant,
) -> Result<Put, StoreError> {
    // The zone may have changed between the computation and now.
    let anew = (draft.index.zone == ZoneUse::DefaultZone && draft.zone != calendar.zone)
        .then(|| Index::of(&CalendarObject::read(&draft.octets), &calendar.zone, now));
    let index = anew.as_ref().unwrap_or(&draft.index);
    let seq = journal::note(tx, calendar.id, name, "stored", now)?;
    let outcome = if let Some(id) = current {
        update(tx, id, draft, index, seq, now)?;
        occurrences::update(tx, calendar.id, id, index)?;
        Outcome::Replaced
    } else {
        let id = insert(tx, (calendar.id, name), draft, index, seq, now)?;
        occurrences::insert(tx, calendar.id, id, index)?;
        Outcome::Created
    };
    Ok(Put {
        etag: draft.etag.clone(),
        outcome,
        seq,
    })
}

fn uid_refusal(tx: &WriteTx<'_>, place: &Place, uid: &Uid) -> Result<Refusal, StoreError> {
    let other = name_of_uid(tx, place.calendar, uid)?;
    Ok(other.map_or(Refusal::UidChanged, |other| Refusal::UidConflict { other }))
}

fn insert(
    tx: &mut WriteTx<'_>,
    (calendar, name): (CalendarId, &ObjectName),
    draft: &Draft,
    index: &Index,
    seq: Seq,
    now: Instant,
) -> Result<ObjectId, StoreError> {
    let id = tx
        .prepare(
            "INSERT INTO objects (calendar, name, uid, kind, etag, size, seq, created, modified,
               index_due, zone_dependent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10) RETURNING id",
        )?
        .query_row(
            params![
                calendar,
                name.as_str(),
                draft.uid.as_str(),
                draft.kind.name(),
                draft.etag.as_str(),
                size(draft),
                seq,
                micros(now),
                index.due.map(micros),
                index.zone == ZoneUse::DefaultZone,
            ],
            |row| row.get(0),
        )?;
    tx.prepare("INSERT INTO bodies (object, octets) VALUES (?1, ?2)")?
        .execute(params![id, draft.octets])?;
    Ok(id)
}

fn update(
    tx: &mut WriteTx<'_>,
    id: ObjectId,
    draft: &Draft,
    index: &Index,
    seq: Seq,
    now: Instant,
) -> Result<(), StoreError> {
    tx.prepare(
        "UPDATE objects SET kind = ?2, etag = ?3, size = ?4, seq = ?5, modified = ?6,
           index_due = ?7, zone_dependent = ?8 WHERE id = ?1",
    )?
    .execute(params![
        id,
        draft.kind.name(),
        draft.etag.as_str(),
        size(draft),
        seq,
        micros(now),
        index.due.map(micros),
        index.zone == ZoneUse::DefaultZone,
    ])?;
    tx.prepare("UPDATE bodies SET octets = ?2 WHERE object = ?1")?
        .execute(params![id, draft.octets])?;
    Ok(())
}

fn size(draft: &Draft) -> i64 {
    i64::try_from(draft.octets.len()).unwrap_or(i64::MAX)
}

/// Removes an object; a tombstone stays. In a synced calendar the same transaction notes that its provider has to learn
/// it.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none (also when a condition asks for one), [`Refusal::Condition`] when it
/// is another one.
pub fn delete(
    tx: &mut WriteTx<'_>,
    place: &Place,
    conditions: &Conditions,
    now: Instant,
) -> Result<Seq, Refusal> {
    let current = find(tx, place.calendar, &place.name)?.ok_or(Refusal::NotFound)?;
    conditions.check(Some(&current))?;
    Ok(remove(tx, &current, now)?)
}

/// Removes an object that its provider has no more.
///
/// # Errors
/// Those of the database.
pub fn drop_taken(tx: &mut WriteTx<'_>, row: &ObjectRow, now: Instant) -> Result<Seq, StoreError> {
    erase(tx, row, now)
}

fn remove(tx: &mut WriteTx<'_>, row: &ObjectRow, now: Instant) -> Result<Seq, StoreError> {
    if let Some(calendar) = calendars::get(tx, row.calendar)? {
        outbox::before_deleting(tx, &calendar, (&row.name, row.id), now)?;
    }
    erase(tx, row, now)
}

fn erase(tx: &mut WriteTx<'_>, row: &ObjectRow, now: Instant) -> Result<Seq, StoreError> {
    let seq = journal::note(tx, row.calendar, &row.name, "deleted", now)?;
    tx.prepare("DELETE FROM objects WHERE id = ?1")?
        .execute([row.id])?;
    Ok(seq)
}

/// `COPY` or `MOVE` (RFC 4918 sections 9.8 and 9.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// The source stays.
    Copy,
    /// The source goes.
    Move,
}

/// What to do with an object at the destination (the `Overwrite` header).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Replace it.
    Overwrite,
    /// Leave it and refuse.
    Keep,
}

/// Copies or moves an object; its octets and etag stay the same. `conditions` are about the source.
///
/// # Errors
/// [`Refusal`] says why not.
pub fn transfer(
    tx: &mut WriteTx<'_>,
    how: Transfer,
    (from, to): (&Place, &Place),
    existing: Existing,
    conditions: &Conditions,
    now: Instant,
) -> Result<Put, Refusal> {
    let source = get(tx, from.calendar, &from.name)?.ok_or(Refusal::NotFound)?;
    conditions.check(Some(&source.row))?;
    let zone = calendars::get(tx, to.calendar)?
        .ok_or(Refusal::NoCalendar)?
        .zone;
    let target = find(tx, to.calendar, &to.name)?;
    if target.is_some() && existing == Existing::Keep {
        return Err(Refusal::Exists);
    }
    if let Transfer::Move = how {
        remove(tx, &source.row, now)?;
    }
    let draft = Draft::new(source.row.uid, source.row.kind, source.octets, &zone, now);
    // RFC 4918: what is overwritten is deleted first, so another UID at the destination is no conflict.
    let replaced = match &target {
        Some(row) if row.uid != draft.uid => {
            remove(tx, row, now)?;
            true
        }
        Some(_) => true,
        None => false,
    };
    let mut done = put(tx, to, &draft, &Conditions::default(), now)?;
    if replaced && done.outcome == Outcome::Created {
        done.outcome = Outcome::Replaced;
    }
    Ok(done)
}

/// Computes anew when the objects that depend on the default zone take place.
pub(in crate::store) fn index_zone_dependent(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    zone: &CalendarZone,
    now: Instant,
) -> Result<(), StoreError> {
    let ids: Vec<ObjectId> = tx
        .prepare("SELECT id FROM objects WHERE calendar = ?1 AND zone_dependent = 1")?
        .query_map([calendar], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    ids.into_iter()
        .try_for_each(|id| index_anew(tx, calendar, id, zone, now))
}

/// Moves the horizon of up to `most` series forward that come close to it; says how many there were. Called now
/// and then, it keeps queries about the coming months from opening objects.
///
/// # Errors
/// Those of the database.
pub fn roll(tx: &mut WriteTx<'_>, now: Instant, most: usize) -> Result<usize, StoreError> {
    let due: Vec<(ObjectId, CalendarId)> = tx
        .prepare(
            "SELECT id, calendar FROM objects WHERE index_due < ?1 ORDER BY index_due LIMIT ?2",
        )?
        .query_map(
            params![micros(now), i64::try_from(most).unwrap_or(i64::MAX)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .collect::<Result<_, _>>()?;
    for (id, calendar) in &due {
        if let Some(calendar) = calendars::get(tx, *calendar)? {
            index_anew(tx, calendar.id, *id, &calendar.zone, now)?;
        }
    }
    Ok(due.len())
}

fn index_anew(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    id: ObjectId,
    zone: &CalendarZone,
    now: Instant,
) -> Result<(), StoreError> {
    let octets: Option<Vec<u8>> = tx
        .prepare("SELECT octets FROM bodies WHERE object = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let Some(octets) = octets else {
        return Ok(());
    };
    let index = Index::of(&CalendarObject::read(&octets), zone, now);
    occurrences::update(tx, calendar, id, &index)?;
    tx.prepare("UPDATE objects SET index_due = ?2, zone_dependent = ?3 WHERE id = ?1")?
        .execute(params![
            id,
            index.due.map(micros),
            index.zone == ZoneUse::DefaultZone,
        ])?;
    Ok(())
}
