//! A series of Graph's as an `RRULE` (RFC 5545 section 3.3.10) and back.
//!
//! From Graph every pattern has a rule. Towards Graph a rule is only taken when the pattern made of it takes place at
//! exactly the same instants: both are expanded by the same engine, for five years and longer where the interval is, so
//! that a rule nobody thought of is refused instead of written approximately.

use std::fmt::Write as _;

use chrono::{Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use super::{DAYS, End, Pattern, Place, Recurrence};
use crate::{
    ical::{CalendarObject, LineEnd, NewProperty},
    projection::Moment,
    recur::{
        self, Limits,
        rule::{Freq, Rule, Until},
        value,
    },
    time::{Instant, TimeRange},
    tz::{Zone, civil},
};

/// How many months are compared for a rule with interval 1.
const MONTHS: u32 = 5 * 12;
/// Longer than this nothing is compared.
const MOST_MONTHS: u32 = 200 * 12;
/// What a comparison may cost; a rule that needs more is refused.
const LIMITS: Limits = Limits {
    instances: 2_000,
    steps: 1_000_000,
};

impl Recurrence {
    /// The `RRULE` of a series that starts at `start`; its last day ends when it ends in `zone`.
    pub fn rule(&self, start: &Moment, zone: &Zone) -> String {
        let mut rule = match &self.pattern {
            Pattern::Daily => "FREQ=DAILY".to_owned(),
            Pattern::Weekly { .. } => "FREQ=WEEKLY".to_owned(),
            Pattern::Monthly(_) | Pattern::MonthlyOn(_) => "FREQ=MONTHLY".to_owned(),
            Pattern::Yearly { .. } | Pattern::YearlyOn { .. } => "FREQ=YEARLY".to_owned(),
        };
        if self.interval > 1 {
            // Writing into a String cannot fail, here and below.
            _ = write!(rule, ";INTERVAL={}", self.interval);
        }
        match &self.pattern {
            Pattern::Daily => {}
            Pattern::Weekly { days, first } => {
                _ = write!(rule, ";BYDAY={};WKST={}", list(days), short(*first));
            }
            Pattern::Monthly(day) => month_day(*day, 28, &mut rule),
            Pattern::MonthlyOn(place) => place.write(&mut rule),
            Pattern::Yearly { month, day } => {
                _ = write!(rule, ";BYMONTH={month}");
                let shortest = match month {
                    2 => 28,
                    4 | 6 | 9 | 11 => 30,
                    _ => 31,
                };
                let longest = if *month == 2 { 29 } else { shortest };
                month_day((*day).min(longest), shortest, &mut rule);
            }
            Pattern::YearlyOn { month, place } => {
                _ = write!(rule, ";BYMONTH={month}");
                place.write(&mut rule);
            }
        }
        match self.end {
            End::Never => {}
            End::After(count) => _ = write!(rule, ";COUNT={count}"),
            End::On(day) => _ = write!(rule, ";UNTIL={}", until(day, start, zone)),
        }
        rule
    }

    /// The series that a rule means; none when Graph has no such series.
    pub fn of_rule(text: &str, start: &Moment) -> Option<Self> {
        let (rule, is_clean) = Rule::read(text).ok()?;
        let (first, zone) = match start {
            Moment::Day(day) => (NaiveDateTime::from(*day), Zone::Utc),
            Moment::At { local, zone } => (*local, zone.clone()),
        };
        let recurrence = Self {
            pattern: pattern(&rule, first.date())?,
            interval: u32::try_from(rule.interval).ok()?,
            end: end(&rule, first.time(), &zone)?,
        };
        let ends_too_early = matches!(recurrence.end, End::On(day) if day < first.date());
        if !is_clean || ends_too_early || !recurrence.can_start_on(first.date()) {
            return None;
        }
        let mut months = MONTHS;
        if rule.freq >= Freq::Monthly {
            months = months.saturating_mul(recurrence.interval).min(MOST_MONTHS);
        }
        let wanted = starts(text, start, months)?;
        let said = starts(&recurrence.rule(start, &zone), start, months)?;
        (wanted == said).then_some(recurrence)
    }
}

impl Place {
    fn write(&self, rule: &mut String) {
        _ = match &self.days[..] {
            [day] => write!(rule, ";BYDAY={}{}", self.index, short(*day)),
            days => write!(rule, ";BYDAY={};BYSETPOS={}", list(days), self.index),
        };
    }
}

/// A day of the month; of the months that are too short the last one.
fn month_day(day: u32, shortest: u32, rule: &mut String) {
    if day <= shortest {
        _ = write!(rule, ";BYMONTHDAY={day}");
        return;
    }
    let days: Vec<_> = (shortest..=day).map(|day| day.to_string()).collect();
    _ = write!(rule, ";BYMONTHDAY={};BYSETPOS=-1", days.join(","));
}

fn list(days: &[Weekday]) -> String {
    let days: Vec<_> = days.iter().map(|day| short(*day)).collect();
    days.join(",")
}

fn short(day: Weekday) -> &'static str {
    let mut all = DAYS.iter();
    all.find(|(known, ..)| *known == day)
        .map_or("", |(_, name, _)| name)
}

/// The last moment of a day that a rule can name: of the same kind as its start.
fn until(day: NaiveDate, start: &Moment, zone: &Zone) -> String {
    match start {
        Moment::Day(_) => value::date_text(day.into()),
        Moment::At { .. } => {
            let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
            let last = zone.instant(next.into()) - chrono::TimeDelta::seconds(1);
            value::utc_text(last)
        }
    }
}

/// The days that a rule may mean; whether it really does is found by comparing.
fn pattern(rule: &Rule, start: NaiveDate) -> Option<Pattern> {
    use chrono::Datelike as _;

    let has_odd_parts = !rule.by_week_no.is_empty() || !rule.by_year_day.is_empty();
    let is_within_a_day = rule.freq < Freq::Daily
        || [&rule.by_hour, &rule.by_minute, &rule.by_second]
            .iter()
            .any(|part| part.len() > 1);
    if has_odd_parts || is_within_a_day {
        return None;
    }
    let month = match rule.by_month[..] {
        [] => None,
        [month] => Some(u32::try_from(month).ok()?),
        _ => return None,
    };
    let day = month_day_of(rule, start);
    match (rule.freq, month) {
        (Freq::Daily | Freq::Weekly, None) if rule.by_month_day.is_empty() => week(rule, start),
        (Freq::Monthly, None) if rule.by_day.is_empty() => Some(Pattern::Monthly(day?)),
        (Freq::Monthly, None) if rule.by_month_day.is_empty() => {
            Some(Pattern::MonthlyOn(place(rule)?))
        }
        (Freq::Yearly, month) if rule.by_day.is_empty() => {
            if month.is_none() && !rule.by_month_day.is_empty() {
                return None;
            }
            Some(Pattern::Yearly {
                month: month.unwrap_or(start.month()),
                day: day?,
            })
        }
        (Freq::Yearly, Some(month)) if rule.by_month_day.is_empty() => Some(Pattern::YearlyOn {
            month,
            place: place(rule)?,
        }),
        _ => None,
    }
}

/// Days or weeks.
fn week(rule: &Rule, start: NaiveDate) -> Option<Pattern> {
    use chrono::Datelike as _;

    if !rule.by_set_pos.is_empty() {
        return None;
    }
    let days = weekdays(rule)?;
    let first = day(rule.week_start)?;
    match (rule.freq, days.is_empty()) {
        (Freq::Daily, true) => Some(Pattern::Daily),
        (Freq::Daily, false) if rule.interval > 1 => None,
        (_, false) => Some(Pattern::Weekly { days, first }),
        (_, true) => Some(Pattern::Weekly {
            days: vec![start.weekday()],
            first,
        }),
    }
}

/// The day of the month, as Outlook counts it.
fn month_day_of(rule: &Rule, start: NaiveDate) -> Option<u32> {
    use chrono::Datelike as _;

    match (&rule.by_month_day[..], &rule.by_set_pos[..]) {
        ([], []) => Some(start.day()),
        ([-1], [] | [1 | -1]) => Some(31),
        ([day], [] | [1 | -1]) => u32::try_from(*day).ok(),
        ([.., last], [-1]) => u32::try_from(*last).ok(),
        _ => None,
    }
}

/// The place of a day among the weekdays of a month.
fn place(rule: &Rule) -> Option<Place> {
    let index = match (&rule.by_day[..], &rule.by_set_pos[..]) {
        ([one], []) => one.ordinal?,
        ([one], [1 | -1]) if one.ordinal.is_some() => one.ordinal?,
        (days, [index]) if days.iter().all(|day| day.ordinal.is_none()) => *index,
        _ => return None,
    };
    let index = i8::try_from(index).ok()?;
    matches!(index, 1..=4 | -1).then_some(Place {
        index,
        days: weekdays(rule)?,
    })
}

fn weekdays(rule: &Rule) -> Option<Vec<Weekday>> {
    let mut days: Vec<_> = rule
        .by_day
        .iter()
        .map(|entry| day(entry.weekday))
        .collect::<Option<_>>()?;
    days.dedup();
    Some(days)
}

fn day(from_monday: i64) -> Option<Weekday> {
    let index = usize::try_from(from_monday).ok()?;
    DAYS.get(index).map(|(day, ..)| *day)
}

/// The last day of a rule whose occurrences start at `time`.
fn end(rule: &Rule, time: NaiveTime, zone: &Zone) -> Option<End> {
    let last = match (rule.count, rule.until) {
        (None, None) => return Some(End::Never),
        (Some(count), None) => return Some(End::After(u32::try_from(count).ok()?)),
        (Some(_), Some(_)) => return None,
        (None, Some(Until::Date(day))) => {
            return Some(End::On(civil::naive(day * civil::DAY).date()));
        }
        (None, Some(Until::Local(second))) => civil::naive(second),
        (None, Some(Until::Utc(second))) => zone.local(civil::instant(second)),
    };
    let day = if last.time() < time {
        last.date().pred_opt()?
    } else {
        last.date()
    };
    Some(End::On(day))
}

/// The starts of the occurrences of a rule in its first months; none when that costs too much.
fn starts(rule: &str, start: &Moment, months: u32) -> Option<Vec<Instant>> {
    let dtstart = match start {
        Moment::Day(day) => {
            NewProperty::raw("DTSTART", &value::date_text((*day).into())).param("VALUE", "DATE")
        }
        Moment::At { local, zone } => match zone {
            Zone::Utc => NewProperty::raw("DTSTART", &value::utc_text(start.instant())),
            Zone::Iana(iana) => {
                NewProperty::raw("DTSTART", &value::local_text(*local)).param("TZID", iana.name())
            }
            Zone::Floating | Zone::Custom(_) => return None,
        },
    };
    let mut text = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n".to_vec();
    dtstart.write(LineEnd::CrLf, &mut text);
    NewProperty::raw("RRULE", rule).write(LineEnd::CrLf, &mut text);
    text.extend_from_slice(b"END:VEVENT\r\nEND:VCALENDAR\r\n");
    let from = start.instant();
    let range = TimeRange::new(from, from.checked_add_months(Months::new(months))?);
    let object = CalendarObject::read(&text);
    let found = recur::expand(&object, range, &Zone::Utc, LIMITS);
    let starts = found.occurrences.iter().map(|one| one.start);
    found.truncated.is_none().then(|| starts.collect())
}
