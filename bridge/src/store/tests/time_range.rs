//! The index answers as the objects themselves would, at any distance from now.

use std::collections::BTreeSet;

use bridge_core::dav::{CompFilter, CompTest, Filter};
use bridge_core::query;
use bridge_core::recur::{self, Allowance, Limits};
use bridge_core::time::TimeRange;
use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::super::objects::{Body, Certainty};
use super::*;

const LIMITS: Limits = Limits {
    instances: 100_000,
    steps: 10_000_000,
};

/// What the index says, candidates asked themselves.
fn by_index(world: &World, calendar: &Calendar, range: TimeRange) -> BTreeSet<String> {
    let zone = calendar.zone.zone();
    let found = world.read(|tx| objects::in_range(tx, calendar.id, range, None, Body::Skip));
    found
        .into_iter()
        .filter(|found| match found.certainty {
            Certainty::Exact => true,
            Certainty::Candidate => {
                let object = CalendarObject::read(found.octets.as_deref().unwrap());
                let filter = takes_place(found.row.kind, range);
                query::matches(&filter, &object, &zone, &mut Allowance::new(LIMITS, LIMITS))
            }
        })
        .map(|found| found.row.name.to_string())
        .collect()
}

fn takes_place(kind: ComponentKind, range: TimeRange) -> Filter {
    let test = |time_range, comps| CompTest::Matches {
        time_range,
        props: Vec::new(),
        comps,
    };
    let inner = CompFilter {
        name: kind.name().into(),
        test: test(Some(range), Vec::new()),
    };
    Filter {
        calendar: CompFilter {
            name: "VCALENDAR".into(),
            test: test(None, vec![inner]),
        },
    }
}

/// What every object says when it is expanded.
fn by_force(
    objects: &[(String, Vec<u8>)],
    calendar: &Calendar,
    range: TimeRange,
) -> BTreeSet<String> {
    let zone = calendar.zone.zone();
    objects
        .iter()
        .filter(|(_, octets)| {
            let object = CalendarObject::read(octets);
            let expansion = recur::expand(&object, range, &zone, LIMITS);
            assert_eq!(expansion.truncated, None);
            !expansion.occurrences.is_empty()
        })
        .map(|(name, _)| name.clone())
        .collect()
}

fn zone(name: &str) -> CalendarZone {
    CalendarZone {
        tzid: Some(name.into()),
        object: None,
    }
}

prop_compose! {
    fn any_event()(
        day in -9000_i64..3000,
        minute in 0_i64..1440,
        length in prop_oneof![Just(0_i64), 1_i64..300, 300_i64..3000, 3000_i64..900_000],
        form in 0..4_u8,
        rule in prop_oneof![
            3 => Just(String::new()),
            1 => (1..5_u8, 1..400_u32).prop_map(|(n, c)| format!("RRULE:FREQ=DAILY;INTERVAL={n};COUNT={c}")),
            1 => (1..4_u8).prop_map(|n| format!("RRULE:FREQ=WEEKLY;INTERVAL={n}")),
            1 => Just("RRULE:FREQ=MONTHLY;BYDAY=-1FR".to_owned()),
            1 => Just("RRULE:FREQ=YEARLY;UNTIL=20400101T000000Z".to_owned()),
        ],
    ) -> Vec<String> {
        let start = now().naive_utc() + TimeDelta::days(day) + TimeDelta::minutes(minute);
        let end = start + TimeDelta::minutes(length);
        let (local, dates) = ("%Y%m%dT%H%M%S", "%Y%m%d");
        let mut lines = match form {
            0 => vec![format!("DTSTART:{}Z", start.format(local)), format!("DTEND:{}Z", end.format(local))],
            1 => vec![
                format!("DTSTART;TZID=Europe/Berlin:{}", start.format(local)),
                format!("DURATION:PT{length}M"),
            ],
            2 => vec![format!("DTSTART:{}", start.format(local)), format!("DURATION:PT{length}M")],
            _ => vec![format!("DTSTART;VALUE=DATE:{}", start.format(dates))],
        };
        if !rule.is_empty() {
            lines.push(rule);
        }
        lines
    }
}

prop_compose! {
    fn any_range()(
        start in prop_oneof![-10_000_i64..10_000, -40_i64..40],
        minutes in prop_oneof![1_i64..60, 60_i64..50_000, 50_000_i64..600_000],
        open in 0..12_u8,
    ) -> TimeRange {
        let from = now() + TimeDelta::days(start);
        TimeRange {
            start: (open != 0).then_some(from),
            end: (open != 1).then_some(from + TimeDelta::minutes(minutes)),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn index_and_brute_force_agree(
        events in prop::collection::vec(any_event(), 1..25),
        ranges in prop::collection::vec(any_range(), 12),
    ) {
        let world = World::new();
        let calendar = world.calendar("c", CalendarKind::Local, zone("America/New_York"));
        let mut stored = Vec::new();
        for (number, lines) in events.iter().enumerate() {
            let name = format!("{number}");
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let octets = event(&name, &lines);
            world.put(&calendar, &name, &octets, if_new()).unwrap();
            stored.push((name, octets));
        }
        for range in ranges {
            // An open end would expand endless rules for ever: brute force asks as far as calendars go here.
            let force = TimeRange {
                end: range.end.or(Some(now() + TimeDelta::days(40_000))),
                ..range
            };
            prop_assert_eq!(by_index(&world, &calendar, range), by_force(&stored, &calendar, force));
        }
    }
}

#[test]
fn floating_and_all_day_objects_follow_the_zone_of_the_calendar() {
    let world = World::new();
    let calendar = world.calendar("c", CalendarKind::Local, zone("Europe/Berlin"));
    let floating = event("f", &["DTSTART:20270110T000000", "DURATION:PT1H"]);
    let all_day = event("d", &["DTSTART;VALUE=DATE:20270110"]);
    let fixed = event("z", &["DTSTART:20270110T120000Z", "DURATION:PT1H"]);
    for (name, octets) in [("f", &floating), ("d", &all_day), ("z", &fixed)] {
        world.put(&calendar, name, octets, if_new()).unwrap();
    }
    // Half past midnight in Berlin.
    let at = NaiveDate::from_ymd_opt(2027, 1, 9)
        .unwrap()
        .and_hms_opt(23, 30, 0)
        .unwrap()
        .and_utc();
    let minute = TimeRange::new(at, at + TimeDelta::minutes(1));
    let both: BTreeSet<String> = ["d".to_owned(), "f".to_owned()].into();
    assert_eq!(by_index(&world, &calendar, minute), both);
    let (id, tokyo) = (calendar.id, zone("Asia/Tokyo"));
    world
        .store
        .write(move |tx| calendars::set_zone(tx, id, &tokyo, now()))
        .unwrap();
    let calendar = world.read(|tx| calendars::get(tx, id)).unwrap();
    // The day goes on in Tokyo, the hour is long over.
    assert_eq!(by_index(&world, &calendar, minute), ["d".to_owned()].into());
    let noon = at + TimeDelta::hours(13);
    let noon = TimeRange::new(noon, noon + TimeDelta::minutes(1));
    assert_eq!(
        by_index(&world, &calendar, noon),
        ["d".to_owned(), "z".to_owned()].into()
    );
}

#[test]
fn a_draft_made_under_the_old_zone_is_indexed_under_the_new_one() {
    let world = World::new();
    let calendar = world.calendar("c", CalendarKind::Local, zone("Europe/Berlin"));
    let octets = event("f", &["DTSTART:20270110T000000", "DURATION:PT1H"]);
    let early = draft(&octets, &calendar.zone);
    let (id, utc) = (calendar.id, zone("UTC"));
    world
        .store
        .write(move |tx| calendars::set_zone(tx, id, &utc, now()))
        .unwrap();
    let target = place(id, "f");
    world
        .store
        .write(move |tx| objects::put(tx, &target, &early, &if_new(), now()))
        .unwrap();
    let at = NaiveDate::from_ymd_opt(2027, 1, 10)
        .unwrap()
        .and_hms_opt(0, 30, 0)
        .unwrap()
        .and_utc();
    let calendar = world.read(|tx| calendars::get(tx, id)).unwrap();
    let found = by_index(
        &world,
        &calendar,
        TimeRange::new(at, at + TimeDelta::minutes(1)),
    );
    assert_eq!(found, ["f".to_owned()].into());
}

fn rows(world: &World) -> i64 {
    world.read(|tx| {
        let count = "SELECT count(*) FROM occurrences";
        Ok(tx.connection().query_row(count, [], |row| row.get(0))?)
    })
}

#[test]
fn an_endless_rule_has_bounded_rows_and_rolls_forward() {
    let world = World::new();
    let calendar = world.local("c");
    let octets = event(
        "w",
        &[
            "DTSTART:20150105T090000Z",
            "DURATION:PT1H",
            "RRULE:FREQ=WEEKLY",
        ],
    );
    world.put(&calendar, "w", &octets, if_new()).unwrap();
    let seconds = event("s", &["DTSTART:20150105T090000Z", "RRULE:FREQ=SECONDLY"]);
    world.put(&calendar, "s", &seconds, if_new()).unwrap();
    assert!(rows(&world) < 1_200, "{}", rows(&world));
    let later = now() + TimeDelta::days(190);
    let rolled = world
        .store
        .write(move |tx| objects::roll(tx, later, 100))
        .unwrap();
    assert_eq!(rolled, 1, "the rule by the second has nothing to gain");
    assert_eq!(
        world
            .store
            .write(move |tx| objects::roll(tx, later, 100))
            .unwrap(),
        0
    );
    let at = now() + TimeDelta::days(700);
    let range = TimeRange::new(at, at + TimeDelta::days(7));
    let found = world.read(|tx| objects::in_range(tx, calendar.id, range, None, Body::Skip));
    let exact = |name: &str| {
        let found = found
            .iter()
            .find(|found| found.row.name.as_str() == name)
            .unwrap();
        found.certainty == Certainty::Exact
    };
    assert!(exact("w") && !exact("s"));
}

#[test]
fn what_has_no_time_matches_as_the_standard_says() {
    let world = World::new();
    let calendar = world.local("c");
    let todo = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VTODO\r\nUID:t\r\n\
                 DTSTAMP:20261101T000000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
    world.put(&calendar, "t", todo, if_new()).unwrap();
    for range in [
        TimeRange::ALL,
        TimeRange::new(now(), now() + TimeDelta::minutes(1)),
    ] {
        let found = world.read(|tx| {
            objects::in_range(
                tx,
                calendar.id,
                range,
                Some(ComponentKind::Todo),
                Body::Read,
            )
        });
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].octets.as_deref(), Some(&todo[..]));
        let events = world.read(|tx| {
            objects::in_range(
                tx,
                calendar.id,
                range,
                Some(ComponentKind::Event),
                Body::Skip,
            )
        });
        assert_eq!(events.len(), 0);
    }
}
