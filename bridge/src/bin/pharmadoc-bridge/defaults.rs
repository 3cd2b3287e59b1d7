//! The calendars that are there from the start: one for events, one for tasks, the visits booked through PharmaDOC,
//! and everything together.

use bridge::store::calendars::{
    self, Access, Calendar, CalendarKind, CalendarZone, CreateError, NewCalendar,
};
use bridge::store::{Store, StoreError, WriteTx};
use bridge_core::ical::{ComponentKind, ComponentSet};
use bridge_core::ids::CalendarName;
use bridge_core::time::Instant;

/// The zone of this computer, for floating and all-day times of calendars that have none of their own.
pub(crate) fn local_zone() -> CalendarZone {
    CalendarZone {
        tzid: iana_time_zone::get_timezone().ok(),
        object: None,
    }
}

/// Makes the first calendars in a store that has none. A store that cannot be written is left as it is: what is in
/// it can still be read.
pub(crate) fn ensure(store: &Store, now: Instant) -> Result<(), StoreError> {
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
    let local = |name, display_name, components| {
        new(
            name,
            display_name,
            CalendarKind::Local,
            components,
            Access::ReadWrite,
        )
    };
    let view = |name, display_name, kind| {
        new(
            name,
            display_name,
            kind,
            ComponentSet::EVENTS_AND_TODOS,
            Access::ReadOnly,
        )
    };
    [
        local("calendar", "Calendar", only(ComponentKind::Event)),
        local("tasks", "Tasks", only(ComponentKind::Todo)),
        view("pharmadoc", "PharmaDOC", CalendarKind::PharmaDoc),
        view("everything", "Everything", CalendarKind::Everything),
    ]
}

fn new(
    name: &str,
    display_name: &str,
    kind: CalendarKind,
    components: ComponentSet,
    access: Access,
) -> NewCalendar {
    NewCalendar {
        name: CalendarName::new(name),
        kind,
        display_name: display_name.to_owned(),
        components,
        access,
        zone: local_zone(),
    }
}

/// The calendar of this name, made when there is none: a calendar to import into.
pub(crate) fn calendar_named(
    store: &Store,
    name: &CalendarName,
    now: Instant,
) -> Result<Calendar, CreateError> {
    let found = store.read::<_, StoreError>(|tx| calendars::find(tx, name))?;
    if let Some(calendar) = found {
        return Ok(calendar);
    }
    let new = new(
        name.as_str(),
        name.as_str(),
        CalendarKind::Local,
        ComponentSet::EVENTS_AND_TODOS,
        Access::ReadWrite,
    );
    store.write(move |tx| calendars::create(tx, &new, now))
}
