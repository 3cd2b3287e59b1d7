//! Bringing a database to the latest version: numbered SQL files, forward only, never edited after a release.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// Marks the file as ours ("PhDc").
const APPLICATION_ID: i64 = 0x5068_4463;

/// Migration `n` brings version `n` to `n + 1`.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_initial.sql")];

/// The version this program writes.
fn latest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Applies what is missing, all of it in one transaction.
pub(super) fn to_latest(connection: &mut Connection) -> Result<(), StoreError> {
    // An up-to-date database is opened without waiting for a process that happens to write.
    if version(connection)? == latest() {
        return Ok(());
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&tx)?;
    if found > latest() {
        return Err(StoreError::Newer {
            found,
            known: latest(),
        });
    }
    let done = usize::try_from(found).unwrap_or(0);
    for sql in MIGRATIONS.iter().skip(done) {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "user_version", latest())?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    Ok(tx.commit()?)
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}
