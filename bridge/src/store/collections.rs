//! The calendars that accounts offer, and the copies here of those that the doctor chose.

use bridge_core::ical::ComponentSet;
use bridge_core::ids::{CalendarName, RemoteId, SyncToken};
use bridge_core::time::Instant;
use rusqlite::{OptionalExtension as _, Row, params};

use super::accounts::AccountId;
use super::calendars::{self, Access, CalendarKind, CalendarZone, CreateError, NewCalendar};
use super::values::{instant, micros, row_id, unreadable};
use super::{CalendarId, ReadTx, StoreError, WriteTx, color};

row_id! {
    /// A calendar of an account, by its row.
    CollectionId
}

/// A calendar that an account offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// Its row.
    pub id: CollectionId,
    /// Whose it is.
    pub account: AccountId,
    /// What the provider calls it.
    pub remote_id: RemoteId,
    /// The copy here; none when the doctor did not choose it.
    pub calendar: Option<CalendarId>,
    /// What people call it.
    pub display_name: String,
    /// Its colour as `#rrggbb`.
    pub color: Option<String>,
    /// What may be stored in it.
    pub components: ComponentSet,
    /// Whether we may change it.
    pub access: Access,
    /// Whether its events take the doctor's time.
    pub busy: bool,
    /// Whether the doctor wants visits written into it.
    pub visits: bool,
    /// The provider's mark up to which the copy is complete.
    pub version: Option<String>,
    /// Where the next changes begin.
    pub token: Option<SyncToken>,
    /// The last complete listing.
    pub listed: Option<Instant>,
    /// The last time the copy was known to be current: the age of the data.
    pub checked: Option<Instant>,
    /// How both sides compared when everything was last listed and read.
    pub compared: Option<Compared>,
    /// Since when the provider does not list it any more.
    pub vanished: Option<Instant>,
    /// Failures in a row.
    pub failures: u32,
    /// Not before then.
    pub retry_at: Option<Instant>,
    /// Why it cannot be read, and since when.
    pub problem: Option<(String, Instant)>,
}

/// A comparison of both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// When.
    pub at: Instant,
    /// How many entries the provider has.
    pub entries: u32,
    /// How many of either side the other has not, or in another version.
    pub differing: u32,
}

impl Collection {
    /// Whether visits are written into it: only as long as we may change it.
    pub fn receives_visits(&self) -> bool {
        self.visits && self.access == Access::ReadWrite
    }
}

/// A calendar as its provider lists it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// What the provider calls it.
    pub remote_id: RemoteId,
    /// What people call it.
    pub display_name: String,
    /// Its colour.
    pub color: Option<String>,
    /// What may be stored in it.
    pub components: ComponentSet,
    /// Whether we may change it.
    pub access: Access,
}

const COLUMNS: &str = "id, account, remote_id, calendar, display_name, color, components, access, busy, version, \
     token, listed, checked, vanished, failures, retry_at, problem, problem_since, \
     compared, entries, differing, visits";

fn collection(row: &Row<'_>) -> rusqlite::Result<Collection> {
    let components: String = row.get(6)?;
    let at = |column| -> rusqlite::Result<Option<Instant>> {
        Ok(row.get::<_, Option<i64>>(column)?.map(instant))
    };
    let problem: Option<String> = row.get(16)?;
    Ok(Collection {
        id: row.get(0)?,
        account: row.get(1)?,
        remote_id: RemoteId::new(row.get::<_, String>(2)?),
        calendar: row.get(3)?,
        display_name: row.get(4)?,
        color: row.get(5)?,
        components: components
            .parse()
            .map_err(|unknown| unreadable(6, unknown))?,
        access: row.get(7)?,
        busy: row.get(8)?,
        version: row.get(9)?,
        token: row.get::<_, Option<String>>(10)?.map(SyncToken::new),
        listed: at(11)?,
        checked: at(12)?,
        compared: compared(row)?,
        vanished: at(13)?,
        failures: row.get(14)?,
        retry_at: at(15)?,
        problem: problem.zip(at(17)?),
        visits: row.get(21)?,
    })
}

fn compared(row: &Row<'_>) -> rusqlite::Result<Option<Compared>> {
    let Some(at) = row.get::<_, Option<i64>>(18)? else {
        return Ok(None);
    };
    Ok(Some(Compared {
        at: instant(at),
        entries: row.get(19)?,
        differing: row.get(20)?,
    }))
}

/// The calendar of this row.
///
/// # Errors
/// Those of the database.
pub fn get(tx: &ReadTx<'_>, id: CollectionId) -> Result<Option<Collection>, StoreError> {
    let mut get = tx.prepare(&format!("SELECT {COLUMNS} FROM collections WHERE id = ?1"))?;
    Ok(get.query_row([id], collection).optional()?)
}

/// The calendars of an account, in the order in which they were found.
///
/// # Errors
/// Those of the database.
pub fn of_account(tx: &ReadTx<'_>, account: AccountId) -> Result<Vec<Collection>, StoreError> {
    let mut list = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM collections WHERE account = ?1 ORDER BY id"
    ))?;
    Ok(list
        .query_map([account], collection)?
        .collect::<Result<_, _>>()?)
}

/// The one whose copy this calendar is.
///
/// # Errors
/// Those of the database.
pub fn of_calendar(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
) -> Result<Option<Collection>, StoreError> {
    let mut find = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM collections WHERE calendar = ?1"
    ))?;
    Ok(find.query_row([calendar], collection).optional()?)
}

/// Notes a calendar as the provider lists it, new or known. A copy here follows its access, and its name and colour
/// where nobody here has given it others.
///
/// # Errors
/// Those of the database.
pub fn offer(
    tx: &mut WriteTx<'_>,
    account: AccountId,
    offered: &Offered,
) -> Result<Collection, StoreError> {
    let before: Option<Collection> = tx
        .prepare(&format!(
            "SELECT {COLUMNS} FROM collections WHERE account = ?1 AND remote_id = ?2"
        ))?
        .query_row(params![account, offered.remote_id.as_str()], collection)
        .optional()?;
    let now = tx
        .prepare(&format!(
            "INSERT INTO collections (account, remote_id, display_name, color, components, access, busy)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)
             ON CONFLICT (account, remote_id) DO UPDATE SET display_name = excluded.display_name,
               color = excluded.color, components = excluded.components, access = excluded.access,
               vanished = NULL
             RETURNING {COLUMNS}"
        ))?
        .query_row(
            params![
                account,
                offered.remote_id.as_str(),
                offered.display_name,
                offered.color,
                offered.components.to_string(),
                offered.access,
            ],
            collection,
        )?;
    if let (Some(before), Some(calendar)) = (before, now.calendar) {
        follow(tx, calendar, &before, &now)?;
    }
    Ok(now)
}

/// The copy takes over what changed at the provider.
fn follow(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    before: &Collection,
    now: &Collection,
) -> Result<(), StoreError> {
    let named = calendars::get(tx, calendar)?.map(|copy| copy.display_name);
    if before.display_name != now.display_name && named.as_ref() == Some(&before.display_name) {
        calendars::rename(tx, calendar, &now.display_name)?;
    }
    let colored = color::of(tx, calendar)?;
    if let Some(rgb) = &now.color
        && before.color != now.color
        && colored == before.color
    {
        color::set(tx, calendar, rgb)?;
        calendars::touch(tx, calendar)?;
    }
    if before.access != now.access || before.components != now.components {
        calendars::set_contract(tx, calendar, now.access, now.components)?;
    }
    Ok(())
}

/// Notes that the provider does not list it any more. The copy stays.
///
/// # Errors
/// Those of the database.
pub fn vanish(tx: &mut WriteTx<'_>, id: CollectionId, now: Instant) -> Result<(), StoreError> {
    tx.prepare("UPDATE collections SET vanished = ifnull(vanished, ?2) WHERE id = ?1")?
        .execute(params![id, micros(now)])?;
    Ok(())
}

/// Makes the copy here, under `name` in the feed's addresses.
///
/// # Errors
/// [`CreateError::Exists`] when the name is taken.
pub fn choose(
    tx: &mut WriteTx<'_>,
    collection: &Collection,
    name: CalendarName,
    now: Instant,
) -> Result<CalendarId, CreateError> {
    if let Some(calendar) = collection.calendar {
        return Ok(calendar);
    }
    let new = NewCalendar {
        name,
        kind: CalendarKind::Remote,
        display_name: collection.display_name.clone(),
        components: collection.components,
        access: collection.access,
        zone: CalendarZone::default(),
    };
    let made = calendars::create(tx, &new, now)?;
    tx.prepare("UPDATE collections SET calendar = ?2 WHERE id = ?1")?
        .execute(params![collection.id, made.id])
        .map_err(StoreError::from)?;
    Ok(made.id)
}

/// Removes the copy here and everything that was agreed about it. Nothing is deleted at the provider; what was not yet
/// sent is lost, so the caller asks first.
///
/// # Errors
/// Those of the database.
pub fn drop_copy(tx: &mut WriteTx<'_>, collection: &Collection) -> Result<(), StoreError> {
    for table in [
        "bases",
        "outbox",
        "recent_deletions",
        "held_deletions",
        "set_aside",
    ] {
        tx.prepare(&format!("DELETE FROM {table} WHERE collection = ?1"))?
            .execute([collection.id])?;
    }
    tx.prepare(
        "UPDATE collections SET calendar = NULL, version = NULL, token = NULL, listed = NULL, checked = NULL,
           compared = NULL, entries = NULL, differing = NULL, failures = 0, retry_at = NULL, problem = NULL,
           problem_since = NULL, visits = 0 WHERE id = ?1",
    )?
    .execute([collection.id])?;
    if let Some(calendar) = collection.calendar {
        calendars::delete(tx, calendar)?;
    }
    Ok(())
}

/// Whether visits are written into it.
///
/// # Errors
/// Those of the database.
pub fn set_visits(tx: &mut WriteTx<'_>, id: CollectionId, visits: bool) -> Result<(), StoreError> {
    tx.prepare("UPDATE collections SET visits = ?2 WHERE id = ?1")?
        .execute(params![id, visits])?;
    Ok(())
}

/// Whether its events take the doctor's time.
///
/// # Errors
/// Those of the database.
pub fn set_busy(tx: &mut WriteTx<'_>, id: CollectionId, busy: bool) -> Result<(), StoreError> {
    tx.prepare("UPDATE collections SET busy = ?2 WHERE id = ?1")?
        .execute(params![id, busy])?;
    Ok(())
}

/// How far the copy has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The provider's mark of the version that was read.
    pub version: Option<String>,
    /// Where the next changes begin.
    pub token: Option<SyncToken>,
    /// Whether everything was listed.
    pub complete: bool,
}

/// Notes that the copy is complete up to `reached`. Belongs in the transaction of the last page (rule O1).
///
/// # Errors
/// Those of the database.
pub fn reach(
    tx: &mut WriteTx<'_>,
    id: CollectionId,
    reached: &Reached,
    now: Instant,
) -> Result<(), StoreError> {
    tx.prepare(
        "UPDATE collections SET version = ?2, token = ?3, listed = iif(?4, ?5, listed), checked = ?5,
           failures = 0, retry_at = NULL, problem = NULL, problem_since = NULL WHERE id = ?1",
    )?
    .execute(params![
        id,
        reached.version,
        reached.token.as_ref().map(SyncToken::as_str),
        reached.complete,
        micros(now)
    ])?;
    Ok(())
}

/// Notes how both sides compared.
///
/// # Errors
/// Those of the database.
pub fn compare(
    tx: &mut WriteTx<'_>,
    id: CollectionId,
    compared: Compared,
) -> Result<(), StoreError> {
    tx.prepare("UPDATE collections SET compared = ?2, entries = ?3, differing = ?4 WHERE id = ?1")?
        .execute(params![
            id,
            micros(compared.at),
            compared.entries,
            compared.differing
        ])?;
    Ok(())
}

/// Notes that the provider's mark is still the one that was reached.
///
/// # Errors
/// Those of the database.
pub fn still_current(
    tx: &mut WriteTx<'_>,
    id: CollectionId,
    now: Instant,
) -> Result<(), StoreError> {
    tx.prepare(
        "UPDATE collections SET checked = ?2, failures = 0, retry_at = NULL, problem = NULL,
           problem_since = NULL WHERE id = ?1",
    )?
    .execute(params![id, micros(now)])?;
    Ok(())
}

/// Forgets how far the copy has come: the next round lists everything and reconciles.
///
/// # Errors
/// Those of the database.
pub fn start_over(tx: &mut WriteTx<'_>, id: CollectionId) -> Result<(), StoreError> {
    tx.prepare("UPDATE collections SET version = NULL, token = NULL WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Notes that it could not be read, and when to try again.
///
/// # Errors
/// Those of the database.
pub fn failed(
    tx: &mut WriteTx<'_>,
    id: CollectionId,
    problem: &str,
    retry_at: Option<Instant>,
    now: Instant,
) -> Result<(), StoreError> {
    tx.prepare(
        "UPDATE collections SET failures = failures + 1, retry_at = ?3,
           problem_since = iif(problem = ?2, problem_since, ?4), problem = ?2 WHERE id = ?1",
    )?
    .execute(params![id, problem, retry_at.map(micros), micros(now)])?;
    Ok(())
}
