//! The keychain of the operating system.
//!
//! Each access runs on a thread of its own with a time limit: the call blocks, must not run inside an async task, and
//! may wait for ever for a prompt that nobody sees. A locked keychain answers a *read* as if there were no
//! entry, so "nothing there" is only believed after a write has shown that the keychain is open.

use std::sync::mpsc;
use std::time::Duration;

use keyring::Entry;

use super::Sensitive;

/// How long the keychain may take.
const LIMIT: Duration = Duration::from_secs(5);
/// The name under which the entries appear in the keychain's own program.
const SERVICE: &str = "PharmaDOC Companion";

/// Why the keychain did not help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// None is running.
    #[error("no keychain is running here (no Secret Service on the session bus)")]
    None,
    /// It is locked.
    #[error("the keychain is locked")]
    Locked,
    /// It did not answer.
    #[error("the keychain did not answer within 5 seconds; it may be asking for its password")]
    Silent,
    /// Anything else it says.
    #[error("the keychain reports: {0}")]
    Other(String),
}

/// Where a secret can be kept.
pub trait Keychain {
    /// The secret called `name`; `None` only when the keychain is open and has none.
    ///
    /// # Errors
    /// [`KeychainError`] when the keychain cannot say.
    fn get(&self, name: &str) -> Result<Option<Sensitive<Vec<u8>>>, KeychainError>;

    /// Keeps a secret.
    ///
    /// # Errors
    /// [`KeychainError`] when it was not kept.
    fn set(&self, name: &str, secret: &[u8]) -> Result<(), KeychainError>;
}

/// Keychain Services, Credential Manager or the Secret Service, whichever this system has.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemKeychain;

impl Keychain for SystemKeychain {
    fn get(&self, name: &str) -> Result<Option<Sensitive<Vec<u8>>>, KeychainError> {
        let name = name.to_owned();
        within_limit(move || match entry(&name)?.get_secret() {
            Ok(secret) => Ok(Some(Sensitive::new(secret))),
            Err(keyring::Error::NoEntry) => show_open(&name).map(|()| None),
            Err(error) => Err(error.into()),
        })
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), KeychainError> {
        let (name, secret) = (name.to_owned(), Sensitive::new(secret.to_vec()));
        within_limit(move || Ok(entry(&name)?.set_secret(secret.expose())?))
    }
}

fn entry(name: &str) -> Result<Entry, KeychainError> {
    Ok(Entry::new(SERVICE, name)?)
}

/// Fails with the reason unless the keychain takes an entry; the entry is removed at once.
fn show_open(name: &str) -> Result<(), KeychainError> {
    let probe = entry(&format!("{name} (checking whether the keychain is open)"))?;
    probe.set_secret(b"open")?;
    Ok(probe.delete_credential()?)
}

fn within_limit<T: Send + 'static>(
    access: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Result<T, KeychainError> {
    let (answer, answered) = mpsc::sync_channel(1);
    std::thread::Builder::new()
        .name("keychain".into())
        // Nobody waiting any more is fine: the answer came too late.
        .spawn(move || drop(answer.send(access())))
        .map_err(|error| KeychainError::Other(error.to_string()))?;
    answered
        .recv_timeout(LIMIT)
        .unwrap_or(Err(KeychainError::Silent))
}

impl From<keyring::Error> for KeychainError {
    fn from(error: keyring::Error) -> Self {
        match error {
            keyring::Error::NoDefaultStore | keyring::Error::PlatformFailure(_) => Self::None,
            keyring::Error::NoStorageAccess(_) => Self::Locked,
            // These carry stored octets; their text is not repeated.
            keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => {
                Self::Other("an entry that is not ours".into())
            }
            other => Self::Other(other.to_string()),
        }
    }
}
