//! `patternedRecurrence` as a value, read from and written as JSON (`recurrencePattern` and `recurrenceRange` of Graph
//! v1.0). What it has in common with an `RRULE` is in [`rule`].
//!
//! Outlook is not the RFC in one point: a day that a month does not have is the last day of that month, where the RFC
//! leaves the month out.

mod rule;

use chrono::{Datelike, NaiveDate, Weekday};
use serde_json::{Value, json};

use super::wire;
use crate::projection::Fields;

/// When a series of Graph's takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// On which days.
    pub pattern: Pattern,
    /// Every how many days, weeks, months or years; at least 1.
    pub interval: u32,
    /// Until when.
    pub end: End,
}

/// The days of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Each.
    Daily,
    /// These of each week.
    Weekly {
        /// Monday first, each once.
        days: Vec<Weekday>,
        /// The day on which a week begins.
        first: Weekday,
    },
    /// This one of each month, or its last where it has not so many.
    Monthly(u32),
    /// The first, second, .. or last of these days in each month.
    MonthlyOn(Place),
    /// This day of this month.
    Yearly {
        /// From 1.
        month: u32,
        /// From 1; the last day of the month where it has not so many.
        day: u32,
    },
    /// The first, second, .. or last of these days in this month.
    YearlyOn {
        /// From 1.
        month: u32,
        /// Which of its days.
        place: Place,
    },
}

/// A day of a month by its place among some weekdays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// 1 to 4 from the start, or -1 for the last.
    pub index: i8,
    /// The weekdays, Monday first, each once.
    pub days: Vec<Weekday>,
}

/// Until when a series takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// For ever.
    Never,
    /// So many times.
    After(u32),
    /// Up to this day, which belongs to it.
    On(NaiveDate),
}

const DAYS: [(Weekday, &str, &str); 7] = [
    (Weekday::Mon, "MO", "monday"),
    (Weekday::Tue, "TU", "tuesday"),
    (Weekday::Wed, "WE", "wednesday"),
    (Weekday::Thu, "TH", "thursday"),
    (Weekday::Fri, "FR", "friday"),
    (Weekday::Sat, "SA", "saturday"),
    (Weekday::Sun, "SU", "sunday"),
];

const PLACES: [(i8, &str); 5] = [
    (1, "first"),
    (2, "second"),
    (3, "third"),
    (4, "fourth"),
    (-1, "last"),
];

impl Recurrence {
    /// Reads what Graph says; none when it says something that was invented later, or nothing whole.
    pub(super) fn read(said: &wire::PatternedRecurrence) -> Option<Self> {
        let (pattern, range) = (said.pattern.as_ref()?, said.range.as_ref()?);
        let month = || Some(pattern.month).filter(|month| (1..=12).contains(month));
        let day = || Some(pattern.day_of_month).filter(|day| (1..=31).contains(day));
        let days = || days(&pattern.days_of_week);
        let place = || {
            let index = pattern.index.as_deref().unwrap_or("first");
            let (index, _) = PLACES.iter().find(|(_, name)| *name == index)?;
            Some(Place {
                index: *index,
                days: days()?,
            })
        };
        let first = pattern.first_day_of_week.as_deref().unwrap_or("sunday");
        let kind = match pattern.kind.as_deref()? {
            "daily" => Pattern::Daily,
            "weekly" => Pattern::Weekly {
                days: days()?,
                first: weekday(first)?,
            },
            "absoluteMonthly" => Pattern::Monthly(day()?),
            "relativeMonthly" => Pattern::MonthlyOn(place()?),
            "absoluteYearly" => Pattern::Yearly {
                month: month()?,
                day: day()?,
            },
            "relativeYearly" => Pattern::YearlyOn {
                month: month()?,
                place: place()?,
            },
            _ => return None,
        };
        let end = match range.kind.as_deref()? {
            "noEnd" => End::Never,
            "numbered" => End::After(Some(range.number_of_occurrences).filter(|n| *n > 0)?),
            "endDate" => End::On(range.end_date.as_deref()?.parse().ok()?),
            _ => return None,
        };
        Some(Self {
            pattern: kind,
            interval: pattern.interval.max(1),
            end,
        })
    }

    /// As Graph wants it said, for a series that starts on a day in a zone of this name.
    pub fn to_json(&self, start: NaiveDate, zone: &str) -> Value {
        let interval = self.interval;
        let pattern = match &self.pattern {
            Pattern::Daily => json!({ "type": "daily", "interval": interval }),
            Pattern::Weekly { days, first } => json!({
                "type": "weekly",
                "interval": interval,
                "daysOfWeek": names(days),
                "firstDayOfWeek": name(*first),
            }),
            Pattern::Monthly(day) => json!({
                "type": "absoluteMonthly",
                "interval": interval,
                "dayOfMonth": day,
            }),
            Pattern::MonthlyOn(place) => json!({
                "type": "relativeMonthly",
                "interval": interval,
                "daysOfWeek": names(&place.days),
                "index": place.name(),
            }),
            Pattern::Yearly { month, day } => json!({
                "type": "absoluteYearly",
                "interval": interval,
                "month": month,
                "dayOfMonth": day,
            }),
            Pattern::YearlyOn { month, place } => json!({
                "type": "relativeYearly",
                "interval": interval,
                "month": month,
                "daysOfWeek": names(&place.days),
                "index": place.name(),
            }),
        };
        let (kind, last) = match self.end {
            End::Never => ("noEnd", None),
            End::After(count) => ("numbered", Some(("numberOfOccurrences", json!(count)))),
            End::On(day) => ("endDate", Some(("endDate", json!(day.to_string())))),
        };
        let range = [
            ("type", json!(kind)),
            ("startDate", json!(start.to_string())),
            ("recurrenceTimeZone", json!(zone)),
        ];
        let range: Fields = range
            .into_iter()
            .chain(last)
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        json!({ "pattern": pattern, "range": range })
    }

    /// Whether the pattern has this day, when it is counted from it.
    fn can_start_on(&self, day: NaiveDate) -> bool {
        match &self.pattern {
            Pattern::Daily => true,
            Pattern::Weekly { days, .. } => days.contains(&day.weekday()),
            Pattern::Monthly(number) => is_number(day, *number),
            Pattern::MonthlyOn(place) => place.is(day),
            Pattern::Yearly { month, day: number } => {
                day.month() == *month && is_number(day, *number)
            }
            Pattern::YearlyOn { month, place } => day.month() == *month && place.is(day),
        }
    }
}

impl Place {
    fn name(&self) -> &'static str {
        let place = PLACES.iter().find(|(index, _)| *index == self.index);
        place.map_or("last", |(_, name)| name)
    }

    fn is(&self, day: NaiveDate) -> bool {
        let mut all = (1..=31)
            .filter_map(|number| day.with_day(number))
            .filter(|day| self.days.contains(&day.weekday()));
        let found = match usize::try_from(self.index) {
            Ok(index) => all.nth(index.saturating_sub(1)),
            Err(_) => all.next_back(),
        };
        found == Some(day)
    }
}

fn is_number(day: NaiveDate, number: u32) -> bool {
    let is_last = day.succ_opt().is_none_or(|next| next.day() == 1);
    day.day() == number || (is_last && day.day() < number)
}

fn days(names: &[String]) -> Option<Vec<Weekday>> {
    let mut days: Vec<_> = names
        .iter()
        .map(|name| weekday(name))
        .collect::<Option<_>>()?;
    days.sort_unstable_by_key(Weekday::num_days_from_monday);
    days.dedup();
    (!days.is_empty()).then_some(days)
}

fn weekday(name: &str) -> Option<Weekday> {
    let mut all = DAYS.iter();
    all.find(|(.., spelt)| spelt.eq_ignore_ascii_case(name))
        .map(|(day, ..)| *day)
}

fn name(day: Weekday) -> &'static str {
    let mut all = DAYS.iter();
    all.find(|(known, ..)| *known == day)
        .map_or("", |(.., name)| name)
}

fn names(days: &[Weekday]) -> Vec<&'static str> {
    days.iter().map(|day| name(*day)).collect()
}

#[cfg(test)]
mod tests;
