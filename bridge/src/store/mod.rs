//! The encrypted store: the only SQL of the program.
//!
//! One thread owns the connection that writes; it runs closures, each in its own savepoint, and makes several
//! that wait at the same time durable with one `COMMIT` (`synchronous=FULL`). Reading uses a few connections that
//! cannot write. Whoever was told "done" finds it again after any crash.
//!
//! One table, one file: the row, the functions that read it, the functions that write it. A reading function takes
//! a [`ReadTx`], a writing one a [`WriteTx`], which can do everything a `ReadTx` can.
//!
//! Several processes may open the same file (the command line beside the server).

pub mod accounts;
mod apple;
pub mod bases;
pub mod calendars;
pub mod clients;
pub mod collections;
pub mod color;
pub mod conflicts;
mod connection;
mod error;
pub mod held_deletions;
pub mod integrations;
pub mod journal;
pub mod meta;
mod migrate;
pub mod objects;
pub mod occurrences;
pub mod order;
pub mod outbox;
pub mod properties;
mod readers;
pub mod refreshes;
pub mod sealed;
pub mod set_aside;
#[cfg(test)]
mod tests;
mod tx;
mod values;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::broadcast;

use crate::secrets::DatabaseKey;
use readers::Readers;
use writer::Writer;

pub use calendars::CalendarId;
pub use error::StoreError;
pub use journal::{Seq, SyncPoint};
pub use objects::ObjectId;
pub use tx::{ReadTx, WriteTx};

/// Told to everybody who listens, after the change is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The calendar that changed.
    pub calendar: CalendarId,
    /// The sequence number of the change.
    pub seq: Seq,
}

/// How many changes a slow listener may lag behind before it is told that it missed some.
const REMEMBERED_CHANGES: usize = 256;

/// The open database. Cloning is cheap; the last clone closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

// The order of the fields is the order of closing: readers first, so that the writer, being last, tidies the WAL.
struct Inner {
    readers: Readers,
    writer: Writer,
    changes: broadcast::Sender<Changed>,
    path: PathBuf,
}

impl Store {
    /// Opens the database at `path`, making or migrating it as needed.
    ///
    /// # Errors
    /// [`StoreError::Newer`] for a database of a later program, [`StoreError::WrongKey`] or
    /// [`StoreError::Damaged`] when it cannot be read, and the errors of the disk.
    pub fn open(path: &Path, key: &DatabaseKey) -> Result<Self, StoreError> {
        connection::prepare_files(path)?;
        let mut connection = connection::open_for_writing(path, key)?;
        migrate::to_latest(&mut connection)?;
        let changes = broadcast::Sender::new(REMEMBERED_CHANGES);
        let writer = Writer::start(connection, changes.clone())?;
        let readers = Readers::new(path, key);
        Ok(Self {
            inner: Arc::new(Inner {
                readers,
                writer,
                changes,
                path: path.to_owned(),
            }),
        })
    }

    /// Runs `read` on one consistent state of the database. Blocks: from async code, inside `spawn_blocking`.
    ///
    /// # Errors
    /// Those of `read`, and those of opening a connection.
    pub fn read<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(&ReadTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.inner.readers.with(read)
    }

    /// Runs `write` on the writer's thread and waits until its changes are durable. An error of `write` undoes
    /// what it did. Blocks: from async code use [`Store::write_async`].
    ///
    /// # Errors
    /// Those of `write`; [`StoreError::Full`], [`StoreError::ReadOnly`] or [`StoreError::Busy`] when nothing could
    /// be made durable. The store goes on working after each of them.
    pub fn write<T, E>(
        &self,
        write: impl FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.inner.writer.run(write)
    }

    /// Like [`Store::write`], without blocking the thread.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_async<T, E>(
        &self,
        write: impl FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.inner.writer.run_async(write).await
    }

    /// Listens for changes made through this store. Changes of other processes are not told here; they are seen
    /// by the next read.
    pub fn subscribe(&self) -> broadcast::Receiver<Changed> {
        self.inner.changes.subscribe()
    }

    /// Where the database lies.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.inner.path)
            .finish_non_exhaustive()
    }
}
