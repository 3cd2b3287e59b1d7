//! A token for each request of an account, refreshed by one at a time.
//!
//! Two refreshes at once would spend the same refresh token twice, which a provider with rotation takes for theft and
//! answers by ending the grant. Tasks of this process wait for each other at a mutex, processes at a lock of the operating
//! system on a file, which ends with whoever holds it (ADR 19). Whoever gets it reads what is kept once more: mostly
//! somebody else has just done the work.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bridge_core::time::Instant;
use tokio::sync::Mutex;

use super::{Holder, Issuer, Tokens};
use crate::clock::Clock;
use crate::http::Http;
use crate::ids::Ids;
use crate::provider::{Bearer, ErrorKind, ProviderError};
use crate::secrets::{SealingKey, Sensitive};
use crate::store::refreshes::{self, Outcome};
use crate::store::sealed::SealedError;
use crate::store::{Store, StoreError};

/// What every keeper needs.
#[derive(Clone)]
pub struct Signer {
    /// Where tokens are kept.
    pub store: Store,
    /// What they are sealed with.
    pub key: SealingKey,
    /// Nonces for the seal.
    pub ids: Arc<dyn Ids>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The network.
    pub http: Arc<dyn Http>,
    /// The folder for the locks.
    pub folder: PathBuf,
}

/// The tokens of one account, or of the doctor at PharmaDOC.
pub struct Keeper {
    signer: Signer,
    issuer: Arc<dyn Issuer>,
    holder: Holder,
    /// One refresh at a time in this process.
    refreshing: Mutex<()>,
}

/// Where tokens come from.
#[derive(Clone, Copy)]
enum Origin {
    /// The doctor signed in.
    SignIn,
    /// The ones before were due.
    Refresh,
}

impl Keeper {
    /// Keeps what this issuer gives to this holder.
    pub fn new(signer: Signer, issuer: impl Issuer + 'static, holder: impl Into<Holder>) -> Self {
        Self {
            signer,
            issuer: Arc::new(issuer),
            holder: holder.into(),
            refreshing: Mutex::new(()),
        }
    }

    /// Keeps the tokens of a sign-in, in place of any before.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn keep(&self, tokens: &Tokens) -> Result<(), ProviderError> {
        self.keep_from(Origin::SignIn, tokens).await
    }

    /// Keeps tokens; that they were refreshed is counted in the same transaction.
    async fn keep_from(&self, origin: Origin, tokens: &Tokens) -> Result<(), ProviderError> {
        let (key, ids) = (self.signer.key.clone(), Arc::clone(&self.signer.ids));
        let (holder, tokens, now) = (self.holder, tokens.clone(), self.now());
        let kept = self.signer.store.write_async(move |tx| {
            tokens.keep(tx, (&key, ids.as_ref()), holder, now)?;
            match (origin, holder) {
                (Origin::Refresh, Holder::Account(account)) => {
                    Ok(refreshes::note(tx, account, Outcome::Succeeded, now)?)
                }
                (Origin::SignIn | Origin::Refresh, _) => Ok(()),
            }
        });
        kept.await.map_err(|error| not_kept(&error))
    }

    /// Tells the provider that the account is disconnected. Best effort: what is kept here goes with the account.
    ///
    /// # Errors
    /// Those of the network; then the doctor can withdraw the permission at the provider.
    pub async fn revoke(&self) -> Result<(), ProviderError> {
        let tokens = self.kept()?;
        self.issuer.revoke(self.signer.http.as_ref(), &tokens).await
    }

    fn now(&self) -> Instant {
        self.signer.clock.now()
    }

    fn kept(&self) -> Result<Tokens, ProviderError> {
        let tokens = self
            .signer
            .store
            .read(|tx| Tokens::kept(tx, &self.signer.key, self.holder))
            .map_err(|error| not_kept(&error))?;
        tokens.ok_or_else(|| ProviderError::new(ErrorKind::ConsentRevoked, "nobody is signed in"))
    }

    async fn refresh(
        &self,
        refused: Option<&Sensitive<String>>,
    ) -> Result<Sensitive<String>, ProviderError> {
        let _one = self.refreshing.lock().await;
        let file = self.signer.folder.join(self.holder.lock());
        let lock = tokio::task::spawn_blocking(move || lock(&file)).await;
        let _lock = lock
            .map_err(io::Error::other)
            .flatten()
            .map_err(|error| ProviderError::new(ErrorKind::Unavailable, error.to_string()))?;
        let tokens = self.kept()?;
        let wanted = match refused {
            Some(refused) => tokens.access == *refused,
            None => tokens.is_due(self.now()),
        };
        if !wanted {
            return Ok(tokens.access);
        }
        let http = self.signer.http.as_ref();
        let fresh = match self.issuer.refresh(http, &tokens, self.now()).await {
            Ok(fresh) => fresh,
            Err(error) => {
                self.count_failure(&error).await;
                return Err(error);
            }
        };
        // Durable before anybody uses it: the old one may be dead from now on.
        self.keep_from(Origin::Refresh, &fresh).await?;
        tracing::debug!(
            holder = self.holder.owner(),
            "the access token was refreshed"
        );
        Ok(fresh.access)
    }

    /// A refresh that never left this computer says nothing about the account: mostly there is no network.
    async fn count_failure(&self, error: &ProviderError) {
        let Holder::Account(account) = self.holder else {
            return;
        };
        if error.kind == ErrorKind::Offline {
            return;
        }
        let now = self.now();
        let counted = self
            .signer
            .store
            .write_async(move |tx| refreshes::note(tx, account, Outcome::Failed, now));
        if let Err(error) = counted.await {
            tracing::warn!(%error, %account, "a failed refresh was not counted");
        }
    }
}

/// Whatever happened, the account can be tried again.
#[async_trait]
impl Bearer for Keeper {
    async fn token(&self) -> Result<Sensitive<String>, ProviderError> {
        let tokens = self.kept()?;
        if tokens.is_due(self.now()) {
            return self.refresh(None).await;
        }
        Ok(tokens.access)
    }

    async fn instead_of(
        &self,
        refused: &Sensitive<String>,
    ) -> Result<Sensitive<String>, ProviderError> {
        self.refresh(Some(refused)).await
    }
}

/// Waits until this process alone holds the file.
fn lock(file: &Path) -> io::Result<File> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(file)?;
    file.lock()?;
    Ok(file)
}

fn not_kept(error: &SealedError) -> ProviderError {
    let kind = match error {
        SealedError::Seal(_) => ErrorKind::ConsentRevoked,
        SealedError::Store(StoreError::Full) => ErrorKind::Full,
        SealedError::Store(_) => ErrorKind::Unavailable,
    };
    ProviderError::new(kind, error.to_string())
}
