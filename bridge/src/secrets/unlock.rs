//! Finding the master key, or making it the first time.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::keychain::{Keychain, KeychainError};
use super::keyfile::{self, Content};
use super::note::{Backend, Fits, Note};
use super::passphrase::{SHORTEST, Stretch};
use super::private::{self, Exposure};
use super::{MasterKey, SealError, Sensitive};
use crate::ids::{self, Ids, NoRandomness};
use crate::paths::Paths;

/// Where the person who started the program wants the key to be.
#[derive(Clone, Debug, Default)]
pub enum KeyChoice {
    /// Where it was last time; in the keychain the first time.
    #[default]
    Remembered,
    /// In this file, which is made when neither it nor the database exists.
    File(PathBuf),
    /// It follows from this passphrase.
    Passphrase(Sensitive<String>),
}

/// The key, and what its owner should hear.
pub struct Unlocked {
    /// The key.
    pub master: MasterKey,
    /// What was found in passing.
    pub warnings: Vec<Warning>,
}

/// Something that was put right in passing, or cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The rights of the key file were too wide.
    #[error(
        "the key file {} could be read by others; now only its owner can. If others use this computer, make a new key",
        .0.display()
    )]
    KeyFileWasOpen(PathBuf),
}

/// Why there is no key. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The keychain did not help.
    #[error("{0}. Unlock or start it, or keep the key elsewhere: start with --key-file FILE")]
    Keychain(KeychainError),
    /// The keychain held the key, and now does not help.
    #[error("{0}. The key of this database is in the keychain: unlock it and start again")]
    KeychainHasIt(KeychainError),
    /// The keychain is open and has no such key any more.
    #[error(
        "the key of this database is no longer in the keychain. Restore the keychain, or move the folder {} away to start with an empty one",
        .0.display()
    )]
    KeyLost(PathBuf),
    /// The key is not the one of this database.
    #[error("{given} does not open the database in {}. It was made with {expected}", .folder.display())]
    WrongKey {
        /// What was given.
        given: &'static str,
        /// What the note says.
        expected: String,
        /// The folder of the database.
        folder: PathBuf,
    },
    /// A passphrase is needed and none was given.
    #[error(
        "this database opens with a passphrase: use `pharmadoc-bridge` with --passphrase or PHARMADOC_PASSPHRASE"
    )]
    PassphraseNeeded,
    /// The passphrase is too short to be worth anything.
    #[error("the passphrase is too short: it needs at least {SHORTEST} characters")]
    PassphraseTooShort,
    /// The key file is not there, the database is.
    #[error(
        "the key file {} is missing and the database exists. Put the file back, or name the right one with --key-file FILE",
        .0.display()
    )]
    KeyFileMissing(PathBuf),
    /// The key file holds something else.
    #[error(
        "the key file {} holds no key: 64 hexadecimal digits, base 64 of 32 octets, 32 raw octets, or a passphrase of at least {SHORTEST} characters",
        .0.display()
    )]
    NotAKey(PathBuf),
    /// The note is gone, and without it the key cannot be found.
    #[error(
        "{} is missing; without it only a key file opens the database. Put it back from a backup, or start with --key-file FILE",
        .0.display()
    )]
    NoteMissing(PathBuf),
    /// The note's numbers make no sense.
    #[error("{} is damaged. Put it back from a backup", .0.display())]
    NoteDamaged(PathBuf),
    /// A file could not be read or written.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The key check could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// There is no randomness for a key.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

fn file_error(path: &Path) -> impl Fn(io::Error) -> SecretsError + '_ {
    |source| SecretsError::File {
        path: path.to_owned(),
        source,
    }
}

/// Finds the master key of the database in `paths`; makes it when there is no database yet.
///
/// # Errors
/// [`SecretsError`] says what is missing and what to do.
pub fn unlock(
    paths: &Paths,
    choice: &KeyChoice,
    keychain: &dyn Keychain,
    ids: &dyn Ids,
) -> Result<Unlocked, SecretsError> {
    let folder = paths.data_dir();
    private::folder(folder).map_err(file_error(folder))?;
    let mut search = Search {
        paths,
        keychain,
        ids,
        warnings: Vec::new(),
    };
    let _alone = search.lock()?;
    let note_path = paths.key_note();
    let note = match Note::read(&note_path) {
        Err(error) if error.kind() == io::ErrorKind::Other => {
            return Err(SecretsError::NoteDamaged(note_path));
        }
        note => note.map_err(file_error(&note_path))?,
    };
    let has_database = std::fs::metadata(paths.database()).is_ok_and(|file| file.len() > 0);
    let master = match (note, has_database) {
        (Some(note), _) => search.by_note(choice, &note)?,
        (None, true) => search.without_note(choice)?,
        (None, false) => search.first_time(choice)?,
    };
    Ok(Unlocked {
        master,
        warnings: search.warnings,
    })
}

struct Search<'a> {
    paths: &'a Paths,
    keychain: &'a dyn Keychain,
    ids: &'a dyn Ids,
    warnings: Vec<Warning>,
}

impl Search<'_> {
    /// Two processes that start at the same time must not each make a key. The lock ends with the file.
    fn lock(&self) -> Result<File, SecretsError> {
        let path = self.paths.data_dir().join("key.lock");
        private::touch(&path).map_err(file_error(&path))?;
        let file = OpenOptions::new()
            .write(true)
            .open(&path)
            .map_err(file_error(&path))?;
        file.lock().map_err(file_error(&path))?;
        Ok(file)
    }

    fn by_note(&mut self, choice: &KeyChoice, note: &Note) -> Result<MasterKey, SecretsError> {
        let (given, key) = match (choice, note.backend, &note.key_file) {
            (KeyChoice::File(path), ..) => ("this key file", self.kept_in_file(path, note)?),
            (KeyChoice::Passphrase(passphrase), ..) => (
                "this passphrase",
                self.stretched(passphrase.expose(), note)?,
            ),
            (KeyChoice::Remembered, Backend::KeyFile, Some(path)) => {
                ("the key file", self.kept_in_file(path, note)?)
            }
            (KeyChoice::Remembered, Backend::Keychain, _) => {
                ("the key in the keychain", self.kept_in_keychain(note)?)
            }
            (KeyChoice::Remembered, ..) => return Err(SecretsError::PassphraseNeeded),
        };
        match note.fits(&key) {
            Fits::Yes => Ok(key.checked()),
            Fits::No => Err(self.wrong_key(given, note)),
        }
    }

    fn wrong_key(&self, given: &'static str, note: &Note) -> SecretsError {
        let expected = match (note.backend, &note.key_file) {
            (Backend::Keychain, _) => "the key in the keychain (leave out --key-file)".into(),
            (Backend::Passphrase, _) => "another passphrase".into(),
            (Backend::KeyFile, Some(path)) => format!("the key file {}", path.display()),
            (Backend::KeyFile, None) => "another key file".into(),
        };
        SecretsError::WrongKey {
            given,
            expected,
            folder: self.paths.data_dir().to_owned(),
        }
    }

    fn kept_in_keychain(&self, note: &Note) -> Result<MasterKey, SecretsError> {
        let damaged = || SecretsError::NoteDamaged(self.paths.key_note());
        let entry = note.entry.as_deref().ok_or_else(damaged)?;
        let secret = self
            .keychain
            .get(entry)
            .map_err(SecretsError::KeychainHasIt)?
            .ok_or_else(|| SecretsError::KeyLost(self.paths.data_dir().to_owned()))?;
        let octets = secret.expose().as_slice().try_into();
        octets.map(MasterKey::from_octets).map_err(|_| damaged())
    }

    fn kept_in_file(&mut self, path: &Path, note: &Note) -> Result<MasterKey, SecretsError> {
        match self.read_file(path)? {
            None => Err(SecretsError::KeyFileMissing(path.to_owned())),
            Some(Content::Key(key)) => Ok(MasterKey::from_octets(*key.expose())),
            Some(Content::Passphrase(text)) => self.stretched(text.expose(), note),
        }
    }

    fn stretched(&self, passphrase: &str, note: &Note) -> Result<MasterKey, SecretsError> {
        // A note without a salt belongs to a key that no passphrase leads to.
        let stretch = note.argon2id.as_ref();
        let stretch = stretch.ok_or_else(|| self.wrong_key("a passphrase", note))?;
        let damaged = |_| SecretsError::NoteDamaged(self.paths.key_note());
        stretch.key(passphrase.as_bytes()).map_err(damaged)
    }

    fn read_file(&mut self, path: &Path) -> Result<Option<Content>, SecretsError> {
        let (content, exposure) = match keyfile::read(path) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(file_error(path)(error)),
        };
        if exposure == Exposure::WasOpenToOthers {
            self.warnings.push(Warning::KeyFileWasOpen(path.to_owned()));
        }
        content
            .map(Some)
            .map_err(|_| SecretsError::NotAKey(path.to_owned()))
    }

    /// The database is there, the note is not: a key file with the key itself needs none.
    fn without_note(&mut self, choice: &KeyChoice) -> Result<MasterKey, SecretsError> {
        let missing = || SecretsError::NoteMissing(self.paths.key_note());
        let KeyChoice::File(path) = choice else {
            return Err(missing());
        };
        match self.read_file(path)? {
            None => Err(SecretsError::KeyFileMissing(path.clone())),
            Some(Content::Key(key)) => Ok(MasterKey::from_octets(*key.expose())),
            Some(Content::Passphrase(_)) => Err(SecretsError::NoteMissing(self.paths.key_note())),
        }
    }

    /// Neither database nor note: this is where the key is made. The note comes last, so that a crash in between
    /// leaves nothing that points to a key that is not there.
    fn first_time(&mut self, choice: &KeyChoice) -> Result<MasterKey, SecretsError> {
        let (key, note) = match choice {
            KeyChoice::Remembered => self.new_in_keychain()?,
            KeyChoice::File(path) => self.new_in_file(path)?,
            KeyChoice::Passphrase(passphrase) => {
                let (key, stretch) = self.new_stretched(passphrase.expose())?;
                let mut note = Note::new(Backend::Passphrase, &key, self.ids)?;
                note.argon2id = Some(stretch);
                (key, note)
            }
        };
        let path = self.paths.key_note();
        note.write(&path).map_err(file_error(&path))?;
        Ok(key.checked())
    }

    fn new_in_keychain(&self) -> Result<(MasterKey, Note), SecretsError> {
        let key = MasterKey::generate(self.ids)?;
        let entry = format!("database key {}", ids::token(self.ids)?);
        self.keychain
            .set(&entry, key.octets())
            .map_err(SecretsError::Keychain)?;
        let mut note = Note::new(Backend::Keychain, &key, self.ids)?;
        note.entry = Some(entry);
        Ok((key, note))
    }

    fn new_in_file(&mut self, path: &Path) -> Result<(MasterKey, Note), SecretsError> {
        let mut stretch = None;
        let key = match self.read_file(path)? {
            Some(Content::Key(key)) => MasterKey::from_octets(*key.expose()),
            Some(Content::Passphrase(text)) => {
                let (key, new) = self.new_stretched(text.expose())?;
                stretch = Some(new);
                key
            }
            None => {
                let key = MasterKey::generate(self.ids)?;
                keyfile::create(path, &key).map_err(file_error(path))?;
                key
            }
        };
        let mut note = Note::new(Backend::KeyFile, &key, self.ids)?;
        note.key_file = Some(std::path::absolute(path).map_err(file_error(path))?);
        note.argon2id = stretch;
        Ok((key, note))
    }

    fn new_stretched(&self, passphrase: &str) -> Result<(MasterKey, Stretch), SecretsError> {
        if passphrase.chars().count() < SHORTEST {
            return Err(SecretsError::PassphraseTooShort);
        }
        let stretch = Stretch::new(self.ids)?;
        let damaged = |_| SecretsError::NoteDamaged(self.paths.key_note());
        let key = stretch.key(passphrase.as_bytes()).map_err(damaged)?;
        Ok((key, stretch))
    }
}
