//! Finding objects.

use bridge_core::ical::ComponentKind;
use bridge_core::ids::{Etag, ObjectName, Uid};
use bridge_core::time::TimeRange;
use rusqlite::{OptionalExtension as _, Row, params};

use super::{Object, ObjectRow};
use crate::store::occurrences::{CLASS_TABLE, bounds};
use crate::store::values::instant;
use crate::store::{CalendarId, ReadTx, StoreError};

/// The columns of an [`ObjectRow`], of the table called `o`.
const COLUMNS: &str =
    "o.id, o.calendar, o.name, o.uid, o.kind, o.etag, o.size, o.seq, o.created, o.modified";
/// The column behind them.
const NEXT: usize = 10;

fn object_row(row: &Row<'_>) -> rusqlite::Result<ObjectRow> {
    Ok(ObjectRow {
        id: row.get(0)?,
        calendar: row.get(1)?,
        name: ObjectName::new(row.get::<_, String>(2)?),
        uid: Uid::new(row.get::<_, String>(3)?),
        kind: ComponentKind::from_name(row.get_ref(4)?.as_str()?),
        etag: Etag::new(row.get::<_, String>(5)?),
        size: u64::try_from(row.get::<_, i64>(6)?).unwrap_or(0),
        seq: row.get(7)?,
        created: instant(row.get(8)?),
        modified: instant(row.get(9)?),
    })
}

fn object(row: &Row<'_>) -> rusqlite::Result<Object> {
    Ok(Object {
        row: object_row(row)?,
        octets: row.get(NEXT)?,
    })
}

/// The object of this name, with its octets.
///
/// # Errors
/// Those of the database.
pub fn get(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    name: &ObjectName,
) -> Result<Option<Object>, StoreError> {
    let mut get = tx.prepare(&format!(
        "SELECT {COLUMNS}, b.octets FROM objects o JOIN bodies b ON b.object = o.id
         WHERE o.calendar = ?1 AND o.name = ?2"
    ))?;
    Ok(get
        .query_row(params![calendar, name.as_str()], object)
        .optional()?)
}

/// The object of this name, without its octets.
///
/// # Errors
/// Those of the database.
pub fn find(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    name: &ObjectName,
) -> Result<Option<ObjectRow>, StoreError> {
    let mut find = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM objects o WHERE o.calendar = ?1 AND o.name = ?2"
    ))?;
    Ok(find
        .query_row(params![calendar, name.as_str()], object_row)
        .optional()?)
}

/// The name under which this UID is stored.
///
/// # Errors
/// Those of the database.
pub fn name_of_uid(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    uid: &Uid,
) -> Result<Option<ObjectName>, StoreError> {
    let mut find = tx.prepare("SELECT name FROM objects WHERE calendar = ?1 AND uid = ?2")?;
    let name = find
        .query_row(params![calendar, uid.as_str()], |row| {
            row.get::<_, String>(0)
        })
        .optional()?;
    Ok(name.map(ObjectName::new))
}

/// How many objects a calendar has.
///
/// # Errors
/// Those of the database.
pub fn count(tx: &ReadTx<'_>, calendar: CalendarId) -> Result<u64, StoreError> {
    let mut count = tx.prepare("SELECT count(*) FROM objects WHERE calendar = ?1")?;
    let count: i64 = count.query_row([calendar], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Whether the octets are wanted too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Only what is known about the object.
    Skip,
    /// The octets as well.
    Read,
}

/// An object of a listing.
#[derive(Clone, PartialEq, Eq)]
pub struct Listed {
    /// What is known about it.
    pub row: ObjectRow,
    /// Its octets, when asked for.
    pub octets: Option<Vec<u8>>,
}

/// Every object of a calendar, in the order of the rows.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &ReadTx<'_>, calendar: CalendarId, body: Body) -> Result<Vec<Listed>, StoreError> {
    let mut objects = Vec::new();
    each(tx, calendar, body, |listed| objects.push(listed))?;
    Ok(objects)
}

/// Hands every object of a calendar to `visit`, in the order of the rows and one at a time: together they may be larger
/// than what should lie in memory at once.
///
/// # Errors
/// Those of the database.
pub fn each(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    body: Body,
    mut visit: impl FnMut(Listed),
) -> Result<(), StoreError> {
    let mut list = tx.prepare(&list_sql(body))?;
    let mut rows = list.query([calendar])?;
    while let Some(row) = rows.next()? {
        visit(Listed {
            row: object_row(row)?,
            octets: row.get(NEXT)?,
        });
    }
    Ok(())
}

/// A walk over the index by calendar, whose entries stand in the order of the rows: nothing is sorted.
pub(in crate::store) fn list_sql(body: Body) -> String {
    match body {
        Body::Skip => {
            format!("SELECT {COLUMNS}, NULL FROM objects o WHERE o.calendar = ?1 ORDER BY o.id")
        }
        Body::Read => format!(
            "SELECT {COLUMNS}, b.octets FROM objects o JOIN bodies b ON b.object = o.id
             WHERE o.calendar = ?1 ORDER BY o.id"
        ),
    }
}

/// How sure the index is that an object takes place in the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It does.
    Exact,
    /// It may; the object itself has to be asked. Its octets were read.
    Candidate,
}

/// An object that the index found.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// What is known about it.
    pub row: ObjectRow,
    /// How sure the index is.
    pub certainty: Certainty,
    /// Its octets: when asked for, and of every candidate.
    pub octets: Option<Vec<u8>>,
}

/// The objects of a calendar that take place in `range` (RFC 4791 section 9.9), of one kind or of any.
///
/// # Errors
/// Those of the database.
pub fn in_range(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    range: TimeRange,
    kind: Option<ComponentKind>,
    body: Body,
) -> Result<Vec<Found>, StoreError> {
    let (from, until) = bounds(range);
    let mut query = tx.prepare(&range_sql(body))?;
    let kind = kind.map(ComponentKind::name);
    let rows = query.query_map(params![calendar, from, until, kind], found)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One short walk over the key of the occurrences per class, then the objects that were hit: nothing else is touched.
pub(in crate::store) fn range_sql(body: Body) -> String {
    let body_when = match body {
        Body::Skip => "hit.exact = 0",
        Body::Read => "1",
    };
    format!(
        "WITH {CLASS_TABLE}, hit(object, exact) AS (
           SELECT p.object, max(p.exact) FROM class CROSS JOIN occurrences p
           WHERE p.calendar = ?1 AND p.class = class.k
             AND p.start > ?2 - class.longest AND p.start < ?3
             AND (p.end > ?2 OR (p.end = ?2 AND p.start = ?2))
           GROUP BY p.object)
         SELECT {COLUMNS},
           CASE WHEN {body_when} THEN (SELECT b.octets FROM bodies b WHERE b.object = o.id) END, hit.exact
         FROM hit CROSS JOIN objects o ON o.id = hit.object
         WHERE ?4 IS NULL OR o.kind = ?4 ORDER BY o.id"
    )
}

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    let certainty = if row.get(NEXT + 1)? {
        Certainty::Exact
    } else {
        Certainty::Candidate
    };
    Ok(Found {
        row: object_row(row)?,
        certainty,
        octets: row.get(NEXT)?,
    })
}
