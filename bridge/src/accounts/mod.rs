//! The accounts: adding, choosing, health with its fix, conflicts and held deletions. What the window and the command
//! line ask, they ask here.
//!
//! An account is one sign-in at a provider. Its password is sealed in the store; nothing in here logs it or returns it.
//! Not here: when and what is synced ([`crate::sync`]), how a provider is spoken to ([`crate::provider`]).

mod add;
mod again;
mod appearance;
mod choose;
mod conflicts;
mod connect;
mod deletions;
mod endpoints;
mod error;
mod health;
mod providers;
mod remove;
mod secret;
mod services;
mod trouble;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock::Clock;
use crate::dns::{Dns, SystemDns};
use crate::http::{Http, HttpClient};
use crate::ids::Ids;
use crate::provider::Presets;
use crate::secrets::SealingKey;
use crate::store::{Store, StoreError, accounts, collections};

pub use self::add::NewAccount;
pub use self::appearance::Direction;
pub use self::conflicts::ConflictView;
pub use self::connect::{NewConnection, Permission};
pub use self::deletions::{Decision, HeldView, Side, StillGone};
pub use self::endpoints::{Endpoints, EndpointsError};
pub use self::error::AccountsError;
pub use self::health::{CalendarHealth, Health, State, Trouble};
pub use self::providers::OpenProviders;
pub use self::remove::Unsent;
pub use self::services::is_in_browser;
pub use self::trouble::{Words, words};
pub use crate::oauth::SignInError as BrowserError;
pub use crate::store::accounts::{Account, AccountId};
pub use crate::store::collections::{Collection, CollectionId};
pub use crate::store::conflicts::ConflictId;

/// Everything that has to do with accounts, over one open store.
#[derive(Clone)]
pub struct Accounts {
    /// Where they are kept.
    pub store: Store,
    /// Seals their passwords.
    pub key: SealingKey,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<dyn Ids>,
    /// The way to the providers.
    pub http: Arc<dyn Http>,
    /// Where domains say where their calendars are.
    pub dns: Arc<dyn Dns>,
    /// The known providers.
    pub presets: Arc<Presets>,
    /// Addresses in place of the providers' own.
    pub endpoints: Arc<Endpoints>,
    /// The folder for locks between processes.
    pub locks: PathBuf,
}

/// What accounts need from around the store.
#[derive(Clone)]
pub struct Surroundings<'a> {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<dyn Ids>,
    /// The folder of the configuration, where a `providers.toml` may lie.
    pub config_folder: &'a Path,
    /// The folder of the database.
    pub data_folder: &'a Path,
    /// A file with addresses in place of the providers' own.
    pub endpoints: Option<&'a Path>,
}

impl Accounts {
    /// The accounts in this store, with the real network around them.
    ///
    /// # Errors
    /// When `providers.toml` or the endpoints file is wrong.
    pub fn over(
        store: &Store,
        key: &SealingKey,
        around: &Surroundings<'_>,
    ) -> Result<Self, AccountsError> {
        let endpoints = around.endpoints.map(Endpoints::read).transpose()?;
        let endpoints = endpoints.unwrap_or_default();
        let mut presets = Presets::read(around.config_folder)?;
        if let Some(address) = &endpoints.caldav {
            presets = presets.at(address);
        }
        let http = HttpClient::new(endpoints.authority.as_deref())?;
        Ok(Self {
            store: store.clone(),
            key: key.clone(),
            clock: Arc::clone(&around.clock),
            ids: Arc::clone(&around.ids),
            http: Arc::new(http),
            dns: Arc::new(SystemDns),
            presets: Arc::new(presets),
            endpoints: Arc::new(endpoints),
            locks: around.data_folder.to_owned(),
        })
    }

    /// The account that the doctor calls so.
    ///
    /// # Errors
    /// [`AccountsError::NoSuchAccount`] names those there are.
    pub fn named(&self, name: &str) -> Result<Account, AccountsError> {
        self.store.read(|tx| {
            if let Some(account) = accounts::find(tx, name)? {
                return Ok(account);
            }
            let names: Vec<String> = accounts::list(tx)?
                .into_iter()
                .map(|account| account.name)
                .collect();
            Err(AccountsError::no_account(name, &names))
        })
    }

    /// The account of this row.
    ///
    /// # Errors
    /// [`AccountsError::Gone`] when it was removed.
    pub fn account(&self, id: AccountId) -> Result<Account, AccountsError> {
        let account = self
            .store
            .read::<_, StoreError>(|tx| accounts::get(tx, id))?;
        account.ok_or(AccountsError::Gone)
    }

    /// The calendar of this row.
    ///
    /// # Errors
    /// [`AccountsError::Gone`] when it was removed.
    pub fn collection(&self, id: CollectionId) -> Result<Collection, AccountsError> {
        let found = self
            .store
            .read::<_, StoreError>(|tx| collections::get(tx, id))?;
        found.ok_or(AccountsError::Gone)
    }
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}
