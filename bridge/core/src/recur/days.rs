//! The days a rule selects in one day, week, month or year: the date half of the table in RFC 5545 section 3.3.10.
//!
//! Where the RFC leaves room:
//! - A yearly period is the calendar year. `BYWEEKNO` selects the days of that year whose own week (RFC 5545: four days
//!   in the year, `WKST` aware) has the number, so 30 December may belong to week 1. dateutil and libical agree.
//! - `BYWEEKNO` without `BYDAY` takes the weekday of `DTSTART`, as section 3.3.10 says of all missing information.
//! - An ordinal of `BYDAY` counts in the month, or in the year for `YEARLY` without `BYMONTH`, also where `BYDAY` limits.

use super::rule::{Freq, Rule, Skip, Weekday};
use crate::tz::civil;

/// A rule with what `DTSTART` supplies, ready to be asked for days.
#[derive(Clone, Debug)]
pub(crate) struct DayRule {
    pub(crate) rule: Rule,
    month: i64,
    day: i64,
    weekday: i64,
    months: u16,
}

impl DayRule {
    /// Completes a rule with the date of `DTSTART`.
    pub(crate) fn new(rule: Rule, start: i64) -> Self {
        let day_number = start.div_euclid(civil::DAY);
        let (_, month, day) = civil::date_of(day_number);
        let months = rule
            .by_month
            .iter()
            .fold(0, |mask, month| mask | 1 << month);
        Self {
            rule,
            month,
            day,
            weekday: civil::weekday_of(day_number),
            months: if months == 0 { u16::MAX } else { months },
        }
    }

    /// Adds the midnights of the selected days of a period, ascending, as civil seconds.
    pub(crate) fn collect(&self, period: i64, days: &mut Vec<i64>) {
        match self.rule.freq {
            Freq::Secondly | Freq::Minutely | Freq::Hourly | Freq::Daily => {
                if self.allows(period) {
                    days.push(period);
                }
            }
            Freq::Weekly => self.week(period, days),
            Freq::Monthly => {
                self.month(period.div_euclid(12), period.rem_euclid(12) + 1, days);
                tidy(days);
            }
            Freq::Yearly => {
                self.year(period, days);
                tidy(days);
            }
        }
        for day in days {
            *day = day.saturating_mul(civil::DAY);
        }
    }

    /// Whether the limits of a frequency of at most a day let this day through.
    pub(crate) fn allows(&self, day: i64) -> bool {
        let rule = &self.rule;
        if !rule.by_day.is_empty() && !self.weekday_listed(civil::weekday_of(day)) {
            return false;
        }
        if self.months == u16::MAX && rule.by_month_day.is_empty() && rule.by_year_day.is_empty() {
            return true;
        }
        let (year, month, of_month) = civil::date_of(day);
        self.month_allowed(month)
            && self.month_day_allowed(year, month, of_month)
            && self.year_day_allowed(year, day)
    }

    /// The first day from this one on in a month that `BYMONTH` lists.
    pub(crate) fn not_before(&self, day: i64) -> i64 {
        let (year, month, _) = civil::date_of(day);
        let ahead = (0..12).find(|ahead| self.month_allowed((month - 1 + ahead) % 12 + 1));
        match ahead {
            None | Some(0) => day,
            Some(ahead) => {
                let month = month - 1 + ahead;
                civil::day_of(year + month / 12, month % 12 + 1, 1)
            }
        }
    }

    fn week(&self, week: i64, days: &mut Vec<i64>) {
        let first = week * 7 - 3 + self.rule.week_start;
        for day in first..first + 7 {
            let weekday = civil::weekday_of(day);
            let wanted = match self.rule.by_day.as_slice() {
                [] => weekday == self.weekday,
                _ => self.weekday_listed(weekday),
            };
            if wanted && (self.months == u16::MAX || self.month_allowed(civil::date_of(day).1)) {
                days.push(day);
            }
        }
    }

    fn month(&self, year: i64, month: i64, days: &mut Vec<i64>) {
        if !self.month_allowed(month) {
            return;
        }
        let rule = &self.rule;
        if !rule.by_month_day.is_empty() {
            for of_month in &rule.by_month_day {
                let day = self.month_day(year, month, *of_month);
                days.extend(day.filter(|day| self.by_day_allows(*day, year)));
            }
        } else if rule.by_day.is_empty() {
            days.extend(self.month_day(year, month, self.day));
        } else {
            let first = civil::day_of(year, month, 1);
            let last = first + civil::days_in_month(year, month) - 1;
            weekdays_within(&rule.by_day, first, last, days);
        }
    }

    fn year(&self, year: i64, days: &mut Vec<i64>) {
        let rule = &self.rule;
        let first = civil::day_of(year, 1, 1);
        let last = first + civil::days_in_year(year) - 1;
        if !rule.by_year_day.is_empty() {
            let length = last - first + 1;
            for of_year in &rule.by_year_day {
                let index = if *of_year > 0 {
                    of_year - 1
                } else {
                    length + of_year
                };
                let day = first + index;
                if (0..length).contains(&index) && self.limits_of_year(year, day) {
                    days.push(day);
                }
            }
        } else if !rule.by_week_no.is_empty() {
            let candidates = first..=last;
            days.extend(
                candidates.filter(|day| self.in_week(*day) && self.limits_of_year(year, *day)),
            );
        } else if rule.by_month_day.is_empty()
            && !rule.by_day.is_empty()
            && rule.by_month.is_empty()
        {
            weekdays_within(&rule.by_day, first, last, days);
        } else if rule.by_month.is_empty() && rule.by_month_day.is_empty() {
            days.extend(self.month_day(year, self.month, self.day));
        } else {
            for month in 1..=12 {
                self.month(year, month, days);
            }
        }
    }

    /// The other limits on a day that `BYYEARDAY` or `BYWEEKNO` selected.
    fn limits_of_year(&self, year: i64, day: i64) -> bool {
        let (_, month, of_month) = civil::date_of(day);
        let by_day = if self.rule.by_day.is_empty() && self.rule.by_year_day.is_empty() {
            !self.rule.by_month_day.is_empty() || civil::weekday_of(day) == self.weekday
        } else {
            self.by_day_allows(day, year)
        };
        by_day
            && self.month_allowed(month)
            && self.month_day_allowed(year, month, of_month)
            && (self.rule.by_week_no.is_empty() || self.in_week(day))
    }

    /// The day number of a day of a month, by the rule's `SKIP` where the month is too short.
    fn month_day(&self, year: i64, month: i64, of_month: i64) -> Option<i64> {
        let length = civil::days_in_month(year, month);
        let first = civil::day_of(year, month, 1);
        if of_month < 0 {
            return (of_month >= -length).then(|| first + length + of_month);
        }
        if of_month <= length {
            return Some(first + of_month - 1);
        }
        match self.rule.skip {
            Skip::Omit => None,
            Skip::Backward => Some(first + length - 1),
            Skip::Forward => Some(first + length),
        }
    }

    fn weekday_listed(&self, weekday: i64) -> bool {
        self.rule
            .by_day
            .iter()
            .any(|entry| entry.weekday == weekday)
    }

    fn month_allowed(&self, month: i64) -> bool {
        self.months & (1 << month) != 0
    }

    fn month_day_allowed(&self, year: i64, month: i64, of_month: i64) -> bool {
        let list = &self.rule.by_month_day;
        let from_end = of_month - civil::days_in_month(year, month) - 1;
        list.is_empty() || list.contains(&of_month) || list.contains(&from_end)
    }

    fn year_day_allowed(&self, year: i64, day: i64) -> bool {
        let list = &self.rule.by_year_day;
        let of_year = day - civil::day_of(year, 1, 1) + 1;
        let from_end = of_year - civil::days_in_year(year) - 1;
        list.is_empty() || list.contains(&of_year) || list.contains(&from_end)
    }

    /// Whether a `BYDAY` that limits lets a day through, ordinals counted in the month or year of the rule.
    fn by_day_allows(&self, day: i64, year: i64) -> bool {
        if self.rule.by_day.is_empty() {
            return true;
        }
        let (own_year, month, of_month) = civil::date_of(day);
        let in_year = self.rule.freq == Freq::Yearly && self.rule.by_month.is_empty();
        let (position, length) = if in_year {
            (day - civil::day_of(year, 1, 1), civil::days_in_year(year))
        } else {
            (of_month - 1, civil::days_in_month(own_year, month))
        };
        self.rule.by_day.iter().any(|entry| {
            let from_start = position / 7 + 1;
            let from_end = -((length - 1 - position) / 7) - 1;
            entry.weekday == civil::weekday_of(day)
                && entry
                    .ordinal
                    .is_none_or(|n| n == from_start || n == from_end)
        })
    }

    /// Whether the day's own week has a number that `BYWEEKNO` lists.
    fn in_week(&self, day: i64) -> bool {
        let into_week = (civil::weekday_of(day) - self.rule.week_start).rem_euclid(7);
        let fourth = day - into_week + 3; // the year of a week's fourth day is the year of the week
        let year = civil::date_of(fourth).0;
        let first = civil::day_of(year, 1, 1);
        let number = (fourth - first) / 7 + 1;
        let weeks = number + (civil::days_in_year(year) - 1 - (fourth - first)) / 7;
        self.rule
            .by_week_no
            .iter()
            .any(|no| *no == number || *no == number - weeks - 1)
    }
}

/// Adds the days of `first..=last` that entries of `BYDAY` name, ordinals counted in that stretch.
fn weekdays_within(entries: &[Weekday], first: i64, last: i64, days: &mut Vec<i64>) {
    for entry in entries {
        let earliest = first + (entry.weekday - civil::weekday_of(first)).rem_euclid(7);
        let latest = last - (civil::weekday_of(last) - entry.weekday).rem_euclid(7);
        match entry.ordinal {
            None => days.extend(
                (0..)
                    .map(|week| earliest + week * 7)
                    .take_while(|day| *day <= last),
            ),
            Some(n) => {
                let day = if n > 0 {
                    earliest + (n - 1) * 7
                } else {
                    latest + (n + 1) * 7
                };
                days.extend((first..=last).contains(&day).then_some(day));
            }
        }
    }
}

fn tidy(days: &mut Vec<i64>) {
    days.sort_unstable();
    days.dedup();
}
