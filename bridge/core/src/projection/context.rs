//! What has to be known of a calendar to read and write its events.

use crate::tz::Zone;

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
