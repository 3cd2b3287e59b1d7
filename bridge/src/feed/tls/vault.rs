//! Where the key of the local certificate lies: sealed in the store.

use std::sync::Arc;

use bridge_core::time::Instant;
use zeroize::Zeroizing;

use super::{CertificateError, issue::Issued};
use crate::{
    ids::Ids,
    secrets::SealingKey,
    store::{
        Store,
        sealed::{self, SealedError},
    },
};

const OWNER: &str = "feed";
const FIELD: &str = "certificate";

/// The store, and what makes and opens the seals in it.
#[derive(Clone)]
pub struct Vault {
    /// The store.
    pub store: Store,
    /// The key of the seals.
    pub key: SealingKey,
    /// Where their nonces come from.
    pub ids: Arc<dyn Ids>,
}

impl Vault {
    /// The certificate that was kept. One that cannot be opened counts as none: a new one can always be made.
    pub(super) fn load(&self) -> Result<Option<Issued>, CertificateError> {
        match self
            .store
            .read(|tx| sealed::get(tx, &self.key, OWNER, FIELD))
        {
            Ok(kept) => Ok(kept.and_then(|octets| serde_json::from_slice(octets.expose()).ok())),
            Err(SealedError::Seal(error)) => {
                tracing::warn!(%error, "the certificate of the local server is made anew");
                Ok(None)
            }
            Err(error @ SealedError::Store(_)) => Err(error.into()),
        }
    }

    /// Keeps a certificate in place of the one before it.
    pub(super) fn save(&self, issued: &Issued, now: Instant) -> Result<(), CertificateError> {
        let octets = Zeroizing::new(serde_json::to_vec(issued).unwrap_or_default());
        let Self { store, key, ids } = self.clone();
        store.write(move |tx| sealed::set(tx, &key, ids.as_ref(), (OWNER, FIELD), &octets, now))?;
        Ok(())
    }
}
