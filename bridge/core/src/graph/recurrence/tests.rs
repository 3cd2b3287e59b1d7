//! Outlook's own reading of a pattern, day by day, is the judge here: it shares nothing with the expansion of rules.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use proptest::prelude::*;
use serde_json::json;

use super::{End, Pattern, Place, Recurrence};
use crate::{
    ical::CalendarObject,
    projection::Moment,
    recur::{self, Limits},
    time::TimeRange,
    tz::Zone,
};

const VIENNA: Zone = Zone::Iana(chrono_tz::Europe::Vienna);
const YEARS: i32 = 5;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(day: NaiveDate, hour: u32) -> Moment {
    Moment::At {
        local: day.and_hms_opt(hour, 30, 0).unwrap(),
        zone: VIENNA,
    }
}

fn last_day(day: NaiveDate) -> u32 {
    (28..=31)
        .rev()
        .find(|number| day.with_day(*number).is_some())
        .unwrap()
}

/// The days of a pattern as Outlook counts them, from the start on, for five years.
fn outlook(series: &Recurrence, start: NaiveDate) -> Vec<NaiveDate> {
    let end = start
        .with_day(1)
        .unwrap()
        .with_year(start.year() + YEARS)
        .unwrap();
    let interval = i64::from(series.interval);
    let months = |day: NaiveDate| {
        i64::from(day.year() - start.year()) * 12 + i64::from(day.month())
            - i64::from(start.month())
    };
    let number = |day: NaiveDate, number: u32| day.day() == number.min(last_day(day));
    let place = |day: NaiveDate, place: &Place| {
        let same: Vec<_> = (1..=last_day(day))
            .map(|number| day.with_day(number).unwrap())
            .filter(|day| place.days.contains(&day.weekday()))
            .collect();
        match place.index {
            -1 => same.last() == Some(&day),
            index => same.get(usize::try_from(index - 1).unwrap()) == Some(&day),
        }
    };
    let is = |day: NaiveDate| match &series.pattern {
        Pattern::Daily => (day - start).num_days() % interval == 0,
        Pattern::Weekly { days, first } => {
            let week = |day: NaiveDate| day.week(*first).first_day();
            let weeks = (week(day) - week(start)).num_days() / 7;
            weeks % interval == 0 && days.contains(&day.weekday())
        }
        Pattern::Monthly(day_number) => months(day) % interval == 0 && number(day, *day_number),
        Pattern::MonthlyOn(one) => months(day) % interval == 0 && place(day, one),
        Pattern::Yearly {
            month,
            day: day_number,
        } => {
            months(day) % (12 * interval) == 0 && day.month() == *month && number(day, *day_number)
        }
        Pattern::YearlyOn { month, place: one } => {
            months(day) % (12 * interval) == 0 && day.month() == *month && place(day, one)
        }
    };
    let days = start
        .iter_days()
        .take_while(|day| *day < end)
        .filter(|day| is(*day));
    let days = days.take_while(|day| !matches!(series.end, End::On(last) if *day > last));
    match series.end {
        End::After(count) => days.take(usize::try_from(count).unwrap()).collect(),
        End::On(_) | End::Never => days.collect(),
    }
}

/// The days of a rule, by the engine that every reader here uses.
fn days_of(rule: &str, start: &Moment) -> Vec<NaiveDate> {
    let dtstart = match start {
        Moment::Day(day) => format!("DTSTART;VALUE=DATE:{}", day.format("%Y%m%d")),
        Moment::At { local, .. } => {
            format!(
                "DTSTART;TZID=Europe/Vienna:{}",
                local.format("%Y%m%dT%H%M%S")
            )
        }
    };
    let text = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n{dtstart}\r\nRRULE:{rule}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let object = CalendarObject::read(text.as_bytes());
    let limits = Limits {
        instances: 3_000,
        steps: 10_000_000,
    };
    let found = recur::expand(&object, TimeRange::ALL, &VIENNA, limits);
    let first = found.occurrences.first().unwrap().local_start.date();
    let end = first
        .with_day(1)
        .unwrap()
        .with_year(first.year() + YEARS)
        .unwrap();
    let days = found.occurrences.iter().map(|one| one.local_start.date());
    days.take_while(|day| *day < end).collect()
}

fn weekdays() -> impl Strategy<Value = Vec<Weekday>> {
    prop::collection::btree_set(0_u8..7, 1..5).prop_map(|days| {
        let day = |day| Weekday::try_from(day).unwrap();
        days.into_iter().map(day).collect()
    })
}

fn places() -> impl Strategy<Value = Place> {
    let index = prop::sample::select(vec![1_i8, 2, 3, 4, -1]);
    (index, weekdays()).prop_map(|(index, days)| Place { index, days })
}

fn patterns() -> impl Strategy<Value = Pattern> {
    prop_oneof![
        Just(Pattern::Daily),
        (weekdays(), 0_u8..7).prop_map(|(days, first)| Pattern::Weekly {
            days,
            first: Weekday::try_from(first).unwrap(),
        }),
        (1_u32..=31).prop_map(Pattern::Monthly),
        places().prop_map(Pattern::MonthlyOn),
        (1_u32..=12, 1_u32..=31).prop_map(|(month, day)| {
            let month_of = NaiveDate::from_ymd_opt(2028, month, 1).unwrap();
            Pattern::Yearly {
                month,
                day: day.min(last_day(month_of)),
            }
        }),
        (1_u32..=12, places()).prop_map(|(month, place)| Pattern::YearlyOn { month, place }),
    ]
}

prop_compose! {
    /// A series of Graph's and a day on which it can start.
    fn series()(
        pattern in patterns(),
        interval in 1_u32..5,
        from in 0_u64..1_500,
        end in 0..3,
        count in 1_u32..30,
        after in 0_u64..900,
    ) -> (Recurrence, NaiveDate) {
        let mut series = Recurrence { pattern, interval, end: End::Never };
        let from = date("2026-01-01") + Days::new(from);
        let start = from.iter_days().find(|day| {
            outlook(&Recurrence { interval: 1, ..series.clone() }, *day).first() == Some(day)
        }).unwrap();
        series.end = match end {
            0 => End::Never,
            1 => End::After(count),
            _ => End::On(start + Days::new(after)),
        };
        (series, start)
    }
}

prop_compose! {
    /// Rules as people's programs write them, most of which Graph has no form for.
    fn rules()(
        freq in prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY", "YEARLY"]),
        interval in 1_u32..14,
        by_day in prop::option::of(prop::sample::select(vec![
            "MO", "TU,TH", "MO,TU,WE,TH,FR", "SA,SU", "2MO", "-1FR", "5MO", "-2MO", "1MO,3MO", "4WE",
        ])),
        by_month_day in prop::option::weighted(0.25, prop::sample::select(vec![
            "1", "15", "28", "29", "30", "31", "-1", "-2", "1,15", "28,29,30,31", "28,29,30",
        ])),
        by_month in prop::option::weighted(0.25, prop::sample::select(vec!["2", "3", "4", "12", "3,10"])),
        by_set_pos in prop::option::weighted(0.2, prop::sample::select(vec!["1", "2", "4", "5", "-1", "-2", "1,-1"])),
        wkst in prop::option::of(prop::sample::select(vec!["MO", "SU"])),
        end in prop::sample::select(vec![
            "", "", ";COUNT=1", ";COUNT=7", ";UNTIL=20280401T083000Z", ";UNTIL=20280401T010000Z", ";UNTIL=20280401",
        ]),
    ) -> String {
        let mut rule = format!("FREQ={freq};INTERVAL={interval}");
        for (name, value) in [
            ("BYDAY", by_day), ("BYMONTHDAY", by_month_day), ("BYMONTH", by_month),
            ("BYSETPOS", by_set_pos), ("WKST", wkst),
        ] {
            if let Some(value) = value {
                rule.extend([";", name, "=", value]);
            }
        }
        rule + end
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn g_10_a_series_of_graphs_is_a_rule_with_the_same_days((series, start) in series(), all_day in any::<bool>()) {
        let moment = if all_day { Moment::Day(start) } else { at(start, 9) };
        let rule = series.rule(&moment, &VIENNA);
        let shown = days_of(&rule, &moment);
        prop_assert_eq!(&shown, &outlook(&series, start), "{}", rule);
        let back = Recurrence::of_rule(&rule, &moment);
        prop_assert!(back.is_some(), "{}", rule);
        let back = back.unwrap();
        prop_assert_eq!(back.rule(&moment, &VIENNA), rule);
    }

    #[test]
    fn g_11_a_rule_is_taken_only_where_outlook_has_the_same_days(
        rule in rules(), from in 0_u64..800, all_day in any::<bool>(), at_first in any::<bool>(),
    ) {
        let day = date("2026-01-01") + Days::new(from);
        let moment = |day| if all_day { Moment::Day(day) } else { at(day, 9) };
        // Half of the cases start where the rule does.
        let infinite = rule.split(";COUNT").next().unwrap().split(";UNTIL").next().unwrap();
        let day = if at_first {
            days_of(infinite, &moment(day)).get(1).copied().unwrap_or(day)
        } else {
            day
        };
        if let Some(series) = Recurrence::of_rule(&rule, &moment(day)) {
            prop_assert_eq!(outlook(&series, day), days_of(&rule, &moment(day)), "{}", rule);
        }
    }
}

#[test]
fn g_12_rules_that_graph_has_are_taken() {
    // The rule, its first day, and the pattern.
    #[rustfmt::skip]
    let table = [
        ("FREQ=DAILY", "2026-03-02", json!({"type": "daily", "interval": 1})),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-03-02", json!({"type": "weekly", "interval": 1, "firstDayOfWeek": "monday",
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"]})),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "2026-03-02", json!({"type": "weekly", "interval": 2, "firstDayOfWeek": "sunday",
            "daysOfWeek": ["monday"]})),
        ("FREQ=MONTHLY", "2026-03-02", json!({"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 2})),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-03-31", json!({"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31})),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "2026-03-30", json!({"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 30})),
        ("FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=BACKWARD;BYMONTHDAY=31", "2026-03-31", json!({"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31})),
        ("FREQ=MONTHLY;BYDAY=2MO", "2026-03-09", json!({"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["monday"], "index": "second"})),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2", "2026-03-09", json!({"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["monday"], "index": "second"})),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-03-31", json!({"type": "relativeMonthly", "interval": 1,
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"], "index": "last"})),
        ("FREQ=YEARLY", "2026-03-02", json!({"type": "absoluteYearly", "interval": 1, "month": 3, "dayOfMonth": 2})),
        ("FREQ=YEARLY;INTERVAL=3;BYMONTH=3;BYDAY=-1SU", "2026-03-29", json!({"type": "relativeYearly", "interval": 3, "month": 3,
            "daysOfWeek": ["sunday"], "index": "last"})),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=30", "2026-03-02", json!({"type": "daily", "interval": 1})),
        // The months that are too short come after the end.
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=1", "2026-03-31", json!({"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31})),
    ];
    for (rule, start, pattern) in table {
        let start = date(start);
        let series = Recurrence::of_rule(rule, &at(start, 9));
        let said = series.map(|series| series.to_json(start, "UTC")["pattern"].clone());
        assert_eq!(said, Some(pattern), "{rule}");
    }
}

#[test]
fn g_13_rules_that_graph_has_not_are_refused() {
    let table = [
        ("FREQ=HOURLY", "2026-03-02"),
        ("FREQ=MINUTELY;INTERVAL=1440", "2026-03-02"),
        ("FREQ=SECONDLY;INTERVAL=86400", "2026-03-02"),
        ("FREQ=DAILY;BYHOUR=9,14", "2026-03-02"),
        ("FREQ=DAILY;BYHOUR=14", "2026-03-02"),
        ("FREQ=DAILY;BYMINUTE=0,30", "2026-03-02"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "2026-05-11"),
        ("FREQ=YEARLY;BYYEARDAY=100", "2026-04-10"),
        ("FREQ=DAILY;BYMONTH=3", "2026-03-02"),
        ("FREQ=DAILY;BYMONTHDAY=2", "2026-03-02"),
        ("FREQ=WEEKLY;BYMONTH=3;BYDAY=MO", "2026-03-02"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO", "2026-03-02"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-03-01"),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", "2026-03-30"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-03-31"),
        ("FREQ=MONTHLY;INTERVAL=25;BYMONTHDAY=31", "2026-03-31"),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", "2026-03-02"),
        ("FREQ=MONTHLY;BYDAY=5MO", "2026-03-30"),
        ("FREQ=MONTHLY;BYDAY=-2MO", "2026-03-23"),
        ("FREQ=MONTHLY;BYDAY=MO", "2026-03-02"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-03-13"),
        ("FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU", "2026-03-29"),
        ("FREQ=YEARLY;BYDAY=1MO", "2026-01-05"),
        ("FREQ=YEARLY;BYMONTHDAY=1", "2026-03-01"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2028-02-29"),
        // The first occurrence is not one of the rule's days.
        ("FREQ=WEEKLY;BYDAY=TU", "2026-03-02"),
        ("FREQ=MONTHLY;BYDAY=2MO", "2026-03-02"),
        // Nothing, half of something, two ends.
        ("FREQ=DAILY;COUNT=3;UNTIL=20260401T000000Z", "2026-03-02"),
        ("FREQ=WEEKLY;BYDAY=XX", "2026-03-02"),
        ("FREQ=DAILY;UNTIL=20260101", "2026-03-02"),
        ("FREQ=DAILY;RSCALE=CHINESE", "2026-03-02"),
        ("", "2026-03-02"),
    ];
    for (rule, start) in table {
        assert_eq!(
            Recurrence::of_rule(rule, &at(date(start), 9)),
            None,
            "{rule}"
        );
    }
}

#[test]
fn g_14_the_last_day_is_the_last_day_there() {
    let start = at(date("2026-03-02"), 9);
    let end = |rule: &str| Recurrence::of_rule(rule, &start).map(|series| series.end);
    let on = |day| Some(End::On(date(day)));
    // 09:30 in Vienna is 07:30 UTC in April.
    assert_eq!(end("FREQ=DAILY;UNTIL=20260410T073000Z"), on("2026-04-10"));
    assert_eq!(end("FREQ=DAILY;UNTIL=20260410T072959Z"), on("2026-04-09"));
    assert_eq!(end("FREQ=DAILY;UNTIL=20260410T225959Z"), on("2026-04-10"));
    assert_eq!(end("FREQ=DAILY;UNTIL=20260410"), on("2026-04-10"));
    assert_eq!(end("FREQ=DAILY;COUNT=3"), Some(End::After(3)));
    let series = Recurrence {
        pattern: Pattern::Daily,
        interval: 1,
        end: End::On(date("2026-04-10")),
    };
    assert_eq!(
        series.rule(&start, &VIENNA),
        "FREQ=DAILY;UNTIL=20260410T215959Z"
    );
    let day = Moment::Day(date("2026-03-02"));
    assert_eq!(series.rule(&day, &VIENNA), "FREQ=DAILY;UNTIL=20260410");
}

#[test]
fn g_15_what_graph_invents_later_is_no_series() {
    let read = |json: serde_json::Value| Recurrence::read(&serde_json::from_value(json).unwrap());
    let range = json!({"type": "noEnd", "startDate": "2026-03-02", "endDate": "0001-01-01", "numberOfOccurrences": 0});
    let whole = read(
        json!({"pattern": {"type": "weekly", "interval": 2, "month": 0, "dayOfMonth": 0,
        "daysOfWeek": ["friday", "monday"], "firstDayOfWeek": "sunday", "index": "first"}, "range": range}),
    );
    let days = vec![Weekday::Mon, Weekday::Fri];
    let expected = Recurrence {
        pattern: Pattern::Weekly {
            days,
            first: Weekday::Sun,
        },
        interval: 2,
        end: End::Never,
    };
    assert_eq!(whole, Some(expected));
    for pattern in [
        json!({"type": "lunar", "interval": 1}),
        json!({"type": "weekly", "interval": 1, "daysOfWeek": ["moonday"]}),
        json!({"type": "weekly", "interval": 1, "daysOfWeek": []}),
        json!({"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["monday"], "index": "fifth"}),
        json!({"type": "absoluteYearly", "interval": 1, "month": 13, "dayOfMonth": 1}),
        json!(null),
    ] {
        assert_eq!(
            read(json!({"pattern": pattern, "range": range})),
            None,
            "{pattern}"
        );
    }
    let daily = json!({"type": "daily", "interval": 1});
    assert_eq!(
        read(json!({"pattern": daily, "range": {"type": "lunar"}})),
        None
    );
}
