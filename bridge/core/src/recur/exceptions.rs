//! Which instances of a series are taken out (`EXDATE`) or replaced (`RECURRENCE-ID`).
//!
//! Both name an instance by its start, in whatever form their writer chose: another zone, UTC, or a bare date. They are
//! compared as instants; a date next to a timed series means whatever starts on that day.

use super::{TimeKind, moment::Moment, series::Timing};
use crate::tz::{civil::DAY, timeline::Clock};

/// How an exception names an instance of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// By its start as a UTC second.
    Instant(i64),
    /// By the day of the series' own wall clock.
    Day(i64),
}

impl Key {
    /// What `moment` names in a series that starts as `series` does; `clock` is that of the series.
    pub(crate) fn of(moment: &Moment, series: &Timing, clock: &mut Clock) -> Self {
        if series.start.kind == TimeKind::Date {
            let mut day = moment.day();
            if moment.kind == TimeKind::Utc {
                let local = clock.local(moment.civil);
                if local.rem_euclid(DAY) == 0 {
                    day = local.div_euclid(DAY); // midnight of the calendar's zone, written in UTC
                }
            }
            return Self::Instant(clock.utc(day * DAY));
        }
        match moment.kind {
            TimeKind::Date => Self::Day(moment.day()),
            TimeKind::Floating | TimeKind::Zoned | TimeKind::Utc => Self::Instant(moment.utc()),
        }
    }

    /// The start it names, as civil and UTC second.
    pub(crate) fn start(self, series: &Timing, clock: &mut Clock) -> (i64, i64) {
        match self {
            Self::Instant(utc) => (clock.local(utc), utc),
            Self::Day(day) => {
                let civil = day * DAY + series.start.civil.rem_euclid(DAY);
                (civil, clock.utc(civil))
            }
        }
    }
}

/// A set of named instances.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exceptions {
    instants: Vec<i64>,
    days: Vec<i64>,
}

impl Exceptions {
    /// Adds UTC seconds.
    pub(crate) fn extend(&mut self, instants: impl IntoIterator<Item = i64>) {
        self.instants.extend(instants);
        self.instants.sort_unstable();
    }

    /// Whether nothing is named.
    pub(crate) fn is_empty(&self) -> bool {
        self.instants.is_empty() && self.days.is_empty()
    }

    /// Whether the instance that starts at this civil and UTC second is named.
    pub(crate) fn contains(&self, civil: i64, utc: i64) -> bool {
        self.instants.binary_search(&utc).is_ok()
            || (!self.days.is_empty() && self.days.binary_search(&civil.div_euclid(DAY)).is_ok())
    }
}

impl FromIterator<Key> for Exceptions {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Self {
        let mut exceptions = Self::default();
        for key in keys {
            match key {
                Key::Instant(utc) => exceptions.instants.push(utc),
                Key::Day(day) => exceptions.days.push(day),
            }
        }
        exceptions.instants.sort_unstable();
        exceptions.days.sort_unstable();
        exceptions
    }
}
