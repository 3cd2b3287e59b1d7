//! A zone that is evaluated by the rules of its `VTIMEZONE` (RFC 5545 section 3.6.5).
//!
//! Its observances are expanded to a table as long as that of the IANA zones; what repeats yearly at the table's end
//! goes on for ever, exactly as for those. What is deliberately not looked at: `TZNAME` and `LAST-MODIFIED`.

use std::sync::Arc;

use super::{
    civil::{self, DAY},
    timeline::{Change, EVIDENCE, Timeline},
};
use crate::recur::{
    budget::Budget,
    rule::{Rule, Until},
    walk::{Start, Walk},
};

/// The year that the table of a zone reaches at least; what goes on then is left to the yearly pattern.
const END_YEAR: i64 = 2100;
/// More changes than this describe no zone on Earth; the rest is left out.
const MOST_CHANGES: usize = 4_000;
/// Steps for all rules of one zone together.
const STEPS: u64 = 10_000;

/// A zone with rules of its own.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomZone {
    tzid: String,
    timeline: Arc<Timeline>,
}

/// A `STANDARD` or `DAYLIGHT` part, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Observance {
    /// `TZOFFSETFROM` in seconds east of UTC.
    pub(crate) from: i64,
    /// `TZOFFSETTO`.
    pub(crate) to: i64,
    /// `DTSTART`, a local time of the offset before.
    pub(crate) start: i64,
    /// Every `RRULE`.
    pub(crate) rules: Vec<Rule>,
    /// Every `RDATE`, as local times of the offset before.
    pub(crate) dates: Vec<i64>,
}

impl CustomZone {
    /// A zone from its observances; `None` when there are none.
    pub(crate) fn from_observances(tzid: &str, observances: &[Observance]) -> Option<Self> {
        let latest = observances
            .iter()
            .map(|observance| observance.start)
            .max()?;
        let latest = civil::date_of(latest.div_euclid(DAY)).0;
        let end_year = END_YEAR.max(latest + EVIDENCE + 1);
        let mut changes = Vec::new();
        let mut budget = Budget::new(STEPS);
        for observance in observances {
            observance.collect(end_year, &mut changes, &mut budget);
        }
        changes.sort_unstable();
        changes.dedup_by_key(|change| change.at);
        let initial = match changes.first() {
            Some(first) => first.before,
            None => observances.first()?.from,
        };
        Some(Self::from_timeline(
            tzid,
            Timeline::new(initial, joined(changes), end_year),
        ))
    }

    /// A zone that never changes its offset.
    pub(crate) fn fixed(tzid: &str, offset: i64) -> Self {
        Self::from_timeline(tzid, Timeline::fixed(offset))
    }

    fn from_timeline(tzid: &str, timeline: Timeline) -> Self {
        Self {
            tzid: tzid.to_owned(),
            timeline: Arc::new(timeline),
        }
    }

    /// The identifier as its author wrote it.
    pub fn tzid(&self) -> &str {
        &self.tzid
    }

    pub(crate) fn timeline(&self) -> Arc<Timeline> {
        Arc::clone(&self.timeline)
    }
}

impl Observance {
    /// Adds the changes this observance makes before the end of the table.
    fn collect(&self, end_year: i64, changes: &mut Vec<Change>, budget: &mut Budget) {
        let end = civil::day_of(end_year, 1, 1) * DAY;
        let mut add = |local: i64| {
            changes.push(Change {
                at: local - self.from,
                before: self.from,
                after: self.to,
            });
            changes.len() < MOST_CHANGES
        };
        add(self.start);
        for date in &self.dates {
            if !add(*date) {
                return;
            }
        }
        for rule in &self.rules {
            let last = rule.until.map(|until| match until {
                Until::Date(day) => day * DAY + DAY - 1,
                Until::Local(local) => local,
                Until::Utc(utc) => utc + self.from,
            });
            let mut walk = Walk::new(rule.clone(), self.start, last, Start::IsFirst);
            while let Some(local) = walk.next(budget) {
                if local >= end || !add(local) {
                    break;
                }
            }
        }
    }
}

/// Drops changes that change nothing and makes each begin with the offset the one before it left: the observances of
/// foreign zones often contradict each other in the years before they were written.
fn joined(changes: Vec<Change>) -> Vec<Change> {
    let mut joined: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        let before = joined.last().map_or(change.before, |last| last.after);
        if before != change.after {
            joined.push(Change { before, ..change });
        }
    }
    joined
}
