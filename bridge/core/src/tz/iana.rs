//! The zones of the IANA database as chrono-tz bundles them, turned into [`Timeline`]s once per process.
//!
//! chrono-tz does not publish its tables, so they are found again by looking at every third day and halving: the
//! shortest stretch between two changes in the database is just under seven days (tested).

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use chrono::{DateTime, Offset as _, TimeZone as _};
use chrono_tz::Tz;

use super::{
    civil::{self, DAY},
    timeline::{Change, Timeline},
};

/// The database's first change is in 1844.
const FIRST_YEAR: i64 = 1840;
/// The first year the tables of chrono-tz say nothing about.
const END_YEAR: i64 = 2100;
/// Less than half of the shortest stretch in the database.
const STEP: i64 = 3 * DAY;

static TIMELINES: LazyLock<RwLock<HashMap<Tz, Arc<Timeline>>>> = LazyLock::new(RwLock::default);

/// The timeline of a zone, from memory after the first time.
pub(crate) fn timeline(zone: Tz) -> Arc<Timeline> {
    let known = TIMELINES.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(timeline) = known.get(&zone) {
        return Arc::clone(timeline);
    }
    drop(known);
    let built = Arc::new(build(zone));
    let mut known = TIMELINES.write().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(known.entry(zone).or_insert(built))
}

fn build(zone: Tz) -> Timeline {
    let begin = civil::day_of(FIRST_YEAR, 1, 1) * DAY;
    let end = civil::day_of(END_YEAR, 1, 1) * DAY;
    let initial = offset(zone, begin);
    let mut changes = Vec::new();
    let (mut at, mut before) = (begin, initial);
    while at < end {
        let next = (at + STEP).min(end);
        let after = offset(zone, next);
        if after != before {
            changes.push(Change {
                at: first_second_of(zone, after, at, next),
                before,
                after,
            });
        }
        (at, before) = (next, after);
    }
    Timeline::new(initial, changes, END_YEAR)
}

/// The first second in `low..=high` that has the offset `high` has, knowing that there is one change between them.
fn first_second_of(zone: Tz, after: i64, mut low: i64, mut high: i64) -> i64 {
    while high - low > 1 {
        let middle = low.midpoint(high);
        if offset(zone, middle) == after {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

fn offset(zone: Tz, at: i64) -> i64 {
    let at = DateTime::from_timestamp(at, 0).unwrap_or(DateTime::UNIX_EPOCH);
    i64::from(
        zone.offset_from_utc_datetime(&at.naive_utc())
            .fix()
            .local_minus_utc(),
    )
}

#[cfg(test)]
mod tests {
    use chrono_tz::TZ_VARIANTS;

    use super::*;

    /// Every tenth zone of the database and those with the shortest stretches between two changes.
    fn sample() -> impl Iterator<Item = Tz> {
        let shortest = [
            Tz::Asia__Gaza,
            Tz::America__Cambridge_Bay,
            Tz::America__Noronha,
        ];
        TZ_VARIANTS.into_iter().step_by(10).chain(shortest)
    }

    #[test]
    fn zones_are_found_again_change_by_change() {
        for zone in sample() {
            let timeline = build(zone);
            for change in timeline.changes() {
                assert_eq!(offset(zone, change.at - 1), change.before, "{zone}");
                assert_eq!(offset(zone, change.at), change.after, "{zone}");
            }
            for pair in timeline.changes().windows(2) {
                assert!(pair[1].at - pair[0].at > 2 * STEP, "{zone}");
            }
            let mut at = civil::day_of(FIRST_YEAR, 6, 1) * DAY;
            while at < civil::day_of(END_YEAR, 1, 1) * DAY {
                assert_eq!(timeline.stretch(at).offset, offset(zone, at), "{zone} {at}");
                at += 29 * DAY + 7_201;
            }
        }
    }

    #[test]
    fn summer_time_goes_on_after_the_tables_end() {
        let berlin = build(chrono_tz::Europe::Berlin);
        for (date, offset) in [
            ((2100, 3, 27), 3_600),
            ((2100, 3, 28), 7_200), // the last Sunday of March 2100
            ((2100, 10, 31), 3_600),
            ((2123, 7, 1), 7_200),
            ((9999, 12, 31), 3_600),
            ((9999, 7, 1), 7_200),
        ] {
            let noon = civil::day_of(date.0, date.1, date.2) * DAY + DAY / 2;
            assert_eq!(berlin.stretch(noon).offset, offset, "{date:?}");
        }
        let casablanca = build(chrono_tz::Africa::Casablanca);
        assert!(
            casablanca.tail().is_empty(),
            "Ramadan has no yearly pattern"
        );
        for zone in sample() {
            let timeline = timeline(zone);
            let last = timeline
                .changes()
                .last()
                .map_or(i64::MIN, |change| change.at);
            let changes_in_2099 = last > civil::day_of(END_YEAR - 1, 1, 1) * DAY;
            assert_eq!(changes_in_2099, !timeline.tail().is_empty(), "{zone}");
        }
    }
}
