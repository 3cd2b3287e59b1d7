//! The key file: 64 hexadecimal digits, base 64 of 32 octets, 32 raw octets, or a passphrase.

use std::path::Path;
use std::{fs, io};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::passphrase::SHORTEST;
use super::private::{self, Exposure, Replace};
use super::{MasterKey, Sensitive};

/// What a key file holds.
#[derive(Debug)]
pub(super) enum Content {
    /// The key itself.
    Key(Sensitive<[u8; 32]>),
    /// A passphrase.
    Passphrase(Sensitive<String>),
}

/// The file holds neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotAKey;

/// Reads the file, and says whether others could read it until now.
pub(super) fn read(path: &Path) -> io::Result<(Result<Content, NotAKey>, Exposure)> {
    let exposure = private::exposure(path)?;
    let octets = Zeroizing::new(fs::read(path)?);
    if exposure == Exposure::WasOpenToOthers {
        private::tighten(path)?;
    }
    Ok((parse(&octets), exposure))
}

/// Makes the file, unless somebody else just did.
pub(super) fn create(path: &Path, key: &MasterKey) -> io::Result<()> {
    use std::fmt::Write as _;
    let mut text = Zeroizing::new(String::with_capacity(65));
    for byte in key.octets() {
        // Writing into a String cannot fail.
        _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    if let Some(folder) = path.parent() {
        private::folder(folder)?;
    }
    private::write(path, text.as_bytes(), Replace::No)
}

fn parse(octets: &[u8]) -> Result<Content, NotAKey> {
    if let Ok(raw) = <[u8; 32]>::try_from(octets)
        && !octets
            .iter()
            .all(|octet| octet.is_ascii_graphic() || *octet == b' ' || *octet == b'\n')
    {
        return Ok(Content::Key(Sensitive::new(raw)));
    }
    let text = std::str::from_utf8(octets).map_err(|_| NotAKey)?.trim();
    if let Some(key) = hexadecimal(text).or_else(|| base64(text)) {
        return Ok(Content::Key(Sensitive::new(key)));
    }
    if text.chars().count() >= SHORTEST {
        return Ok(Content::Passphrase(Sensitive::new(text.to_owned())));
    }
    Err(NotAKey)
}

fn hexadecimal(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; 32];
    for (octet, digits) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
        *octet = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(key)
}

fn base64(text: &str) -> Option<[u8; 32]> {
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [alphabet::STANDARD, alphabet::URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, lenient).decode(text).ok())
        .and_then(|octets| octets.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(octets: &[u8]) -> Option<[u8; 32]> {
        match parse(octets) {
            Ok(Content::Key(key)) => Some(*key.expose()),
            _ => None,
        }
    }

    #[test]
    fn every_spelling_of_a_key_is_the_same_key() {
        let raw: [u8; 32] = std::array::from_fn(|i| u8::try_from(i * 7 + 5).unwrap());
        let hex = raw.map(|byte| format!("{byte:02x}")).concat();
        let padded = base64::engine::general_purpose::STANDARD.encode(raw);
        let bare = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(raw);
        assert_eq!(key(&raw), Some(raw));
        assert_eq!(key(hex.as_bytes()), Some(raw));
        assert_eq!(
            key(format!("  {}\r\n", hex.to_uppercase()).as_bytes()),
            Some(raw)
        );
        assert_eq!(key(format!("{padded}\n").as_bytes()), Some(raw));
        assert_eq!(key(bare.as_bytes()), Some(raw));
    }

    #[test]
    fn other_text_is_a_passphrase_and_short_text_is_refused() {
        for text in [
            "correct horse battery",
            "sixteen letters!",
            "0123456789abcdef0123456789abcdef",
        ] {
            assert!(
                matches!(parse(text.as_bytes()), Ok(Content::Passphrase(_))),
                "{text}"
            );
        }
        for octets in [&b""[..], b"short\n", b"\xff\xfe\x00\x01 not text at all"] {
            assert!(parse(octets).is_err());
        }
    }
}
