//! What has to be known of a calendar to read and write its events.

use crate::{ical::Component, recur::value, tz::Zone};

/// What has to be known of a calendar to read and write its events.
#[derive(Clone, PartialEq, Eq)]
pub struct CalendarContext {
    /// The zone of the calendar: for times that bring none.
    pub zone: Zone,
    /// The addresses under which the owner is invited, in lower case and without `mailto:`.
    pub own_addresses: Vec<String>,
    /// The reminders that events of this calendar have unless they say otherwise.
    pub default_alarms: Vec<Alarm>,
    /// What the account may do with it.
    pub access: Access,
}

impl CalendarContext {
    /// Whether this is an address of the owner.
    pub fn is_own(&self, address: &str) -> bool {
        let own = |own: &String| own.eq_ignore_ascii_case(address);
        self.own_addresses.iter().any(own)
    }
}

impl std::fmt::Debug for CalendarContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Addresses are people.
        f.debug_struct("CalendarContext")
            .field("zone", &self.zone)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

/// What an account may do with a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// See when it is busy, and nothing else.
    FreeBusy,
    /// Read it.
    Read,
    /// Read and change it.
    Write,
}

/// A reminder before the start of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alarm {
    /// How long before, in minutes.
    pub minutes: u32,
    /// How.
    pub kind: AlarmKind,
}

/// How a reminder reminds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlarmKind {
    /// On the screen.
    Display,
    /// By mail.
    Email,
}

impl Alarm {
    /// What a `VALARM` says; none for an alarm of another kind, or at any other time than minutes before the start.
    pub fn read(alarm: &Component<'_>) -> Option<Self> {
        if !alarm.is("VALARM") {
            return None;
        }
        let action = alarm.property("ACTION")?;
        let kind = match action.value().trim().to_ascii_uppercase().as_str() {
            "DISPLAY" => AlarmKind::Display,
            "EMAIL" => AlarmKind::Email,
            _ => return None,
        };
        let trigger = alarm.property("TRIGGER")?;
        let from_end = trigger
            .param("RELATED")
            .is_some_and(|from| from.eq_ignore_ascii_case("END"));
        let length = value::duration(&trigger.value())?;
        let days = length.days.checked_mul(86_400)?;
        let seconds = days.checked_add(length.seconds)?;
        let minutes = u32::try_from(-seconds / 60).ok()?;
        let fits = !from_end && seconds <= 0 && seconds % 60 == 0;
        fits.then_some(Self { minutes, kind })
    }
}
