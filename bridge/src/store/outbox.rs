//! The outbox: what the providers have to learn. One intent per object ("make the provider's copy like ours"), however
//! often the object changes before it is sent.
//!
//! Every change of an object of a synced calendar notes its intent in the same transaction (rule E2), and keeps the base;
//! what comes from the provider does not (see `objects::take`).

use bridge_core::ical::{CalendarObject, Redacted};
use bridge_core::ids::{ObjectName, RemoteId, Uid};
use bridge_core::sync::{Evidence, WINDOW, suspicious};
use bridge_core::time::Instant;
use rusqlite::{OptionalExtension as _, Row, params};

use super::calendars::{Calendar, CalendarKind};
use super::collections::{self, CollectionId};
use super::values::{instant, micros, row_id, word_enum};
use super::{CalendarId, ObjectId, ReadTx, StoreError, WriteTx, bases};

row_id! {
    /// An intent, by its row.
    IntentId
}

word_enum! {
    /// Whether an intent is sent.
    State {
        /// It is, when its time comes.
        Waiting = "waiting",
        /// Not before the doctor agrees: a deletion among too many.
        Held = "held",
        /// Not any more: others were faster each time.
        Conflict = "conflict",
        /// Not any more: the provider refuses it.
        SetAside = "set-aside",
    }
}

/// What was sent without a known outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// This text.
    Put(Redacted<Vec<u8>>),
    /// A deletion.
    Delete,
    /// Nothing; but the provider says that something else is at the place of a new object.
    Look,
}

/// What the provider has to learn about one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Its row.
    pub id: IntentId,
    /// The calendar of the provider.
    pub collection: CollectionId,
    /// The name of the object here.
    pub name: ObjectName,
    /// Where it goes, once that was chosen.
    pub remote_id: Option<RemoteId>,
    /// When the object was last changed here.
    pub noted: Instant,
    /// Whether it is sent.
    pub state: State,
    /// What was sent without a known outcome.
    pub sent: Option<Sent>,
    /// How often others were faster.
    pub rounds: u32,
    /// Failures in a row.
    pub failures: u32,
    /// Not before then.
    pub retry_at: Option<Instant>,
    /// Why it was not taken.
    pub problem: Option<String>,
}

const COLUMNS: &str = "x.id, x.collection, x.name, x.remote_id, x.noted, x.state, x.sent, x.sent_octets, x.rounds, \
     x.failures, x.retry_at, x.problem";

fn intent(row: &Row<'_>) -> rusqlite::Result<Intent> {
    let sent: Option<String> = row.get(6)?;
    let octets: Option<Vec<u8>> = row.get(7)?;
    Ok(Intent {
        id: row.get(0)?,
        collection: row.get(1)?,
        name: ObjectName::new(row.get::<_, String>(2)?),
        remote_id: row.get::<_, Option<String>>(3)?.map(RemoteId::new),
        noted: instant(row.get(4)?),
        state: row.get(5)?,
        sent: sent.map(|word| match word.as_str() {
            "put" => Sent::Put(Redacted::new(octets.unwrap_or_default())),
            "delete" => Sent::Delete,
            _ => Sent::Look,
        }),
        rounds: row.get(8)?,
        failures: row.get(9)?,
        retry_at: row.get::<_, Option<i64>>(10)?.map(instant),
        problem: row.get(11)?,
    })
}

/// The intent of this row.
///
/// # Errors
/// Those of the database.
pub fn get(tx: &ReadTx<'_>, id: IntentId) -> Result<Option<Intent>, StoreError> {
    let mut get = tx.prepare(&format!("SELECT {COLUMNS} FROM outbox x WHERE x.id = ?1"))?;
    Ok(get.query_row([id], intent).optional()?)
}

/// The intent about the object of this name.
///
/// # Errors
/// Those of the database.
pub fn find(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    name: &ObjectName,
) -> Result<Option<Intent>, StoreError> {
    let mut find = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM outbox x WHERE x.collection = ?1 AND x.name = ?2"
    ))?;
    Ok(find
        .query_row(params![collection, name.as_str()], intent)
        .optional()?)
}

/// The intent that goes to this place.
///
/// # Errors
/// Those of the database.
pub fn of_remote(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    remote_id: &RemoteId,
) -> Result<Option<Intent>, StoreError> {
    let mut find = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM outbox x WHERE x.collection = ?1 AND x.remote_id = ?2 LIMIT 1"
    ))?;
    Ok(find
        .query_row(params![collection, remote_id.as_str()], intent)
        .optional()?)
}

/// Every intent of a calendar, the oldest first.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &ReadTx<'_>, collection: CollectionId) -> Result<Vec<Intent>, StoreError> {
    let mut list = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM outbox x WHERE x.collection = ?1 ORDER BY x.id"
    ))?;
    Ok(list
        .query_map([collection], intent)?
        .collect::<Result<_, _>>()?)
}

/// The first `most` intents that can be sent now: nothing of them is under way, and the version there is known.
///
/// # Errors
/// Those of the database.
pub fn sendable(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    now: Instant,
    most: usize,
) -> Result<Vec<Intent>, StoreError> {
    let mut list = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM outbox x LEFT JOIN bases b ON b.collection = x.collection AND b.name = x.name
         WHERE x.collection = ?1 AND x.state = 'waiting' AND x.sent IS NULL
           AND (x.retry_at IS NULL OR x.retry_at <= ?2) AND (b.name IS NULL OR b.etag IS NOT NULL)
         ORDER BY x.id LIMIT ?3"
    ))?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    Ok(list
        .query_map(params![collection, micros(now), most], intent)?
        .collect::<Result<_, _>>()?)
}

/// Those whose last sending has no known outcome, and where to look; not before their time.
///
/// # Errors
/// Those of the database.
pub fn unknown(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    now: Instant,
) -> Result<Vec<(IntentId, RemoteId)>, StoreError> {
    let mut list = tx.prepare(
        "SELECT x.id, coalesce(b.remote_id, x.remote_id)
         FROM outbox x LEFT JOIN bases b ON b.collection = x.collection AND b.name = x.name
         WHERE x.collection = ?1 AND x.sent IS NOT NULL AND (x.retry_at IS NULL OR x.retry_at <= ?2)
           AND coalesce(b.remote_id, x.remote_id) IS NOT NULL
         ORDER BY x.id",
    )?;
    let found = list.query_map(params![collection, micros(now)], |row| {
        Ok((row.get(0)?, RemoteId::new(row.get::<_, String>(1)?)))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// When the next intent of a calendar may be tried again, after `now`.
///
/// # Errors
/// Those of the database.
pub fn next_retry(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    now: Instant,
) -> Result<Option<Instant>, StoreError> {
    let mut find = tx.prepare(
        "SELECT min(retry_at) FROM outbox
         WHERE collection = ?1 AND state = 'waiting' AND retry_at > ?2",
    )?;
    let at: Option<i64> = find.query_row(params![collection, micros(now)], |row| row.get(0))?;
    Ok(at.map(instant))
}

/// How many intents of a calendar are in this state.
///
/// # Errors
/// Those of the database.
pub fn count(tx: &ReadTx<'_>, collection: CollectionId, state: State) -> Result<usize, StoreError> {
    let mut count =
        tx.prepare("SELECT count(*) FROM outbox WHERE collection = ?1 AND state = ?2")?;
    let count: i64 = count.query_row(params![collection, state], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Notes an intent; one that is there stays as it is.
///
/// # Errors
/// Those of the database.
pub fn note(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    name: &ObjectName,
    now: Instant,
) -> Result<(), StoreError> {
    tx.prepare(
        "INSERT INTO outbox (collection, name, noted, state) VALUES (?1, ?2, ?3, 'waiting')
         ON CONFLICT (collection, name) DO NOTHING",
    )?
    .execute(params![collection, name.as_str(), micros(now)])?;
    Ok(())
}

/// Notes what is about to be sent, and where.
///
/// # Errors
/// Those of the database.
pub fn sending(
    tx: &mut WriteTx<'_>,
    id: IntentId,
    remote_id: &RemoteId,
    sent: &Sent,
) -> Result<(), StoreError> {
    let (word, octets) = match sent {
        Sent::Put(octets) => ("put", Some(octets.reveal())),
        Sent::Delete => ("delete", None),
        Sent::Look => ("look", None),
    };
    tx.prepare("UPDATE outbox SET remote_id = ?2, sent = ?3, sent_octets = ?4 WHERE id = ?1")?
        .execute(params![id, remote_id.as_str(), word, octets])?;
    Ok(())
}

/// Notes that the outcome of the last sending is known: it had no effect, or its effect is in the base.
///
/// # Errors
/// Those of the database.
pub fn settled(tx: &mut WriteTx<'_>, id: IntentId) -> Result<(), StoreError> {
    tx.prepare("UPDATE outbox SET sent = NULL, sent_octets = NULL WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Notes that the provider took something: what follows begins without failures.
///
/// # Errors
/// Those of the database.
pub fn progressed(tx: &mut WriteTx<'_>, id: IntentId) -> Result<(), StoreError> {
    tx.prepare(
        "UPDATE outbox SET sent = NULL, sent_octets = NULL, rounds = 0, failures = 0, retry_at = NULL,
           problem = NULL WHERE id = ?1",
    )?
    .execute([id])?;
    Ok(())
}

/// Chooses another place for a new object, or none yet.
///
/// # Errors
/// Those of the database.
pub fn place(
    tx: &mut WriteTx<'_>,
    id: IntentId,
    remote_id: Option<&RemoteId>,
) -> Result<(), StoreError> {
    tx.prepare("UPDATE outbox SET remote_id = ?2 WHERE id = ?1")?
        .execute(params![id, remote_id.map(RemoteId::as_str)])?;
    Ok(())
}

/// Counts a round lost to another writer; says how many there were.
///
/// # Errors
/// Those of the database.
pub fn lost_round(tx: &mut WriteTx<'_>, id: IntentId) -> Result<u32, StoreError> {
    let mut count =
        tx.prepare("UPDATE outbox SET rounds = rounds + 1 WHERE id = ?1 RETURNING rounds")?;
    Ok(count
        .query_row([id], |row| row.get(0))
        .optional()?
        .unwrap_or(0))
}

/// Notes a failure and when to try again; says how many there were in a row.
///
/// # Errors
/// Those of the database.
pub fn failed(
    tx: &mut WriteTx<'_>,
    id: IntentId,
    problem: &str,
    retry_at: Instant,
) -> Result<u32, StoreError> {
    let mut count = tx.prepare(
        "UPDATE outbox SET failures = failures + 1, problem = ?2, retry_at = ?3 WHERE id = ?1
         RETURNING failures",
    )?;
    Ok(count
        .query_row(params![id, problem, micros(retry_at)], |row| row.get(0))
        .optional()?
        .unwrap_or(0))
}

/// Ends the sending of an intent, or lets it begin again.
///
/// # Errors
/// Those of the database.
pub fn set_state(
    tx: &mut WriteTx<'_>,
    id: IntentId,
    state: State,
    problem: Option<&str>,
) -> Result<(), StoreError> {
    tx.prepare("UPDATE outbox SET state = ?2, problem = ?3, retry_at = NULL WHERE id = ?1")?
        .execute(params![id, state, problem])?;
    Ok(())
}

/// Tries everything again that was given up, except what is held.
///
/// # Errors
/// Those of the database.
pub fn try_again(tx: &mut WriteTx<'_>, collection: CollectionId) -> Result<(), StoreError> {
    tx.prepare(
        "UPDATE outbox SET state = 'waiting', rounds = 0, failures = 0, retry_at = NULL, problem = NULL
         WHERE collection = ?1 AND state <> 'held'",
    )?
    .execute([collection])?;
    Ok(())
}

/// The intent is fulfilled.
///
/// # Errors
/// Those of the database.
pub fn done(tx: &mut WriteTx<'_>, id: IntentId) -> Result<(), StoreError> {
    tx.prepare("DELETE FROM outbox WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// No pause ends later than `latest`: the clock was set back.
///
/// # Errors
/// Those of the database.
pub fn not_after(tx: &mut WriteTx<'_>, latest: Instant) -> Result<(), StoreError> {
    for table in ["outbox", "collections", "accounts"] {
        tx.prepare(&format!(
            "UPDATE {table} SET retry_at = ?1 WHERE retry_at > ?1"
        ))?
        .execute([micros(latest)])?;
    }
    Ok(())
}

/// The synced calendar behind this one, if it is a copy.
fn synced(tx: &ReadTx<'_>, calendar: &Calendar) -> Result<Option<CollectionId>, StoreError> {
    match calendar.kind {
        CalendarKind::Remote => {
            Ok(collections::of_calendar(tx, calendar.id)?.map(|collection| collection.id))
        }
        CalendarKind::Local | CalendarKind::PharmaDoc | CalendarKind::Everything => Ok(None),
    }
}

/// Called before an object is stored by somebody here.
pub(super) fn before_storing(
    tx: &mut WriteTx<'_>,
    calendar: &Calendar,
    name: &ObjectName,
    (before, uid): (Option<ObjectId>, &Uid),
    now: Instant,
) -> Result<(), StoreError> {
    let Some(collection) = synced(tx, calendar)? else {
        return Ok(());
    };
    if let Some(object) = before {
        bases::keep(tx, collection, name, object)?;
    } else {
        make_way(tx, collection, calendar.id, name, uid)?;
        come_back(tx, collection, name, uid)?;
    }
    intend(tx, collection, name, State::Waiting, now)
}

/// A name that belonged to a deleted object is used for another one: the deletion goes on under another name.
fn make_way(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    calendar: CalendarId,
    name: &ObjectName,
    uid: &Uid,
) -> Result<(), StoreError> {
    let deleted = deleted(tx, collection)?;
    let Some((_, old)) = deleted.into_iter().find(|(deleted, _)| deleted == name) else {
        return Ok(());
    };
    if old.as_ref() == Some(uid) {
        return Ok(());
    }
    let old = old.unwrap_or_else(|| Uid::new(name.as_str()));
    let other = bases::free_name(tx, collection, calendar, &old)?;
    rename(tx, collection, name, &other)
}

/// An object that was deleted under another name comes back: the provider never learns of the deletion, and what is known
/// of its copy stays known.
fn come_back(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    name: &ObjectName,
    uid: &Uid,
) -> Result<(), StoreError> {
    let deleted = deleted(tx, collection)?;
    let same =
        |(other, old): &(ObjectName, Option<Uid>)| old.as_ref() == Some(uid) && other != name;
    match deleted.into_iter().find(same) {
        Some((old, _)) => rename(tx, collection, &old, name),
        None => Ok(()),
    }
}

/// Objects that are deleted here and perhaps not there: their names and UIDs.
fn deleted(
    tx: &ReadTx<'_>,
    collection: CollectionId,
) -> Result<Vec<(ObjectName, Option<Uid>)>, StoreError> {
    let mut list = tx.prepare(
        "SELECT x.name, coalesce(b.octets, x.sent_octets)
         FROM outbox x LEFT JOIN bases b ON b.collection = x.collection AND b.name = x.name
         WHERE x.collection = ?1 AND NOT EXISTS (SELECT 1 FROM objects o JOIN collections c ON c.calendar = o.calendar
           WHERE c.id = x.collection AND o.name = x.name)",
    )?;
    let found = list.query_map([collection], |row| {
        let octets: Option<Vec<u8>> = row.get(1)?;
        let uid = octets.and_then(|octets| CalendarObject::read(&octets).uid());
        Ok((ObjectName::new(row.get::<_, String>(0)?), uid))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn rename(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    from: &ObjectName,
    to: &ObjectName,
) -> Result<(), StoreError> {
    bases::rename(tx, collection, from, to)?;
    tx.prepare("UPDATE outbox SET name = ?3 WHERE collection = ?1 AND name = ?2")?
        .execute(params![collection, from.as_str(), to.as_str()])?;
    Ok(())
}

/// Called before an object is deleted by somebody here.
pub(super) fn before_deleting(
    tx: &mut WriteTx<'_>,
    calendar: &Calendar,
    (name, object): (&ObjectName, ObjectId),
    now: Instant,
) -> Result<(), StoreError> {
    let Some(collection) = synced(tx, calendar)? else {
        return Ok(());
    };
    bases::keep(tx, collection, name, object)?;
    if bases::get(tx, collection, name)?.is_some() {
        let state = count_deletion(tx, collection, now)?;
        return intend(tx, collection, name, state, now);
    }
    // The provider never heard of it, or nobody knows whether it did.
    tx.prepare("DELETE FROM outbox WHERE collection = ?1 AND name = ?2 AND sent IS NULL")?
        .execute(params![collection, name.as_str()])?;
    tx.prepare("UPDATE outbox SET state = 'waiting' WHERE collection = ?1 AND name = ?2")?
        .execute(params![collection, name.as_str()])?;
    Ok(())
}

/// Counts a deletion of a synced object. When there are too many, it and those not yet sent are held (rule D3).
fn count_deletion(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    now: Instant,
) -> Result<State, StoreError> {
    let (at, before) = (micros(now), micros(now - WINDOW));
    // A time to come is one of a clock that was set back since.
    tx.prepare("UPDATE recent_deletions SET at = ?2 WHERE collection = ?1 AND at > ?2")?
        .execute(params![collection, at])?;
    tx.prepare("DELETE FROM recent_deletions WHERE collection = ?1 AND at <= ?2")?
        .execute(params![collection, before])?;
    tx.prepare("INSERT INTO recent_deletions (collection, at) VALUES (?1, ?2)")?
        .execute(params![collection, at])?;
    let recent: i64 = tx
        .prepare("SELECT count(*) FROM recent_deletions WHERE collection = ?1")?
        .query_row([collection], |row| row.get(0))?;
    let recent = usize::try_from(recent).unwrap_or(usize::MAX);
    if !suspicious(bases::count(tx, collection)?, recent, Evidence::Named) {
        return Ok(State::Waiting);
    }
    tx.prepare(
        "UPDATE outbox SET state = 'held' WHERE collection = ?1 AND state = 'waiting' AND sent IS NULL
           AND NOT EXISTS (SELECT 1 FROM objects o JOIN collections c ON c.calendar = o.calendar
             WHERE c.id = outbox.collection AND o.name = outbox.name)",
    )?
    .execute([collection])?;
    Ok(State::Held)
}

/// Notes what somebody here wants. What was given up before begins again.
fn intend(
    tx: &mut WriteTx<'_>,
    collection: CollectionId,
    name: &ObjectName,
    state: State,
    now: Instant,
) -> Result<(), StoreError> {
    tx.prepare(
        "UPDATE outbox SET rounds = 0, failures = 0, retry_at = NULL, problem = NULL
         WHERE collection = ?1 AND name = ?2 AND state IN ('conflict', 'set-aside')",
    )?
    .execute(params![collection, name.as_str()])?;
    tx.prepare(
        "INSERT INTO outbox (collection, name, noted, state) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (collection, name) DO UPDATE SET noted = excluded.noted, state = excluded.state",
    )?
    .execute(params![collection, name.as_str(), micros(now), state])?;
    Ok(())
}
