//! How often the tokens of an account were refreshed, and how often that failed, by day.

use bridge_core::time::Instant;
use rusqlite::params;

use super::accounts::AccountId;
use super::{ReadTx, StoreError, WriteTx};

/// What is told is about the last so many days; what is older is forgotten.
pub const KEPT_DAYS: i64 = 30;
const SECONDS_A_DAY: i64 = 86_400;

/// How a refresh ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There are new tokens.
    Succeeded,
    /// There are none.
    Failed,
}

/// The refreshes of the last [`KEPT_DAYS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refreshes {
    /// Those that gave new tokens.
    pub succeeded: u32,
    /// All of them.
    pub tried: u32,
}

fn day(at: Instant) -> i64 {
    at.timestamp().div_euclid(SECONDS_A_DAY)
}

/// Counts a refresh, and forgets those that are too old.
///
/// # Errors
/// Those of the database.
pub fn note(
    tx: &mut WriteTx<'_>,
    account: AccountId,
    outcome: Outcome,
    now: Instant,
) -> Result<(), StoreError> {
    let today = day(now);
    tx.prepare("DELETE FROM refreshes WHERE account = ?1 AND day <= ?2")?
        .execute(params![account, today - KEPT_DAYS])?;
    // An account that is just being removed is no reason to lose the tokens that are kept beside this.
    tx.prepare(
        "INSERT INTO refreshes (account, day, succeeded, failed)
         SELECT id, ?2, ?3, ?4 FROM accounts WHERE id = ?1
         ON CONFLICT (account, day) DO UPDATE SET succeeded = succeeded + excluded.succeeded,
           failed = failed + excluded.failed",
    )?
    .execute(params![
        account,
        today,
        u32::from(outcome == Outcome::Succeeded),
        u32::from(outcome == Outcome::Failed),
    ])?;
    Ok(())
}

/// Those of an account in the last [`KEPT_DAYS`] before `now`.
///
/// # Errors
/// Those of the database.
pub fn recent(tx: &ReadTx<'_>, account: AccountId, now: Instant) -> Result<Refreshes, StoreError> {
    let mut sums = tx.prepare(
        "SELECT ifnull(sum(succeeded), 0), ifnull(sum(succeeded + failed), 0) FROM refreshes
         WHERE account = ?1 AND day > ?2",
    )?;
    let recent = sums.query_row(params![account, day(now) - KEPT_DAYS], |row| {
        Ok(Refreshes {
            succeeded: row.get(0)?,
            tried: row.get(1)?,
        })
    })?;
    Ok(recent)
}
