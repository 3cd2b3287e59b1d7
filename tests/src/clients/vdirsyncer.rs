//! vdirsyncer: a folder of files that it keeps in step with a calendar of a server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::desktop::Desktop;
use super::present::{Part, venv};
use super::text::has_line;
use crate::http::Credentials;
use crate::process::run;

/// What it needs.
pub const PARTS: &[Part] = &[Part::file("bin/vdirsyncer", "pip: vdirsyncer")];

/// A folder that it keeps in step with one calendar.
pub struct Vdirsyncer {
    desktop: Desktop,
    collection: String,
}

impl Vdirsyncer {
    /// Configured with nothing but the address somebody typed and the last part of the calendar's; `trust` is a
    /// certificate authority for https.
    ///
    /// # Errors
    /// When it does not find the calendar.
    pub fn configure(
        url: &str,
        who: &Credentials,
        collection: &str,
        trust: Option<&Path>,
    ) -> Result<Self> {
        let desktop = Desktop::bare()?;
        let folder = desktop.folder().display();
        let verify = trust
            .map(|file| format!("verify = \"{}\"", file.display()))
            .unwrap_or_default();
        let config = format!(
            "[general]\nstatus_path = \"{folder}/status\"\n\
             [pair ward]\na = \"here\"\nb = \"there\"\ncollections = [\"{collection}\"]\nmetadata = [\"displayname\", \"color\"]\n\
             [storage here]\ntype = \"filesystem\"\npath = \"{folder}/files\"\nfileext = \".ics\"\n\
             [storage there]\ntype = \"caldav\"\nurl = \"{url}\"\nusername = \"{}\"\npassword = \"{}\"\n{verify}\n",
            who.login, who.password,
        );
        fs::write(desktop.folder().join("vdirsyncer.conf"), config)?;
        let vdirsyncer = Self {
            desktop,
            collection: collection.to_owned(),
        };
        fs::create_dir_all(vdirsyncer.folder())?;
        run(vdirsyncer.command().arg("discover"))?;
        Ok(vdirsyncer)
    }

    /// It with its configuration, and no order yet.
    pub fn command(&self) -> Command {
        let mut command = Command::new("sh");
        // It asks before it makes the folder of a new collection.
        command
            .args(["-c", "yes | \"$0\" --config \"$@\""])
            .arg(venv().join("bin/vdirsyncer"))
            .arg(self.desktop.folder().join("vdirsyncer.conf"))
            .env("HOME", self.desktop.folder());
        command
    }

    /// One round; what it says.
    ///
    /// # Errors
    /// When it is not content.
    pub fn sync(&self) -> Result<String> {
        run(self.command().arg("sync"))
    }

    /// Where its files are.
    pub fn folder(&self) -> PathBuf {
        self.desktop.folder().join("files").join(&self.collection)
    }

    /// The file of the object with this UID, with its path.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn file(&self, uid: &str) -> Result<Option<(PathBuf, String)>> {
        for path in self.files()? {
            let object = fs::read_to_string(&path)?;
            if has_line(&object, &format!("UID:{uid}")) {
                return Ok(Some((path, object)));
            }
        }
        Ok(None)
    }

    /// The same for one that must be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn existing(&self, uid: &str) -> Result<(PathBuf, String)> {
        self.file(uid)?
            .with_context(|| format!("no file for {uid}"))
    }

    /// The files of all objects.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(self.folder())?;
        let paths = entries.map(|entry| Ok(entry?.path()));
        let paths = paths.collect::<Result<Vec<_>>>()?;
        let is_object = |path: &PathBuf| path.extension().is_some_and(|it| it == "ics");
        Ok(paths.into_iter().filter(is_object).collect())
    }
}
