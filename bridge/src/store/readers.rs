//! A few connections that only read, each used by one reader at a time.

use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::{ReadTx, StoreError, connection};
use crate::secrets::DatabaseKey;

/// More would only share the same two or four cores.
const MOST: usize = 4;

/// The pool. Its lock is held only while a connection is taken or given back, never while one is used.
pub(super) struct Readers {
    path: PathBuf,
    key: DatabaseKey,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Connection>,
    open: usize,
}

impl Readers {
    pub(super) fn new(path: &Path, key: &DatabaseKey) -> Self {
        Self {
            path: path.to_owned(),
            key: key.clone(),
            pool: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    pub(super) fn with<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(&ReadTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let lent = self.take()?;
        let snapshot = Snapshot::begin(lent.connection()?)?;
        read(&ReadTx::new(snapshot.0))
    }

    fn take(&self) -> Result<Lent<'_>, StoreError> {
        let mut pool = self.lock();
        loop {
            if let Some(connection) = pool.idle.pop() {
                return Ok(self.lend(connection));
            }
            if pool.open < MOST {
                pool.open += 1;
                break;
            }
            pool = self
                .returned
                .wait(pool)
                .unwrap_or_else(PoisonError::into_inner);
        }
        drop(pool);
        match connection::open_for_reading(&self.path, &self.key) {
            Ok(connection) => Ok(self.lend(connection)),
            Err(error) => {
                self.lock().open -= 1;
                self.returned.notify_one();
                Err(error)
            }
        }
    }

    fn lend(&self, connection: Connection) -> Lent<'_> {
        Lent {
            readers: self,
            connection: Some(connection),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One state of the database for as long as it is held. Its statements are compiled once per connection: beside a small
/// read that would be a good part of the work.
struct Snapshot<'c>(&'c Connection);

impl<'c> Snapshot<'c> {
    fn begin(connection: &'c Connection) -> Result<Self, StoreError> {
        connection.prepare_cached("BEGIN")?.execute([])?;
        Ok(Self(connection))
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        let ended = self
            .0
            .prepare_cached("ROLLBACK")
            .and_then(|mut end| end.execute([]));
        if let Err(error) = ended {
            tracing::error!(%error, "a read did not end");
        }
    }
}

/// A connection on loan; it goes back to the pool by itself, also when the reader panics.
struct Lent<'r> {
    readers: &'r Readers,
    connection: Option<Connection>,
}

impl Lent<'_> {
    fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or(StoreError::Closing)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.lock().idle.push(connection);
            self.readers.returned.notify_one();
        }
    }
}
