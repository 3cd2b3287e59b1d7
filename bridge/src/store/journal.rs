//! What changed since when: the sync tokens of RFC 6578.
//!
//! One sequence numbers the changes of the whole store. The journal keeps one row per name with its latest
//! change; a deletion stays as a tombstone until it is pruned. A token is a [`SyncPoint`]; one from before the
//! oldest tombstone that is still kept is [`SyncError::Expired`], never answered with a wrong list.

use std::fmt;
use std::str::FromStr;

use bridge_core::ids::{Etag, ObjectName};
use bridge_core::time::Instant;
use rusqlite::{Row, params};

use super::values::{micros, row_id};
use super::{CalendarId, ReadTx, StoreError, WriteTx};

row_id! {
    /// The number of a change; later changes have higher ones.
    Seq
}

impl Seq {
    /// Before the first change.
    pub const ZERO: Self = Self(0);

    /// The number of the change after this one.
    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// How far a client has followed a calendar.
///
/// While the first listing is still going on page by page, `after` lies far back, but nothing that was deleted before the
/// listing began concerns the client; `deletions_after` says where that was. Afterwards both are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncPoint {
    /// Everything stored up to here is known to the client.
    pub after: Seq,
    /// Deletions up to here do not concern it.
    pub deletions_after: Seq,
}

impl SyncPoint {
    /// Everything up to `seq` is known.
    pub fn at(seq: Seq) -> Self {
        Self {
            after: seq,
            deletions_after: seq,
        }
    }
}

impl fmt::Display for SyncPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.after == self.deletions_after {
            write!(f, "{}", self.after)
        } else {
            write!(f, "{}-{}", self.after, self.deletions_after)
        }
    }
}

/// Text that is not a sync point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a sync point")]
pub struct NotASyncPoint;

impl FromStr for SyncPoint {
    type Err = NotASyncPoint;

    fn from_str(text: &str) -> Result<Self, NotASyncPoint> {
        let number = |text: &str| -> Result<Seq, NotASyncPoint> {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = text.parse().map_err(|_| NotASyncPoint)?;
            digits.then_some(Seq(number)).ok_or(NotASyncPoint)
        };
        match text.split_once('-') {
            None => Ok(Self::at(number(text)?)),
            Some((after, deletions_after)) => Ok(Self {
                after: number(after)?,
                deletions_after: number(deletions_after)?,
            }),
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One calendar.
    Calendar(CalendarId),
    /// Every calendar that has objects: the union.
    Everything,
}

/// A name and what happened to it last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The calendar it is in.
    pub calendar: CalendarId,
    /// The name.
    pub name: ObjectName,
    /// What the client has to do.
    pub what: What,
}

/// What happened to a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It holds an object with this etag.
    Stored(Etag),
    /// It holds nothing any more.
    Deleted,
}

/// One page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// In the order in which they happened.
    pub changes: Vec<Change>,
    /// Where the client stands after this page.
    pub next: SyncPoint,
    /// Whether there is more to fetch from there.
    pub rest: Rest,
}

/// Whether a page was the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Nothing more for now.
    Complete,
    /// The limit cut the answer short (507 in RFC 6578 section 3.6).
    Truncated,
}

/// Why there is no answer to a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// The token is too old, or was never given out: the client must list everything again.
    #[error("the sync token is too old or unknown")]
    Expired,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The changes since `since` (`None`: everything there is), at most `limit` of them.
///
/// # Errors
/// [`SyncError::Expired`] for a token from before the oldest kept deletion or from the future.
pub fn changes(
    tx: &ReadTx<'_>,
    scope: Scope,
    since: Option<SyncPoint>,
    limit: usize,
) -> Result<Changes, SyncError> {
    let (head, retained_from) = marks(tx, scope)?;
    let since = since.unwrap_or(SyncPoint {
        after: Seq::ZERO,
        deletions_after: head,
    });
    let newest = since.after.max(since.deletions_after);
    if newest < retained_from || newest > head {
        return Err(SyncError::Expired);
    }
    if newest == head && since.after == head {
        return Ok(Changes {
            changes: Vec::new(),
            next: since,
            rest: Rest::Complete,
        });
    }
    page(tx, scope, since, head, limit)
}

fn page(
    tx: &ReadTx<'_>,
    scope: Scope,
    since: SyncPoint,
    head: Seq,
    limit: usize,
) -> Result<Changes, SyncError> {
    // One more than asked for shows whether there is a next page.
    let limit = limit.max(1);
    let fetch = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut rows = match scope {
        Scope::Calendar(calendar) => tx
            .prepare(
                "SELECT j.calendar, j.name, j.seq, o.etag FROM journal j
                 LEFT JOIN objects o ON o.calendar = j.calendar AND o.name = j.name
                 WHERE j.calendar = ?1 AND j.seq > ?2 AND (j.seq > ?3 OR j.change = 'stored')
                 ORDER BY j.seq LIMIT ?4",
            )?
            .query_map(
                params![calendar, since.after, since.deletions_after, fetch],
                change,
            )
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(StoreError::from)?,
        // A walk per calendar, sorted afterwards: an index over all of them would be two more pages at every change.
        Scope::Everything => tx
            .prepare(
                "SELECT j.calendar, j.name, j.seq, o.etag FROM calendars c
                 CROSS JOIN journal j ON j.calendar = c.id
                 LEFT JOIN objects o ON o.calendar = j.calendar AND o.name = j.name
                 WHERE j.seq > ?1 AND (j.seq > ?2 OR j.change = 'stored')
                 ORDER BY j.seq LIMIT ?3",
            )?
            .query_map(params![since.after, since.deletions_after, fetch], change)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(StoreError::from)?,
    };
    let rest = if rows.len() > limit {
        Rest::Truncated
    } else {
        Rest::Complete
    };
    rows.truncate(limit);
    let next = match (rest, rows.last()) {
        (Rest::Truncated, Some((last, _))) => SyncPoint {
            after: *last,
            deletions_after: since.deletions_after.max(*last),
        },
        _ => SyncPoint::at(head),
    };
    Ok(Changes {
        changes: rows.into_iter().map(|(_, change)| change).collect(),
        next,
        rest,
    })
}

fn change(row: &Row<'_>) -> rusqlite::Result<(Seq, Change)> {
    let etag: Option<String> = row.get(3)?;
    let change = Change {
        calendar: row.get(0)?,
        name: ObjectName::new(row.get::<_, String>(1)?),
        what: etag.map_or(What::Deleted, |etag| What::Stored(Etag::new(etag))),
    };
    Ok((row.get(2)?, change))
}

/// The newest change and the oldest token that can still be answered.
fn marks(tx: &ReadTx<'_>, scope: Scope) -> Result<(Seq, Seq), StoreError> {
    match scope {
        Scope::Calendar(calendar) => {
            let mut marks = tx.prepare("SELECT seq, retained_from FROM calendars WHERE id = ?1")?;
            Ok(marks.query_row([calendar], |row| Ok((row.get(0)?, row.get(1)?)))?)
        }
        Scope::Everything => {
            let mut marks = tx.prepare(
                "SELECT (SELECT value FROM meta WHERE name = 'seq'), max(retained_from) FROM calendars
                 WHERE kind = 'everything'",
            )?;
            let oldest = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, Option<Seq>>(1)?));
            let (head, oldest) = marks.query_row([], oldest)?;
            Ok((head, oldest.unwrap_or(Seq::ZERO)))
        }
    }
}

/// Notes a change of `name` and gives the calendar its new ctag.
pub(super) fn note(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    name: &ObjectName,
    change: &str,
    now: Instant,
) -> Result<Seq, StoreError> {
    let seq = tx.next_seq()?;
    tx.prepare(
        "INSERT INTO journal (calendar, name, seq, change, at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (calendar, name) DO UPDATE
         SET seq = excluded.seq, change = excluded.change, at = excluded.at",
    )?
    .execute(params![calendar, name.as_str(), seq, change, micros(now)])?;
    tx.note(calendar, seq);
    Ok(seq)
}

/// Forgets deletions from before `before`; tokens from before them expire. Says how many were forgotten.
///
/// # Errors
/// Those of the database.
pub fn prune(tx: &mut WriteTx<'_>, before: Instant) -> Result<usize, StoreError> {
    let before = micros(before);
    tx.prepare(
        "UPDATE calendars SET retained_from = max(retained_from, ifnull((
           SELECT max(j.seq) FROM journal j
           WHERE (j.calendar = calendars.id OR calendars.kind = 'everything')
             AND j.change = 'deleted' AND j.at < ?1), 0))",
    )?
    .execute([before])?;
    let mut forget = tx.prepare("DELETE FROM journal WHERE change = 'deleted' AND at < ?1")?;
    Ok(forget.execute([before])?)
}
