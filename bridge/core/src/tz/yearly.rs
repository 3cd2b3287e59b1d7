//! A change of offset that comes back every year: "the last Sunday of March at 02:00 local time".
//!
//! Tables end (those of chrono-tz with the year 2099), doctors' series do not. The pattern is read off the last years
//! of a table and carried on. Each change is written as *the first given weekday on or after a day of a month*, which
//! covers "second Sunday" (on or after the 8th) and "last Sunday" (on or after the 25th of a month of 31 days) alike.
//! Twelve years contain every position a weekday can take, so the earliest day seen is the day of the rule.

use super::{
    civil::{self, DAY},
    timeline::Change,
};

/// One yearly change of offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct YearlyChange {
    /// The month, 1 to 12.
    pub(crate) month: i64,
    /// The earliest day of the month it may fall on.
    pub(crate) day: i64,
    /// The weekday, Monday being 0.
    pub(crate) weekday: i64,
    /// The local time of the old offset, in seconds from that day's midnight; 24:00 is possible.
    pub(crate) time: i64,
    /// The offset before.
    pub(crate) before: i64,
    /// The offset after.
    pub(crate) after: i64,
}

impl YearlyChange {
    /// The pattern of the years `first..end`, or nothing when they have none.
    pub(crate) fn derive(changes: &[Change], first: i64, end: i64) -> Vec<Self> {
        let years: Vec<Vec<Self>> = (first..end)
            .map(|year| {
                changes
                    .iter()
                    .map(Self::seen)
                    .filter(|(seen_in, _)| *seen_in == year)
                    .map(|(_, seen)| seen)
                    .collect()
            })
            .collect();
        let Some(mut pattern) = years.first().cloned() else {
            return Vec::new();
        };
        for year in &years {
            if year.len() != pattern.len() {
                return Vec::new();
            }
            for (rule, seen) in pattern.iter_mut().zip(year) {
                let day = rule.day.min(seen.day);
                if (Self { day, ..*rule }) != (Self { day, ..*seen }) {
                    return Vec::new();
                }
                rule.day = day;
            }
        }
        let holds = years.iter().all(|year| {
            let mut pairs = pattern.iter().zip(year);
            pairs.all(|(rule, seen)| seen.day - rule.day < 7)
        });
        if holds { pattern } else { Vec::new() }
    }

    /// The change as it happened, and the year. The day is that of the second before, so that 24:00 stays on its day.
    pub(super) fn seen(change: &Change) -> (i64, Self) {
        let local = change.at + change.before;
        let day = (local - 1).div_euclid(DAY);
        let (year, month, of_month) = civil::date_of(day);
        let seen = Self {
            month,
            day: of_month,
            weekday: civil::weekday_of(day),
            time: local - day * DAY,
            before: change.before,
            after: change.after,
        };
        (year, seen)
    }

    /// The change in a given year.
    pub(crate) fn in_year(&self, year: i64) -> Change {
        let earliest = civil::day_of(year, self.month, self.day);
        let wait = (self.weekday - civil::weekday_of(earliest)).rem_euclid(7);
        Change {
            at: (earliest + wait) * DAY + self.time - self.before,
            before: self.before,
            after: self.after,
        }
    }
}
