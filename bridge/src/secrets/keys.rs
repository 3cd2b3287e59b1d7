//! The keys and what they do.

use std::fmt::Write as _;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

use super::Sensitive;
use crate::ids::{self, Ids, NoRandomness};

const NONCE: usize = 24;

/// The key everything follows from.
#[derive(Clone, ZeroizeOnDrop)]
pub struct MasterKey {
    octets: [u8; 32],
    #[zeroize(skip)]
    proof: KeyProof,
}

/// Whether a key was seen to be the right one before the database is opened with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyProof {
    /// The note beside the database was sealed with it.
    Checked,
    /// There was nothing to check it against.
    Unchecked,
}

impl MasterKey {
    /// A key whose octets are known.
    pub fn from_octets(octets: [u8; 32]) -> Self {
        Self {
            octets,
            proof: KeyProof::Unchecked,
        }
    }

    /// A new random key.
    ///
    /// # Errors
    /// [`NoRandomness`] when the operating system gives no random numbers.
    pub fn generate(ids: &dyn Ids) -> Result<Self, NoRandomness> {
        Ok(Self::from_octets(ids::octets(ids)?))
    }

    pub(crate) fn checked(mut self) -> Self {
        self.proof = KeyProof::Checked;
        self
    }

    pub(super) fn octets(&self) -> &[u8; 32] {
        &self.octets
    }

    /// The key of the database.
    pub fn database_key(&self) -> DatabaseKey {
        DatabaseKey {
            octets: self.derive("pharmadoc companion: database, version 1"),
            proof: self.proof,
        }
    }

    /// The key for values that are sealed inside the database.
    pub fn sealing_key(&self) -> SealingKey {
        SealingKey(self.derive("pharmadoc companion: sealed values, version 1"))
    }

    pub(super) fn check_key(&self) -> SealingKey {
        SealingKey(self.derive("pharmadoc companion: key check, version 1"))
    }

    /// HKDF-SHA-256 (RFC 5869): a different, independent key for each label.
    fn derive(&self, label: &str) -> [u8; 32] {
        let mut key = [0; 32];
        // Only asking for more than 8,160 octets can fail.
        if Hkdf::<Sha256>::new(None, &self.octets)
            .expand(label.as_bytes(), &mut key)
            .is_err()
        {
            key.zeroize();
        }
        key
    }
}

/// The raw key of SQLCipher.
#[derive(Clone, ZeroizeOnDrop)]
pub struct DatabaseKey {
    octets: [u8; 32],
    #[zeroize(skip)]
    proof: KeyProof,
}

impl DatabaseKey {
    /// The statement that hands the key over; wiped after use.
    pub fn pragma(&self) -> Zeroizing<String> {
        let mut sql = Zeroizing::new(String::with_capacity(96));
        sql.push_str("PRAGMA key = \"x'");
        for byte in self.octets {
            // Writing into a String cannot fail.
            _ = write!(sql, "{byte:02x}");
        }
        sql.push_str("'\";");
        sql
    }

    pub(crate) fn proof(&self) -> KeyProof {
        self.proof
    }
}

/// Seals and opens values.
#[derive(Clone, ZeroizeOnDrop)]
pub struct SealingKey([u8; 32]);

/// Why a value could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Another key, another place, or changed octets.
    #[error("a sealed value does not open: it was sealed with another key or has been changed")]
    DoesNotOpen,
    /// No nonce.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl SealingKey {
    /// Seals `value` for `place` (XChaCha20-Poly1305; the place is bound in as associated data).
    ///
    /// # Errors
    /// [`SealError::NoRandomness`] when there is no nonce to be had.
    pub fn seal(&self, ids: &dyn Ids, place: &str, value: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce = ids::octets::<NONCE>(ids)?;
        let payload = Payload {
            msg: value,
            aad: place.as_bytes(),
        };
        let sealed = self
            .cipher()
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| SealError::DoesNotOpen)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`SealingKey::seal`] sealed for the same place.
    ///
    /// # Errors
    /// [`SealError::DoesNotOpen`] for anything else.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Sensitive<Vec<u8>>, SealError> {
        let (nonce, sealed) = sealed
            .split_at_checked(NONCE)
            .ok_or(SealError::DoesNotOpen)?;
        let payload = Payload {
            msg: sealed,
            aad: place.as_bytes(),
        };
        self.cipher()
            .decrypt(XNonce::from_slice(nonce), payload)
            .map(Sensitive::new)
            .map_err(|_| SealError::DoesNotOpen)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SeededIds;

    fn key(octet: u8) -> MasterKey {
        MasterKey::from_octets([octet; 32])
    }

    #[test]
    fn each_purpose_has_its_own_key() {
        let master = key(1);
        let database = master.database_key();
        assert_ne!(database.octets, master.sealing_key().0);
        assert_ne!(master.check_key().0, master.sealing_key().0);
        assert_ne!(database.octets, key(2).database_key().octets);
        assert_eq!(database.octets, key(1).database_key().octets);
        assert_eq!(database.pragma().len(), "PRAGMA key = \"x''\";".len() + 64);
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_place_with_its_key() {
        let ids = SeededIds::new(7);
        let sealing = key(1).sealing_key();
        let mut sealed = sealing.seal(&ids, "row/field", b"secret").unwrap();
        assert_eq!(
            sealing.open("row/field", &sealed).unwrap().expose(),
            b"secret"
        );
        assert_eq!(
            sealing.open("row/other", &sealed),
            Err(SealError::DoesNotOpen)
        );
        assert_eq!(
            key(2).sealing_key().open("row/field", &sealed),
            Err(SealError::DoesNotOpen)
        );
        assert_eq!(
            sealing.open("row/field", &sealed[..10]),
            Err(SealError::DoesNotOpen)
        );
        sealed[30] ^= 1;
        assert_eq!(
            sealing.open("row/field", &sealed),
            Err(SealError::DoesNotOpen)
        );
    }
}
