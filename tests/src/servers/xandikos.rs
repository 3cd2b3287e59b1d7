//! Xandikos: a git repository per calendar, git trees as sync tokens, properties served in its own order.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use super::RealServer;
use super::process::{Process, free_address};
use crate::clients::present::{Part, is_present, venv};
use crate::dataset::Object;
use crate::http::Credentials;

const PARTS: &[Part] = &[Part::file("bin/xandikos", "pip: xandikos")];

/// Starts it; `None`, loudly, where it is not installed. It asks nobody for a password over plain http.
///
/// # Errors
/// When it does not start, or must be there and is not.
pub fn xandikos() -> Result<Option<RealServer>> {
    if !is_present("Xandikos", PARTS)? {
        return Ok(None);
    }
    let folder = tempfile::tempdir()?;
    let address = free_address()?;
    let mut command = Command::new(venv().join("bin/xandikos"));
    command
        .args(["serve", "--defaults", "--no-detect-systemd"])
        .args(["--current-user-principal", "/doctor/"])
        .arg("--directory")
        .arg(folder.path().join("dav"))
        .arg("--state-dir")
        .arg(folder.path().join("state"))
        .args(["--listen-address", &address.ip().to_string()])
        .args(["--port", &address.port().to_string()]);
    Ok(Some(RealServer {
        name: "Xandikos",
        home: "/doctor/calendars/",
        credentials: Credentials {
            login: "doctor".to_owned(),
            password: "anything".to_owned(),
        },
        process: Process::start(&mut command, address, folder)?,
        fill,
    }))
}

fn fill(folder: &Path, calendar: &str, objects: &[Object]) -> Result<()> {
    let repository = folder.join("dav").join(calendar.trim_matches('/'));
    for object in objects {
        fs::write(repository.join(&object.name), &object.octets)?;
    }
    let git = |words: &[&str]| -> Result<()> {
        let mut git = Command::new("git");
        let who = [
            "-c",
            "user.name=Backup",
            "-c",
            "user.email=backup@ward.example",
        ];
        let status = git
            .arg("-C")
            .arg(&repository)
            .args(who)
            .args(words)
            .status()?;
        ensure!(status.success(), "git {words:?}: {status}");
        Ok(())
    };
    git(&["add", "--all"])?;
    git(&["commit", "--quiet", "--message", "Restored"])
}
