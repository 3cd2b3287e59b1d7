//! `key.toml`, the small plain file beside the database that says how its key is found, and holds a sealed
//! word by which the right key is known. Nothing in it is secret.

use std::path::{Path, PathBuf};
use std::{fs, io};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use super::passphrase::Stretch;
use super::private::{self, Replace};
use super::{MasterKey, SealError};
use crate::ids::Ids;
use crate::paths::Paths;

/// What the sealed word is bound to.
const PLACE: &str = "key.toml/check";
const WORD: &[u8] = b"the right key";
const HEADER: &str = "# How the key of companion.db is found. Keep this file beside the database.\n\
                      # Nothing in it is secret, but without it a passphrase cannot open the database.\n\n";

/// Where the key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// In the keychain of the operating system.
    Keychain,
    /// In a key file.
    KeyFile,
    /// It follows from a passphrase.
    Passphrase,
}

/// Where the key of the database in `paths` is, as far as its note can be read.
pub fn backend(paths: &Paths) -> Option<Backend> {
    let note = Note::read(&paths.key_note()).ok().flatten()?;
    Some(note.backend)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Note {
    pub(super) backend: Backend,
    /// The keychain's entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) entry: Option<String>,
    /// Where the key file was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key_file: Option<PathBuf>,
    check: String,
    /// For a passphrase, also one in a key file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) argon2id: Option<Stretch>,
}

/// Whether a key is the one of the note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fits {
    Yes,
    No,
}

impl Note {
    pub(super) fn new(backend: Backend, key: &MasterKey, ids: &dyn Ids) -> Result<Self, SealError> {
        let check = key.check_key().seal(ids, PLACE, WORD)?;
        Ok(Self {
            backend,
            entry: None,
            key_file: None,
            check: BASE64.encode(check),
            argon2id: None,
        })
    }

    pub(super) fn fits(&self, key: &MasterKey) -> Fits {
        let opened = BASE64
            .decode(&self.check)
            .is_ok_and(|sealed| key.check_key().open(PLACE, &sealed).is_ok());
        if opened { Fits::Yes } else { Fits::No }
    }

    /// Reads the note; `None` when there is none.
    pub(super) fn read(path: &Path) -> io::Result<Option<Self>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        toml::from_str(&text).map(Some).map_err(io::Error::other)
    }

    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let text = toml::to_string(self).map_err(io::Error::other)?;
        private::write(path, format!("{HEADER}{text}").as_bytes(), Replace::Yes)
    }
}
