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
        let (folder, ours) = match std::env::var_os("PHARMADOC_HOME") {
            Some(elsewhere) => (PathBuf::from(elsewhere), false),
            None => (place::target()?.join("demo"), true),
        };
        let demo = Self { folder };
        let whole = demo.done().exists();
        let remains = demo.folder.exists();
        if whole && start == Start::AsLeft {
            return Ok(demo);
        }
        if remains && !whole && !ours && demo.folder.read_dir()?.next().is_some() {
            bail!(
                "{} holds data that this command did not make; let PHARMADOC_HOME name an empty folder",
                demo.folder.display()
            );
        }
        if remains {
            // Of an earlier time, or of a start that was interrupted.
            let folder = demo.folder.display().to_string();
            fs::remove_dir_all(&demo.folder).context(folder)?;
        }
        demo.make().context("the sample week could not be made")?;
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
        for (calendar, sample) in week::this_week()? {
            let file = self.folder.join(format!("{calendar}.ics"));
            private_file(&file, &sample)?;
            let import = Run::new(place::binary("pharmadoc-bridge")?)?
                .arg("import")
                .arg(&file);
            import
                .args(["--calendar", calendar])
                .args(self.options())
                .run()?;
        }
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
