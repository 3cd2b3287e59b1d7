//! The two views of the database that the functions of the tables take.

use std::ops::Deref;

use rusqlite::Connection;

use super::journal::Seq;
use super::{CalendarId, Changed, StoreError};

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
pub struct WriteTx<'c> {
    read: ReadTx<'c>,
    changed: Vec<Changed>,
}

impl<'c> WriteTx<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self {
            read: ReadTx::new(connection),
            changed: Vec::new(),
        }
    }

    /// Takes the next sequence number of the whole store.
    pub(super) fn next_seq(&mut self) -> Result<Seq, StoreError> {
        let mut next =
            self.prepare("UPDATE meta SET value = value + 1 WHERE name = 'seq' RETURNING value")?;
        Ok(next.query_row([], |row| row.get(0))?)
    }

    /// Notes what to tell the listeners after the commit.
    pub(super) fn note(&mut self, calendar: CalendarId, seq: Seq) {
        self.changed.push(Changed { calendar, seq });
    }

    pub(super) fn into_changed(self) -> Vec<Changed> {
        self.changed
    }
}

impl<'c> Deref for WriteTx<'c> {
    type Target = ReadTx<'c>;

    fn deref(&self) -> &ReadTx<'c> {
        &self.read
    }
}
