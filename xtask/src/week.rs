//! The sample week: the files of `xtask/sample` with their placeholders turned into dates of the current week.
//!
//! `{MON}` .. `{SUN}` are the days of this week, `{MON+7}` a week later, written as iCalendar dates (RFC 5545,
//! 3.3.4). Only here does this crate ask for the date.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

/// The calendars of the demonstration, by their names in the address, and what is imported into each.
const SAMPLES: [(&str, &str); 2] = [
    ("calendar", include_str!("../sample/week.ics")),
    ("tasks", include_str!("../sample/tasks.ics")),
];
const DAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/// The sample week, this week: names of calendars with an iCalendar file for each.
///
/// # Errors
/// When the machine's clock stands before 1970 or a template has an unknown placeholder.
#[expect(
    clippy::disallowed_methods,
    reason = "the sample is made for the week in which it is looked at"
)]
pub(crate) fn this_week() -> Result<Vec<(&'static str, String)>> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the clock stands before 1970")?;
    let today =
        i64::try_from(since.as_secs() / 86_400).context("the clock is far from the truth")?;
    let monday = monday_of(today);
    SAMPLES
        .iter()
        .map(|(name, template)| Ok((*name, fill(template, monday)?)))
        .collect()
}

/// The Monday of the week of a day; days are counted from 1970-01-01, a Thursday.
fn monday_of(day: i64) -> i64 {
    day - (day + 3).rem_euclid(7)
}

fn fill(template: &str, monday: i64) -> Result<String> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (placeholder, after) = after
            .split_once('}')
            .context("the template has an open brace")?;
        filled.push_str(before);
        let (name, weeks) = placeholder.split_once('+').unwrap_or((placeholder, "0"));
        let weekday = DAYS.iter().position(|day| *day == name);
        let weekday = weekday.with_context(|| format!("the template says {{{placeholder}}}"))?;
        let day = monday + i64::try_from(weekday)? + weeks.parse::<i64>()?;
        filled.push_str(&date(day));
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// A day as `YYYYMMDD` in the Gregorian calendar, by the era arithmetic of Hinnant's "days and civil dates".
fn date(day: i64) -> String {
    let shifted = day + 719_468; // days since 0000-03-01
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    format!("{year:04}{month:02}{day_of_month:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        for (day, expected) in [
            (0, "19700101"),
            (-1, "19691231"),
            (11_016, "20000229"),
            (20_780, "20261123"),
        ] {
            assert_eq!(date(day), expected);
        }
    }

    #[test]
    fn the_week_begins_on_monday() {
        // 2026-11-23 is a Monday.
        for day in 20_780..20_787 {
            assert_eq!(monday_of(day), 20_780, "{day}");
        }
        assert_eq!(monday_of(20_787), 20_787);
    }

    #[test]
    fn placeholders_become_days_of_the_week() {
        let filled = fill("a{MON}b{SUN}c{TUE+7}", 20_780).expect("a good template");
        assert_eq!(filled, "a20261123b20261129c20261201");
        assert!(fill("{MOON}", 20_780).is_err());
    }

    #[test]
    fn the_sample_has_no_placeholder_left_and_ends_its_lines_as_the_standard_says() {
        let samples = this_week().expect("the samples");
        assert_eq!(samples.len(), 2);
        for (name, sample) in samples {
            assert!(!sample.contains(['{', '}']), "{name}");
            assert_eq!(
                sample.matches('\n').count(),
                sample.matches("\r\n").count(),
                "{name}"
            );
            assert!(
                sample.lines().all(|line| line.trim_end().len() <= 75),
                "{name}"
            );
        }
    }
}
