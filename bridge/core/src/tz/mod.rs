//! Time zones: what instant a wall-clock time means, and what the clock shows at an instant.
//!
//! A zone is UTC, floating, one of the IANA database bundled with chrono-tz (the same answer on every machine), or what
//! a `VTIMEZONE` says by its own rules. All four are the same to their users: a table of offsets and what goes on after
//! its end. RFC 5545 section 3.3.5 decides the two hard cases: a time in a gap is read with the offset before it, a time
//! in a fold is the first of the two.
//!
//! [`Zones`] finds the zone behind a `TZID`, [`vtimezone`] writes one down. No clock is read here and no system database.

use std::{fmt, sync::Arc};

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use crate::time::Instant;

pub(crate) mod civil;
mod custom;
mod iana;
mod names;
pub(crate) mod timeline;
mod write;
mod yearly;
mod zones;

pub use custom::CustomZone;
pub use write::{vtimezone, zone_object};
pub use zones::{Certainty, Zones, read_vtimezone};

use timeline::{Clock, Timeline};

/// What a wall-clock time is read with.
#[derive(Clone, PartialEq, Eq)]
pub enum Zone {
    /// Coordinated Universal Time.
    Utc,
    /// No zone: the time of whoever looks. Read as UTC until [`Zone::or`] gives it the reader's zone.
    Floating,
    /// A zone of the IANA database.
    Iana(Tz),
    /// A zone that a `VTIMEZONE` defines by its own rules.
    Custom(Arc<CustomZone>),
}

impl Zone {
    /// The zone of an IANA name, in any case and with the prefixes some programs put before it.
    pub fn named(name: &str) -> Option<Self> {
        names::iana(name).map(Self::from)
    }

    /// The zone that Windows calls so, such as "W. Europe Standard Time".
    pub fn of_windows(name: &str) -> Option<Self> {
        names::windows(name).map(Self::from)
    }

    /// What Windows calls this zone; none for the few that it does not know, and for those without a name.
    pub fn windows_name(&self) -> Option<&'static str> {
        match self {
            Self::Utc => Some("UTC"),
            Self::Iana(zone) => names::of_windows(*zone),
            Self::Floating | Self::Custom(_) => None,
        }
    }

    /// This zone, or `default` where this is [`Zone::Floating`].
    #[must_use]
    pub fn or(&self, default: &Self) -> Self {
        match self {
            Self::Floating => default.clone(),
            Self::Utc | Self::Iana(_) | Self::Custom(_) => self.clone(),
        }
    }

    /// The instant of a wall-clock time: in a gap read with the offset before it, in a fold the first.
    pub fn instant(&self, local: NaiveDateTime) -> Instant {
        civil::instant(self.clock().utc(civil::seconds(local)))
    }

    /// The wall-clock time at an instant.
    pub fn local(&self, instant: Instant) -> NaiveDateTime {
        civil::naive(self.clock().local(instant.timestamp()))
    }

    /// The identifier to write behind `TZID`; none for UTC and floating times, which have no `TZID`.
    pub fn tzid(&self) -> Option<&str> {
        match self {
            Self::Utc | Self::Floating => None,
            Self::Iana(zone) => Some(zone.name()),
            Self::Custom(zone) => Some(zone.tzid()),
        }
    }

    /// A clock for many questions in a row.
    pub(crate) fn clock(&self) -> Clock {
        Clock::new(self.timeline())
    }

    pub(crate) fn timeline(&self) -> Arc<Timeline> {
        match self {
            Self::Utc | Self::Floating => Arc::new(Timeline::fixed(0)),
            Self::Iana(zone) => iana::timeline(*zone),
            Self::Custom(zone) => zone.timeline(),
        }
    }
}

impl From<Tz> for Zone {
    fn from(zone: Tz) -> Self {
        match zone {
            Tz::UTC | Tz::Etc__UTC | Tz::Zulu | Tz::Etc__Zulu | Tz::UCT | Tz::Etc__UCT => Self::Utc,
            zone => Self::Iana(zone),
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utc => f.write_str("Utc"),
            Self::Floating => f.write_str("Floating"),
            Self::Iana(zone) => write!(f, "Iana({})", zone.name()),
            Self::Custom(_) => f.write_str("Custom"),
        }
    }
}
