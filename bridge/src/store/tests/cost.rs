//! What a time range costs: it follows what is found and not what is stored.

use bridge_core::time::TimeRange;
use chrono::TimeDelta;
use rusqlite::{StatementStatus, params};

use super::super::objects::{Body, list_sql, range_sql};
use super::super::occurrences::bounds;
use super::*;

/// A store with `count` visits, ten a day from a year back on, and the steps a week takes in it.
fn steps_for_a_week(count: usize) -> (usize, i32) {
    let world = World::new();
    let calendar = world.local("c");
    let (id, zone) = (calendar.id, calendar.zone.clone());
    let drafts: Vec<Draft> = (0..count)
        .map(|number| {
            let number = i64::try_from(number).unwrap();
            let start =
                now() - TimeDelta::days(365 - number / 10) + TimeDelta::minutes(number % 10);
            let start = format!("DTSTART:{}", start.format("%Y%m%dT%H%M%SZ"));
            draft(
                &event(&format!("u{number}"), &[&start, "DURATION:PT20M"]),
                &zone,
            )
        })
        .collect();
    world
        .store
        .write(move |tx| {
            for draft in &drafts {
                objects::put(
                    tx,
                    &place(id, draft.uid().as_str()),
                    draft,
                    &if_new(),
                    now(),
                )?;
            }
            Ok::<_, Refusal>(())
        })
        .unwrap();
    let from = now() - TimeDelta::days(350);
    let (from, until) = bounds(TimeRange::new(from, from + TimeDelta::days(7)));
    world.read(|tx| {
        let mut query = tx.connection().prepare(&range_sql(Body::Skip))?;
        let mut rows = query.query(params![id, from, until, None::<&str>])?;
        let mut found = 0;
        while rows.next()?.is_some() {
            found += 1;
        }
        drop(rows);
        Ok((found, query.get_status(StatementStatus::VmStep)))
    })
}

#[test]
fn ten_times_the_calendar_costs_no_more_for_the_same_week() {
    let (found, steps) = steps_for_a_week(300);
    let (found_in_many, steps_in_many) = steps_for_a_week(3_000);
    assert_eq!(found, found_in_many);
    assert!(found >= 60, "{found}");
    assert!(
        steps_in_many <= steps + steps / 10,
        "{steps} against {steps_in_many}"
    );
}

#[test]
fn a_listing_sorts_nothing() {
    let world = World::new();
    for body in [Body::Skip, Body::Read] {
        let plan: Vec<String> = world.read(|tx| {
            let sql = format!("EXPLAIN QUERY PLAN {}", list_sql(body));
            let mut plan = tx.connection().prepare(&sql)?;
            let lines = plan.query_map([1], |row| row.get(3))?;
            Ok(lines.collect::<Result<_, _>>()?)
        });
        let by_calendar = "SEARCH o USING INDEX objects_by_calendar (calendar=?)";
        assert_eq!(plan.first().map(String::as_str), Some(by_calendar));
        assert!(
            !plan.iter().any(|line| line.contains("B-TREE")),
            "{plan:#?}"
        );
    }
}

#[test]
fn no_statement_walks_a_whole_table() {
    let world = World::new();
    let plan: Vec<String> = world.read(|tx| {
        let sql = format!("EXPLAIN QUERY PLAN {}", range_sql(Body::Read));
        let mut plan = tx.connection().prepare(&sql)?;
        let lines = plan.query_map(params![1, 0, 1, None::<&str>], |row| row.get(3))?;
        Ok(lines.collect::<Result<_, _>>()?)
    });
    let walks = |table: &str| {
        plan.iter()
            .any(|line| line.starts_with(&format!("SCAN {table}")))
    };
    assert!(!["p", "o", "b"].into_iter().any(walks), "{plan:#?}");
    let by_key = "SEARCH p USING PRIMARY KEY (calendar=? AND class=? AND start>? AND start<?)";
    assert!(plan.iter().any(|line| line == by_key), "{plan:#?}");
}

#[test]
fn an_edit_writes_rows_for_what_it_moves() {
    let world = World::new();
    let calendar = world.local("c");
    let series = |time: &str, title: &str| {
        let start = format!("DTSTART:20261201T{time}Z");
        let title = format!("SUMMARY:{title}");
        event("u", &[&start, "DURATION:PT30M", "RRULE:FREQ=DAILY", &title])
    };
    let rows_written = |octets: Vec<u8>, at: Instant| {
        let zone = &calendar.zone;
        let (uid, kind) = (Uid::new("u"), ComponentKind::Event);
        let draft = Draft::new(uid, kind, octets, zone, at);
        let place = place(calendar.id, "u.ics");
        world
            .store
            .write(move |tx| {
                let before = tx.connection().total_changes();
                objects::put(tx, &place, &draft, &Conditions::default(), at)?;
                Ok::<_, Refusal>(tx.connection().total_changes() - before)
            })
            .unwrap()
    };
    let first = rows_written(series("090000", "a"), now());
    let renamed = rows_written(series("090000", "b"), now() + TimeDelta::minutes(1));
    let next_day = rows_written(series("090000", "c"), now() + TimeDelta::days(1));
    let moved = rows_written(series("100000", "c"), now() + TimeDelta::days(1));
    assert!(first > 500, "{first}");
    assert!(renamed < 10, "{renamed}");
    // The day that came within reach, and where the rest begins.
    assert!((renamed..renamed + 5).contains(&next_day), "{next_day}");
    assert!(moved > 2 * 500, "{moved}");
}
