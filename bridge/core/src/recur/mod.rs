//! When the things of a calendar take place: recurrence sets and their instances (RFC 5545 sections 3.8.5 and 3.3.10).
//!
//! A component and its overrides become a *series*; the series is asked for the instances that touch a range. Rules are
//! walked on the wall clock of `DTSTART` and then placed on the time line by its zone, so that a visit at nine stays at
//! nine. Instances whose local time a clock jumps over are moved by the gap, not dropped (section 3.3.5): what was
//! planned for 02:30 takes place at 03:30.
//!
//! Everything is bounded: [`Limits`] caps instances and steps, and what was cut says from where on it is incomplete.
//! Not here: which components a query wants ([`crate::query`]) and what they mean for availability ([`crate::busy`]).

use chrono::NaiveDateTime;

use crate::{
    ical::CalendarObject,
    time::{Instant, Span, TimeRange},
    tz::{Zone, Zones, civil},
};

mod allowance;
pub(crate) mod budget;
pub(crate) mod days;
mod exceptions;
mod index;
pub(crate) mod instances;
pub(crate) mod moment;
mod problem;
pub(crate) mod rule;
mod segment;
pub(crate) mod series;
mod shape;
pub(crate) mod value;
pub(crate) mod walk;

pub use allowance::Allowance;
pub use index::{ObjectIndex, index};
pub use problem::Problem;

use budget::Budget;
use instances::{Instance, Window};
use moment::Reader;
use series::Series;

/// How the start of an instance is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeKind {
    /// A date: the whole day, in whatever zone the reader is.
    Date,
    /// A local time without a zone.
    Floating,
    /// A local time with a `TZID`.
    Zoned,
    /// A time in UTC.
    Utc,
}

/// What an expansion may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most instances of one object.
    pub instances: usize,
    /// The most steps: candidates and periods looked at, a few tens of nanoseconds each.
    pub steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            instances: 1_000,
            steps: 300_000,
        }
    }
}

/// One instance of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The first instant.
    pub start: Instant,
    /// The first instant after it; equal to `start` for what has no length.
    pub end: Instant,
    /// How its start is written.
    pub kind: TimeKind,
    /// Which instance of the series it is; none where nothing recurs.
    pub recurrence_id: Option<OriginalStart>,
    /// Which of the object's [`components`](CalendarObject::components) supplies it, counted from 0.
    pub component: usize,
    /// The start on the wall clock it was written with: what a date or a floating time is without any zone.
    pub local_start: NaiveDateTime,
    /// The end on the same wall clock.
    pub local_end: NaiveDateTime,
    /// The span that time ranges are compared with (RFC 4791 section 9.9): differs from start and end for tasks.
    pub span: Span,
}

/// The start an instance would have had without its override: what `RECURRENCE-ID` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginalStart {
    /// The instant.
    pub at: Instant,
    /// The wall-clock time in the zone of the series.
    pub local: NaiveDateTime,
    /// How the start of the series is written.
    pub kind: TimeKind,
}

/// The instances of an object in a range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    /// The instances that touch the range, in the order of their starts.
    pub occurrences: Vec<Occurrence>,
    /// Where a limit cut the answer: what starts from here on may be missing.
    pub truncated: Option<Instant>,
    /// What could not be taken as it is written.
    pub problems: Vec<Problem>,
    /// Whether anything would differ in another default zone.
    pub depends_on_default_zone: bool,
}

/// The instances of all components of an object that touch `range` (RFC 4791 section 9.9), overrides applied.
///
/// `default_zone` is the zone of the calendar: floating times and dates are read in it.
pub fn expand(
    object: &CalendarObject<'_>,
    range: TimeRange,
    default_zone: &Zone,
    limits: Limits,
) -> Expansion {
    let mut budget = Budget::new(limits.steps);
    expand_within(object, range, default_zone, limits.instances, &mut budget)
}

/// As [`expand`], with a budget that others share.
pub(crate) fn expand_within(
    object: &CalendarObject<'_>,
    range: TimeRange,
    default_zone: &Zone,
    most: usize,
    budget: &mut Budget,
) -> Expansion {
    let mut reader = Reader::new(Zones::new(object, default_zone));
    let series = Series::of_object(object, &mut reader);
    let mut expansion = Expansion::default();
    for series in &series {
        let found = series.instances(Window::from(range), most, budget);
        expansion.truncated = earliest(expansion.truncated, found.cut.map(civil::instant));
        expansion
            .occurrences
            .extend(found.instances.iter().map(Occurrence::from));
    }
    if let Some(cut) = expansion.truncated {
        expansion
            .occurrences
            .retain(|occurrence| occurrence.start < cut);
    }
    expansion.occurrences.sort();
    expansion.depends_on_default_zone = reader.used_default;
    expansion.problems = reader.into_problems();
    expansion
}

fn earliest(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl From<&Instance> for Occurrence {
    fn from(instance: &Instance) -> Self {
        let (from, until) = instance.span;
        Self {
            start: civil::instant(instance.utc.0),
            end: civil::instant(instance.utc.1),
            kind: instance.kind,
            recurrence_id: instance.original.map(|original| OriginalStart {
                at: civil::instant(original.utc),
                local: civil::naive(original.civil),
                kind: original.kind,
            }),
            component: instance.component,
            local_start: civil::naive(instance.civil.0),
            local_end: civil::naive(instance.civil.1),
            span: Span {
                start: civil::instant(from),
                end: civil::instant(until),
            },
        }
    }
}
