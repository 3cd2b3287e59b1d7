//! Values that are sealed once more inside the encrypted database: the key of the local certificate, tokens.
//!
//! Whoever can read the open database (a debugger, a copied page cache) still has nothing without the sealing
//! key. The row and the field are bound into the seal, so a value cannot be moved to another place.

use bridge_core::time::Instant;
use rusqlite::{OptionalExtension as _, params};

use super::values::micros;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::Ids;
use crate::secrets::{SealError, SealingKey, Sensitive};

/// Why a sealed value could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealedError {
    /// The seal does not fit.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn place(owner: &str, field: &str) -> String {
    format!("secrets/{owner}/{field}")
}

/// The opened value of `field` of `owner`.
///
/// # Errors
/// [`SealedError::Seal`] when the value was sealed under another key or for another place.
pub fn get(
    tx: &ReadTx<'_>,
    key: &SealingKey,
    owner: &str,
    field: &str,
) -> Result<Option<Sensitive<Vec<u8>>>, SealedError> {
    let mut get = tx.prepare("SELECT sealed FROM secrets WHERE owner = ?1 AND field = ?2")?;
    let sealed: Option<Vec<u8>> = get
        .query_row([owner, field], |row| row.get(0))
        .optional()
        .map_err(StoreError::from)?;
    Ok(match sealed {
        Some(sealed) => Some(key.open(&place(owner, field), &sealed)?),
        None => None,
    })
}

/// Seals and keeps `value`.
///
/// # Errors
/// [`SealedError::Seal`] when there is no randomness for the nonce.
pub fn set(
    tx: &mut WriteTx<'_>,
    key: &SealingKey,
    ids: &dyn Ids,
    (owner, field): (&str, &str),
    value: &[u8],
    now: Instant,
) -> Result<(), SealedError> {
    let sealed = key.seal(ids, &place(owner, field), value)?;
    tx.prepare(
        "INSERT OR REPLACE INTO secrets (owner, field, sealed, changed) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![owner, field, sealed, micros(now)])
    .map_err(StoreError::from)?;
    Ok(())
}

/// Forgets everything that belongs to `owner`.
///
/// # Errors
/// Those of the database.
pub fn forget(tx: &mut WriteTx<'_>, owner: &str) -> Result<(), StoreError> {
    tx.prepare("DELETE FROM secrets WHERE owner = ?1")?
        .execute([owner])?;
    Ok(())
}
