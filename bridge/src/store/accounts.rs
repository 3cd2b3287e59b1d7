//! The accounts: one sign-in at a provider each. The secret itself is in `sealed`, under [`AccountId::owner`].

use bridge_core::time::Instant;
use rusqlite::{OptionalExtension as _, Row, params};

use super::values::{instant, micros, row_id};
use super::{ReadTx, StoreError, WriteTx, sealed};

row_id! {
    /// An account, by its row.
    AccountId
}

impl AccountId {
    /// The owner of its values in `sealed`.
    pub fn owner(self) -> String {
        format!("account/{self}")
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its row.
    pub id: AccountId,
    /// What the doctor calls it.
    pub name: String,
    /// The kind of provider: `caldav`.
    pub provider: String,
    /// The entry of `providers.toml` it was made from.
    pub preset: String,
    /// Where signing in starts.
    pub address: String,
    /// The user name there.
    pub user: String,
    /// What signing in found, in the provider's own JSON.
    pub found: Option<String>,
    /// When it was added.
    pub created: Instant,
    /// The last round that reached the provider.
    pub checked: Option<Instant>,
    /// Failures in a row.
    pub failures: u32,
    /// Not before then.
    pub retry_at: Option<Instant>,
    /// What is wrong with it.
    pub trouble: Option<Trouble>,
}

/// What is wrong with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Why, as the faces know it (`sync::Problem`).
    pub problem: String,
    /// Since when.
    pub since: Instant,
    /// Whether it waits for the doctor, instead of trying again.
    pub needs_user: bool,
}

/// What a new account is made from.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What the doctor calls it.
    pub name: String,
    /// The kind of provider.
    pub provider: String,
    /// The entry of `providers.toml`.
    pub preset: String,
    /// Where signing in starts.
    pub address: String,
    /// The user name there.
    pub user: String,
    /// What signing in found.
    pub found: Option<String>,
}

/// Why an account was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddError {
    /// The name is taken.
    #[error("there is already an account \"{0}\"; choose another name with --name")]
    NameTaken(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const COLUMNS: &str = "id, name, provider, preset, address, user, found, created, checked, failures, \
                       retry_at, problem, problem_since, needs_user";

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    let problem: Option<String> = row.get(11)?;
    let since: Option<i64> = row.get(12)?;
    let needs_user = row.get(13)?;
    Ok(Account {
        id: row.get(0)?,
        name: row.get(1)?,
        provider: row.get(2)?,
        preset: row.get(3)?,
        address: row.get(4)?,
        user: row.get(5)?,
        found: row.get(6)?,
        created: instant(row.get(7)?),
        checked: row.get::<_, Option<i64>>(8)?.map(instant),
        failures: row.get(9)?,
        retry_at: row.get::<_, Option<i64>>(10)?.map(instant),
        trouble: problem.zip(since).map(|(problem, since)| Trouble {
            problem,
            since: instant(since),
            needs_user,
        }),
    })
}

/// Every account, the oldest first.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &ReadTx<'_>) -> Result<Vec<Account>, StoreError> {
    let mut list = tx.prepare(&format!("SELECT {COLUMNS} FROM accounts ORDER BY id"))?;
    Ok(list.query_map([], account)?.collect::<Result<_, _>>()?)
}

/// The account of this row.
///
/// # Errors
/// Those of the database.
pub fn get(tx: &ReadTx<'_>, id: AccountId) -> Result<Option<Account>, StoreError> {
    let mut get = tx.prepare(&format!("SELECT {COLUMNS} FROM accounts WHERE id = ?1"))?;
    Ok(get.query_row([id], account).optional()?)
}

/// The account of this name.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &ReadTx<'_>, name: &str) -> Result<Option<Account>, StoreError> {
    let mut find = tx.prepare(&format!("SELECT {COLUMNS} FROM accounts WHERE name = ?1"))?;
    Ok(find.query_row([name], account).optional()?)
}

/// Makes an account.
///
/// # Errors
/// [`AddError::NameTaken`].
pub fn add(tx: &mut WriteTx<'_>, new: &NewAccount, now: Instant) -> Result<Account, AddError> {
    if find(tx, &new.name)?.is_some() {
        return Err(AddError::NameTaken(new.name.clone()));
    }
    let made = tx
        .prepare(&format!(
            "INSERT INTO accounts (name, provider, preset, address, user, found, created)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING {COLUMNS}"
        ))?
        .query_row(
            params![
                new.name,
                new.provider,
                new.preset,
                new.address,
                new.user,
                new.found,
                micros(now)
            ],
            account,
        )
        .map_err(StoreError::from)?;
    Ok(made)
}

/// Notes what signing in found, and that it works.
///
/// # Errors
/// Those of the database.
pub fn set_found(tx: &mut WriteTx<'_>, id: AccountId, found: &str) -> Result<(), StoreError> {
    tx.prepare("UPDATE accounts SET found = ?2 WHERE id = ?1")?
        .execute(params![id, found])?;
    Ok(())
}

/// Notes a round that reached the provider: nothing is wrong. Whoever was asked to wait meanwhile goes on waiting: the
/// answer was on its way before.
///
/// # Errors
/// Those of the database.
pub fn succeeded(tx: &mut WriteTx<'_>, id: AccountId, now: Instant) -> Result<(), StoreError> {
    tx.prepare(
        "UPDATE accounts SET failures = 0, retry_at = NULL, problem = NULL, problem_since = NULL, needs_user = 0
         WHERE id = ?1 AND (retry_at IS NULL OR retry_at <= ?2)",
    )?
    .execute(params![id, micros(now)])?;
    tx.prepare("UPDATE accounts SET checked = ?2 WHERE id = ?1")?
        .execute(params![id, micros(now)])?;
    Ok(())
}

/// Notes a failure and when to try again; with neither a time nor success, only the doctor can mend it.
///
/// # Errors
/// Those of the database.
pub fn failed(
    tx: &mut WriteTx<'_>,
    id: AccountId,
    problem: &str,
    retry_at: Option<Instant>,
    now: Instant,
) -> Result<(), StoreError> {
    tx.prepare(
        "UPDATE accounts SET failures = failures + 1, retry_at = ?3, needs_user = ?3 IS NULL,
           problem_since = iif(problem = ?2, problem_since, ?4), problem = ?2 WHERE id = ?1",
    )?
    .execute(params![id, problem, retry_at.map(micros), micros(now)])?;
    Ok(())
}

/// Forgets what was wrong, so that the next round is tried at once (a new password, a network again).
///
/// # Errors
/// Those of the database.
pub fn try_again(tx: &mut WriteTx<'_>, id: AccountId) -> Result<(), StoreError> {
    tx.prepare("UPDATE accounts SET failures = 0, retry_at = NULL, needs_user = 0 WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Removes an account with its secrets and everything known about its calendars. The calendars here are removed by
/// `collections::drop_copies` before.
///
/// # Errors
/// Those of the database.
pub fn remove(tx: &mut WriteTx<'_>, id: AccountId) -> Result<(), StoreError> {
    sealed::forget(tx, &id.owner())?;
    tx.prepare("DELETE FROM accounts WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}
