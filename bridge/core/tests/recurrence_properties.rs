//! Laws of expansion: a window is a part of the whole, the index tells what the expansion tells, and a simple rule gives
//! what a walk over all days gives.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use bridge_core::{
    ical::CalendarObject,
    recur::{self, Limits, Occurrence},
    time::{Instant, TimeRange},
    tz::Zone,
};
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta};
use proptest::prelude::*;

const VIENNA: Zone = Zone::Iana(chrono_tz::Europe::Vienna);
const MANY: Limits = Limits {
    instances: 20_000,
    steps: 1_000_000,
};

fn minute(minute: i64) -> Instant {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_454) + TimeDelta::minutes(minute) // from 2026-01-01
}

fn compact(at: Instant) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

prop_compose! {
    /// A series in some zone with exceptions, a moved instance and perhaps a lasting change.
    fn series()(
        zone in prop::sample::select(vec!["Europe/Vienna", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]),
        hour in 0..24_u32,
        length in prop::sample::select(vec!["PT0S", "PT1H", "P1D", "PT36H", "P2W"]),
        rule in prop::sample::select(vec![
            "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3;COUNT=50", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=-1FR",
            "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU", "FREQ=HOURLY;INTERVAL=7;UNTIL=20260601T000000Z",
            "FREQ=WEEKLY;INTERVAL=2;COUNT=20", "FREQ=DAILY;BYSETPOS=-1;BYHOUR=2,3",
        ]),
        taken_out in 0..20_u64,
        moved_from in 0..20_usize,
        moved_by in -5_000..5_000_i64,
        lasting in any::<bool>(),
    ) -> String {
        let start = format!("DTSTART;TZID={zone}:20260102T{hour:02}3000");
        let master = format!("{start}\r\nDURATION:{length}\r\nRRULE:{rule}\r\n");
        let plain = event(&master);
        let object = CalendarObject::read(plain.as_bytes());
        let all = recur::expand(&object, TimeRange::ALL, &VIENNA, Limits { instances: 20, ..MANY });
        let mut master = master;
        if let Some(at) = all.occurrences.get(usize::try_from(taken_out).unwrap()) {
            master += "EXDATE:";
            master += &compact(at.start);
            master += "\r\n";
        }
        let mut text = event(&master);
        if let Some(at) = all.occurrences.get(moved_from) {
            let range = if lasting { ";RANGE=THISANDFUTURE" } else { "" };
            let to = compact(at.start + TimeDelta::minutes(moved_by));
            text += &event(&format!("RECURRENCE-ID{range}:{}\r\nDTSTART:{to}\r\nDURATION:PT90M\r\n", compact(at.start)));
        }
        format!("BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n")
    }
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\r\nUID:1\r\n{lines}END:VEVENT\r\n")
}

fn expand(text: &str, range: TimeRange) -> Vec<Occurrence> {
    let object = CalendarObject::read(text.as_bytes());
    let expansion = recur::expand(&object, range, &VIENNA, MANY);
    assert_eq!(expansion.truncated, None);
    expansion.occurrences
}

const YEAR: i64 = 365 * 24 * 60;

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_window_is_a_part_of_the_whole(text in series(), from in 0..2 * YEAR, length in 1..60 * 24 * 60_i64) {
        let whole = expand(&text, TimeRange::new(minute(-YEAR), minute(3 * YEAR)));
        let window = TimeRange::new(minute(from), minute(from + length));
        let part: Vec<_> = whole.into_iter().filter(|one| window.overlaps(one.span)).collect();
        prop_assert_eq!(expand(&text, window), part);
    }

    #[test]
    fn the_index_tells_what_the_expansion_tells(text in series(), from in 0..YEAR, length in 1..20 * 24 * 60_i64, most in 1..200_usize) {
        let object = CalendarObject::read(text.as_bytes());
        let index = recur::index(&object, &VIENNA, minute(YEAR), most);
        let window = TimeRange::new(minute(from), minute(from + length));
        let known = index.indexed_until.is_none_or(|until| minute(from + length) <= until);
        let hit = index.spans.iter().any(|span| window.overlaps(*span));
        let there = !expand(&text, window).is_empty();
        if known {
            prop_assert_eq!(hit, there);
        } else {
            prop_assert!(there || !hit, "a span that is kept is true");
        }
    }

    #[test]
    fn starts_ascend_and_no_instance_comes_twice(text in series()) {
        let whole = expand(&text, TimeRange::new(minute(0), minute(YEAR)));
        for pair in whole.windows(2) {
            prop_assert!(pair[0].start <= pair[1].start);
        }
        let mut originals: Vec<_> = whole.iter().map(|one| one.recurrence_id.map(|id| id.at)).collect();
        originals.sort_unstable();
        originals.dedup();
        prop_assert_eq!(originals.len(), whole.len());
    }

    #[test]
    fn a_simple_rule_gives_what_a_walk_over_all_days_gives(
        weekly in any::<bool>(),
        interval in 1..5_u32,
        weekdays in prop::collection::btree_set(0..7_u32, 0..4),
        months in prop::collection::btree_set(1..13_u32, 0..4),
        first in 0..400_u64,
    ) {
        let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(first);
        let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
        let mut rule = format!("FREQ={};INTERVAL={interval}", if weekly { "WEEKLY" } else { "DAILY" });
        if !weekdays.is_empty() {
            let days: Vec<_> = weekdays.iter().map(|day| names[usize::try_from(*day).unwrap()]).collect();
            rule += ";BYDAY=";
            rule += &days.join(",");
        }
        if !months.is_empty() {
            let months: Vec<_> = months.iter().map(u32::to_string).collect();
            rule += ";BYMONTH=";
            rule += &months.join(",");
        }
        let text = format!(
            "BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n",
            event(&format!("DTSTART;VALUE=DATE:{}\r\nRRULE:{rule};UNTIL=20281231\r\n", start.format("%Y%m%d")))
        );
        let monday = start - Days::new(u64::from(start.weekday().num_days_from_monday()));
        let belongs = |day: NaiveDate| {
            let period = if weekly { (day - monday).num_days() / 7 } else { (day - start).num_days() };
            let weekday = day.weekday().num_days_from_monday();
            let on_weekday = if weekdays.is_empty() {
                !weekly || weekday == start.weekday().num_days_from_monday()
            } else {
                weekdays.contains(&weekday)
            };
            let on_rule = period % i64::from(interval) == 0 && on_weekday
                && (months.is_empty() || months.contains(&day.month()));
            day == start || on_rule
        };
        let end = NaiveDate::from_ymd_opt(2028, 12, 31).unwrap();
        let expected: Vec<_> = start.iter_days().take_while(|day| *day <= end).filter(|day| belongs(*day)).collect();
        let got: Vec<_> = expand(&text, TimeRange::ALL).iter().map(|one| one.local_start.date()).collect();
        prop_assert_eq!(got, expected, "{}", rule);
    }
}
