//! From an account to the provider that reads and writes its calendars.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::add::read_found;
use super::connect::Permission;
use super::{AccountId, Accounts, AccountsError, secret};
use crate::provider::{CalendarProvider, ErrorKind, ProviderError};
use crate::store::accounts;
use crate::sync::runner::Providers;

type Kept = BTreeMap<AccountId, Arc<dyn CalendarProvider>>;

/// The providers of all accounts, each made once and kept: it has connections, and knows where calendars moved.
pub struct OpenProviders {
    accounts: Accounts,
    kept: Mutex<Kept>,
}

impl OpenProviders {
    /// None is made yet.
    pub fn new(accounts: Accounts) -> Self {
        Self {
            accounts,
            kept: Mutex::default(),
        }
    }

    /// Makes them anew when they are next asked for: an account was changed or removed.
    pub fn forget(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make(&self, id: AccountId) -> Result<Arc<dyn CalendarProvider>, AccountsError> {
        let accounts = &self.accounts;
        accounts.store.read(|tx| {
            let account = accounts::get(tx, id)?.ok_or(AccountsError::Gone)?;
            if let Some(place) = accounts.place_of(&account)? {
                let keeper = accounts.keeper(&place, id);
                let permission = Permission::of(&account);
                let http = Arc::clone(&accounts.http);
                return Ok(place.open(http, Arc::new(keeper), permission));
            }
            let missing = || AccountsError::NoPassword(account.name.clone());
            let password = secret::read(tx, &accounts.key, id)?.ok_or_else(missing)?;
            let found = account.found.as_deref().and_then(read_found);
            let found = found.ok_or_else(missing)?;
            let provider = accounts.open(&account.user, &password, &found);
            Ok::<Arc<dyn CalendarProvider>, _>(Arc::new(provider))
        })
    }
}

#[async_trait]
impl Providers for OpenProviders {
    async fn provider(
        &self,
        account: AccountId,
    ) -> Result<Arc<dyn CalendarProvider>, ProviderError> {
        if let Some(kept) = self.kept().get(&account) {
            return Ok(Arc::clone(kept));
        }
        let made = self.make(account).map_err(|error| {
            let kind = match error {
                AccountsError::Store(_) => ErrorKind::Unavailable,
                _ => ErrorKind::Unauthenticated,
            };
            ProviderError::new(kind, error.to_string())
        })?;
        self.kept().insert(account, Arc::clone(&made));
        Ok(made)
    }
}
