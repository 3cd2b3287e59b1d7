//! The one thread that writes.
//!
//! It takes the changes that wait, runs each in its own savepoint and makes them durable with one `COMMIT`. While
//! the disk works on one commit the next group gathers, so many writers cost hardly more flushes than one. Nobody
//! is answered before the commit that holds their change has succeeded; if it fails, everybody in the group is
//! told, nothing of it is kept, and the thread goes on with the next.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::{broadcast, oneshot};

use super::{Changed, StoreError, WriteTx};

/// The most changes that share a commit; bounds how long the first of them waits.
const LARGEST_GROUP: usize = 64;

/// The sending side; dropping it ends the thread and waits for it.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        changes: broadcast::Sender<Changed>,
    ) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || work(&connection, &queue, &changes))
            .map_err(|error| StoreError::Sqlite(error.to_string()))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    pub(super) fn run<T, E>(
        &self,
        write: impl FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = mpsc::sync_channel(1);
        self.submit(write, move |result| drop(answer.send(result)))?;
        answered
            .recv()
            .unwrap_or_else(|_| Err(StoreError::Closing.into()))
    }

    pub(super) async fn run_async<T, E>(
        &self,
        write: impl FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.submit(write, move |result| drop(answer.send(result)))?;
        answered
            .await
            .unwrap_or_else(|_| Err(StoreError::Closing.into()))
    }

    fn submit<T, E>(
        &self,
        write: impl FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
        answer: impl FnOnce(Result<T, E>) + Send + 'static,
    ) -> Result<(), StoreError>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let job = Box::new(Change {
            write: Some(write),
            result: None,
            answer,
        });
        self.jobs
            .as_ref()
            .and_then(|jobs| jobs.send(job).ok())
            .ok_or(StoreError::Closing)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        // A change may itself hold the last clone of the store; then this runs on the writer's own thread.
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            drop(thread.join());
        }
    }
}

/// A change with its types hidden.
trait Job: Send {
    /// Runs the change; says whether to keep what it did.
    fn run(&mut self, tx: &mut WriteTx<'_>) -> Keep;
    /// Answers whoever waits.
    fn finish(self: Box<Self>, committed: Result<(), StoreError>);
}

enum Keep {
    Changes,
    Nothing,
}

struct Change<W, T, E, A> {
    write: Option<W>,
    /// `None` until the change has run to its end.
    result: Option<Result<T, E>>,
    answer: A,
}

impl<W, T, E, A> Job for Change<W, T, E, A>
where
    W: FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
    A: FnOnce(Result<T, E>) + Send,
{
    fn run(&mut self, tx: &mut WriteTx<'_>) -> Keep {
        // What a panic leaves half done is undone with the savepoint, and there is no result.
        let run = |write: W| catch_unwind(AssertUnwindSafe(|| write(tx))).ok();
        self.result = self.write.take().and_then(run);
        match self.result {
            Some(Ok(_)) => Keep::Changes,
            Some(Err(_)) | None => Keep::Nothing,
        }
    }

    fn finish(self: Box<Self>, committed: Result<(), StoreError>) {
        let own = self
            .result
            .unwrap_or_else(|| Err(StoreError::Panicked.into()));
        let result = match (committed, own) {
            (Ok(()), result) => result,
            // The change that met the failure knows best what it was.
            (Err(StoreError::Full | StoreError::DiskFailed), Err(own)) => Err(own),
            (Err(error), _) => Err(error.into()),
        };
        (self.answer)(result);
    }
}

fn work(
    connection: &Connection,
    queue: &mpsc::Receiver<Box<dyn Job>>,
    changes: &broadcast::Sender<Changed>,
) {
    while let Ok(first) = queue.recv() {
        let (group, outcome) = run_group(connection, first, queue);
        let committed = outcome.as_ref().map(|_| ()).map_err(Clone::clone);
        for change in outcome.unwrap_or_default() {
            // Nobody listening is no error.
            drop(changes.send(change));
        }
        for job in group {
            job.finish(committed.clone());
        }
    }
}

/// What to tell the listeners, or why there is nothing to tell.
type Committed = Result<Vec<Changed>, StoreError>;

/// Runs `first` and whatever waits behind it in one transaction.
fn run_group(
    connection: &Connection,
    first: Box<dyn Job>,
    queue: &mpsc::Receiver<Box<dyn Job>>,
) -> (Vec<Box<dyn Job>>, Committed) {
    if let Err(error) = cached(connection, "BEGIN IMMEDIATE") {
        return (vec![first], Err(error));
    }
    let mut group = Vec::new();
    let mut changed = Vec::new();
    let mut next = Some(first);
    while let Some(mut job) = next.take() {
        let done = in_savepoint(connection, job.as_mut());
        group.push(job);
        match done {
            Ok(mut noted) => changed.append(&mut noted),
            Err(error) => return (group, Err(undo(connection, error))),
        }
        if group.len() < LARGEST_GROUP {
            next = queue.try_recv().ok();
        }
    }
    match cached(connection, "COMMIT") {
        Ok(()) => (group, Ok(changed)),
        Err(error) => (group, Err(undo(connection, error))),
    }
}

fn in_savepoint(connection: &Connection, job: &mut dyn Job) -> Committed {
    cached(connection, "SAVEPOINT change")?;
    let mut tx = WriteTx::new(connection);
    let keep = job.run(&mut tx);
    // Some failures (a full disk among them) make SQLite roll back everything, the changes before this one too.
    if connection.is_autocommit() {
        return Err(StoreError::cause_of_rollback());
    }
    match keep {
        Keep::Changes => {
            let changed = tx.finish()?;
            cached(connection, "RELEASE change")?;
            Ok(changed)
        }
        Keep::Nothing => {
            cached(connection, "ROLLBACK TO change")?;
            cached(connection, "RELEASE change")?;
            Ok(Vec::new())
        }
    }
}

fn cached(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Leaves the connection ready for the next group.
fn undo(connection: &Connection, error: StoreError) -> StoreError {
    if !connection.is_autocommit()
        && let Err(second) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%second, "a failed change could not be rolled back");
    }
    error
}
