//! TLS on the loopback, because Apple Calendar sends no password without it.
//!
//! [`Certificates`] keeps the key sealed in the store, writes the authority's certificate beside the database for
//! people to trust, and replaces both before they end; connections that are open keep theirs.

mod file;
mod issue;
mod vault;

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use bridge_core::time::Instant;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use self::issue::Issued;
pub use self::vault::Vault;
use crate::store::sealed::SealedError;

/// The name of the authority's certificate in the data folder.
pub const AUTHORITY_FILE: &str = "feed-ca.pem";

/// Why there is no certificate to serve with.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A certificate could not be made.
    #[error("cannot make a certificate for the local server: {0}")]
    Issue(#[from] rcgen::Error),
    /// The TLS library does not take it.
    #[error("cannot use the certificate of the local server: {0}")]
    Tls(#[from] rustls::Error),
    /// The key could not be kept or read.
    #[error("cannot keep the key of the local server: {0}")]
    Store(#[from] SealedError),
    /// The authority's certificate could not be written for people.
    #[error("cannot write {}: {source}; free some space or correct the folder's permissions", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Whether people have to do something about the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The certificate is the one that was there before; it ends then.
    Unchanged(Instant),
    /// There is a new authority: whoever trusted the old one has to trust this one. It ends then.
    Renewed(Instant),
}

/// The certificate in use, shared by all connections.
pub struct Certificates {
    vault: Vault,
    file: PathBuf,
    current: RwLock<Current>,
}

struct Current {
    key: Arc<CertifiedKey>,
    issued: Issued,
}

impl Certificates {
    /// Takes the certificate from the store, or makes one when there is none, or none that lasts.
    ///
    /// # Errors
    /// When the store cannot be read or written, or the file in `data_dir` cannot be written.
    pub fn open(
        vault: Vault,
        data_dir: &Path,
        now: Instant,
    ) -> Result<(Arc<Self>, Trust), CertificateError> {
        let file = data_dir.join(AUTHORITY_FILE);
        let kept = vault.load()?.filter(|issued| !issued.is_due(now));
        let (issued, trust) = match kept {
            Some(issued) => {
                let trust = Trust::Unchanged(issued.expires());
                (issued, trust)
            }
            None => fresh(&vault, now)?,
        };
        publish(&file, &issued)?;
        let key = Arc::new(certified(&issued)?);
        let current = RwLock::new(Current { key, issued });
        let certificates = Self {
            vault,
            file,
            current,
        };
        Ok((Arc::new(certificates), trust))
    }

    /// Replaces the certificate when its end is near; new connections get the new one.
    ///
    /// # Errors
    /// When the store or the file cannot be written; the old certificate stays in use then.
    pub fn renew_if_due(&self, now: Instant) -> Result<Trust, CertificateError> {
        {
            let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
            if !current.issued.is_due(now) {
                return Ok(Trust::Unchanged(current.issued.expires()));
            }
        }
        let (issued, trust) = fresh(&self.vault, now)?;
        publish(&self.file, &issued)?;
        let key = Arc::new(certified(&issued)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Current { key, issued };
        Ok(trust)
    }

    /// What a TLS listener needs.
    ///
    /// # Errors
    /// When the TLS library does not offer the protocol versions it should.
    pub fn server_config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, CertificateError> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// The file with the authority's certificate.
    pub fn authority_file(&self) -> &Path {
        &self.file
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current.key))
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// Makes a certificate and keeps it.
fn fresh(vault: &Vault, now: Instant) -> Result<(Issued, Trust), CertificateError> {
    let issued = issue::issue(now)?;
    vault.save(&issued, now)?;
    let trust = Trust::Renewed(issued.expires());
    Ok((issued, trust))
}

/// Writes the authority's certificate for people, unless the file says the same already.
fn publish(file: &Path, issued: &Issued) -> Result<(), CertificateError> {
    let pem = issued.authority_pem.as_bytes();
    if fs::read(file).is_ok_and(|written| written == pem) {
        return Ok(());
    }
    file::replace(file, pem).map_err(|source| CertificateError::File {
        path: file.to_owned(),
        source,
    })
}

fn certified(issued: &Issued) -> Result<CertifiedKey, rustls::Error> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(issued.key.clone()));
    let chain = vec![CertificateDer::from(issued.leaf.clone())];
    CertifiedKey::from_der(chain, key, &ring::default_provider())
}
