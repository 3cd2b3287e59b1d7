//! The offsets of one zone over time: every change as a sorted table, and what happens each year after its end.
//!
//! The two hard cases of RFC 5545 section 3.3.5 are one rule here: a local time that the clock jumps over (a gap) and a
//! local time that it shows twice (a fold) are both read with the offset *before* the change. In a gap that names the
//! instant the RFC's example gives (02:30 becomes 03:30), in a fold the first of the two.

use std::sync::Arc;

use super::{
    civil::{self, DAY},
    yearly::YearlyChange,
};

/// The years whose changes must agree before they are believed to go on for ever.
pub(crate) const EVIDENCE: i64 = 12;
/// How far behind a change a local time must be to be clear of its gap or fold: more than two offsets can differ.
const CLEAR: i64 = 2 * DAY;

/// One change of offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Change {
    /// The first UTC second the new offset holds.
    pub(crate) at: i64,
    /// The offset until then, in seconds east of UTC.
    pub(crate) before: i64,
    /// The offset from then on.
    pub(crate) after: i64,
}

/// A stretch of constant offset, `from` inclusive, `until` exclusive, in UTC seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) offset: i64,
}

/// The whole story of a zone's offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Timeline {
    initial: i64,
    changes: Vec<Change>,
    tail: Vec<YearlyChange>,
    /// The first year that `tail` describes and `changes` does not.
    end_year: i64,
}

impl Timeline {
    /// A zone that never changes.
    pub(crate) fn fixed(offset: i64) -> Self {
        Self {
            initial: offset,
            changes: Vec::new(),
            tail: Vec::new(),
            end_year: i64::MAX,
        }
    }

    /// A zone from its sorted changes, which are complete up to, not including, `end_year`; after it the yearly
    /// pattern of the last years goes on, if there is one.
    pub(crate) fn new(initial: i64, changes: Vec<Change>, end_year: i64) -> Self {
        let tail = YearlyChange::derive(&changes, end_year - EVIDENCE, end_year);
        Self {
            initial,
            changes,
            tail,
            end_year,
        }
    }

    /// The changes the table holds, without the yearly pattern after them.
    pub(crate) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The first year the table leaves to the pattern.
    pub(crate) fn end_year(&self) -> i64 {
        self.end_year
    }

    /// The pattern that goes on after the table.
    #[cfg(test)]
    pub(crate) fn tail(&self) -> &[YearlyChange] {
        &self.tail
    }

    /// The stretch of constant offset around a UTC second.
    pub(crate) fn stretch(&self, at: i64) -> Stretch {
        let at = at.clamp(civil::FIRST, civil::LAST);
        let year = civil::date_of(at.div_euclid(DAY)).0;
        if year >= self.end_year && !self.tail.is_empty() {
            return self.tail_stretch(at, year);
        }
        let next = self.changes.partition_point(|change| change.at <= at);
        let current = next.checked_sub(1).and_then(|i| self.changes.get(i));
        let until = match self.changes.get(next) {
            Some(change) => change.at,
            None if self.tail.is_empty() => i64::MAX,
            None => civil::day_of(self.end_year, 1, 1) * DAY,
        };
        Stretch {
            from: current.map_or(i64::MIN, |change| change.at),
            until,
            offset: current.map_or(self.initial, |change| change.after),
        }
    }

    /// As [`stretch`](Self::stretch), beyond the table. The stretch may begin late, never wrongly.
    fn tail_stretch(&self, at: i64, year: i64) -> Stretch {
        let mut from = None;
        let mut until = i64::MAX;
        for change in (year - 1..=year + 1)
            .flat_map(|year| self.tail.iter().map(move |yearly| yearly.in_year(year)))
        {
            if change.at <= at {
                if from.is_none_or(|known: Change| change.at > known.at) {
                    from = Some(change);
                }
            } else {
                until = until.min(change.at);
            }
        }
        Stretch {
            from: from.map_or(i64::MIN, |change| change.at),
            until,
            offset: from.map_or(self.initial, |change| change.after),
        }
    }

    /// The UTC second of a local time, and the stretch it was read in.
    fn resolve(&self, local: i64) -> (i64, Stretch) {
        let mut stretch = self.stretch(local.saturating_sub(CLEAR));
        while local.saturating_sub(stretch.offset) >= stretch.until {
            let next = self.stretch(stretch.until);
            if local - next.offset < next.from {
                return (local - stretch.offset, next);
            }
            stretch = next;
        }
        (local.saturating_sub(stretch.offset), stretch)
    }
}

/// A zone being asked about one time after another: remembers the last stretch, so that a series inside one summer
/// costs one look-up.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    timeline: Arc<Timeline>,
    stretch: Stretch,
}

impl Clock {
    /// A clock that has not been asked yet.
    pub(crate) fn new(timeline: Arc<Timeline>) -> Self {
        let stretch = Stretch {
            from: 0,
            until: 0,
            offset: 0,
        };
        Self { timeline, stretch }
    }

    /// The UTC second of a local time: offset before a gap, first of a fold.
    pub(crate) fn utc(&mut self, local: i64) -> i64 {
        let local = local.clamp(civil::FIRST, civil::LAST);
        let utc = local.saturating_sub(self.stretch.offset);
        let clear_of_change = self.stretch.from.saturating_add(CLEAR) <= utc;
        if clear_of_change && utc < self.stretch.until {
            return utc;
        }
        let (utc, stretch) = self.timeline.resolve(local);
        self.stretch = stretch;
        utc
    }

    /// The local time at a UTC second.
    pub(crate) fn local(&mut self, utc: i64) -> i64 {
        if utc < self.stretch.from || utc >= self.stretch.until {
            self.stretch = self.timeline.stretch(utc);
        }
        utc.saturating_add(self.stretch.offset)
    }

    /// Local times between which every one lies that names an instant from the first of these UTC seconds to the last. Wider
    /// than need be only where a change is near: then a gap or a fold may have moved something.
    pub(crate) fn locals_within(&mut self, (first, last): (i64, i64)) -> (i64, i64) {
        (
            self.local(first).saturating_sub(self.doubt(first)),
            self.local(last).saturating_add(self.doubt(last)),
        )
    }

    fn doubt(&self, utc: i64) -> i64 {
        let stretch = self.timeline.stretch(utc);
        let is_clear =
            stretch.from.saturating_add(CLEAR) <= utc && utc.saturating_add(CLEAR) <= stretch.until;
        if is_clear { 0 } else { CLEAR }
    }
}
