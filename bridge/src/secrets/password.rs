//! Passwords of client apps: what is kept of them and how they are checked.
//!
//! A password the program made has 128 random bits; its SHA-256 says nothing about it. One that a person chose is kept as
//! argon2id with a salt; since that is slow on purpose, [`PasswordVerifier`] remembers, for the life of the
//! process and under a random key, which password was right last time.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use argon2::password_hash::{
    PasswordHash as Phc, PasswordHasher as _, PasswordVerifier as _, SaltString,
};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::ids::{self, Ids, NoRandomness};

/// OWASP's smallest memory for argon2id: the check happens while a client waits.
const MEMORY_KIB: u32 = 7168;
const PASSES: u32 = 5;

/// What is kept of a password.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

impl PasswordHash {
    /// Of a password with 128 random bits.
    pub fn of_random(password: &str) -> Self {
        Self(format!(
            "sha256:{}",
            BASE64.encode(Sha256::digest(password.as_bytes()))
        ))
    }

    /// Of a password that a person chose.
    ///
    /// # Errors
    /// [`NoRandomness`] when there is no salt to be had.
    pub fn of_chosen(password: &str, ids: &dyn Ids) -> Result<Self, NoRandomness> {
        let salt = SaltString::encode_b64(&ids::octets::<16>(ids)?).map_err(|_| NoRandomness)?;
        let hash = argon2()
            .hash_password(password.as_bytes(), &salt)
            .map_err(|_| NoRandomness)?;
        Ok(Self(hash.to_string()))
    }

    pub(crate) fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn as_stored(&self) -> &str {
        &self.0
    }

    /// Whether this is the password. The time it takes says nothing about it.
    pub fn verify(&self, password: &str) -> bool {
        if let Some(hash) = self.0.strip_prefix("sha256:") {
            let given = BASE64.encode(Sha256::digest(password.as_bytes()));
            return given.as_bytes().ct_eq(hash.as_bytes()).into();
        }
        Phc::new(&self.0)
            .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
    }

    fn is_slow(&self) -> bool {
        !self.0.starts_with("sha256:")
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Checks passwords, the slow kind only once each.
pub struct PasswordVerifier {
    key: [u8; 32],
    right: Mutex<BTreeMap<String, [u8; 32]>>,
}

impl std::fmt::Debug for PasswordVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordVerifier(..)")
    }
}

impl PasswordVerifier {
    /// A verifier that knows nothing yet.
    ///
    /// # Errors
    /// [`NoRandomness`] when there is no key to be had.
    pub fn new(ids: &dyn Ids) -> Result<Self, NoRandomness> {
        Ok(Self {
            key: ids::octets(ids)?,
            right: Mutex::default(),
        })
    }

    /// Whether `password` fits `hash`. The slow kind takes some 20 ms the first time: call it where blocking is fine.
    pub fn verify(&self, hash: &PasswordHash, password: &str) -> bool {
        if !hash.is_slow() {
            return hash.verify(password);
        }
        let digest = self.digest(hash, password);
        if self
            .lock()
            .get(&hash.0)
            .is_some_and(|known| known.ct_eq(&digest).into())
        {
            return true;
        }
        let right = hash.verify(password);
        if right {
            self.lock().insert(hash.0.clone(), digest);
        }
        right
    }

    /// Whether [`PasswordVerifier::verify`] would answer at once.
    pub fn is_quick(&self, hash: &PasswordHash, password: &str) -> bool {
        !hash.is_slow() || self.lock().get(&hash.0) == Some(&self.digest(hash, password))
    }

    fn digest(&self, hash: &PasswordHash, password: &str) -> [u8; 32] {
        Sha256::new()
            .chain_update(self.key)
            .chain_update(Sha256::digest(hash.0.as_bytes()))
            .chain_update(password.as_bytes())
            .finalize()
            .into()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, [u8; 32]>> {
        self.right.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SeededIds;

    #[test]
    fn both_kinds_take_the_right_password_only() {
        let ids = SeededIds::new(3);
        for hash in [
            PasswordHash::of_random("k3vq7-hsa"),
            PasswordHash::of_chosen("k3vq7-hsa", &ids).unwrap(),
        ] {
            assert!(hash.verify("k3vq7-hsa"));
            assert!(!hash.verify("k3vq7-hsb"));
            assert!(!hash.verify(""));
            assert_eq!(PasswordHash::from_stored(hash.as_stored().into()), hash);
            assert!(!hash.as_stored().contains("k3vq7"));
        }
    }

    #[test]
    fn the_same_chosen_password_is_kept_differently_each_time() {
        let ids = SeededIds::new(3);
        let first = PasswordHash::of_chosen("correct horse", &ids).unwrap();
        assert_ne!(
            first,
            PasswordHash::of_chosen("correct horse", &ids).unwrap()
        );
    }

    #[test]
    fn a_slow_password_is_quick_the_second_time_and_a_new_one_is_not() {
        let ids = SeededIds::new(4);
        let hash = PasswordHash::of_chosen("correct horse", &ids).unwrap();
        let verifier = PasswordVerifier::new(&ids).unwrap();
        assert!(!verifier.is_quick(&hash, "correct horse"));
        assert!(verifier.verify(&hash, "correct horse"));
        assert!(verifier.is_quick(&hash, "correct horse"));
        assert!(verifier.verify(&hash, "correct horse"));
        assert!(!verifier.verify(&hash, "wrong"));
        assert!(!verifier.is_quick(&hash, "wrong"));
    }
}
