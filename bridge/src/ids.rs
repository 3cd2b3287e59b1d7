//! The only place that draws random numbers: keys, passwords, tokens. Everybody else is handed them.

use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::secrets::Sensitive;

/// Where randomness comes from.
pub trait Ids: Send + Sync {
    /// Fills `buffer` with unpredictable octets.
    ///
    /// # Errors
    /// [`NoRandomness`] when the operating system has none to give.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The operating system refused to give random octets; nothing that needs a secret can be made then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random numbers; no key or password can be made without them")]
pub struct NoRandomness;

/// The random numbers of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsIds;

impl Ids for OsIds {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that draws random numbers"
    )]
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(buffer).map_err(|_| NoRandomness)
    }
}

/// Numbers that follow from a seed, so that a test can be replayed. Never for real secrets.
#[derive(Debug)]
pub struct SeededIds {
    seed: u64,
    drawn: Mutex<u64>,
}

impl SeededIds {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: Mutex::new(0),
        }
    }
}

impl Ids for SeededIds {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in buffer.chunks_mut(32) {
            let block = Sha256::new()
                .chain_update(self.seed.to_be_bytes())
                .chain_update(drawn.to_be_bytes())
                .finalize();
            *drawn += 1;
            for (to, from) in chunk.iter_mut().zip(block) {
                *to = from;
            }
        }
        Ok(())
    }
}

/// `N` random octets.
///
/// # Errors
/// [`NoRandomness`] when there are none to be had.
pub fn octets<const N: usize>(ids: &dyn Ids) -> Result<[u8; N], NoRandomness> {
    let mut octets = [0; N];
    ids.fill(&mut octets)?;
    Ok(octets)
}

/// A password of 128 bits in groups that a person can copy: `k3vq-7hsa-…`.
///
/// # Errors
/// [`NoRandomness`] when there are no random numbers to be had.
pub fn password(ids: &dyn Ids) -> Result<Sensitive<String>, NoRandomness> {
    let letters = base32(&octets::<16>(ids)?);
    let groups: Vec<&str> = letters
        .as_bytes()
        .chunks(5)
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    Ok(Sensitive::new(groups.join("-")))
}

/// An unguessable name of 128 bits, safe in a URL.
///
/// # Errors
/// [`NoRandomness`] when there are no random numbers to be had.
pub fn token(ids: &dyn Ids) -> Result<String, NoRandomness> {
    Ok(base32(&octets::<16>(ids)?))
}

/// A UUID of version 4 (RFC 9562 section 5.4).
///
/// # Errors
/// [`NoRandomness`] when there are no random numbers to be had.
pub fn uuid(ids: &dyn Ids) -> Result<String, NoRandomness> {
    let number = u128::from_be_bytes(octets::<16>(ids)?);
    let version = number & !(0xf << 76) | (0x4 << 76);
    let variant = version & !(0x3 << 62) | (0x2 << 62);
    let hex = format!("{variant:032x}");
    let mut rest = hex.as_str();
    let groups = [8, 4, 4, 4, 12].map(|length| {
        let (group, after) = rest.split_at(length);
        rest = after;
        group
    });
    Ok(groups.join("-"))
}

/// Lower-case base 32 without padding and without the letters people mistake for digits (Crockford's).
fn base32(octets: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut text = String::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for octet in octets {
        held = (held << 8) | u32::from(*octet);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push_letter(&mut text, LETTERS, held >> bits);
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        push_letter(&mut text, LETTERS, held << (5 - bits));
    }
    text
}

fn push_letter(text: &mut String, letters: &[u8; 32], five_bits: u32) {
    let letter = usize::try_from(five_bits & 31)
        .ok()
        .and_then(|index| letters.get(index));
    text.extend(letter.map(|letter| char::from(*letter)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_says_its_version_and_is_another_each_time() {
        let ids = SeededIds::new(1);
        let (one, two) = (uuid(&ids).unwrap(), uuid(&ids).unwrap());
        assert_ne!(one, two);
        let groups: Vec<&str> = one.split('-').collect();
        assert_eq!(
            groups.iter().map(|group| group.len()).collect::<Vec<_>>(),
            [8, 4, 4, 4, 12]
        );
        assert!(groups[2].starts_with('4'), "{one}");
        assert!(groups[3].starts_with(['8', '9', 'a', 'b']), "{one}");
    }

    #[test]
    fn base32_spells_all_bits() {
        assert_eq!(base32(&[0xff; 5]), "zzzzzzzz");
        assert_eq!(base32(&[0]), "00");
        assert_eq!(base32(&[0b0000_1000, 0b0100_0000]), "1100");
        assert_eq!(base32(&[7; 16]).len(), 26);
    }

    #[test]
    fn a_password_has_groups_and_never_repeats() {
        let ids = SeededIds::new(1);
        let first = password(&ids).unwrap();
        let second = password(&ids).unwrap();
        assert_ne!(first.expose(), second.expose());
        assert_eq!(first.expose().len(), 31);
        assert_eq!(format!("{first:?}"), "Sensitive(..)");
    }

    #[test]
    fn the_system_gives_different_numbers_each_time() {
        assert_ne!(octets::<16>(&OsIds).unwrap(), octets::<16>(&OsIds).unwrap());
    }
}
