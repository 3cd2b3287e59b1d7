//! Calendar arithmetic without a zone: proleptic Gregorian dates and wall-clock seconds as plain integers.
//!
//! Expansion visits millions of dates; an integer that can be added to and compared is all it needs. A *day* counts
//! from 1970-01-01, a *civil second* counts on the wall clock from that day's midnight. Everything saturates at the
//! years RFC 5545 can write, so that no input can overflow.

use chrono::{DateTime, NaiveDateTime};

use crate::time::Instant;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;
/// The first and the last second any answer may name: a little wider than the years 0000 to 9999.
pub(crate) const FIRST: i64 = -62_200_000_000;
/// See [`FIRST`].
pub(crate) const LAST: i64 = 253_500_000_000;
/// The first civil second an RFC 5545 date-time can spell: 0000-01-01T00:00:00.
pub(crate) const FIRST_WRITABLE: i64 = -62_167_219_200;
/// The last civil second an RFC 5545 date-time can spell: 9999-12-31T23:59:59.
pub(crate) const LAST_WRITABLE: i64 = 253_402_300_799;

/// The day number of a date; months outside 1..=12 and days outside the month carry over.
pub(crate) fn day_of(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted - era * 400;
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day number.
pub(crate) fn date_of(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted - era * 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The weekday of a day number, Monday being 0.
pub(crate) fn weekday_of(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// Whether a year has a 29 February.
pub(crate) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days a year has.
pub(crate) fn days_in_year(year: i64) -> i64 {
    365 + i64::from(is_leap(year))
}

/// How many days a month has; the month must be 1..=12.
pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The civil second of a chrono wall-clock time.
pub(crate) fn seconds(local: NaiveDateTime) -> i64 {
    local.and_utc().timestamp()
}

/// A civil second as a chrono wall-clock time, saturating.
pub(crate) fn naive(seconds: i64) -> NaiveDateTime {
    instant(seconds).naive_utc()
}

/// A second of the UTC time line as an instant, saturating.
pub(crate) fn instant(seconds: i64) -> Instant {
    DateTime::from_timestamp(seconds.clamp(FIRST, LAST), 0).unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::*;

    #[test]
    fn agrees_with_chrono_over_every_day_of_a_thousand_years() {
        let mut date = NaiveDate::from_ymd_opt(1500, 1, 1).unwrap();
        for day in day_of(1500, 1, 1)..day_of(2500, 1, 1) {
            let (year, month, of_month) = date_of(day);
            assert_eq!(
                (year, month, of_month),
                (
                    i64::from(date.year()),
                    i64::from(date.month()),
                    i64::from(date.day())
                )
            );
            assert_eq!(day_of(year, month, of_month), day);
            assert_eq!(
                weekday_of(day),
                i64::from(date.weekday().num_days_from_monday())
            );
            date = date.succ_opt().unwrap();
        }
    }

    #[test]
    fn saturates_instead_of_overflowing() {
        assert_eq!(instant(i64::MAX), instant(LAST));
        assert_eq!(instant(i64::MIN), instant(FIRST));
        assert!(instant(LAST).year() > 9_999 && instant(FIRST).year() < 0);
    }
}
