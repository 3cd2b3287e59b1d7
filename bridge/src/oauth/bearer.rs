//! The keeper as what providers ask for their tokens.

use async_trait::async_trait;

use super::Keeper;
use crate::provider::{Bearer, ProviderError};
use crate::secrets::Sensitive;

#[async_trait]
impl Bearer for Keeper {
    async fn token(&self) -> Result<Sensitive<String>, ProviderError> {
        Self::token(self).await
    }

    async fn instead_of(
        &self,
        refused: &Sensitive<String>,
    ) -> Result<Sensitive<String>, ProviderError> {
        Self::instead_of(self, refused).await
    }
}
