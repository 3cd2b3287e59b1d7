//! Walks a rule through civil time, period by period (RFC 5545 section 3.3.10).
//!
//! A walk knows no zone: it yields civil seconds in ascending order, beginning with `DTSTART`. Each period (a year, a
//! month, a week, a day, an hour ...) becomes *bases* (days, or one hour or minute) times *offsets* (the times within
//! them); `BYSETPOS` picks positions from that product. Periods before the wanted stretch are skipped by arithmetic,
//! unless `COUNT` has to see them.

use super::{
    budget::Budget,
    days::DayRule,
    rule::{Freq, Rule},
};
use crate::tz::civil::{self, DAY, LAST_WRITABLE};

/// A year that no date can be in.
const AFTER_LAST_YEAR: i64 = 10_000;

/// After so many seconds the calendar repeats: 400 years, a whole number of weeks.
const CYCLE: i64 = 146_097 * DAY;

/// What `DTSTART` means to a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// The first instance and the first of `COUNT`, whatever the rule says (section 3.8.5.3).
    IsFirst,
    /// Where the rule begins to be looked at: an instance only if the rule yields it (`EXRULE`).
    IsBound,
}

/// The instances of one rule, lazily.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    days: DayRule,
    start: i64,
    meaning: Start,
    /// The last civil second wanted, from `UNTIL`.
    last: i64,
    /// How many more `COUNT` allows.
    left: u64,
    counted: bool,
    /// The number of the period, in units of `freq`, counted from an epoch that suits it.
    period: i64,
    bases: Vec<i64>,
    offsets: Vec<i64>,
    picks: Option<Vec<usize>>,
    next: usize,
    size: usize,
    /// What looking at one period costs.
    weight: u64,
    started: bool,
    /// The latest civil second at which a period held something, or a day was allowed; where the walk began, before.
    fruitful: i64,
}

impl Walk {
    /// A walk of `rule` from `DTSTART`; `last` is `UNTIL` as a civil second of the same zone.
    pub(crate) fn new(rule: Rule, start: i64, last: Option<i64>, meaning: Start) -> Self {
        let offsets = offsets(&rule, start);
        Self {
            start,
            meaning,
            last: last.unwrap_or(LAST_WRITABLE).min(LAST_WRITABLE),
            left: rule.count.unwrap_or(u64::MAX),
            counted: rule.count.is_some(),
            period: period_of(&rule, start),
            bases: Vec::new(),
            offsets,
            picks: None,
            next: 0,
            size: 0,
            weight: weight(&rule),
            started: false,
            fruitful: start,
            days: DayRule::new(rule, start),
        }
    }

    /// Skips what certainly lies before a civil second, without looking at it where the rule allows that. What comes
    /// next may still lie a little before it.
    pub(crate) fn skip_to(&mut self, earliest: i64) {
        let rule = &self.days.rule;
        let target = period_of(rule, earliest.clamp(civil::FIRST, LAST_WRITABLE)) - 1;
        let steps = (target - self.period) / rule.interval - 1;
        if self.started || earliest <= self.start || steps <= 0 {
            return;
        }
        if self.counted {
            let passed = u64::try_from(steps).unwrap_or(0);
            if !rule.is_plain_step() || self.meaning == Start::IsBound {
                return;
            }
            self.left = self.left.saturating_sub(passed);
        }
        self.period += steps * rule.interval;
        self.started = true;
        self.fruitful = self.begin_of_period();
    }

    /// The next instance; `None` at the end of the rule or of the budget, which then says so.
    pub(crate) fn next(&mut self, budget: &mut Budget) -> Option<i64> {
        if !self.started {
            self.started = true;
            if self.meaning == Start::IsFirst {
                self.left = self.left.saturating_sub(1);
                return Some(self.start);
            }
        }
        loop {
            while self.next < self.size {
                let candidate = self.candidate();
                self.next += 1;
                if !budget.spend(1) {
                    return None;
                }
                if candidate > self.last || self.left == 0 {
                    self.close();
                    return None;
                }
                let passed = match self.meaning {
                    Start::IsFirst => candidate > self.start,
                    Start::IsBound => candidate >= self.start,
                };
                if passed {
                    self.left = self.left.saturating_sub(u64::from(self.counted));
                    return Some(candidate);
                }
            }
            if !self.load(budget) {
                return None;
            }
        }
    }

    /// A civil second before which everything has been yielded.
    pub(crate) fn position(&self) -> i64 {
        if self.next < self.size {
            self.candidate()
        } else {
            self.begin_of_period().max(self.start)
        }
    }

    /// Makes every further call answer `None`.
    fn close(&mut self) {
        self.left = 0;
        self.size = 0;
        self.period = i64::MAX;
    }

    fn candidate(&self) -> i64 {
        let at = match &self.picks {
            Some(picks) => picks.get(self.next).copied().unwrap_or(0),
            None => self.next,
        };
        let width = self.offsets.len().max(1);
        let (base, offset) = if width == 1 {
            (at, 0)
        } else {
            (at / width, at % width)
        };
        let base = self.bases.get(base).copied().unwrap_or(i64::MAX);
        base.saturating_add(self.offsets.get(offset).copied().unwrap_or(0))
    }

    /// Loads the next period; `false` when there is none.
    fn load(&mut self, budget: &mut Budget) -> bool {
        if self.left == 0 || !self.seek(budget) {
            if !budget.is_exhausted() {
                self.close(); // otherwise the position tells how far it came
            }
            return false;
        }
        let begin = self.begin_of_period();
        self.bases.clear();
        let rule = &self.days.rule;
        let (freq, interval) = (rule.freq, rule.interval);
        match unit(freq) {
            Some(unit) => self.bases.push(self.period * unit),
            None => self.days.collect(self.period, &mut self.bases),
        }
        self.period = self.period.saturating_add(interval);
        self.next = 0;
        self.size = self.bases.len() * self.offsets.len();
        if !self.days.rule.by_set_pos.is_empty() {
            let picks = positions(&self.days.rule.by_set_pos, self.size);
            self.size = picks.len();
            self.picks = Some(picks);
        }
        if self.size > 0 {
            self.fruitful = begin;
        }
        let looked_at = u64::try_from(self.bases.len()).unwrap_or(u64::MAX);
        budget.spend(looked_at.saturating_add(self.weight))
    }

    /// Moves to the next period that can hold something; `false` when there is none before the end.
    fn seek(&mut self, budget: &mut Budget) -> bool {
        loop {
            if self.begin_of_period() > self.last || self.is_barren() {
                return false;
            }
            let Some(unit) = unit(self.days.rule.freq) else {
                return true;
            };
            let Some(target) = self.blocked_until(self.period * unit) else {
                return true;
            };
            let interval = self.days.rule.interval;
            let missing = target.div_euclid(unit) - self.period;
            let steps = missing / interval + i64::from(missing % interval > 0);
            self.period = self.period.saturating_add(steps.max(1) * interval);
            if !budget.spend(self.weight) {
                return false;
            }
        }
    }

    /// Whether the rule yields nothing from here on, such as on 30 February: every day of a whole cycle of the calendar
    /// was looked at in vain. With a longer interval some were not.
    fn is_barren(&self) -> bool {
        let interval = self.days.rule.interval;
        let sees_every_day = match unit(self.days.rule.freq) {
            Some(unit) => interval.saturating_mul(unit) <= DAY,
            None => interval == 1,
        };
        sees_every_day && self.begin_of_period() - self.fruitful > CYCLE
    }

    /// The first civil second of the current period, or one before it.
    fn begin_of_period(&self) -> i64 {
        match self.days.rule.freq {
            Freq::Yearly => civil::day_of(self.period.min(AFTER_LAST_YEAR), 1, 1) * DAY,
            Freq::Monthly => {
                let year = self.period.div_euclid(12).min(AFTER_LAST_YEAR);
                civil::day_of(year, self.period.rem_euclid(12) + 1, 1) * DAY
            }
            Freq::Weekly => (self.period.saturating_mul(7) - 7).saturating_mul(DAY),
            Freq::Daily => self.period.saturating_mul(DAY),
            Freq::Hourly => self.period.saturating_mul(3_600),
            Freq::Minutely => self.period.saturating_mul(60),
            Freq::Secondly => self.period,
        }
    }

    /// For a period shorter than a day that the rule's limits exclude: the first second that they might not.
    fn blocked_until(&mut self, at: i64) -> Option<i64> {
        let day = at.div_euclid(DAY);
        if !self.days.allows(day) {
            return Some(self.days.not_before(day + 1) * DAY);
        }
        self.fruitful = at;
        let rule = &self.days.rule;
        let second = at.rem_euclid(DAY);
        if excludes(&rule.by_hour, second / 3_600) {
            return Some((at.div_euclid(3_600) + 1) * 3_600);
        }
        if rule.freq < Freq::Hourly && excludes(&rule.by_minute, second / 60 % 60) {
            return Some((at.div_euclid(60) + 1) * 60);
        }
        let excluded = rule.freq < Freq::Minutely && excludes(&rule.by_second, second % 60);
        excluded.then_some(at + 1)
    }
}

fn excludes(list: &[i64], value: i64) -> bool {
    !list.is_empty() && !list.contains(&value)
}

/// The steps that one period costs beside its candidates: long lists are compared with many days.
fn weight(rule: &Rule) -> u64 {
    let months = match rule.freq {
        Freq::Yearly => 12,
        _ => 1,
    };
    let weeks = if rule.by_week_no.is_empty() { 0 } else { 366 };
    let listed = (1 + rule.by_day.len()) * (1 + rule.by_month_day.len()) * months
        + rule.by_year_day.len()
        + weeks * (1 + rule.by_week_no.len());
    1 + u64::try_from(listed).unwrap_or(u64::MAX) / 16
}

/// The length in seconds of a period shorter than a day.
fn unit(freq: Freq) -> Option<i64> {
    match freq {
        Freq::Secondly => Some(1),
        Freq::Minutely => Some(60),
        Freq::Hourly => Some(3_600),
        Freq::Daily | Freq::Weekly | Freq::Monthly | Freq::Yearly => None,
    }
}

/// The number of the period that holds a civil second.
fn period_of(rule: &Rule, at: i64) -> i64 {
    let day = at.div_euclid(DAY);
    match rule.freq {
        Freq::Secondly => at,
        Freq::Minutely => at.div_euclid(60),
        Freq::Hourly => at.div_euclid(3_600),
        Freq::Daily => day,
        Freq::Weekly => (day + 3 - rule.week_start).div_euclid(7),
        Freq::Monthly => {
            let (year, month, _) = civil::date_of(day);
            year * 12 + month - 1
        }
        Freq::Yearly => civil::date_of(day).0,
    }
}

/// The seconds from a base at which the rule's times lie, ascending.
fn offsets(rule: &Rule, start: i64) -> Vec<i64> {
    let second_of_day = start.rem_euclid(DAY);
    let or_start = |list: &[i64], value: i64| match list {
        [] => vec![value],
        list => list.to_vec(),
    };
    let seconds = or_start(&rule.by_second, second_of_day % 60);
    let minutes = or_start(&rule.by_minute, second_of_day / 60 % 60);
    let hours = or_start(&rule.by_hour, second_of_day / 3_600);
    let (hours, minutes, seconds) = match rule.freq {
        Freq::Secondly => (vec![0], vec![0], vec![0]),
        Freq::Minutely => (vec![0], vec![0], seconds),
        Freq::Hourly => (vec![0], minutes, seconds),
        Freq::Daily | Freq::Weekly | Freq::Monthly | Freq::Yearly => (hours, minutes, seconds),
    };
    let mut offsets = Vec::with_capacity(hours.len() * minutes.len() * seconds.len());
    for hour in &hours {
        for minute in &minutes {
            offsets.extend(
                seconds
                    .iter()
                    .map(|second| hour * 3_600 + minute * 60 + second),
            );
        }
    }
    offsets
}

/// The indices that `BYSETPOS` means in a set of `size` candidates, ascending.
fn positions(by_set_pos: &[i64], size: usize) -> Vec<usize> {
    let total = i64::try_from(size).unwrap_or(i64::MAX);
    let mut picks: Vec<usize> = by_set_pos
        .iter()
        .map(|position| {
            if *position > 0 {
                position - 1
            } else {
                total + position
            }
        })
        .filter(|index| (0..total).contains(index))
        .filter_map(|index| usize::try_from(index).ok())
        .collect();
    picks.sort_unstable();
    picks.dedup();
    picks
}
