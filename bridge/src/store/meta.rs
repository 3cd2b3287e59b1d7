//! Single values that belong to the database as a whole.

use rusqlite::{OptionalExtension as _, params};

use super::{ReadTx, Seq, StoreError, WriteTx};

/// Random text that marks this very database. Part of every sync token and ctag, so that tokens of a database that
/// was deleted and made anew are known as foreign.
///
/// # Errors
/// Those of the database.
pub fn epoch(tx: &ReadTx<'_>) -> Result<String, StoreError> {
    let mut epoch = tx.prepare("SELECT value FROM meta WHERE name = 'epoch'")?;
    Ok(epoch.query_row([], |row| row.get(0))?)
}

/// A secret of this installation that no client is ever shown, unlike the epoch: it keeps hashed UIDs from being guessed.
///
/// # Errors
/// Those of the database.
pub fn salt(tx: &ReadTx<'_>) -> Result<String, StoreError> {
    let mut salt = tx.prepare("SELECT value FROM meta WHERE name = 'salt'")?;
    Ok(salt.query_row([], |row| row.get(0))?)
}

/// The latest sequence number of the whole store: the ctag of `everything`.
///
/// # Errors
/// Those of the database.
pub fn head(tx: &ReadTx<'_>) -> Result<Seq, StoreError> {
    let mut head = tx.prepare("SELECT value FROM meta WHERE name = 'seq'")?;
    Ok(head.query_row([], |row| row.get(0))?)
}

/// What SQLite finds wrong when it reads every page and compares every index with its table; nothing in a healthy
/// database. Takes as long as reading the whole file.
///
/// # Errors
/// Those of the database.
pub fn faults(tx: &ReadTx<'_>) -> Result<Vec<String>, StoreError> {
    let mut check = tx.prepare("PRAGMA integrity_check")?;
    let lines = check.query_map([], |row| row.get::<_, String>(0))?;
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// A remembered choice, such as the port.
///
/// # Errors
/// Those of the database.
pub fn choice(tx: &ReadTx<'_>, name: &str) -> Result<Option<String>, StoreError> {
    let mut get = tx.prepare("SELECT value FROM meta WHERE name = 'choice.' || ?1")?;
    Ok(get.query_row([name], |row| row.get(0)).optional()?)
}

/// Remembers a choice.
///
/// # Errors
/// Those of the database.
pub fn remember(tx: &mut WriteTx<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    tx.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('choice.' || ?1, ?2)")?
        .execute(params![name, value])?;
    Ok(())
}

/// Forgets a choice.
///
/// # Errors
/// Those of the database.
pub fn forget(tx: &mut WriteTx<'_>, name: &str) -> Result<(), StoreError> {
    tx.prepare("DELETE FROM meta WHERE name = 'choice.' || ?1")?
        .execute([name])?;
    Ok(())
}
