//! Recurrence: whatever the rules say, the work is bounded and the index of the store agrees with the expansion.

use bridge_core::ical::{CalendarObject, ComponentKind};
use bridge_core::recur::{self, Limits};
use bridge_core::time::{Instant, TimeRange};
use bridge_core::tz::Zone;
use chrono::{TimeZone as _, Utc};

/// Expands, indexes and compares.
pub fn run(octets: &[u8]) {
    let object = CalendarObject::read(octets);
    let zone = Zone::named("Europe/Berlin").expect("a known zone");
    let range = range(octets.len());
    let expansion = recur::expand(&object, range, &zone, Limits::default());
    for occurrence in &expansion.occurrences {
        assert!(
            range.overlaps(occurrence.span),
            "{occurrence:?} outside of {range:?}"
        );
    }
    assert!(
        expansion.occurrences.is_sorted(),
        "{:?}",
        expansion.occurrences
    );

    let index = recur::index(&object, &zone, at(2031, 1, 1), 1_000);
    assert!(index.spans.is_sorted());
    let covered = index
        .indexed_until
        .is_none_or(|until| range.end.is_some_and(|end| end <= until));
    let only_events = object
        .subjects()
        .all(|subject| subject.kind() == ComponentKind::Event);
    if covered && only_events && expansion.truncated.is_none() {
        let by_index = index.spans.iter().any(|&span| range.overlaps(span));
        assert_eq!(
            by_index,
            !expansion.occurrences.is_empty(),
            "{range:?}: {index:?}, {expansion:?}"
        );
    }
}

/// A range that depends on the input, so that mutations move it.
fn range(seed: usize) -> TimeRange {
    match seed % 4 {
        0 => TimeRange::new(at(2026, 11, 1), at(2026, 12, 1)),
        1 => TimeRange::new(at(2026, 3, 29), at(2026, 3, 30)),
        2 => TimeRange::new(at(1999, 1, 1), at(2030, 1, 1)),
        _ => TimeRange {
            start: Some(at(2026, 10, 25)),
            end: None,
        },
    }
}

fn at(year: i32, month: u32, day: u32) -> Instant {
    Utc.with_ymd_and_hms(year, month, day, 0, 0, 0)
        .single()
        .expect("a date")
}
