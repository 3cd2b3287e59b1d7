//! The zone of this computer.

use crate::store::calendars::CalendarZone;

/// The zone of this computer, for floating and all-day times of calendars that have none of their own.
pub fn local_zone() -> CalendarZone {
    CalendarZone {
        tzid: iana_time_zone::get_timezone().ok(),
        object: None,
    }
}
