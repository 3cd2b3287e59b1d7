//! Speeds of the pure core on the same objects, on one thread, by the CPU time of this process.

use std::process::id;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use bridge_core::ical::{CalendarObject, ComponentSet, Limits, check_storable};
use bridge_core::recur;
use bridge_core::time::{Instant, TimeRange};
use bridge_core::tz::Zone;
use chrono::{TimeZone as _, Utc};
use companion_tests::dataset::{Object, daily_series};
use companion_tests::process::cpu_of;

use crate::per_second;

/// What was measured, per second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speeds {
    /// Octets read and written again.
    pub(crate) read_write: f64,
    /// Octets checked as for a PUT.
    pub(crate) check: f64,
    /// Objects indexed as the store does it.
    pub(crate) index: f64,
    /// Occurrences of a series in a zone with daylight saving.
    pub(crate) expand: f64,
}

/// Measures all of them.
pub(crate) fn measure(objects: &[Object]) -> Result<Speeds> {
    let octets = objects.iter().map(|object| object.octets.len()).sum();
    let zone = Zone::named("Europe/Berlin").context("no such zone")?;
    Ok(Speeds {
        read_write: rate(octets, || {
            let same = |object: &Object| {
                CalendarObject::read(&object.octets).to_bytes().len() == object.octets.len()
            };
            ensure!(objects.iter().all(same), "an object changed on its way");
            Ok(())
        })?,
        check: rate(octets, || {
            for object in objects {
                check_storable(&object.octets, ComponentSet::ALL, Limits::default())?;
            }
            Ok(())
        })?,
        index: rate(objects.len(), || {
            let index = |object: &Object| {
                let object = CalendarObject::read(&object.octets);
                recur::index(&object, &zone, day(2031), 2_000).spans.len()
            };
            ensure!(
                objects.iter().map(index).sum::<usize>() >= objects.len(),
                "spans are missing"
            );
            Ok(())
        })?,
        expand: expand(&zone)?,
    })
}

fn expand(zone: &Zone) -> Result<f64> {
    const COUNT: usize = 20_000;
    let series = daily_series();
    let limits = recur::Limits {
        instances: COUNT,
        ..recur::Limits::default()
    };
    rate(COUNT, || {
        let object = CalendarObject::read(&series);
        let range = TimeRange::new(day(1990), day(2090));
        let found = recur::expand(&object, range, zone, limits)
            .occurrences
            .len();
        ensure!(found == COUNT, "{found} occurrences");
        Ok(())
    })
}

fn day(year: i32) -> Instant {
    Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0)
        .single()
        .unwrap_or_default()
}

/// Repeats the work until a second of CPU time has gone by.
fn rate(items: usize, work: impl Fn() -> Result<()>) -> Result<f64> {
    work()?;
    let before = cpu_of(id())?;
    let mut used = Duration::ZERO;
    let mut done = 0;
    while used < Duration::from_secs(1) {
        work()?;
        done += items;
        used = cpu_of(id())?.saturating_sub(before);
    }
    Ok(per_second(done, used))
}
