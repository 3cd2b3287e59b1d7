//! Stretches of a series: what holds from the master, or from an override with `RANGE=THISANDFUTURE`, onwards.
//!
//! Such an override moves every later instance by as much as its own (RFC 5545 section 3.8.4.4) and gives it its own
//! length and content. The shift is measured on the wall clock of the series, so that a series moved from nine to ten
//! stays at ten when summer time begins.

use super::{
    TimeKind,
    exceptions::Key,
    instances::{Instance, Original},
    series::{Override, Timing},
    shape::Shape,
};
use crate::tz::{civil::DAY, timeline::Clock};

/// The rules of placement that hold from one instance on.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    /// The original start of its first instance, in UTC seconds.
    pub(crate) from: i64,
    /// What is added to the original civil start.
    pub(crate) shift: i64,
    pub(crate) length: super::moment::Length,
    shape: Shape,
    kind: TimeKind,
    component: usize,
    clock: Clock,
}

impl Segment {
    /// What holds before any override.
    pub(crate) fn of_master(timing: &Timing) -> Self {
        Self {
            from: i64::MIN,
            shift: 0,
            length: timing.length,
            shape: timing.shape,
            kind: timing.start.kind,
            component: timing.component,
            clock: timing.start.zone.clock(),
        }
    }

    /// What holds from an override on.
    pub(crate) fn of_override(change: &Override, series: &Timing) -> Self {
        let mut clock = series.start.zone.clock();
        let key = Key::of(&change.id, series, &mut clock);
        let (civil, from) = key.start(series, &mut clock);
        let start = &change.timing.start;
        let both_timed = start.kind != TimeKind::Date && series.start.kind != TimeKind::Date;
        let (shift, clock) = if both_timed {
            (clock.local(start.utc()) - civil, clock)
        } else {
            (
                start.civil - midnight(start.kind, civil),
                start.zone.clock(),
            )
        };
        Self {
            from,
            shift,
            length: change.timing.length,
            shape: change.timing.shape,
            kind: start.kind,
            component: change.timing.component,
            clock,
        }
    }

    /// The instance whose original start is given; `length` is its own where it has one.
    pub(crate) fn place(
        &mut self,
        original: Original,
        length: Option<super::moment::Length>,
    ) -> Instance {
        let moved = self.from != i64::MIN;
        let civil = midnight(self.kind, original.civil).saturating_add(self.shift);
        let utc = if moved {
            self.clock.utc(civil)
        } else {
            original.utc
        };
        let length = length.filter(|_| !moved).unwrap_or(self.length);
        let (civil_end, utc_end) = length.end(civil, utc, &mut self.clock);
        Instance {
            utc: (utc, utc_end),
            civil: (civil, civil_end),
            kind: self.kind,
            original: Some(original),
            component: self.component,
            span: self.shape.span(utc, utc_end),
        }
    }
}

/// The civil second itself, or its midnight where the instance is a date.
fn midnight(kind: TimeKind, civil: i64) -> i64 {
    match kind {
        TimeKind::Date => civil - civil.rem_euclid(DAY),
        TimeKind::Floating | TimeKind::Zoned | TimeKind::Utc => civil,
    }
}
