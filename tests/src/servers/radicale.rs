//! Radicale: one file per object, sync-collection, its own writing of every object.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::RealServer;
use super::process::{Process, free_address};
use crate::clients::present::{Part, is_present, venv};
use crate::dataset::Object;
use crate::http::Credentials;

const PARTS: &[Part] = &[Part::file("bin/radicale", "pip: radicale")];

/// Starts it; `None`, loudly, where it is not installed.
///
/// # Errors
/// When it does not start, or must be there and is not.
pub fn radicale() -> Result<Option<RealServer>> {
    if !is_present("Radicale", PARTS)? {
        return Ok(None);
    }
    let folder = tempfile::tempdir()?;
    let users = folder.path().join("users");
    let config = folder.path().join("config");
    let credentials = Credentials {
        login: "doctor".to_owned(),
        password: "correct-horse-battery-staple".to_owned(),
    };
    fs::write(
        &users,
        format!("{}:{}\n", credentials.login, credentials.password),
    )?;
    // It refuses to report more events at once than this; vdirsyncer asks for a whole calendar.
    fs::write(
        &config,
        format!(
            "[auth]\ntype = htpasswd\nhtpasswd_filename = {}\nhtpasswd_encryption = plain\ndelay = 0\n\
             [storage]\nfilesystem_folder = {}\n[logging]\nlevel = error\n\
             [reporting]\nmax_expand_occurrence = 1000000\n",
            users.display(),
            folder.path().join("collections").display()
        ),
    )?;
    let address = free_address()?;
    let mut command = Command::new(venv().join("bin/python"));
    command
        .args(["-m", "radicale", "--config"])
        .arg(&config)
        .args(["--server-hosts", &address.to_string()]);
    Ok(Some(RealServer {
        name: "Radicale",
        home: "/doctor/",
        credentials,
        process: Process::start(&mut command, address, folder)?,
        fill,
    }))
}

fn fill(folder: &Path, calendar: &str, objects: &[Object]) -> Result<()> {
    let folder = folder.join("collections/collection-root");
    let folder = folder.join(calendar.trim_matches('/'));
    for object in objects {
        fs::write(folder.join(&object.name), &object.octets)?;
    }
    Ok(())
}
