//! Opening an installation: find the key, open the store.

use crate::ids::Ids;
use crate::paths::Paths;
use crate::secrets::{self, KeyChoice, Keychain, SealingKey, SecretsError, Warning};
use crate::store::{Store, StoreError};

/// An installation that is ready to be used.
pub struct Opened {
    /// The database.
    pub store: Store,
    /// The key for values that are sealed inside it.
    pub sealing_key: SealingKey,
    /// What its owner should hear.
    pub warnings: Vec<Warning>,
}

/// Why an installation could not be opened. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no key.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// There is a key, but no database to read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Finds the key as `choice` says and opens the database in `paths`, making both the first time.
///
/// # Errors
/// [`OpenError`] says what to do.
pub fn open(
    paths: &Paths,
    choice: &KeyChoice,
    keychain: &dyn Keychain,
    ids: &dyn Ids,
) -> Result<Opened, OpenError> {
    let unlocked = secrets::unlock(paths, choice, keychain, ids)?;
    let store = Store::open(&paths.database(), &unlocked.master.database_key())?;
    Ok(Opened {
        store,
        sealing_key: unlocked.master.sealing_key(),
        warnings: unlocked.warnings,
    })
}
