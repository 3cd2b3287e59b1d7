//! Who asks, told with each request by a token that somebody else keeps fresh (RFC 6750).

use async_trait::async_trait;
use http::HeaderValue;

use super::{ErrorKind, ProviderError};
use crate::secrets::Sensitive;

/// Where the tokens of one account come from.
#[async_trait]
pub trait Bearer: Send + Sync {
    /// The token to send now.
    ///
    /// # Errors
    /// [`ErrorKind::ConsentRevoked`] when the doctor has to sign in again, and those of the network.
    async fn token(&self) -> Result<Sensitive<String>, ProviderError>;

    /// Another token, after this one was refused (401). The same one where there is no other.
    ///
    /// # Errors
    /// As [`Bearer::token`].
    async fn instead_of(
        &self,
        refused: &Sensitive<String>,
    ) -> Result<Sensitive<String>, ProviderError>;
}

/// The header with which a request carries a token.
///
/// # Errors
/// [`ErrorKind::Unauthenticated`] for a token that no header can hold.
pub fn authorization(token: &Sensitive<String>) -> Result<HeaderValue, ProviderError> {
    let value = HeaderValue::from_str(&format!("Bearer {}", token.expose()));
    let mut value = value
        .map_err(|_| ProviderError::new(ErrorKind::Unauthenticated, "the token cannot be sent"))?;
    value.set_sensitive(true);
    Ok(value)
}
