//! When each object takes place: the table that answers a time range without opening objects.
//!
//! Rows are grouped into classes by length. Whatever overlaps `[S, E)` and is at most `L` long starts in
//! `(S − L, E)`, so one short walk over the key per class finds all of it: the cost follows the hits and not the
//! size of the calendar. A row that is not `exact` stands for many occurrences (the distant past of a series,
//! everything beyond the horizon); its object is expanded to see whether it really takes place in the range.

use std::collections::BTreeSet;

use bridge_core::ical::CalendarObject;
use bridge_core::recur::{self, ObjectIndex};
use bridge_core::time::{Instant, Span, TimeRange};
use chrono::{NaiveTime, TimeDelta};
use rusqlite::params;

use super::calendars::CalendarZone;
use super::values::{FOREVER, ends, micros};
use super::{CalendarId, ObjectId, ReadTx, StoreError, WriteTx};

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

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    start: i64,
    end: i64,
    exactness: Exactness,
}

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
const AHEAD: TimeDelta = TimeDelta::days(550);
/// When less than this is left ahead, the index is made anew.
const ROLL_WHEN_LEFT: TimeDelta = TimeDelta::days(370);
/// The most occurrences of one object that are looked at; a series that has more is a candidate from there on.
const MOST_SPANS: usize = 20_000;

/// How many occurrences may stand in rows of their own, and into how many rows more are summed up.
#[derive(Clone, Copy)]
struct Bounds {
    own: usize,
    summed_up: usize,
}

/// The distant past, which hardly anybody asks for.
const PAST: Bounds = Bounds {
    own: 64,
    summed_up: 32,
};
/// Around now: room for a daily series, not for one by the minute.
const PRESENT: Bounds = Bounds {
    own: 1_000,
    summed_up: 500,
};

impl Index {
    /// When the object takes place in a calendar whose default zone is `zone`. Reckoned from the beginning of the day:
    /// an object that is edited twice on one day has the same rows twice.
    pub(super) fn of(object: &CalendarObject<'_>, zone: &CalendarZone, now: Instant) -> Self {
        let today = now.date_naive().and_time(NaiveTime::MIN).and_utc();
        let index = recur::index(object, &zone.zone(), today + AHEAD, MOST_SPANS);
        Self::from_spans(&index, today)
    }

    fn from_spans(index: &ObjectIndex, now: Instant) -> Self {
        let (past, present): (Vec<Span>, Vec<Span>) = index
            .spans
            .iter()
            .partition(|span| span.end < now - EXACT_PAST);
        let mut entries = Vec::with_capacity(past.len().min(PAST.own) + present.len() + 1);
        add(&mut entries, &past, PAST);
        add(&mut entries, &present, PRESENT);
        entries.extend(index.indexed_until.map(|from| Entry {
            start: micros(from),
            end: FOREVER,
            exactness: Exactness::Candidate,
        }));
        Self {
            entries,
            due: due(index.indexed_until, now),
            zone: if index.depends_on_default_zone {
                ZoneUse::DefaultZone
            } else {
                ZoneUse::Independent
            },
        }
    }
}

/// When the index must be made anew. One that a limit cut short would get no further next time either.
fn due(indexed_until: Option<Instant>, now: Instant) -> Option<Instant> {
    // The engine may stop a moment before the horizon.
    let reached = now + AHEAD - TimeDelta::days(1);
    indexed_until
        .filter(|until| *until >= reached)
        .map(|until| until - ROLL_WHEN_LEFT)
}

/// Adds the spans one by one if they are few, else summed up in runs.
fn add(entries: &mut Vec<Entry>, spans: &[Span], bounds: Bounds) {
    if spans.len() <= bounds.own {
        entries.extend(spans.iter().copied().map(exact));
    } else {
        let run = spans.len().div_ceil(bounds.summed_up);
        entries.extend(spans.chunks(run).filter_map(summed_up));
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
    add_rows(tx, calendar, object, &index.entries)
}

/// Makes the rows of an object those of `index`. Only rows that differ are touched: most edits move nothing, and when
/// the horizon of a series moves, most of its rows stay.
pub(super) fn update(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    object: ObjectId,
    index: &Index,
) -> Result<(), StoreError> {
    let wanted: BTreeSet<Entry> = index.entries.iter().copied().collect();
    let stored = stored(tx, object)?;
    // Before the rest: a row may only have become exact, under the same key.
    remove_rows(tx, calendar, object, stored.difference(&wanted))?;
    add_rows(tx, calendar, object, wanted.difference(&stored))
}

fn stored(tx: &ReadTx<'_>, object: ObjectId) -> Result<BTreeSet<Entry>, StoreError> {
    let mut find = tx.prepare("SELECT start, end, exact FROM occurrences WHERE object = ?1")?;
    let entries = find.query_map([object], |row| {
        Ok(Entry {
            start: row.get(0)?,
            end: row.get(1)?,
            exactness: if row.get(2)? {
                Exactness::Exact
            } else {
                Exactness::Candidate
            },
        })
    })?;
    Ok(entries.collect::<Result<_, _>>()?)
}

fn add_rows<'e>(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    object: ObjectId,
    entries: impl IntoIterator<Item = &'e Entry>,
) -> Result<(), StoreError> {
    let mut insert = tx.prepare(
        "INSERT OR IGNORE INTO occurrences (calendar, class, start, object, end, exact)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for entry in entries {
        let exact = entry.exactness == Exactness::Exact;
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

fn remove_rows<'e>(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    object: ObjectId,
    entries: impl IntoIterator<Item = &'e Entry>,
) -> Result<(), StoreError> {
    let mut remove = tx.prepare(
        "DELETE FROM occurrences
         WHERE calendar = ?1 AND class = ?2 AND start = ?3 AND object = ?4 AND end = ?5",
    )?;
    for entry in entries {
        remove.execute(params![
            calendar,
            entry.class(),
            entry.start,
            object,
            entry.end
        ])?;
    }
    Ok(())
}

/// The bounds of `range` as the statements take them.
pub(super) fn bounds(range: TimeRange) -> (i64, i64) {
    ends(range)
}
