//! The demonstration: a data folder with an account of the sandbox cloud, made by the program itself.
//!
//! It lies under `target/demo` (or where `PHARMADOC_HOME` points) with a key file beside it, so that trying the
//! companion never touches the keychain or the calendars of the person who tries it. The sandbox forgets everything
//! when it ends, so the demonstration is made anew each time.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cloud::Cloud;
use crate::command::Run;
use crate::{place, say};

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
    /// Makes the demonstration and connects it to the sandbox.
    ///
    /// # Errors
    /// When the folder cannot be written or the program refuses something.
    pub(crate) fn make(cloud: &Cloud) -> Result<Self> {
        let (folder, ours) = match std::env::var_os("PHARMADOC_HOME") {
            Some(elsewhere) => (PathBuf::from(elsewhere), false),
            None => (place::target()?.join("demo"), true),
        };
        let demo = Self { folder };
        if demo.folder.exists() {
            let strange = !ours && !demo.mark().exists();
            if strange && demo.folder.read_dir()?.next().is_some() {
                bail!(
                    "{} holds data that this command did not make; let PHARMADOC_HOME name an empty folder",
                    demo.folder.display()
                );
            }
            let folder = demo.folder.display().to_string();
            fs::remove_dir_all(&demo.folder).context(folder)?;
        }
        demo.fill(cloud)
            .context("the demonstration could not be made")?;
        Ok(demo)
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.folder.join("demo.key")
    }

    pub(crate) fn password_file(&self) -> PathBuf {
        self.folder.join("demo.password")
    }

    /// The options every command needs to find the demonstration and the sandbox.
    pub(crate) fn options(&self) -> Vec<std::ffi::OsString> {
        vec![
            "--data-dir".into(),
            self.folder.clone().into(),
            "--key-file".into(),
            self.key_file().into(),
            "--endpoints".into(),
            self.folder.join("endpoints.json").into(),
        ]
    }

    /// What this command made it may remove.
    fn mark(&self) -> PathBuf {
        self.folder.join("demo.txt")
    }

    fn fill(&self, cloud: &Cloud) -> Result<()> {
        say::heading(&format!(
            "connecting to the sandbox cloud, in {}",
            self.folder.display()
        ));
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)?;
        private_file(
            &self.mark(),
            "A demonstration, made by `cargo xtask run`.\n",
        )?;
        private_file(&self.password_file(), "demo")?;
        private_file(&self.folder.join("endpoints.json"), &cloud.ready)?;
        let password = self.folder.join("cloud.password");
        private_file(&password, &cloud.caldav("password")?)?;
        let user = cloud.caldav("user")?;
        self.bridge(&[
            "account", "add", "sandbox", "--name", "iCloud", "--user", &user,
        ])?
        .arg("--password-file")
        .arg(&password)
        .read()?;
        self.bridge(&["sync"])?.run()?;
        for app in APPS {
            let run = self.bridge(&["client", "add"])?;
            run.args(app).read()?; // their passwords are nobody's business
        }
        Ok(())
    }

    fn bridge(&self, words: &[&str]) -> Result<Run> {
        let bridge = Run::new(place::binary("pharmadoc-bridge")?)?;
        Ok(bridge.args(words).args(self.options()))
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
