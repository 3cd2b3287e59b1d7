//! What can go wrong with the database, told apart by what a person or a client can do about it.

use std::cell::RefCell;
use std::path::PathBuf;

use rusqlite::ErrorCode;

/// Why the store could not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No room: nothing of the change was kept.
    #[error("the disk is full: nothing was saved. Make room; the program goes on by itself")]
    Full,
    /// The disk or the file cannot be written.
    #[error("the database cannot be written (read-only disk or file): nothing was saved")]
    ReadOnly,
    /// Another process held the database too long.
    #[error("another program is busy with the database: nothing was saved. Try again")]
    Busy,
    /// The disk failed in the middle, so SQLite undid the change and those that shared its commit.
    #[error("the disk failed: nothing was saved. Check the disk; the program goes on by itself")]
    DiskFailed,
    /// The key does not belong to this database.
    #[error("this key does not open the database {}", .0.display())]
    WrongKey(PathBuf),
    /// The key is right, the octets are not a database of ours. The path is empty where it is not known.
    #[error(
        "the database{} is damaged. Put a backup in its place, or move it away to start with an empty one",
        named(.0)
    )]
    Damaged(PathBuf),
    /// A later version of the program has changed the database.
    #[error(
        "the database has version {found}, this program knows {known}: a newer program has opened it. Update this one"
    )]
    Newer {
        /// The version in the file.
        found: i64,
        /// The latest version this program knows.
        known: i64,
    },
    /// A folder or file could not be made, opened or protected.
    #[error("{}: {problem}", .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        problem: String,
    },
    /// The writer is gone; only possible while the program ends.
    #[error("the database is closing")]
    Closing,
    /// A change panicked; it was undone and the store goes on.
    #[error("a defect in the program stopped a change; it was undone")]
    Panicked,
    /// Anything else SQLite reports. The text has no content of rows.
    #[error("the database reports an error: {0}")]
    Sqlite(String),
}

fn named(path: &std::path::Path) -> String {
    if path.as_os_str().is_empty() {
        String::new()
    } else {
        format!(" {}", path.display())
    }
}

impl StoreError {
    /// What the operating system said about `path`.
    pub(super) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            problem: error.to_string(),
        }
    }
}

thread_local! {
    /// The last error that SQLite gave on this thread, for the writer, who cannot look into the errors of changes.
    static LAST: RefCell<Option<StoreError>> = const { RefCell::new(None) };
}

impl StoreError {
    /// Why SQLite just undid a whole transaction on this thread.
    pub(super) fn cause_of_rollback() -> Self {
        LAST.take()
            .filter(|error| *error == Self::Full)
            .unwrap_or(Self::DiskFailed)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let error = Self::of(&error);
        LAST.set(Some(error.clone()));
        error
    }
}

impl StoreError {
    fn of(error: &rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            return Self::Sqlite(error.to_string());
        };
        match code {
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly,
            ErrorCode::SystemIoFailure => Self::DiskFailed,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged(PathBuf::new()),
            _ => Self::Sqlite(error.to_string()),
        }
    }
}
