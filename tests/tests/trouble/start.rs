//! Starts that must be refused, with the reason and the fix in the message and exit code 1.

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Result, ensure};
use bridge::secrets::MasterKey;
use companion_tests::process::{Failure, Home, Profile, refusal};

/// A start may take this long on a busy machine; the keychain alone is given 5 s.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A version of the database that no program has yet.
const NEWER: i64 = 1_000;

/// The start failed with code 1 and its message has all these words.
pub(crate) fn says(failure: &Failure, words: &[&str]) -> Result<()> {
    ensure!(failure.code == Some(1), "{failure:?}");
    for word in words {
        ensure!(
            failure.message.contains(word),
            "no {word:?} in {:?}",
            failure.message
        );
    }
    Ok(())
}

#[test]
fn a_wrong_key_is_named_and_the_database_stays_as_it_is() -> Result<()> {
    let home = Home::new()?;
    home.start(Profile::Dev)?.kill()?;
    let right = fs::read(home.key_file())?;
    fs::write(home.key_file(), [b'8'; 64])?;
    says(&refusal(home.serve(Profile::Dev)?, LIMIT)?, &["key"])?;
    fs::write(home.key_file(), right)?;
    home.start(Profile::Dev)?;
    home.check_database_in(&home.data_dir())
}

#[test]
fn a_damaged_database_is_told_apart_from_a_wrong_key() -> Result<()> {
    let home = Home::new()?;
    home.start(Profile::Dev)?.kill()?;
    fs::write(home.data_dir().join("companion.db"), vec![0x5a; 64 * 1024])?;
    for leftover in ["companion.db-wal", "companion.db-shm"] {
        // Not there when the server had not written through it.
        fs::remove_file(home.data_dir().join(leftover)).ok();
    }
    says(
        &refusal(home.serve(Profile::Dev)?, LIMIT)?,
        &["damaged", "backup"],
    )
}

/// What a later program would have left behind: the same file, with a version that this one does not know.
fn raised(home: &Home) -> Result<rusqlite::Connection> {
    let hexadecimal = fs::read_to_string(home.key_file())?;
    let mut octets = [0; 32];
    for (octet, digits) in octets.iter_mut().zip(hexadecimal.as_bytes().chunks(2)) {
        *octet = u8::from_str_radix(str::from_utf8(digits)?, 16)?;
    }
    let database = rusqlite::Connection::open(home.data_dir().join("companion.db"))?;
    let key = MasterKey::from_octets(octets).database_key();
    database.execute_batch(&key.pragma())?;
    database.pragma_update(None, "user_version", NEWER)?;
    Ok(database)
}

#[test]
fn a_database_of_a_newer_program_is_refused_and_stays_as_it_is() -> Result<()> {
    let home = Home::new()?;
    home.start(Profile::Dev)?.kill()?;
    let database = raised(&home)?;
    let failure = refusal(home.serve(Profile::Dev)?, LIMIT)?;
    says(&failure, &["newer", "Update", &NEWER.to_string()])?;
    let version: i64 = database.pragma_query_value(None, "user_version", |row| row.get(0))?;
    ensure!(version == NEWER, "the version is {version}");
    let calendars: i64 =
        database.query_row("SELECT count(*) FROM calendars", [], |row| row.get(0))?;
    ensure!(calendars > 0, "the calendars are gone");
    Ok(())
}

#[test]
fn a_taken_port_is_named() -> Result<()> {
    let home = Home::new()?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?;
    let failure = refusal(home.serve_at(Profile::Dev, &address.to_string())?, LIMIT)?;
    says(&failure, &[&address.port().to_string()])
}

#[test]
fn an_address_beyond_the_loopback_is_refused() -> Result<()> {
    let home = Home::new()?;
    let failure = refusal(home.serve_at(Profile::Dev, "0.0.0.0:0")?, LIMIT)?;
    ensure!(failure.code.is_some_and(|code| code != 0), "{failure:?}");
    ensure!(failure.message.contains("127.0.0.1"), "{failure:?}");
    Ok(())
}
