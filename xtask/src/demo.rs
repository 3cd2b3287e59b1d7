//! The demonstration: a data folder with a sample week and one login, made once by the program itself.
//!
//! It lies under `target/demo` (or where `PHARMADOC_HOME` points) with a key file beside it, so that trying the
//! companion never touches the keychain or the calendars of the person who tries it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::Run;
use crate::run::Start;
use crate::{place, say, week};

/// The calendar the sample week is imported into.
const CALENDAR: &str = "calendar";
/// Apps that seem to have been connected before, so that the window has something to show.
const APPS: [&[&str]; 2] = [
    &["thunderbird", "--label", "Thunderbird"],
    &[
        "waiting-room",
        "--label",
        "Waiting room screen",
        "--view",
        "busy",
        "--read-only",
    ],
];
/// The login that the terminal view shows.
pub(crate) const LOGIN: &str = "demo";

/// The folder of the demonstration and what is in it.
pub(crate) struct Demo {
    folder: PathBuf,
}

impl Demo {
    /// Opens the demonstration, making it where there is none.
    ///
    /// # Errors
    /// When the folder cannot be written or the program refuses the sample.
    pub(crate) fn open(start: Start) -> Result<Self> {
        let folder = match std::env::var_os("PHARMADOC_HOME") {
            Some(elsewhere) => PathBuf::from(elsewhere),
            None => place::target()?.join("demo"),
        };
        let demo = Self { folder };
        if start == Start::Fresh && demo.folder.exists() {
            demo.forget()?;
        }
        if !demo.done().exists() {
            demo.make().context("the sample week could not be made")?;
        }
        Ok(demo)
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.folder.join("demo.key")
    }

    pub(crate) fn password_file(&self) -> PathBuf {
        self.folder.join("demo.password")
    }

    /// The options every command needs to find the demonstration.
    pub(crate) fn options(&self) -> Vec<std::ffi::OsString> {
        vec![
            "--data-dir".into(),
            self.folder.clone().into(),
            "--key-file".into(),
            self.key_file().into(),
        ]
    }

    /// Written last: without it the demonstration is half made.
    fn done(&self) -> PathBuf {
        self.folder.join("demo.txt")
    }

    fn forget(&self) -> Result<()> {
        if !self.done().exists() {
            bail!(
                "{} was not made by this command; remove it by hand",
                self.folder.display()
            );
        }
        fs::remove_dir_all(&self.folder).with_context(|| self.folder.display().to_string())
    }

    fn make(&self) -> Result<()> {
        say::heading(&format!(
            "making a sample week in {}",
            self.folder.display()
        ));
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)?;
        private_file(&self.password_file(), "demo")?;
        let sample = self.folder.join("week.ics");
        private_file(&sample, &week::this_week()?)?;
        Run::new(place::binary("pharmadoc-bridge")?)?
            .arg("import")
            .arg(&sample)
            .args(["--calendar", CALENDAR])
            .args(self.options())
            .run()?;
        for app in APPS {
            let run = Run::new(place::binary("pharmadoc-bridge")?)?.args(["client", "add"]);
            run.args(app).args(self.options()).read()?; // their passwords are nobody's business
        }
        private_file(&self.done(), "A sample week, made by `cargo xtask run`.\n")
    }
}

fn private_file(path: &Path, text: &str) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    Ok(())
}
