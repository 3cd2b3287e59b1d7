//! When each object takes place: the table that answers a time range without opening objects.
//!
//! Rows are grouped into classes by length. Whatever overlaps `[S, E)` and is at most `L` long starts in
//! `(S − L, E)`, so one short walk over the key per class finds all of it: the cost follows the hits and not the
//! size of the calendar. A row that is not `exact` stands for many occurrences (the distant past of a series,
//! everything beyond the horizon); its object is expanded to see whether it really takes place in the range.

use bridge_core::time::{Instant, Span, TimeRange};
use chrono::TimeDelta;
use rusqlite::params;

use super::calendars::CalendarZone;
use super::values::{FOREVER, ends, micros};
use super::{CalendarId, ObjectId, StoreError, WriteTx};

/// The longest row of each class, in microseconds: an hour, then four times as much each time; the last takes
/// everything.
const CLASSES: [i64; 11] = {
    const HOUR: i64 = 3_600_000_000;
    [
        HOUR,
        HOUR << 2,
        HOUR << 4,
        HOUR << 6,
        HOUR << 8,
        HOUR << 10,
        HOUR << 12,
        HOUR << 14,
        HOUR << 16,
        HOUR << 18,
        FOREVER << 2,
    ]
};

/// The same classes as the table expression `class(k, longest)` of a statement.
pub(super) const CLASS_TABLE: &str = "class(k, longest) AS (VALUES
    (0, 3600000000), (1, 14400000000), (2, 57600000000), (3, 230400000000), (4, 921600000000),
    (5, 3686400000000), (6, 14745600000000), (7, 58982400000000), (8, 235929600000000),
    (9, 943718400000000), (10, 4611686018427387904))";

/// One row to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    start: i64,
    end: i64,
    exactness: Exactness,
}

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exactness {
    /// The object takes place from start to end.
    Exact,
    /// The object may take place some time in between.
    Candidate,
}

impl Entry {
    fn class(self) -> i64 {
        let length = self.end - self.start;
        let class = CLASSES
            .iter()
            .take_while(|longest| **longest < length)
            .count();
        i64::try_from(class).unwrap_or(i64::MAX)
    }
}

/// When an object takes place, as far as it is worth writing down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    pub(super) entries: Vec<Entry>,
    /// When it must reach further ahead.
    pub(super) due: Option<Instant>,
    pub(super) zone: ZoneUse,
}

/// Whether the index holds for any default zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ZoneUse {
    /// It does.
    Independent,
    /// The object has floating or all-day times.
    DefaultZone,
}

/// Occurrences further back than this are summed up when there are many of them.
const EXACT_PAST: TimeDelta = TimeDelta::days(200);
/// How far ahead a series is written down.
pub(super) const AHEAD: TimeDelta = TimeDelta::days(550);
/// When less than this is left ahead, the index is made anew.
const ROLL_WHEN_LEFT: TimeDelta = TimeDelta::days(370);
/// Past occurrences that one summed-up row stands for, at least.
const SUMMED_UP: usize = 64;
/// Rows of the distant past per object, at most.
const PAST_ROWS: usize = 32;

impl Index {
    /// When the object takes place in a calendar whose default zone is `zone`.
    pub(super) fn of(octets: &[u8], zone: &CalendarZone, now: Instant) -> Self {
        // Until the recurrence engine lands: every object is a candidate for every range.
        let _ = (octets, zone);
        let beginning = Instant::from_timestamp_micros(-FOREVER).unwrap_or(Instant::MIN_UTC);
        Self::new(Vec::new(), Some(beginning), false, now)
    }

    /// The index of an object that takes place in `spans` up to `indexed_until`, and maybe later.
    pub fn new(
        mut spans: Vec<Span>,
        indexed_until: Option<Instant>,
        depends_on_default_zone: bool,
        now: Instant,
    ) -> Self {
        spans.sort_unstable();
        let past = spans.partition_point(|span| span.end < now - EXACT_PAST);
        let (past, present) = spans.split_at(past);
        let mut entries = Vec::with_capacity(present.len() + PAST_ROWS + 1);
        if past.len() <= SUMMED_UP {
            entries.extend(past.iter().copied().map(exact));
        } else {
            let per_row = SUMMED_UP.max(past.len().div_ceil(PAST_ROWS));
            entries.extend(past.chunks(per_row).filter_map(summed_up));
        }
        entries.extend(present.iter().copied().map(exact));
        entries.extend(indexed_until.map(|from| Entry {
            start: micros(from),
            end: FOREVER,
            exactness: Exactness::Candidate,
        }));
        Self {
            entries,
            // An index that a limit cut short would not get further next time either.
            due: indexed_until
                .filter(|until| *until >= now + AHEAD)
                .map(|until| until - ROLL_WHEN_LEFT),
            zone: if depends_on_default_zone {
                ZoneUse::DefaultZone
            } else {
                ZoneUse::Independent
            },
        }
    }
}

fn exact(span: Span) -> Entry {
    let start = micros(span.start);
    Entry {
        start,
        end: micros(span.end).max(start),
        exactness: Exactness::Exact,
    }
}

fn summed_up(spans: &[Span]) -> Option<Entry> {
    let start = spans.iter().map(|span| span.start).min()?;
    let end = spans.iter().map(|span| span.end).max()?;
    Some(Entry {
        exactness: Exactness::Candidate,
        ..exact(Span { start, end })
    })
}

/// Writes the rows of an object that has none.
pub(super) fn insert(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    object: ObjectId,
    index: &Index,
) -> Result<(), StoreError> {
    let mut insert = tx.prepare(
        "INSERT OR IGNORE INTO occurrences (calendar, class, start, object, end, exact)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for entry in &index.entries {
        let exact = match entry.exactness {
            Exactness::Exact => 1,
            Exactness::Candidate => 0,
        };
        insert.execute(params![
            calendar,
            entry.class(),
            entry.start,
            object,
            entry.end,
            exact
        ])?;
    }
    Ok(())
}

/// Removes the rows of an object.
pub(super) fn remove(tx: &mut WriteTx<'_>, object: ObjectId) -> Result<(), StoreError> {
    tx.prepare("DELETE FROM occurrences WHERE object = ?1")?
        .execute([object])?;
    Ok(())
}

/// The bounds of `range` as the statements take them.
pub(super) fn bounds(range: TimeRange) -> (i64, i64) {
    ends(range)
}
