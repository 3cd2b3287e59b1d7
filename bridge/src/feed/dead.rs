//! Properties that clients set and the server only keeps (RFC 4918 section 4: dead properties).
//!
//! Apple Calendar must be able to set its colours, orders and alarms even where it may change nothing else, or it
//! stops before the first event. A session that may write sets them for everybody; one that may not sets them for
//! itself, over what everybody sees.

use bridge_core::dav::{Element, Name};

use super::session::{Rights, Session};
use crate::store::{
    CalendarId, ReadTx, StoreError, WriteTx,
    properties::{self, Owner, Property},
};

/// The most octets of one property, and the most properties one owner keeps.
pub(super) const LONGEST: usize = 64 * 1024;

/// The properties set on a calendar, the session's own before everybody's.
pub(super) fn of_calendar(
    tx: &ReadTx<'_>,
    session: &Session,
    calendar: CalendarId,
) -> Result<Vec<Element>, StoreError> {
    let own = Owner::CalendarFor(calendar, session.login.as_str());
    let mut dead = read(tx, own)?;
    for shared in read(tx, Owner::Calendar(calendar))? {
        if dead.iter().all(|own| own.name != shared.name) {
            dead.push(shared);
        }
    }
    Ok(dead)
}

/// The properties set on the session's home.
pub(super) fn of_home(tx: &ReadTx<'_>, session: &Session) -> Result<Vec<Element>, StoreError> {
    read(tx, Owner::Home(session.login.as_str()))
}

/// Whose properties a session sets on a calendar.
pub(super) fn owner(session: &Session, calendar: CalendarId, rights: Rights) -> Owner<'_> {
    match rights {
        Rights::Write => Owner::Calendar(calendar),
        Rights::Read => Owner::CalendarFor(calendar, session.login.as_str()),
    }
}

/// Keeps a property as it was set.
pub(super) fn set(
    tx: &mut WriteTx<'_>,
    owner: Owner<'_>,
    element: &Element,
) -> Result<(), StoreError> {
    let property = Property {
        namespace: element.name.ns().to_owned(),
        name: element.name.local().to_owned(),
        xml: element.to_xml(),
    };
    properties::set(tx, owner, &property)
}

/// Forgets a property.
pub(super) fn remove(
    tx: &mut WriteTx<'_>,
    owner: Owner<'_>,
    name: &Name,
) -> Result<(), StoreError> {
    properties::remove(tx, owner, name.ns(), name.local())
}

/// What cannot be read any more is left out; it does not break the answer about everything else.
fn read(tx: &ReadTx<'_>, owner: Owner<'_>) -> Result<Vec<Element>, StoreError> {
    Ok(properties::list(tx, owner)?
        .iter()
        .filter_map(|property| Element::from_xml(&property.xml).ok())
        .collect())
}
