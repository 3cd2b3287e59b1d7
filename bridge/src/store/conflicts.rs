//! Versions that lost, kept for 30 days so that they can be had again (rule D5).

use bridge_core::ical::Redacted;
use bridge_core::ids::{ObjectName, Uid};
use bridge_core::merge::Side;
use bridge_core::sync::{Lost, LostKind};
use bridge_core::time::Instant;
use chrono::TimeDelta;
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{OptionalExtension as _, Row, params};

use super::values::{instant, micros, row_id};
use super::{CalendarId, ReadTx, StoreError, WriteTx};

/// How long they are kept.
const KEPT: TimeDelta = TimeDelta::days(30);

row_id! {
    /// A version that lost, by its row.
    ConflictId
}

/// A version that lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Its row.
    pub id: ConflictId,
    /// The calendar the object is or was in.
    pub calendar: CalendarId,
    /// The name the object has or had.
    pub name: ObjectName,
    /// Its UID.
    pub uid: Uid,
    /// What lost, how, and to whom.
    pub lost: Lost,
    /// When.
    pub at: Instant,
    /// When it was had again.
    pub restored: Option<Instant>,
}

const COLUMNS: &str = "id, calendar, name, uid, kind, winner, fields, lost, at, restored";

fn conflict(row: &Row<'_>) -> rusqlite::Result<Conflict> {
    let fields: String = row.get(6)?;
    Ok(Conflict {
        id: row.get(0)?,
        calendar: row.get(1)?,
        name: ObjectName::new(row.get::<_, String>(2)?),
        uid: Uid::new(row.get::<_, String>(3)?),
        lost: Lost {
            kind: word(row, 4, &KINDS)?,
            winner: word(row, 5, &WINNERS)?,
            fields: fields
                .split(',')
                .filter(|field| !field.is_empty())
                .map(str::to_owned)
                .collect(),
            version: row.get::<_, Option<Vec<u8>>>(7)?.map(Redacted::new),
        },
        at: instant(row.get(8)?),
        restored: row.get::<_, Option<i64>>(9)?.map(instant),
    })
}

const KINDS: [(LostKind, &str); 3] = [
    (LostKind::Fields, "fields"),
    (LostKind::EditBeatDeletion, "edit-beat-deletion"),
    (LostKind::DeletionBeatEdit, "deletion-beat-edit"),
];
const WINNERS: [(Side, &str); 2] = [(Side::Local, "local"), (Side::Remote, "remote")];

fn word<T: Copy>(row: &Row<'_>, column: usize, words: &[(T, &str)]) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    let known = words.iter().find(|(_, word)| *word == text);
    known.map(|(value, _)| *value).ok_or_else(|| {
        let error = Box::new(FromSqlError::InvalidType);
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error)
    })
}

fn spelled<T: PartialEq>(value: &T, words: &[(T, &'static str)]) -> &'static str {
    let known = words.iter().find(|(known, _)| known == value);
    known.map_or("", |(_, word)| word)
}

/// All of them, the latest first.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<Conflict>, StoreError> {
    let mut list = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM conflicts ORDER BY at DESC, id DESC"
    ))?;
    Ok(list.query_map([], conflict)?.collect::<Result<_, _>>()?)
}

/// The one of this row.
///
/// # Errors
/// Those of the database.
pub fn get(tx: &ReadTx<'_>, id: ConflictId) -> Result<Option<Conflict>, StoreError> {
    let mut get = tx.prepare(&format!("SELECT {COLUMNS} FROM conflicts WHERE id = ?1"))?;
    Ok(get.query_row([id], conflict).optional()?)
}

/// The id of a row that a face named; whether there is one is seen by [`get`].
pub fn id(row: i64) -> ConflictId {
    ConflictId(row)
}

/// Logs a version that lost.
///
/// # Errors
/// Those of the database.
pub fn add(
    tx: &mut WriteTx<'_>,
    (calendar, name, uid): (CalendarId, &ObjectName, &Uid),
    lost: &Lost,
    now: Instant,
) -> Result<(), StoreError> {
    tx.prepare(
        "INSERT INTO conflicts (calendar, name, uid, kind, winner, fields, lost, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        calendar,
        name.as_str(),
        uid.as_str(),
        spelled(&lost.kind, &KINDS),
        spelled(&lost.winner, &WINNERS),
        lost.fields.join(","),
        lost.version
            .as_ref()
            .map(|version| version.reveal().as_slice()),
        micros(now),
    ])?;
    Ok(())
}

/// Notes that the version was had again.
///
/// # Errors
/// Those of the database.
pub fn restored(tx: &mut WriteTx<'_>, id: ConflictId, now: Instant) -> Result<(), StoreError> {
    tx.prepare("UPDATE conflicts SET restored = ?2 WHERE id = ?1")?
        .execute(params![id, micros(now)])?;
    Ok(())
}

/// Forgets those that are older than 30 days.
///
/// # Errors
/// Those of the database.
pub fn prune(tx: &mut WriteTx<'_>, now: Instant) -> Result<(), StoreError> {
    tx.prepare("DELETE FROM conflicts WHERE at < ?1")?
        .execute([micros(now - KEPT)])?;
    Ok(())
}
