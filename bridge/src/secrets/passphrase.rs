//! From a passphrase to a key: argon2id, with a salt that lies beside the database.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use super::MasterKey;
use crate::ids::{self, Ids, NoRandomness};

/// The fewest characters a passphrase may have.
pub(super) const SHORTEST: usize = 16;

/// How a passphrase is stretched; written down, so that it can be made slower for new databases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stretch {
    salt: String,
    memory_kib: u32,
    passes: u32,
}

/// The note's numbers cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the salt or the costs of the passphrase are not readable")]
pub(super) struct BadStretch;

impl Stretch {
    pub(super) fn new(ids: &dyn Ids) -> Result<Self, NoRandomness> {
        Ok(Self {
            salt: BASE64.encode(ids::octets::<16>(ids)?),
            memory_kib: 64 * 1024,
            passes: 3,
        })
    }

    pub(super) fn key(&self, passphrase: &[u8]) -> Result<MasterKey, BadStretch> {
        let salt = BASE64.decode(&self.salt).map_err(|_| BadStretch)?;
        // A note that asks for gigabytes or hours is not one of ours.
        if self.memory_kib > 1024 * 1024 || self.passes > 64 {
            return Err(BadStretch);
        }
        let params =
            Params::new(self.memory_kib, self.passes, 1, Some(32)).map_err(|_| BadStretch)?;
        let mut key = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase, &salt, &mut key)
            .map_err(|_| BadStretch)?;
        Ok(MasterKey::from_octets(key))
    }
}
