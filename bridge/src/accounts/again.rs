//! Putting an entry back into a calendar: the checks of an upload, and words for people when it cannot be.

use bridge_core::ical::{Limits, read_storable};
use bridge_core::time::Instant;

use super::AccountsError;
use crate::store::calendars::Calendar;
use crate::store::objects::{Draft, Refusal};

/// What is stored of a text that was an entry of this calendar before.
///
/// # Errors
/// [`AccountsError::Unrestorable`] when no app could store it today.
pub(super) fn draft(
    octets: &[u8],
    calendar: &Calendar,
    now: Instant,
) -> Result<Draft, AccountsError> {
    let (object, summary) = read_storable(octets, calendar.components, Limits::default())
        .map_err(|refusal| AccountsError::Unrestorable(refusal.to_string()))?;
    Ok(Draft::of(&object, &summary, &calendar.zone, now))
}

/// Why the calendar does not take it.
pub(super) fn unrestorable(refusal: Refusal) -> AccountsError {
    match refusal {
        Refusal::Store(error) => error.into(),
        Refusal::UidConflict { .. } => {
            AccountsError::Unrestorable("it is in the calendar again, under another name".into())
        }
        refusal => AccountsError::Unrestorable(refusal.to_string()),
    }
}
