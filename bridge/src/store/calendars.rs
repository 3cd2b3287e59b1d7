//! The collections: local calendars, copies of remote ones, and the two views `pharmadoc` and `everything`.

use bridge_core::ical::ComponentSet;
use bridge_core::ids::CalendarName;
use bridge_core::time::Instant;
use bridge_core::tz::{Zone, read_vtimezone};
use rusqlite::{OptionalExtension as _, Row, params};

use super::values::{instant, micros, row_id, unreadable, word_enum};
use super::{ReadTx, Seq, StoreError, WriteTx, objects};

row_id! {
    /// A calendar, by its row.
    CalendarId
}

word_enum! {
    /// Where the content of a calendar comes from.
    CalendarKind {
        /// Lives only here.
        Local = "local",
        /// The visits booked through PharmaDOC.
        PharmaDoc = "pharmadoc",
        /// A copy of a calendar of an account.
        Remote = "remote",
        /// The union of all others; has no objects of its own.
        Everything = "everything",
    }
}

word_enum! {
    /// What a client may do.
    Access {
        /// Read and change.
        ReadWrite = "read-write",
        /// Read only.
        ReadOnly = "read-only",
    }
}

/// The default zone of a calendar (`CALDAV:calendar-timezone`, `calendar-timezone-id`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarZone {
    /// The IANA name, where one is known.
    pub tzid: Option<String>,
    /// The calendar object with the `VTIMEZONE`, as the client sent it.
    pub object: Option<Vec<u8>>,
}

impl CalendarZone {
    /// The zone itself: by its name, else by the rules the client gave; without either, UTC.
    pub fn zone(&self) -> Zone {
        let named = self.tzid.as_deref().and_then(Zone::named);
        named
            .or_else(|| self.object.as_deref().and_then(read_vtimezone))
            .unwrap_or(Zone::Utc)
    }
}

/// A calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Its row.
    pub id: CalendarId,
    /// Its name in the URL.
    pub name: CalendarName,
    /// Where its content comes from.
    pub kind: CalendarKind,
    /// What people call it.
    pub display_name: String,
    /// What may be stored in it.
    pub components: ComponentSet,
    /// Whether anybody may change its objects.
    pub access: Access,
    /// The zone of floating and all-day times.
    pub zone: CalendarZone,
    /// The latest change in it: its ctag and newest sync token.
    pub seq: Seq,
    /// Tokens older than this are expired.
    pub retained_from: Seq,
    /// When it was made.
    pub created: Instant,
}

/// What a new calendar is made from.
#[derive(Clone, Debug)]
pub struct NewCalendar {
    /// Its name in the URL.
    pub name: CalendarName,
    /// Where its content comes from.
    pub kind: CalendarKind,
    /// What people call it.
    pub display_name: String,
    /// What may be stored in it.
    pub components: ComponentSet,
    /// Whether anybody may change its objects.
    pub access: Access,
    /// The zone of floating and all-day times.
    pub zone: CalendarZone,
}

/// Why a calendar could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// The name is taken.
    #[error("there is already a calendar \"{0}\"")]
    Exists(CalendarName),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const COLUMNS: &str = "id, name, kind, display_name, components, access, tzid, zone_object, seq, \
                       retained_from, created";

fn calendar(row: &Row<'_>) -> rusqlite::Result<Calendar> {
    let components: String = row.get(4)?;
    Ok(Calendar {
        id: row.get(0)?,
        name: CalendarName::new(row.get::<_, String>(1)?),
        kind: row.get(2)?,
        display_name: row.get(3)?,
        components: components
            .parse()
            .map_err(|unknown| unreadable(4, unknown))?,
        access: row.get(5)?,
        zone: CalendarZone {
            tzid: row.get(6)?,
            object: row.get(7)?,
        },
        seq: row.get(8)?,
        retained_from: row.get(9)?,
        created: instant(row.get(10)?),
    })
}

/// The calendar with this name in its URL.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &ReadTx<'_>, name: &CalendarName) -> Result<Option<Calendar>, StoreError> {
    let mut find = tx.prepare(&format!("SELECT {COLUMNS} FROM calendars WHERE name = ?1"))?;
    Ok(find.query_row([name.as_str()], calendar).optional()?)
}

/// The calendar of this row.
///
/// # Errors
/// Those of the database.
pub fn get(tx: &ReadTx<'_>, id: CalendarId) -> Result<Option<Calendar>, StoreError> {
    let mut get = tx.prepare(&format!("SELECT {COLUMNS} FROM calendars WHERE id = ?1"))?;
    Ok(get.query_row([id], calendar).optional()?)
}

/// Every calendar, the oldest first.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<Calendar>, StoreError> {
    let mut list = tx.prepare(&format!("SELECT {COLUMNS} FROM calendars ORDER BY id"))?;
    let calendars = list.query_map([], calendar)?;
    Ok(calendars.collect::<Result<_, _>>()?)
}

/// Makes a calendar.
///
/// # Errors
/// [`CreateError::Exists`] when the name is taken.
pub fn create(
    tx: &mut WriteTx<'_>,
    new: &NewCalendar,
    now: Instant,
) -> Result<Calendar, CreateError> {
    if find(tx, &new.name)?.is_some() {
        return Err(CreateError::Exists(new.name.clone()));
    }
    // The number is taken so that a token of an earlier calendar of this name is known as expired.
    let seq = tx.next_seq()?;
    let made = {
        let mut insert = tx.prepare(&format!(
            "INSERT INTO calendars (name, kind, display_name, components, access, tzid, zone_object, seq,
               retained_from, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9) RETURNING {COLUMNS}"
        ))?;
        let values = params![
            new.name.as_str(),
            new.kind,
            new.display_name,
            new.components.to_string(),
            new.access,
            new.zone.tzid,
            new.zone.object,
            seq,
            micros(now),
        ];
        insert
            .query_row(values, calendar)
            .map_err(StoreError::from)?
    };
    tx.note(made.id, seq);
    Ok(made)
}

/// Removes a calendar with everything in it. Says whether there was one.
///
/// # Errors
/// Those of the database.
pub fn delete(tx: &mut WriteTx<'_>, id: CalendarId) -> Result<bool, StoreError> {
    let seq = tx.next_seq()?;
    let removed = tx
        .prepare("DELETE FROM calendars WHERE id = ?1")?
        .execute([id])?;
    if removed > 0 {
        // A union cannot name what vanished with a whole calendar: its readers start again.
        tx.prepare("UPDATE calendars SET retained_from = ?1, seq = ?1 WHERE kind = 'everything'")?
            .execute([seq])?;
        tx.note(id, seq);
    }
    Ok(removed > 0)
}

/// Changes what people call it.
///
/// # Errors
/// Those of the database.
pub fn rename(tx: &mut WriteTx<'_>, id: CalendarId, display_name: &str) -> Result<(), StoreError> {
    tx.prepare("UPDATE calendars SET display_name = ?2 WHERE id = ?1")?
        .execute(params![id, display_name])?;
    touch(tx, id)
}

/// Changes what may be done in it and stored in it.
///
/// # Errors
/// Those of the database.
pub fn set_contract(
    tx: &mut WriteTx<'_>,
    id: CalendarId,
    access: Access,
    components: ComponentSet,
) -> Result<(), StoreError> {
    tx.prepare("UPDATE calendars SET access = ?2, components = ?3 WHERE id = ?1")?
        .execute(params![id, access, components.to_string()])?;
    touch(tx, id)
}

/// Sets the default zone and computes anew when its floating and all-day objects take place.
///
/// # Errors
/// Those of the database.
pub fn set_zone(
    tx: &mut WriteTx<'_>,
    id: CalendarId,
    zone: &CalendarZone,
    now: Instant,
) -> Result<(), StoreError> {
    tx.prepare("UPDATE calendars SET tzid = ?2, zone_object = ?3 WHERE id = ?1")?
        .execute(params![id, zone.tzid, zone.object])?;
    objects::index_zone_dependent(tx, id, zone, now)?;
    touch(tx, id)
}

/// Gives the calendar a new ctag: something about it changed that clients should look at.
///
/// # Errors
/// Those of the database.
pub fn touch(tx: &mut WriteTx<'_>, id: CalendarId) -> Result<(), StoreError> {
    let seq = tx.next_seq()?;
    tx.note(id, seq);
    Ok(())
}
