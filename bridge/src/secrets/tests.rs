//! Finding the key: every place, every way it goes wrong, each with its own message.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;

use tempfile::TempDir;

use super::keychain::{Keychain, KeychainError};
use super::*;
use crate::ids::SeededIds;
use crate::open::{OpenError, open};
use crate::paths::Paths;
use crate::store::StoreError;

/// A keychain in memory, which can be locked or missing.
#[derive(Default)]
struct Fake {
    entries: RefCell<BTreeMap<String, Vec<u8>>>,
    trouble: RefCell<Option<KeychainError>>,
}

impl Fake {
    fn failing(trouble: KeychainError) -> Self {
        Self {
            trouble: RefCell::new(Some(trouble)),
            ..Self::default()
        }
    }

    fn check(&self) -> Result<(), KeychainError> {
        self.trouble.borrow().clone().map_or(Ok(()), Err)
    }
}

impl Keychain for Fake {
    fn get(&self, name: &str) -> Result<Option<Sensitive<Vec<u8>>>, KeychainError> {
        self.check()?;
        Ok(self.entries.borrow().get(name).cloned().map(Sensitive::new))
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), KeychainError> {
        self.check()?;
        self.entries
            .borrow_mut()
            .insert(name.to_owned(), secret.to_owned());
        Ok(())
    }
}

struct World {
    folder: TempDir,
    keychain: Fake,
    ids: SeededIds,
}

impl World {
    fn new() -> Self {
        Self::with(Fake::default())
    }

    fn with(keychain: Fake) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            keychain,
            ids: SeededIds::new(5),
        }
    }

    fn paths(&self) -> Paths {
        Paths::under(&self.folder.path().join("data"))
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn open(&self, choice: &KeyChoice) -> Result<Vec<Warning>, OpenError> {
        open(&self.paths(), choice, &self.keychain, &self.ids).map(|opened| opened.warnings)
    }

    fn message(&self, choice: &KeyChoice) -> String {
        self.open(choice).unwrap_err().to_string()
    }
}

fn passphrase(text: &str) -> KeyChoice {
    KeyChoice::Passphrase(Sensitive::new(text.to_owned()))
}

#[test]
fn the_keychain_keeps_the_key_and_is_remembered() {
    let world = World::new();
    world.open(&KeyChoice::Remembered).unwrap();
    world.open(&KeyChoice::Remembered).unwrap();
    assert_eq!(world.keychain.entries.borrow().len(), 1);
    *world.keychain.trouble.borrow_mut() = Some(KeychainError::Locked);
    let message = world.message(&KeyChoice::Remembered);
    assert!(
        message.contains("locked") && message.contains("unlock it"),
        "{message}"
    );
    assert!(
        !message.contains("--key-file"),
        "another key would not open it: {message}"
    );
    *world.keychain.trouble.borrow_mut() = None;
    world.keychain.entries.borrow_mut().clear();
    assert!(
        world
            .message(&KeyChoice::Remembered)
            .contains("no longer in the keychain")
    );
}

#[test]
fn without_a_keychain_the_alternatives_are_named_and_none_is_taken() {
    for trouble in [
        KeychainError::None,
        KeychainError::Locked,
        KeychainError::Silent,
    ] {
        let world = World::with(Fake::failing(trouble));
        let message = world.message(&KeyChoice::Remembered);
        assert!(
            message.contains("--key-file FILE") && !message.contains("--passphrase"),
            "{message}"
        );
        assert!(!world.paths().database().exists());
        let file = KeyChoice::File(world.file("key"));
        world.open(&file).unwrap();
    }
}

#[test]
fn a_key_file_is_made_once_is_private_and_is_remembered() {
    let world = World::new();
    let path = world.file("key");
    world.open(&KeyChoice::File(path.clone())).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.trim().len(), 64);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    world.open(&KeyChoice::Remembered).unwrap();
    fs::remove_file(&path).unwrap();
    for choice in [KeyChoice::Remembered, KeyChoice::File(path.clone())] {
        let message = world.message(&choice);
        assert!(
            message.contains("is missing and the database exists"),
            "{message}"
        );
    }
    assert!(!path.exists(), "no new key is made for an old database");
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_is_tightened_with_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let path = world.file("key");
    world.open(&KeyChoice::File(path.clone())).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let warnings = world.open(&KeyChoice::File(path.clone())).unwrap();
    assert_eq!(warnings, [Warning::KeyFileWasOpen(path.clone())]);
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(world.open(&KeyChoice::File(path)).unwrap(), []);
}

#[test]
fn a_wrong_key_says_so_and_damage_is_something_else() {
    let world = World::new();
    let right = KeyChoice::File(world.file("key"));
    world.open(&right).unwrap();
    fs::write(world.file("other"), "0".repeat(64)).unwrap();
    let wrong = KeyChoice::File(world.file("other"));
    let message = world.message(&wrong);
    assert!(
        message.contains("does not open") && message.contains("data/key")
            || message.contains("/key")
    );
    fs::write(world.paths().database(), vec![0x5a; 8192]).unwrap();
    assert!(matches!(
        world.open(&wrong),
        Err(OpenError::Secrets(SecretsError::WrongKey { .. }))
    ));
    assert!(matches!(
        world.open(&right),
        Err(OpenError::Store(StoreError::Damaged(_)))
    ));
}

#[test]
fn a_passphrase_opens_again_and_another_does_not() {
    let world = World::new();
    assert!(
        world
            .message(&passphrase("too short"))
            .contains("at least 16")
    );
    world.open(&passphrase("correct horse battery")).unwrap();
    world.open(&passphrase("correct horse battery")).unwrap();
    assert!(
        world
            .message(&passphrase("correct horse batterz"))
            .contains("does not open")
    );
    assert!(
        world
            .message(&KeyChoice::Remembered)
            .contains("PHARMADOC_PASSPHRASE")
    );
    // A file that holds the same words opens it too.
    fs::write(world.file("words"), "correct horse battery\n").unwrap();
    world.open(&KeyChoice::File(world.file("words"))).unwrap();
}

#[test]
fn without_the_note_only_the_key_itself_opens_the_database() {
    let world = World::new();
    let file = KeyChoice::File(world.file("key"));
    world.open(&file).unwrap();
    fs::remove_file(world.paths().key_note()).unwrap();
    assert!(
        world
            .message(&KeyChoice::Remembered)
            .contains("key.toml is missing")
    );
    world.open(&file).unwrap();
    fs::write(world.file("other"), "1".repeat(64)).unwrap();
    let refused = world.open(&KeyChoice::File(world.file("other")));
    assert!(matches!(
        refused,
        Err(OpenError::Store(StoreError::WrongKey(_)))
    ));
    fs::write(world.paths().key_note(), "backend = \"nonsense\"").unwrap();
    assert!(world.message(&file).contains("key.toml is damaged"));
}

#[test]
fn a_file_without_a_key_is_refused_and_left_alone() {
    let world = World::new();
    fs::write(world.file("key"), "short").unwrap();
    let message = world.message(&KeyChoice::File(world.file("key")));
    assert!(message.contains("64 hexadecimal digits"), "{message}");
    assert_eq!(fs::read_to_string(world.file("key")).unwrap(), "short");
}
