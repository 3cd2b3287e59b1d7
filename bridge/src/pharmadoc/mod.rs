//! The doctor at the PharmaDOC platform: signing in, and the nudges that it hands on.
//!
//! - `place`: where it is; `session`: signing in and staying signed in; `api`: one request each;
//! - `watches`: what providers are made to tell it of; `nudges`: the loop that keeps those and hears what they told.
//!
//! Whatever goes there is made of ids, digests and states (`bridge_core::pharmadoc`).

mod api;
mod nudges;
mod place;
mod session;
mod watches;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::accounts::Accounts;
use crate::config::Config;
use crate::oauth::{Holder, Keeper};
use crate::provider::{Bearer, ErrorKind, ProviderError};
use crate::secrets::Sensitive;
use crate::store::sealed;
use crate::store::{ReadTx, StoreError, WriteTx, integrations, meta};

pub use api::Api;
pub use nudges::{Nudges, Waker};
pub use place::Place;

/// Under this name the store remembers who is signed in.
const CHOICE: &str = "pharmadoc";

/// The platform, for the doctor of one installation.
#[derive(Clone)]
pub struct Pharmadoc {
    accounts: Accounts,
    place: Place,
    keeper: Arc<Keeper>,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doctor {
    /// What PharmaDOC calls them.
    pub user: String,
    /// The address they sign in with.
    pub mail: String,
}

/// Signing in did not work.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Address or password is wrong.
    #[error("PharmaDOC does not know this address with this password. Check both, and try again.")]
    Refused,
    /// The platform could not be asked.
    #[error("PharmaDOC could not be asked ({0}). Check the network and try again.")]
    Unreachable(ProviderError),
    /// Nothing could be kept.
    #[error(transparent)]
    Store(#[from] sealed::SealedError),
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.into())
    }
}

impl Pharmadoc {
    /// The platform that is named in the endpoints file or in `config.toml`; nothing where neither names one.
    pub fn over(accounts: &Accounts, config: &Config) -> Option<Self> {
        let place = Place::find(&accounts.endpoints, config)?;
        let keeper = Keeper::new(accounts.signer(), place.auth.clone(), Holder::Pharmadoc);
        Some(Self {
            accounts: accounts.clone(),
            place,
            keeper: Arc::new(keeper),
        })
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// Those of the database.
    pub fn doctor(&self) -> Result<Option<Doctor>, StoreError> {
        self.accounts.store.read(doctor)
    }

    /// How many watches tell of changes at the moment.
    ///
    /// # Errors
    /// Those of the database.
    pub fn watches(&self) -> Result<u32, StoreError> {
        self.accounts.store.read(integrations::count_watched)
    }

    /// Signs in with a password, which is not kept.
    ///
    /// # Errors
    /// [`SignInError`]; who was signed in before still is then.
    pub async fn sign_in(
        &self,
        mail: &str,
        password: &Sensitive<String>,
    ) -> Result<Doctor, SignInError> {
        let accounts = &self.accounts;
        let (http, now) = (accounts.http.as_ref(), accounts.clock.now());
        let signed_in = session::sign_in(&self.place.auth, http, (mail, password), now).await;
        let (tokens, user) = signed_in.map_err(SignInError::of)?;
        let doctor = Doctor {
            user,
            mail: mail.to_owned(),
        };
        let (key, ids) = (accounts.key.clone(), Arc::clone(&accounts.ids));
        let (before, kept) = (self.doctor()?, doctor.clone());
        let keep = move |tx: &mut WriteTx<'_>| -> Result<(), SignInError> {
            if before.is_some_and(|before| before.user != kept.user) {
                // What is announced belongs to somebody else.
                integrations::clear(tx)?;
            }
            tokens.keep(tx, (&key, ids.as_ref()), Holder::Pharmadoc, now)?;
            // Two texts always have a JSON form.
            let text = serde_json::to_string(&kept).unwrap_or_default();
            Ok(meta::remember(tx, CHOICE, &text)?)
        };
        accounts.store.write_async(keep).await?;
        Ok(doctor)
    }

    /// Takes back what was announced, as far as that can be done now, and forgets who is signed in.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sign_out(&self) -> Result<(), StoreError> {
        if let Err(error) = self.leave().await {
            tracing::info!(%error, "PharmaDOC was not told of the end; what it knows ends by itself");
        }
        let forget = |tx: &mut WriteTx<'_>| {
            integrations::clear(tx)?;
            sealed::forget(tx, &Holder::Pharmadoc.owner())?;
            meta::forget(tx, CHOICE)
        };
        self.accounts.store.write_async(forget).await
    }

    async fn leave(&self) -> Result<(), ProviderError> {
        for integration in self.read(integrations::list)? {
            if let Some(id) = &integration.id {
                self.api().take_back(id).await?;
            }
        }
        self.keeper.revoke().await
    }

    /// The API, as the doctor.
    pub fn api(&self) -> Api {
        let http = Arc::clone(&self.accounts.http);
        let keeper: Arc<dyn Bearer> = Arc::<Keeper>::clone(&self.keeper);
        Api::new(http, keeper, &self.place)
    }

    fn read<T>(
        &self,
        work: impl FnOnce(&ReadTx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, ProviderError> {
        self.accounts
            .store
            .read(work)
            .map_err(|error| not_kept(&error))
    }

    async fn write(
        &self,
        work: impl FnOnce(&mut WriteTx<'_>) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), ProviderError> {
        let written = self.accounts.store.write_async(work).await;
        written.map_err(|error| not_kept(&error))
    }
}

impl SignInError {
    fn of(error: ProviderError) -> Self {
        match error.kind {
            ErrorKind::Unauthenticated => Self::Refused,
            _ => Self::Unreachable(error),
        }
    }
}

/// Who is signed in.
fn doctor(tx: &ReadTx<'_>) -> Result<Option<Doctor>, StoreError> {
    let kept = meta::choice(tx, CHOICE)?;
    Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
}

fn not_kept(error: &StoreError) -> ProviderError {
    ProviderError::new(ErrorKind::Unavailable, error.to_string())
}
