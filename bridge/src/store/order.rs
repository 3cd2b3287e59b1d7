//! The order of the calendars: Apple's `calendar-order`, which clients write and sort by.

use super::calendars::{self, Calendar};
use super::{CalendarId, ReadTx, StoreError, WriteTx, apple};

const NAME: &str = "calendar-order";

/// The place of this calendar, where it has been given one.
///
/// # Errors
/// Those of the database.
pub fn of(tx: &ReadTx<'_>, calendar: CalendarId) -> Result<Option<u32>, StoreError> {
    let text = apple::text(tx, calendar, NAME)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// Gives a calendar this place, and a new ctag if it had another.
///
/// # Errors
/// Those of the database.
pub fn set(tx: &mut WriteTx<'_>, calendar: CalendarId, place: u32) -> Result<(), StoreError> {
    if of(tx, calendar)? == Some(place) {
        return Ok(());
    }
    apple::set(tx, calendar, NAME, &place.to_string())?;
    calendars::touch(tx, calendar)
}

/// Every calendar in this order; those without a place behind the others, the oldest first.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<Calendar>, StoreError> {
    let all = calendars::list(tx)?.into_iter();
    let placed = all.map(|calendar| Ok((of(tx, calendar.id)?, calendar)));
    let mut placed: Vec<_> = placed.collect::<Result<_, StoreError>>()?;
    placed.sort_by_key(|(place, _)| (place.is_none(), *place));
    Ok(placed.into_iter().map(|(_, calendar)| calendar).collect())
}
