//! The calendar that an import goes into.

use bridge::store::calendars::{self, Access, Calendar, CalendarKind, CreateError, NewCalendar};
use bridge::store::{Store, StoreError};
use bridge::zone::local_zone;
use bridge_core::ical::ComponentSet;
use bridge_core::ids::CalendarName;
use bridge_core::time::Instant;

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
    let new = NewCalendar {
        name: name.clone(),
        kind: CalendarKind::Local,
        display_name: name.to_string(),
        components: ComponentSet::EVENTS_AND_TODOS,
        access: Access::ReadWrite,
        zone: local_zone(),
    };
    store.write(move |tx| calendars::create(tx, &new, now))
}
