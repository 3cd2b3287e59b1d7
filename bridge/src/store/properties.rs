//! What clients set with PROPPATCH (RFC 4918 section 9.2) and the program itself has no use for: colour, order,
//! default alarms, anything unknown. Kept as the XML that the client sent.

use rusqlite::{OptionalExtension as _, params};

use super::{CalendarId, ReadTx, StoreError, WriteTx};

/// What a property is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner<'a> {
    /// A calendar, the same for everybody.
    Calendar(CalendarId),
    /// A calendar, as this login sees it.
    CalendarFor(CalendarId, &'a str),
    /// The home of this login.
    Home(&'a str),
}

impl Owner<'_> {
    fn key(&self) -> (Option<CalendarId>, &str) {
        match self {
            Self::Calendar(id) => (Some(*id), ""),
            Self::CalendarFor(id, login) => (Some(*id), login),
            Self::Home(login) => (None, login),
        }
    }
}

/// A stored property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// The namespace of its name.
    pub namespace: String,
    /// Its local name.
    pub name: String,
    /// The whole element.
    pub xml: String,
}

/// All properties of one owner.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &ReadTx<'_>, owner: Owner<'_>) -> Result<Vec<Property>, StoreError> {
    let (calendar, login) = owner.key();
    let mut list = tx.prepare(
        "SELECT namespace, name, xml FROM properties
         WHERE ifnull(calendar, 0) = ifnull(?1, 0) AND login = ?2 ORDER BY namespace, name",
    )?;
    let rows = list.query_map(params![calendar, login], |row| {
        Ok(Property {
            namespace: row.get(0)?,
            name: row.get(1)?,
            xml: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One property.
///
/// # Errors
/// Those of the database.
pub fn get(
    tx: &ReadTx<'_>,
    owner: Owner<'_>,
    namespace: &str,
    name: &str,
) -> Result<Option<String>, StoreError> {
    let (calendar, login) = owner.key();
    let mut get = tx.prepare(
        "SELECT xml FROM properties WHERE ifnull(calendar, 0) = ifnull(?1, 0) AND login = ?2
         AND namespace = ?3 AND name = ?4",
    )?;
    let xml = get.query_row(params![calendar, login, namespace, name], |row| row.get(0));
    Ok(xml.optional()?)
}

/// Sets a property. The caller gives the calendar a new ctag ([`super::calendars::touch`]) once per request.
///
/// # Errors
/// Those of the database.
pub fn set(tx: &mut WriteTx<'_>, owner: Owner<'_>, property: &Property) -> Result<(), StoreError> {
    let (calendar, login) = owner.key();
    tx.prepare(
        "INSERT INTO properties (calendar, login, namespace, name, xml) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ifnull(calendar, 0), login, namespace, name) DO UPDATE SET xml = excluded.xml",
    )?
    .execute(params![calendar, login, property.namespace, property.name, property.xml])?;
    Ok(())
}

/// Removes a property; removing one that is not there is no error (RFC 4918 section 14.23).
///
/// # Errors
/// Those of the database.
pub fn remove(
    tx: &mut WriteTx<'_>,
    owner: Owner<'_>,
    namespace: &str,
    name: &str,
) -> Result<(), StoreError> {
    let (calendar, login) = owner.key();
    tx.prepare(
        "DELETE FROM properties WHERE ifnull(calendar, 0) = ifnull(?1, 0) AND login = ?2
         AND namespace = ?3 AND name = ?4",
    )?
    .execute(params![calendar, login, namespace, name])?;
    Ok(())
}
