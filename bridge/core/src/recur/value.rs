//! The value types of RFC 5545 that carry time: `DATE`, `DATE-TIME`, `DURATION`, `PERIOD`.

use chrono::NaiveDateTime;

use crate::{
    time::Instant,
    tz::civil::{self, DAY, FIRST_WRITABLE, LAST_WRITABLE},
};

/// Longest duration that is believed, in seconds: a thousand years. More is a typing error or an attack.
const LONGEST: i64 = 1_000 * 366 * DAY;

/// A date or time as it is written, before any zone is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// A day number.
    Date(i64),
    /// A civil second without `Z`.
    Local(i64),
    /// A UTC second.
    Utc(i64),
}

/// A duration: whole days follow the wall clock, the rest is exact (RFC 5545 section 3.3.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Duration {
    /// Days and weeks: nominal.
    pub(crate) days: i64,
    /// Hours, minutes and seconds: exact.
    pub(crate) seconds: i64,
}

/// The end of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PeriodEnd {
    At(Written),
    After(Duration),
}

/// Reads `YYYYMMDD` or `YYYYMMDDTHHMMSS[Z]`. Tolerates spaces around, a missing second part and a small `t` or `z`.
pub(crate) fn date_or_time(text: &str) -> Option<Written> {
    let text = text.trim();
    let day = date(text.get(..8)?)?;
    let rest = text.get(8..)?;
    if rest.is_empty() {
        return Some(Written::Date(day));
    }
    let time = rest.strip_prefix(['T', 't'])?;
    let (time, utc) = match time.strip_suffix(['Z', 'z']) {
        Some(time) => (time, true),
        None => (time, false),
    };
    let second = day * DAY + time_of_day(time)?;
    Some(if utc {
        Written::Utc(second)
    } else {
        Written::Local(second)
    })
}

fn date(text: &str) -> Option<i64> {
    let (year, month, day) = (
        digits(text, 0, 4)?,
        digits(text, 4, 6)?,
        digits(text, 6, 8)?,
    );
    let real = (1..=12).contains(&month) && day >= 1 && day <= civil::days_in_month(year, month);
    real.then(|| civil::day_of(year, month, day))
}

/// Seconds of the day from `HHMMSS` or `HHMM`; a leap second is read as the second before it.
fn time_of_day(text: &str) -> Option<i64> {
    let (hour, minute) = (digits(text, 0, 2)?, digits(text, 2, 4)?);
    let second = match text.len() {
        4 => 0,
        6 => digits(text, 4, 6)?,
        _ => return None,
    };
    let real = hour < 24 && minute < 60 && second <= 60;
    real.then(|| hour * 3_600 + minute * 60 + second.min(59))
}

fn digits(text: &str, from: usize, to: usize) -> Option<i64> {
    let part = text.get(from..to)?;
    part.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| part.parse().ok())?
}

/// Reads a duration such as `P1DT2H`, `-PT15M` or `P2W`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let rest = rest.strip_prefix(['P', 'p'])?;
    let (days, time) = match rest.split_once(['T', 't']) {
        Some((days, time)) => (days, Some(time)),
        None => (rest, None),
    };
    let nominal = units(days, &[('W', 7), ('D', 1)])?;
    let exact = match time {
        Some(time) => units(time, &[('H', 3_600), ('M', 60), ('S', 1)])?,
        None => 0,
    };
    if days.is_empty() && time.is_none_or(str::is_empty) {
        return None;
    }
    Some(Duration {
        days: sign * nominal.min(LONGEST / DAY),
        seconds: sign * exact.min(LONGEST),
    })
}

/// Sums numbers each followed by its unit, saturating.
fn units(mut text: &str, known: &[(char, i64)]) -> Option<i64> {
    let mut total = 0_i64;
    while !text.is_empty() {
        let end = text.find(|c: char| !c.is_ascii_digit())?;
        let (number, rest) = text.split_at(end);
        let mut rest = rest.chars();
        let unit = rest.next()?.to_ascii_uppercase();
        let (_, factor) = known.iter().find(|(name, _)| *name == unit)?;
        let number = if number.is_empty() {
            return None;
        } else {
            number.parse().unwrap_or(i64::MAX)
        };
        total = total.saturating_add(number.saturating_mul(*factor));
        text = rest.as_str();
    }
    Some(total)
}

/// Reads `start/end` or `start/duration`.
pub(crate) fn period(text: &str) -> Option<(Written, PeriodEnd)> {
    let (start, end) = text.split_once('/')?;
    let start = date_or_time(start)?;
    let end = match duration(end) {
        Some(length) => PeriodEnd::After(length),
        None => PeriodEnd::At(date_or_time(end)?),
    };
    Some((start, end))
}

/// Reads a period that is written in UTC, as those of `FREEBUSY` are, into UTC seconds.
pub(crate) fn utc_period(text: &str) -> Option<(i64, i64)> {
    let (Written::Utc(start), end) = period(text)? else {
        return None;
    };
    match end {
        PeriodEnd::At(Written::Utc(end)) => Some((start, end)),
        PeriodEnd::At(_) => None,
        PeriodEnd::After(length) => Some((start, start + length.days * DAY + length.seconds)),
    }
}

/// Reads a UTC offset such as `+0200`, `-033000` or `+02:00`, in seconds east of UTC.
pub(crate) fn utc_offset(text: &str) -> Option<i64> {
    let text = text.trim();
    let sign = match text.as_bytes().first()? {
        b'-' => -1,
        b'+' => 1,
        _ => return None,
    };
    let digits_only: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = (digits(&digits_only, 0, 2)?, digits(&digits_only, 2, 4)?);
    let seconds = match digits_only.len() {
        4 => 0,
        6 => digits(&digits_only, 4, 6)?,
        _ => return None,
    };
    (hours < 24 && minutes < 60 && seconds < 60)
        .then_some(sign * (hours * 3_600 + minutes * 60 + seconds))
}

/// The last instant that can be written.
fn writable(civil: NaiveDateTime) -> NaiveDateTime {
    civil.clamp(civil::naive(FIRST_WRITABLE), civil::naive(LAST_WRITABLE))
}

/// Writes an instant as a UTC `DATE-TIME`.
pub(crate) fn utc_text(at: Instant) -> String {
    writable(at.naive_utc())
        .format("%Y%m%dT%H%M%SZ")
        .to_string()
}

/// Writes a wall-clock time as a local `DATE-TIME`.
pub(crate) fn local_text(at: NaiveDateTime) -> String {
    writable(at).format("%Y%m%dT%H%M%S").to_string()
}

/// Writes the date of a wall-clock time as a `DATE`.
pub(crate) fn date_text(at: NaiveDateTime) -> String {
    writable(at).format("%Y%m%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_days_apart_from_hours() {
        let cases = [
            ("P1D", Some((1, 0))),
            ("PT24H", Some((0, 86_400))),
            ("P2W", Some((14, 0))),
            ("P1DT1H1M1S", Some((1, 3_661))),
            ("-PT15M", Some((0, -900))),
            ("+P15DT5H0M20S", Some((15, 18_020))),
            ("P", None),
            ("PT", None),
            ("1D", None),
            ("P1H", None),
            ("PTH", None),
            ("P99999999999999999999W", Some((366_000, 0))),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|(days, seconds)| Duration { days, seconds });
            assert_eq!(duration(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for text in [
            "20230229",
            "20231301",
            "2023010",
            "20230101T24",
            "20230101X000000",
            "äöüäö",
        ] {
            assert_eq!(date_or_time(text), None, "{text}");
        }
        assert_eq!(date_or_time("19700101T000160Z"), Some(Written::Utc(119)));
        assert_eq!(date_or_time("19700102"), Some(Written::Date(1)));
    }

    #[test]
    fn periods_end_at_a_time_or_after_a_duration() {
        let (_, end) = period("19700101T000000Z/PT1H").unwrap();
        assert_eq!(
            end,
            PeriodEnd::After(Duration {
                days: 0,
                seconds: 3_600
            })
        );
        let (_, end) = period("19700101T000000Z/19700101T010000Z").unwrap();
        assert_eq!(end, PeriodEnd::At(Written::Utc(3_600)));
    }
}
