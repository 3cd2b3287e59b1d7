//! The two views of the database that the functions of the tables take.

use std::collections::BTreeMap;
use std::ops::Deref;

use rusqlite::{Connection, params};

use super::journal::Seq;
use super::{CalendarId, Changed, StoreError, meta};

/// One consistent state of the database, to read.
pub struct ReadTx<'c> {
    connection: &'c Connection,
}

impl<'c> ReadTx<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection }
    }

    /// The connection itself, for tests that look behind the tables.
    #[cfg(test)]
    pub(super) fn connection(&self) -> &'c Connection {
        self.connection
    }

    /// The statement, prepared once per connection.
    pub(super) fn prepare(&self, sql: &str) -> Result<rusqlite::CachedStatement<'c>, StoreError> {
        Ok(self.connection.prepare_cached(sql)?)
    }
}

/// A change in progress: everything in it becomes durable together, or nothing does.
///
/// The sequence number and the marks of the calendars are written once, at its end: a change of thousands of objects
/// touches both at each of them. Until then a calendar that is read in the change has its mark from before.
pub struct WriteTx<'c> {
    read: ReadTx<'c>,
    /// The latest sequence number, once one was taken.
    last: Option<Seq>,
    changed: BTreeMap<CalendarId, Seq>,
}

impl<'c> WriteTx<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self {
            read: ReadTx::new(connection),
            last: None,
            changed: BTreeMap::new(),
        }
    }

    /// Takes the next sequence number of the whole store.
    pub(super) fn next_seq(&mut self) -> Result<Seq, StoreError> {
        let last = match self.last {
            Some(last) => last,
            None => meta::head(self)?,
        };
        Ok(*self.last.insert(last.next()))
    }

    /// Notes that `seq` is the latest change of the calendar: its mark, and what to tell the listeners after the commit.
    pub(super) fn note(&mut self, calendar: CalendarId, seq: Seq) {
        self.changed.insert(calendar, seq);
    }

    /// Writes what was only noted; says what to tell the listeners.
    pub(super) fn finish(self) -> Result<Vec<Changed>, StoreError> {
        if let Some(last) = self.last {
            self.prepare("UPDATE meta SET value = ?1 WHERE name = 'seq'")?
                .execute([last])?;
        }
        let mut mark = self.prepare("UPDATE calendars SET seq = ?2 WHERE id = ?1")?;
        let mut changed = Vec::with_capacity(self.changed.len());
        for (&calendar, &seq) in &self.changed {
            mark.execute(params![calendar, seq])?;
            changed.push(Changed { calendar, seq });
        }
        Ok(changed)
    }
}

impl<'c> Deref for WriteTx<'c> {
    type Target = ReadTx<'c>;

    fn deref(&self) -> &ReadTx<'c> {
        &self.read
    }
}
