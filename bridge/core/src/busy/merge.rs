//! Overlapping intervals become sorted, disjoint ones; where two overlap the stronger kind holds.

use std::collections::BTreeMap;

use super::{BusyInterval, BusyKind};
use crate::time::{Instant, Span, TimeRange};

/// How many intervals of each kind are open, weakest first.
type Open = [usize; 3];

/// Merges intervals and clips them to a range. One sweep over their ends: `n log n`.
pub(super) fn merged(intervals: Vec<BusyInterval>, range: TimeRange) -> Vec<BusyInterval> {
    let mut changes: BTreeMap<Instant, Vec<(BusyKind, Change)>> = BTreeMap::new();
    for BusyInterval { span, kind } in intervals {
        let start = range
            .start
            .map_or(span.start, |first| span.start.max(first));
        let end = range.end.map_or(span.end, |last| span.end.min(last));
        if start < end {
            changes
                .entry(start)
                .or_default()
                .push((kind, Change::Opens));
            changes.entry(end).or_default().push((kind, Change::Closes));
        }
    }
    let mut open = Open::default();
    let mut current: Option<(Instant, BusyKind)> = None;
    let mut merged = Vec::new();
    for (at, changes) in changes {
        for (kind, change) in changes {
            apply(&mut open, kind, change);
        }
        let strongest = strongest(&open);
        if current.map(|(_, kind)| kind) != strongest {
            if let Some((start, kind)) = current {
                merged.push(BusyInterval {
                    span: Span { start, end: at },
                    kind,
                });
            }
            current = strongest.map(|kind| (at, kind));
        }
    }
    merged
}

#[derive(Clone, Copy)]
enum Change {
    Opens,
    Closes,
}

fn apply(open: &mut Open, kind: BusyKind, change: Change) {
    let [tentative, busy, unavailable] = open;
    let count = match kind {
        BusyKind::Tentative => tentative,
        BusyKind::Busy => busy,
        BusyKind::Unavailable => unavailable,
    };
    *count = match change {
        Change::Opens => count.saturating_add(1),
        Change::Closes => count.saturating_sub(1),
    };
}

fn strongest(open: &Open) -> Option<BusyKind> {
    let kinds = [BusyKind::Tentative, BusyKind::Busy, BusyKind::Unavailable];
    let open = kinds.into_iter().zip(open).filter(|(_, count)| **count > 0);
    open.map(|(kind, _)| kind).max()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tz::civil::instant;

    fn interval(start: i64, end: i64, kind: BusyKind) -> BusyInterval {
        let (start, end) = (instant(start), instant(end));
        BusyInterval {
            span: Span { start, end },
            kind,
        }
    }

    #[test]
    fn the_stronger_kind_holds_and_neighbours_join() {
        let given = vec![
            interval(0, 10, BusyKind::Tentative),
            interval(5, 7, BusyKind::Unavailable),
            interval(7, 12, BusyKind::Busy),
            interval(12, 15, BusyKind::Busy),
            interval(20, 20, BusyKind::Busy),
            interval(30, 40, BusyKind::Busy),
        ];
        let range = TimeRange::new(instant(1), instant(35));
        assert_eq!(
            merged(given, range),
            [
                interval(1, 5, BusyKind::Tentative),
                interval(5, 7, BusyKind::Unavailable),
                interval(7, 15, BusyKind::Busy),
                interval(30, 35, BusyKind::Busy),
            ]
        );
    }

    fn kinds() -> impl Strategy<Value = BusyKind> {
        prop_oneof![
            Just(BusyKind::Tentative),
            Just(BusyKind::Busy),
            Just(BusyKind::Unavailable)
        ]
    }

    proptest! {
        #[test]
        fn sorted_disjoint_and_the_same_second_by_second(
            given in prop::collection::vec((0..60_i64, 0..20_i64, kinds()), 0..20)
        ) {
            let given: Vec<_> = given
                .into_iter()
                .map(|(start, length, kind)| interval(start, start + length, kind))
                .collect();
            let merged = merged(given.clone(), TimeRange::ALL);
            for pair in merged.windows(2) {
                prop_assert!(pair[0].span.end <= pair[1].span.start);
                prop_assert!(pair[0].span.end < pair[1].span.start || pair[0].kind != pair[1].kind);
            }
            for second in (0..90).map(instant) {
                let at = |list: &[BusyInterval]| {
                    let holds = |i: &&BusyInterval| i.span.start <= second && second < i.span.end;
                    list.iter().filter(holds).map(|i| i.kind).max()
                };
                prop_assert_eq!(at(&merged), at(&given));
            }
        }
    }
}
