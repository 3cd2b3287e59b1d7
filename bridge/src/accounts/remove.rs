//! Removing an account: its password, its copies, what is known about them. The provider keeps everything.

use super::{AccountId, Accounts, AccountsError, CollectionId};
use crate::store::{ReadTx, StoreError, accounts, collections, outbox};

/// What happens to changes made here that the provider does not have yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// They are not to be lost: nothing is removed while there are any.
    Keep,
    /// They may be lost.
    Lose,
}

impl Accounts {
    /// Removes an account with its password and its copies.
    ///
    /// # Errors
    /// [`AccountsError::Unsent`] when changes made here would be lost and nobody agreed to that.
    pub fn remove(&self, id: AccountId, unsent: Unsent) -> Result<(), AccountsError> {
        self.store.write(move |tx| {
            accounts::get(tx, id)?.ok_or(AccountsError::Gone)?;
            let collections = collections::of_account(tx, id)?;
            let ids: Vec<_> = collections.iter().map(|collection| collection.id).collect();
            check_unsent(tx, &ids, unsent)?;
            for collection in &collections {
                collections::drop_copy(tx, collection)?;
            }
            Ok(accounts::remove(tx, id)?)
        })
    }

    /// Whether [`Accounts::remove`] would do it, for who has to tell others first.
    ///
    /// # Errors
    /// Those of [`Accounts::remove`].
    pub fn check_removal(&self, id: AccountId, unsent: Unsent) -> Result<(), AccountsError> {
        self.store
            .read(|tx| check_unsent(tx, &calendars_of(tx, id)?, unsent))
    }

    /// Changes made here that the provider of this account does not have yet.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unsent(&self, id: AccountId) -> Result<usize, AccountsError> {
        Ok(self
            .store
            .read::<_, StoreError>(|tx| count_unsent(tx, &calendars_of(tx, id)?))?)
    }
}

pub(super) fn check_unsent(
    tx: &ReadTx<'_>,
    collections: &[CollectionId],
    unsent: Unsent,
) -> Result<(), AccountsError> {
    match (unsent, count_unsent(tx, collections)?) {
        (Unsent::Lose, _) | (Unsent::Keep, 0) => Ok(()),
        (Unsent::Keep, count) => Err(AccountsError::Unsent(count)),
    }
}

fn calendars_of(tx: &ReadTx<'_>, id: AccountId) -> Result<Vec<CollectionId>, StoreError> {
    let all = collections::of_account(tx, id)?;
    Ok(all.iter().map(|collection| collection.id).collect())
}

fn count_unsent(tx: &ReadTx<'_>, collections: &[CollectionId]) -> Result<usize, StoreError> {
    let mut count = 0;
    for id in collections {
        count += outbox::list(tx, *id)?.len();
    }
    Ok(count)
}
