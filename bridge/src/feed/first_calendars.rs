//! The calendars that are there before anybody makes one.
//!
//! The two views always: `everything` and `pharmadoc`. In a new store also one ordinary calendar, so that a client that
//! was given nothing but the address has a place to write to.

use bridge_core::{ical::ComponentSet, ids::CalendarName, time::Instant};

use crate::store::{
    Store, StoreError, WriteTx,
    calendars::{self, Access, CalendarKind, CalendarZone, CreateError, NewCalendar},
};

/// Makes those that are missing.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn ensure(store: &Store, now: Instant) -> Result<(), StoreError> {
    let existing = store.read(calendars::list)?;
    let mut missing: Vec<NewCalendar> = [
        view("everything", "Everything", CalendarKind::Everything),
        view("pharmadoc", "PharmaDOC", CalendarKind::PharmaDoc),
    ]
    .into_iter()
    .filter(|view| existing.iter().all(|row| row.kind != view.kind))
    .collect();
    if existing.is_empty() {
        missing.insert(0, ordinary());
    }
    if missing.is_empty() {
        return Ok(());
    }
    let made = store.write(move |tx| missing.iter().try_for_each(|new| make(tx, new, now)));
    match made {
        // Reading goes on without them.
        Err(StoreError::Full | StoreError::ReadOnly | StoreError::Busy) => Ok(()),
        outcome => outcome,
    }
}

fn make(tx: &mut WriteTx<'_>, new: &NewCalendar, now: Instant) -> Result<(), StoreError> {
    match calendars::create(tx, new, now) {
        // Somebody's own calendar has the name already and keeps it.
        Ok(_) | Err(CreateError::Exists(_)) => Ok(()),
        Err(CreateError::Store(error)) => Err(error),
    }
}

fn view(name: &str, display_name: &str, kind: CalendarKind) -> NewCalendar {
    NewCalendar {
        name: CalendarName::new(name),
        kind,
        display_name: display_name.to_owned(),
        components: ComponentSet::EVENTS_AND_TODOS,
        access: Access::ReadOnly,
        zone: CalendarZone::default(),
    }
}

fn ordinary() -> NewCalendar {
    NewCalendar {
        access: Access::ReadWrite,
        ..view("calendar", "Calendar", CalendarKind::Local)
    }
}
