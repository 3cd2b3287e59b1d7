//! Opening the file: who may read it, the key, and the settings every connection has.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::StoreError;
use crate::secrets::{DatabaseKey, KeyProof};

/// How long one process waits for another that is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Enough for every statement of the store.
const CACHED_STATEMENTS: usize = 96;

/// Makes the folder (for its owner only) and an empty file (for its owner only), so that SQLite, which gives `-wal`
/// and `-shm` the rights of the database, never makes one that others can read.
pub(super) fn prepare_files(path: &Path) -> Result<(), StoreError> {
    if let Some(folder) = path.parent() {
        crate::secrets::private::folder(folder).map_err(|e| StoreError::file(folder, &e))?;
    }
    crate::secrets::private::touch(path).map_err(|e| StoreError::file(path, &e))?;
    for suffix in ["-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        let beside = Path::new(&beside);
        if beside.exists() {
            crate::secrets::private::tighten(beside).map_err(|e| StoreError::file(beside, &e))?;
        }
    }
    Ok(())
}

/// What a reading connection keeps of the pages it read, in KiB (negative, or SQLite takes it for pages): what a month of
/// a full calendar touches, with its objects. A page that is not there has to be decrypted.
const READING_CACHE: i64 = -4096;
/// What the writing one keeps: changes come from everywhere, so little of what it has read is asked for again.
const WRITING_CACHE: i64 = -2048;
/// After so many pages the WAL is carried over into the database. The more come together, the more often one page
/// stands for several changes. What is durable does not depend on it.
const CHECKPOINT_PAGES: i64 = 4096;

/// The one connection that writes.
pub(super) fn open_for_writing(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let connection = open(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA journal_size_limit = 16777216;
         PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};
         PRAGMA cache_size = {WRITING_CACHE};",
    ))?;
    Ok(connection)
}

/// A connection that cannot write.
pub(super) fn open_for_reading(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let connection = open(path, key, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.execute_batch(&format!(
        "PRAGMA query_only = ON; PRAGMA cache_size = {READING_CACHE};"
    ))?;
    Ok(connection)
}

fn open(path: &Path, key: &DatabaseKey, access: OpenFlags) -> Result<Connection, StoreError> {
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // Without it SQLite looks at the values bound to a statement to see whether a partial index would do, and then
    // compiles the statement anew whenever other values are bound: at every single use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(&key.pragma())?;
    // SQLCipher would write about pages it cannot read to standard error; we say it in our own words.
    connection.execute_batch("PRAGMA cipher_log_level = NONE; PRAGMA temp_store = MEMORY;")?;
    match connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())) {
        Ok(()) => Ok(connection),
        Err(error) => Err(unreadable(path, key, error)),
    }
}

/// The first read fails the same way for a wrong key and for damage; the check beside the database decides.
fn unreadable(path: &Path, key: &DatabaseKey, error: rusqlite::Error) -> StoreError {
    match (error.sqlite_error_code(), key.proof()) {
        (Some(ErrorCode::NotADatabase), KeyProof::Unchecked) => {
            StoreError::WrongKey(path.to_owned())
        }
        (Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt), _) => {
            StoreError::Damaged(path.to_owned())
        }
        _ => error.into(),
    }
}
