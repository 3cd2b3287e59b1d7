//! Who gives tokens out, and to whom.

use async_trait::async_trait;
use bridge_core::time::Instant;

use super::{Authority, Tokens, exchange};
use crate::http::Http;
use crate::provider::ProviderError;
use crate::store::accounts::AccountId;

/// Gives tokens for tokens.
#[async_trait]
pub trait Issuer: Send + Sync {
    /// New tokens for the refresh token of `old`, which may be spent from then on.
    ///
    /// # Errors
    /// [`ErrorKind::ConsentRevoked`](crate::provider::ErrorKind::ConsentRevoked) when a person has to sign in again; those
    /// of the network.
    async fn refresh(
        &self,
        http: &dyn Http,
        old: &Tokens,
        now: Instant,
    ) -> Result<Tokens, ProviderError>;

    /// Says that the tokens are not wanted any more.
    ///
    /// # Errors
    /// Those of the network.
    async fn revoke(&self, http: &dyn Http, tokens: &Tokens) -> Result<(), ProviderError>;
}

#[async_trait]
impl Issuer for Authority {
    async fn refresh(
        &self,
        http: &dyn Http,
        old: &Tokens,
        now: Instant,
    ) -> Result<Tokens, ProviderError> {
        exchange::refresh(self, http, old, now).await
    }

    async fn revoke(&self, http: &dyn Http, tokens: &Tokens) -> Result<(), ProviderError> {
        exchange::revoke(self, http, tokens).await
    }
}

/// Whose tokens they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// An account's.
    Account(AccountId),
    /// The doctor's at PharmaDOC.
    Pharmadoc,
}

impl Holder {
    /// The owner of what is sealed for it.
    pub fn owner(self) -> String {
        match self {
            Self::Account(account) => account.owner(),
            Self::Pharmadoc => "pharmadoc".to_owned(),
        }
    }

    /// The name of the file that one process at a time locks to refresh them.
    pub(super) fn lock(self) -> String {
        match self {
            Self::Account(account) => format!("tokens-{account}.lock"),
            Self::Pharmadoc => "tokens-pharmadoc.lock".to_owned(),
        }
    }
}

impl From<AccountId> for Holder {
    fn from(account: AccountId) -> Self {
        Self::Account(account)
    }
}
