//! Deletions at the provider that look like an accident: too many at once. The objects stay here until the doctor agrees
//! or a later complete listing does.

use bridge_core::ids::RemoteId;
use bridge_core::time::Instant;
use rusqlite::params;

use super::collections::CollectionId;
use super::values::{instant, micros};
use super::{ReadTx, StoreError, WriteTx};

/// A deletion that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldDeletion {
    /// The object that the provider has no more.
    pub remote_id: RemoteId,
    /// Since when.
    pub since: Instant,
}

/// All of a calendar, in the order of their ids.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &ReadTx<'_>, collection: CollectionId) -> Result<Vec<HeldDeletion>, StoreError> {
    let mut list = tx.prepare(
        "SELECT remote_id, since FROM held_deletions WHERE collection = ?1 ORDER BY remote_id",
    )?;
    let held = list.query_map([collection], |row| {
        Ok(HeldDeletion {
            remote_id: RemoteId::new(row.get::<_, String>(0)?),
            since: instant(row.get(1)?),
        })
    })?;
    Ok(held.collect::<Result<_, _>>()?)
}

/// Whether the deletion of this object is held.
///
/// # Errors
/// Those of the database.
pub fn is_held(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    remote_id: &RemoteId,
) -> Result<bool, StoreError> {
    let mut find =
        tx.prepare("SELECT 1 FROM held_deletions WHERE collection = ?1 AND remote_id = ?2")?;
    Ok(find.exists(params![collection, remote_id.as_str()])?)
}

/// Since when the youngest of them is held.
///
/// # Errors
/// Those of the database.
pub fn youngest(tx: &ReadTx<'_>, collection: CollectionId) -> Result<Option<Instant>, StoreError> {
    let mut find = tx.prepare("SELECT max(since) FROM held_deletions WHERE collection = ?1")?;
    let since: Option<i64> = find.query_row([collection], |row| row.get(0))?;
    Ok(since.map(instant))
}

/// Holds a deletion; one that is held already keeps its time.
///
/// # Errors
/// Those of the database.
pub fn hold(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    remote_id: &RemoteId,
    now: Instant,
) -> Result<(), StoreError> {
    tx.prepare(
        "INSERT INTO held_deletions (collection, remote_id, since) VALUES (?1, ?2, ?3)
         ON CONFLICT (collection, remote_id) DO NOTHING",
    )?
    .execute(params![collection, remote_id.as_str(), micros(now)])?;
    Ok(())
}

/// Ends the hold: the object is there again, or its deletion was believed.
///
/// # Errors
/// Those of the database.
pub fn release(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    remote_id: &RemoteId,
) -> Result<(), StoreError> {
    tx.prepare("DELETE FROM held_deletions WHERE collection = ?1 AND remote_id = ?2")?
        .execute(params![collection, remote_id.as_str()])?;
    Ok(())
}

/// No hold begins later than `now`: the clock was set back.
///
/// # Errors
/// Those of the database.
pub fn not_after(tx: &mut WriteTx<'_>, now: Instant) -> Result<(), StoreError> {
    tx.prepare("UPDATE held_deletions SET since = ?1 WHERE since > ?1")?
        .execute([micros(now)])?;
    Ok(())
}
