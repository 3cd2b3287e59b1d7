//! The calendars that are there before anybody makes one: one for events, one for tasks (Apple's Reminders want one
//! of their own), the visits booked through PharmaDOC, and everything together. A client that was given nothing but
//! the address has a place to write to.

use bridge_core::{
    ical::{ComponentKind, ComponentSet},
    ids::CalendarName,
    time::Instant,
};

use crate::store::{
    Store, StoreError, WriteTx,
    calendars::{self, Access, CalendarKind, CreateError, NewCalendar},
};
use crate::zone::local_zone;

/// Makes the first calendars in a store that has none. A store that cannot be written is left as it is: what is in
/// it can still be read.
///
/// # Errors
/// When the store cannot be read.
pub fn make_first_calendars(store: &Store, now: Instant) -> Result<(), StoreError> {
    if !store.read(calendars::list)?.is_empty() {
        return Ok(());
    }
    let made = store.write(move |tx| {
        // Another process may have been faster.
        if calendars::list(tx)?.is_empty() {
            first().iter().try_for_each(|new| make(tx, new, now))?;
        }
        Ok(())
    });
    match made {
        Err(StoreError::Full | StoreError::ReadOnly | StoreError::Busy) => Ok(()),
        made => made,
    }
}

fn make(tx: &mut WriteTx<'_>, new: &NewCalendar, now: Instant) -> Result<(), StoreError> {
    match calendars::create(tx, new, now) {
        Ok(_) | Err(CreateError::Exists(_)) => Ok(()),
        Err(CreateError::Store(error)) => Err(error),
    }
}

fn first() -> [NewCalendar; 4] {
    let only = |kind| [kind].into_iter().collect();
    [
        local("calendar", "Calendar", only(ComponentKind::Event)),
        local("tasks", "Tasks", only(ComponentKind::Todo)),
        view("pharmadoc", "PharmaDOC", CalendarKind::PharmaDoc),
        view("everything", "Everything", CalendarKind::Everything),
    ]
}

fn local(name: &str, display_name: &str, components: ComponentSet) -> NewCalendar {
    NewCalendar {
        name: CalendarName::new(name),
        kind: CalendarKind::Local,
        display_name: display_name.to_owned(),
        components,
        access: Access::ReadWrite,
        zone: local_zone(),
    }
}

fn view(name: &str, display_name: &str, kind: CalendarKind) -> NewCalendar {
    NewCalendar {
        kind,
        access: Access::ReadOnly,
        ..local(name, display_name, ComponentSet::EVENTS_AND_TODOS)
    }
}
