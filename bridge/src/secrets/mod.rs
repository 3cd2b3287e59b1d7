//! Keys: one master key of 32 octets, from which the database's key and the sealing key follow.
//!
//! The master key lies in the keychain of the operating system, in a key file, or follows from a passphrase
//! ([`KeyChoice`]). [`unlock`] finds it, makes it the first time, and checks it against a small sealed note beside
//! the database, so that a wrong key and a damaged database are never mistaken for each other. Nothing falls back
//! to a weaker place by itself.

mod keychain;
mod keyfile;
mod keys;
mod note;
mod passphrase;
mod password;
pub(crate) mod private;
mod sensitive;
mod unlock;

#[cfg(test)]
mod tests;

pub use keychain::{Keychain, KeychainError, SystemKeychain};
pub use keys::{DatabaseKey, KeyProof, MasterKey, SealError, SealingKey};
pub use note::{Backend, backend};
pub use password::{PasswordHash, PasswordVerifier};
pub use sensitive::Sensitive;
pub use unlock::{KeyChoice, SecretsError, Unlocked, Warning, unlock};
