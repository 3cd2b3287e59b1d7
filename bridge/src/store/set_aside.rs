//! Objects of the provider that could not be taken. They stay there, and the last good copy stays here.

use bridge_core::ids::{RemoteEtag, RemoteId, Uid};
use bridge_core::time::Instant;
use rusqlite::{OptionalExtension as _, Row, params};

use super::collections::CollectionId;
use super::values::{instant, micros, word_enum};
use super::{CalendarId, ReadTx, StoreError, WriteTx};

word_enum! {
    /// Why an object of the provider was not taken.
    Reason {
        /// Its text is no calendar object that can be kept.
        Unreadable = "unreadable",
        /// Its text is too large, or has too many parts.
        TooLarge = "too-large",
        /// Another object of the calendar has the same UID.
        UidTaken = "uid-taken",
        /// The provider lists it and does not hand it out, or it is in use here at the moment: asked for again each round.
        NotDelivered = "not-delivered",
    }
}

/// An object that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// What the provider calls it.
    pub remote_id: RemoteId,
    /// The version that was not taken; another one is tried again.
    pub etag: Option<RemoteEtag>,
    /// Its UID, where that is the reason.
    pub uid: Option<Uid>,
    /// Why.
    pub reason: Reason,
    /// Since when.
    pub since: Instant,
}

const COLUMNS: &str = "remote_id, etag, uid, problem, since";

fn set_aside(row: &Row<'_>) -> rusqlite::Result<SetAside> {
    Ok(SetAside {
        remote_id: RemoteId::new(row.get::<_, String>(0)?),
        etag: row.get::<_, Option<String>>(1)?.map(RemoteEtag::new),
        uid: row.get::<_, Option<String>>(2)?.map(Uid::new),
        reason: row.get(3)?,
        since: instant(row.get(4)?),
    })
}

/// All of a calendar, in the order of their ids.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &ReadTx<'_>, collection: CollectionId) -> Result<Vec<SetAside>, StoreError> {
    let mut list = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM set_aside WHERE collection = ?1 ORDER BY remote_id"
    ))?;
    Ok(list
        .query_map([collection], set_aside)?
        .collect::<Result<_, _>>()?)
}

/// Whether any version of it was set aside.
///
/// # Errors
/// Those of the database.
pub fn is_there(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    remote_id: &RemoteId,
) -> Result<bool, StoreError> {
    let mut find =
        tx.prepare("SELECT 1 FROM set_aside WHERE collection = ?1 AND remote_id = ?2")?;
    Ok(find.exists(params![collection, remote_id.as_str()])?)
}

/// Those to ask for again: not delivered, unreadable without a version, or with a UID that nothing here has any more.
///
/// # Errors
/// Those of the database.
pub fn due(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    calendar: CalendarId,
) -> Result<Vec<RemoteId>, StoreError> {
    let mut list = tx.prepare(
        "SELECT remote_id FROM set_aside s WHERE s.collection = ?1 AND (s.problem = 'not-delivered'
           OR (s.problem = 'unreadable' AND s.etag IS NULL)
           OR (s.problem = 'uid-taken' AND NOT EXISTS (
             SELECT 1 FROM objects o WHERE o.calendar = ?2 AND o.uid = s.uid)))
         ORDER BY remote_id",
    )?;
    let ids = list.query_map(params![collection, calendar], |row| row.get::<_, String>(0))?;
    Ok(ids
        .map(|id| id.map(RemoteId::new))
        .collect::<Result<_, _>>()?)
}

/// One with this UID: where the object went, if its own place is empty now.
///
/// # Errors
/// Those of the database.
pub fn of_uid(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    uid: &Uid,
) -> Result<Option<RemoteId>, StoreError> {
    let mut find = tx.prepare(
        "SELECT remote_id FROM set_aside WHERE collection = ?1 AND uid = ?2 ORDER BY remote_id LIMIT 1",
    )?;
    let id = find
        .query_row(params![collection, uid.as_str()], |row| {
            row.get::<_, String>(0)
        })
        .optional()?;
    Ok(id.map(RemoteId::new))
}

/// Sets an object aside, or notes a new reason.
///
/// # Errors
/// Those of the database.
pub fn add(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    aside: &SetAside,
) -> Result<(), StoreError> {
    tx.prepare(
        "INSERT INTO set_aside (collection, remote_id, etag, uid, problem, since)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (collection, remote_id) DO UPDATE
         SET etag = excluded.etag, uid = excluded.uid,
           since = iif(problem = excluded.problem, since, excluded.since), problem = excluded.problem",
    )?
    .execute(params![
        collection,
        aside.remote_id.as_str(),
        aside.etag.as_ref().map(RemoteEtag::as_str),
        aside.uid.as_ref().map(Uid::as_str),
        aside.reason,
        micros(aside.since),
    ])?;
    Ok(())
}

/// Takes an object back: it was taken, or is gone. Says whether it was set aside.
///
/// # Errors
/// Those of the database.
pub fn remove(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    remote_id: &RemoteId,
) -> Result<bool, StoreError> {
    let removed = tx
        .prepare("DELETE FROM set_aside WHERE collection = ?1 AND remote_id = ?2")?
        .execute(params![collection, remote_id.as_str()])?;
    Ok(removed > 0)
}

/// Forgets which versions were set aside, so that all are tried again.
///
/// # Errors
/// Those of the database.
pub fn try_again(tx: &mut WriteTx<'_>, collection: CollectionId) -> Result<(), StoreError> {
    tx.prepare("UPDATE set_aside SET etag = NULL WHERE collection = ?1")?
        .execute([collection])?;
    Ok(())
}
