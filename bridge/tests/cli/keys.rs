//! Where the key is: each trouble with its own words.

use super::*;

#[cfg(target_os = "linux")]
#[test]
fn without_a_keychain_the_alternatives_are_named() {
    let place = Place::new();
    let message = said(place.bare(&["client", "add", "a"]).output().unwrap()).failed();
    assert!(
        message.contains("--key-file FILE") && !message.contains("--passphrase"),
        "{message}"
    );
    assert!(!place.path("data").join("companion.db").exists());
}

#[test]
fn a_wrong_key_file_is_not_a_damaged_database() {
    let place = Place::new();
    place.run(&["client", "add", "a"]).done();
    let other = place.file("other", &"7".repeat(64));
    let message = said(
        place
            .bare(&["status"])
            .arg("--key-file")
            .arg(other)
            .output()
            .unwrap(),
    )
    .failed();
    assert!(message.contains("this key file does not open"), "{message}");
    fs::write(place.path("data").join("companion.db"), [0x55; 8192]).unwrap();
    let message = place.run(&["status"]).failed();
    assert!(message.contains("is damaged"), "{message}");
}

#[test]
fn the_key_file_is_found_again_without_being_named() {
    let place = Place::new();
    place.run(&["client", "add", "a"]).done();
    said(place.bare(&["status"]).output().unwrap()).done();
    fs::remove_file(place.path("key")).unwrap();
    let message = said(place.bare(&["status"]).output().unwrap()).failed();
    assert!(message.contains("is missing"), "{message}");
}

#[test]
fn a_passphrase_comes_from_the_environment() {
    let place = Place::new();
    let with = |passphrase: &str, arguments: &[&str]| {
        let mut command = place.bare(arguments);
        said(
            command
                .env("PHARMADOC_PASSPHRASE", passphrase)
                .output()
                .unwrap(),
        )
    };
    with("correct horse battery", &["client", "add", "a"]).done();
    with("correct horse battery", &["status"]).done();
    assert!(
        with("correct horse batterz", &["status"])
            .failed()
            .contains("does not open")
    );
    let none = said(place.bare(&["status"]).output().unwrap()).failed();
    assert!(none.contains("PHARMADOC_PASSPHRASE"), "{none}");
}
