//! The bases: what both sides last agreed on, per object of a synced calendar.
//!
//! A base whose octets are the same as the object's here keeps none of its own. [`keep`] copies them before the object
//! changes.

use std::collections::BTreeMap;

use bridge_core::exchange;
use bridge_core::ical::Redacted;
use bridge_core::ids::{ObjectName, RemoteEtag, RemoteId, Uid};
use rusqlite::{OptionalExtension as _, Row, params};

use super::collections::CollectionId;
use super::{CalendarId, ObjectId, ReadTx, StoreError, WriteTx};

/// What both sides last agreed on about one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// Its name here.
    pub name: ObjectName,
    /// Its id there.
    pub remote_id: RemoteId,
    /// The version there; none when it has to be read before anything is written over it.
    pub etag: Option<RemoteEtag>,
    /// Its text; none when it is that of the object here.
    pub octets: Option<Redacted<Vec<u8>>>,
    /// What the provider says of it, or will say; none when it is this text. What is missing has no form there.
    pub said: Option<Redacted<Vec<u8>>>,
}

const COLUMNS: &str = "name, remote_id, etag, octets, said";

fn base(row: &Row<'_>) -> rusqlite::Result<Base> {
    Ok(Base {
        name: ObjectName::new(row.get::<_, String>(0)?),
        remote_id: RemoteId::new(row.get::<_, String>(1)?),
        etag: row.get::<_, Option<String>>(2)?.map(RemoteEtag::new),
        octets: row.get::<_, Option<Vec<u8>>>(3)?.map(Redacted::new),
        said: row.get::<_, Option<Vec<u8>>>(4)?.map(Redacted::new),
    })
}

/// The base of the object of this name.
///
/// # Errors
/// Those of the database.
pub fn get(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    name: &ObjectName,
) -> Result<Option<Base>, StoreError> {
    let mut get = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM bases WHERE collection = ?1 AND name = ?2"
    ))?;
    Ok(get
        .query_row(params![collection, name.as_str()], base)
        .optional()?)
}

/// The base of the object that the provider calls so.
///
/// # Errors
/// Those of the database.
pub fn of_remote(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    remote_id: &RemoteId,
) -> Result<Option<Base>, StoreError> {
    let mut get = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM bases WHERE collection = ?1 AND remote_id = ?2"
    ))?;
    Ok(get
        .query_row(params![collection, remote_id.as_str()], base)
        .optional()?)
}

/// The versions known of these objects, of those that have a base.
///
/// # Errors
/// Those of the database.
pub fn marks_of<'i>(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    ids: impl IntoIterator<Item = &'i RemoteId>,
) -> Result<BTreeMap<RemoteId, Option<RemoteEtag>>, StoreError> {
    let mut find =
        tx.prepare("SELECT remote_id, etag FROM bases WHERE collection = ?1 AND remote_id = ?2")?;
    let mut marks = BTreeMap::new();
    for id in ids {
        let found = find.query_row(params![collection, id.as_str()], mark);
        marks.extend(found.optional()?);
    }
    Ok(marks)
}

/// The versions known of all objects.
///
/// # Errors
/// Those of the database.
pub fn marks(
    tx: &ReadTx<'_>,
    collection: CollectionId,
) -> Result<BTreeMap<RemoteId, Option<RemoteEtag>>, StoreError> {
    let mut list = tx.prepare("SELECT remote_id, etag FROM bases WHERE collection = ?1")?;
    Ok(list
        .query_map([collection], mark)?
        .collect::<Result<_, _>>()?)
}

fn mark(row: &Row<'_>) -> rusqlite::Result<(RemoteId, Option<RemoteEtag>)> {
    Ok((
        RemoteId::new(row.get::<_, String>(0)?),
        row.get::<_, Option<String>>(1)?.map(RemoteEtag::new),
    ))
}

/// How many there are.
///
/// # Errors
/// Those of the database.
pub fn count(tx: &ReadTx<'_>, collection: CollectionId) -> Result<usize, StoreError> {
    let mut count = tx.prepare("SELECT count(*) FROM bases WHERE collection = ?1")?;
    let count: i64 = count.query_row([collection], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// How many hold something that has no form at the provider and is kept here alone.
///
/// # Errors
/// Those of the database.
pub fn kept_here(tx: &ReadTx<'_>, collection: CollectionId) -> Result<usize, StoreError> {
    let mut count = tx.prepare(
        "SELECT count(*) FROM bases INDEXED BY bases_said WHERE collection = ?1 AND said IS NOT NULL",
    )?;
    let count: i64 = count.query_row([collection], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Those that have to be read, in order.
///
/// # Errors
/// Those of the database.
pub fn unread(tx: &ReadTx<'_>, collection: CollectionId) -> Result<Vec<RemoteId>, StoreError> {
    // Unless it is named, SQLite walks every base of the calendar instead of the few in this partial index.
    let mut list = tx.prepare(
        "SELECT remote_id FROM bases INDEXED BY bases_unread
         WHERE collection = ?1 AND etag IS NULL ORDER BY remote_id",
    )?;
    let ids = list.query_map([collection], |row| row.get::<_, String>(0))?;
    Ok(ids
        .map(|id| id.map(RemoteId::new))
        .collect::<Result<_, _>>()?)
}

/// Whether the object that the provider calls so was deleted here.
///
/// # Errors
/// Those of the database.
pub fn is_deleted_here(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    remote_id: &RemoteId,
) -> Result<bool, StoreError> {
    let mut find = tx.prepare(
        "SELECT 1 FROM bases b JOIN collections c ON c.id = b.collection
         WHERE b.collection = ?1 AND b.remote_id = ?2
           AND NOT EXISTS (SELECT 1 FROM objects o WHERE o.calendar = c.calendar AND o.name = b.name)",
    )?;
    Ok(find.exists(params![collection, remote_id.as_str()])?)
}

/// Notes what both sides agree on now.
///
/// # Errors
/// Those of the database.
pub fn agree(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    base: &Base,
) -> Result<(), StoreError> {
    tx.prepare(
        "INSERT INTO bases (collection, name, remote_id, etag, octets, said)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (collection, name) DO UPDATE
         SET remote_id = excluded.remote_id, etag = excluded.etag, octets = excluded.octets,
             said = excluded.said",
    )?
    .execute(params![
        collection,
        base.name.as_str(),
        base.remote_id.as_str(),
        base.etag.as_ref().map(RemoteEtag::as_str),
        base.octets
            .as_ref()
            .map(|octets| octets.reveal().as_slice()),
        base.said.as_ref().map(|said| said.reveal().as_slice()),
    ])?;
    Ok(())
}

/// Notes that the provider's version is another one than we know: it has to be read.
///
/// # Errors
/// Those of the database.
pub fn doubt(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    remote_id: &RemoteId,
) -> Result<(), StoreError> {
    tx.prepare("UPDATE bases SET etag = NULL WHERE collection = ?1 AND remote_id = ?2")?
        .execute(params![collection, remote_id.as_str()])?;
    Ok(())
}

/// Notes that the provider calls an object otherwise now; its version has to be read.
///
/// # Errors
/// Those of the database.
pub fn relocate(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    name: &ObjectName,
    remote_id: &RemoteId,
) -> Result<(), StoreError> {
    tx.prepare("UPDATE bases SET remote_id = ?3, etag = NULL WHERE collection = ?1 AND name = ?2")?
        .execute(params![collection, name.as_str(), remote_id.as_str()])?;
    Ok(())
}

/// Forgets the base of an object: the other side does not have it.
///
/// # Errors
/// Those of the database.
pub fn forget(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    name: &ObjectName,
) -> Result<(), StoreError> {
    tx.prepare("DELETE FROM bases WHERE collection = ?1 AND name = ?2")?
        .execute(params![collection, name.as_str()])?;
    Ok(())
}

/// Gives the base octets of its own, before the object here changes.
pub(super) fn keep(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    name: &ObjectName,
    object: ObjectId,
) -> Result<(), StoreError> {
    tx.prepare(
        "UPDATE bases SET octets = (SELECT octets FROM bodies WHERE object = ?3)
         WHERE collection = ?1 AND name = ?2 AND octets IS NULL",
    )?
    .execute(params![collection, name.as_str(), object])?;
    Ok(())
}

/// Gives a base another name, so that a new object can have this one.
pub(super) fn rename(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    from: &ObjectName,
    to: &ObjectName,
) -> Result<(), StoreError> {
    tx.prepare("UPDATE bases SET name = ?3 WHERE collection = ?1 AND name = ?2")?
        .execute(params![collection, from.as_str(), to.as_str()])?;
    Ok(())
}

/// A name that nothing in the calendar has: after the UID, numbered when that is taken.
///
/// # Errors
/// Those of the database.
pub fn free_name(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    calendar: CalendarId,
    uid: &Uid,
) -> Result<ObjectName, StoreError> {
    let mut taken = tx.prepare(
        "SELECT 1 FROM objects WHERE calendar = ?2 AND name = ?3
         UNION ALL SELECT 1 FROM bases WHERE collection = ?1 AND name = ?3
         UNION ALL SELECT 1 FROM outbox WHERE collection = ?1 AND name = ?3",
    )?;
    let plain = exchange::object_name(uid);
    let mut name = plain.clone();
    let mut number = 1;
    while taken.exists(params![collection, calendar, name.as_str()])? {
        number += 1;
        name = ObjectName::new(format!("{number}-{plain}"));
    }
    Ok(name)
}
