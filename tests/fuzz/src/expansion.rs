//! Recurrence: whatever the rules say, the work is bounded, and the index of the store, the filters of reports and what
//! they return agree with the expansion.

use bridge_core::dav::{CalendarData, CompFilter, CompTest, Filter, Recurrence};
use bridge_core::ical::{CalendarObject, ComponentKind};
use bridge_core::query;
use bridge_core::recur::{self, Allowance, Expansion, Limits};
use bridge_core::time::{Instant, Span, TimeRange};
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

    asked(&object, range, &zone, &expansion);

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

/// A report finds an event by its time range when it has an instance there, and returns as many instances as there are.
fn asked(object: &CalendarObject<'_>, range: TimeRange, zone: &Zone, expansion: &Expansion) {
    let mut allowance = Allowance::default();
    let in_range = query::matches(&events_that(Some(range), []), object, zone, &mut allowance);
    let rings = CompFilter {
        name: "VALARM".to_owned(),
        test: matching(Some(range), []),
    };
    query::matches(
        &events_that(None, [rings]),
        object,
        zone,
        &mut Allowance::default(),
    );
    let (Some(start), Some(end)) = (range.start, range.end) else {
        return;
    };
    let wish = CalendarData {
        recurrence: Recurrence::Expand(Span { start, end }),
        ..CalendarData::default()
    };
    let octets = query::calendar_data(&wish, object, zone, &mut allowance);
    let kinds: Vec<_> = object
        .components()
        .map(|component| component.kind())
        .collect();
    let events = expansion
        .occurrences
        .iter()
        .filter(|occurrence| kinds.get(occurrence.component) == Some(&ComponentKind::Event))
        .count();
    let written = CalendarObject::read(&octets);
    let returned = written
        .components()
        .filter(|component| component.kind() == ComponentKind::Event)
        .count();
    let is_calendar = object.roots().any(|root| root.is("VCALENDAR"));
    if is_calendar && !allowance.is_cut() && expansion.truncated.is_none() {
        assert_eq!(in_range, events > 0, "{range:?}: {expansion:?}");
        assert_eq!(returned, events, "{range:?}: {expansion:?}");
    }
}

fn events_that<const N: usize>(range: Option<TimeRange>, inside: [CompFilter; N]) -> Filter {
    let event = CompFilter {
        name: "VEVENT".to_owned(),
        test: matching(range, inside),
    };
    Filter {
        calendar: CompFilter {
            name: "VCALENDAR".to_owned(),
            test: matching(None, [event]),
        },
    }
}

fn matching<const N: usize>(time_range: Option<TimeRange>, comps: [CompFilter; N]) -> CompTest {
    CompTest::Matches {
        time_range,
        props: Vec::new(),
        comps: comps.into(),
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
