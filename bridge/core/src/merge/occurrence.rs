//! Which occurrence an override or an exception means, however its time is spelled.
//!
//! One program writes `RECURRENCE-ID` with a zone and the next one in UTC; both mean the same occurrence.

use crate::{
    ical::{Component, Property},
    recur::value::{self, Written},
    tz::{Certainty, Zones},
};

/// An occurrence of a series by its original start.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Occurrence {
    /// The UTC second.
    At(i64),
    /// The second on a clock in no zone.
    Floating(i64),
    /// The day number.
    Day(i64),
    /// A time or a zone that nobody can read: the text and its zone.
    Odd(String, Option<String>),
}

impl Occurrence {
    /// The occurrence that one of the times of a property means.
    pub(super) fn read(zones: &mut Zones<'_>, property: &Property<'_>, time: &str) -> Self {
        let tzid = property.param("TZID");
        match (value::date_or_time(time), &tzid) {
            (Some(Written::Utc(second)), _) => return Self::At(second),
            (Some(Written::Date(day)), _) => return Self::Day(day),
            (Some(Written::Local(second)), None) => return Self::Floating(second),
            (Some(Written::Local(second)), Some(tzid)) => {
                let (zone, certainty) = zones.find(tzid);
                if certainty != Certainty::Default {
                    return Self::At(zone.clock().utc(second));
                }
            }
            (None, _) => {}
        }
        Self::Odd(
            time.trim().to_owned(),
            tzid.map(std::borrow::Cow::into_owned),
        )
    }

    /// The occurrence a component stands for; none for a master.
    pub(super) fn of(zones: &mut Zones<'_>, component: &Component<'_>) -> Option<Self> {
        let property = component.property("RECURRENCE-ID")?;
        let time = property.value();
        Some(Self::read(zones, &property, &time))
    }
}
