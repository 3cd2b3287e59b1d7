//! The accounts as PharmaDOC knows them, and what their providers tell it of.

use bridge_core::pharmadoc::nudges;
use bridge_core::time::Instant;
use rusqlite::{OptionalExtension as _, Row, params};

use super::accounts::AccountId;
use super::values::{instant, micros};
use super::{ReadTx, StoreError, WriteTx};

/// An account as PharmaDOC knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    /// The key of its announcement.
    pub key: String,
    /// Which account; none when it was removed.
    pub account: Option<AccountId>,
    /// What PharmaDOC calls it; none until it has answered.
    pub id: Option<String>,
}

/// A watch, with what both sides call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// How far it came.
    pub plan: nudges::Watch,
    /// PharmaDOC's channel.
    pub channel: Option<String>,
    /// The provider's name of its side.
    pub name: Option<String>,
}

fn integration(row: &Row<'_>) -> rusqlite::Result<Integration> {
    Ok(Integration {
        key: row.get(0)?,
        account: row.get(1)?,
        id: row.get(2)?,
    })
}

/// All of them.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<Integration>, StoreError> {
    let mut list = tx.prepare("SELECT key, account, id FROM integrations ORDER BY key")?;
    Ok(list.query_map([], integration)?.collect::<Result<_, _>>()?)
}

/// The one of an account.
///
/// # Errors
/// Those of the database.
pub fn of_account(tx: &ReadTx<'_>, account: AccountId) -> Result<Option<Integration>, StoreError> {
    let mut find = tx.prepare("SELECT key, account, id FROM integrations WHERE account = ?1")?;
    Ok(find.query_row([account], integration).optional()?)
}

/// The account of what PharmaDOC calls so.
///
/// # Errors
/// Those of the database.
pub fn account(tx: &ReadTx<'_>, id: &str) -> Result<Option<AccountId>, StoreError> {
    let mut find = tx.prepare("SELECT account FROM integrations WHERE id = ?1")?;
    Ok(find.query_row([id], |row| row.get(0)).optional()?.flatten())
}

/// Notes that an account will be announced under this key.
///
/// # Errors
/// Those of the database.
pub fn begin(tx: &mut WriteTx<'_>, key: &str, account: AccountId) -> Result<(), StoreError> {
    tx.prepare("INSERT INTO integrations (key, account) VALUES (?1, ?2)")?
        .execute(params![key, account])?;
    Ok(())
}

/// Notes what PharmaDOC calls it.
///
/// # Errors
/// Those of the database.
pub fn announced(tx: &mut WriteTx<'_>, key: &str, id: &str) -> Result<(), StoreError> {
    tx.prepare("UPDATE integrations SET id = ?2 WHERE key = ?1")?
        .execute([key, id])?;
    Ok(())
}

/// Forgets one, with its watches.
///
/// # Errors
/// Those of the database.
pub fn forget(tx: &mut WriteTx<'_>, key: &str) -> Result<(), StoreError> {
    tx.prepare("DELETE FROM integrations WHERE key = ?1")?
        .execute([key])?;
    Ok(())
}

/// Forgets all, when nobody is signed in any more.
///
/// # Errors
/// Those of the database.
pub fn clear(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    tx.prepare("DELETE FROM integrations")?.execute([])?;
    Ok(())
}

/// The watches of one, by their keys.
///
/// # Errors
/// Those of the database.
pub fn watches(tx: &ReadTx<'_>, integration: &str) -> Result<Vec<Watch>, StoreError> {
    let mut list = tx.prepare(
        "SELECT key, target, due, channel, watch FROM watches WHERE integration = ?1 ORDER BY key",
    )?;
    let watches = list.query_map([integration], |row| {
        Ok(Watch {
            plan: nudges::Watch {
                key: row.get(0)?,
                target: row.get(1)?,
                due: row.get::<_, Option<i64>>(2)?.map(instant),
            },
            channel: row.get(3)?,
            name: row.get(4)?,
        })
    })?;
    Ok(watches.collect::<Result<_, _>>()?)
}

/// How many watches a provider has agreed to.
///
/// # Errors
/// Those of the database.
pub fn count_watched(tx: &ReadTx<'_>) -> Result<u32, StoreError> {
    let mut count = tx.prepare("SELECT count(*) FROM watches WHERE due IS NOT NULL")?;
    Ok(count.query_row([], |row| row.get(0))?)
}

/// Notes that a watch is begun under this key.
///
/// # Errors
/// Those of the database.
pub fn begin_watch(
    tx: &mut WriteTx<'_>,
    key: &str,
    integration: &str,
    target: &str,
) -> Result<(), StoreError> {
    tx.prepare("INSERT INTO watches (key, integration, target) VALUES (?1, ?2, ?3)")?
        .execute([key, integration, target])?;
    Ok(())
}

/// Notes PharmaDOC's channel.
///
/// # Errors
/// Those of the database.
pub fn opened(tx: &mut WriteTx<'_>, key: &str, channel: &str) -> Result<(), StoreError> {
    tx.prepare("UPDATE watches SET channel = ?2 WHERE key = ?1")?
        .execute([key, channel])?;
    Ok(())
}

/// Notes that the provider will call.
///
/// # Errors
/// Those of the database.
pub fn watched(
    tx: &mut WriteTx<'_>,
    key: &str,
    name: &str,
    due: Instant,
) -> Result<(), StoreError> {
    tx.prepare("UPDATE watches SET watch = ?2, due = ?3 WHERE key = ?1")?
        .execute(params![key, name, micros(due)])?;
    Ok(())
}

/// Forgets a watch.
///
/// # Errors
/// Those of the database.
pub fn forget_watch(tx: &mut WriteTx<'_>, key: &str) -> Result<(), StoreError> {
    tx.prepare("DELETE FROM watches WHERE key = ?1")?
        .execute([key])?;
    Ok(())
}
