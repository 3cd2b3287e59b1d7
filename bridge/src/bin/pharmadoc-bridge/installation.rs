//! From the options that every command takes to an open store.

use std::env;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;

use bridge::accounts::{Accounts, Surroundings};
use bridge::clock::SystemClock;
use bridge::config::Config;
use bridge::ids::OsIds;
use bridge::open::{Opened, open};
use bridge::paths::{PathChoice, Paths};
use bridge::secrets::{KeyChoice, Sensitive, SystemKeychain};

use crate::arguments::Common;
use crate::output::{self, Failure};

/// Whether a command may start from nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    /// It is made when there is none.
    MadeIfMissing,
    /// Without one there is nothing to show.
    Needed,
}

/// An installation, open.
pub(crate) struct Installation {
    pub(crate) paths: Paths,
    pub(crate) config: Config,
    pub(crate) opened: Opened,
}

impl Installation {
    /// Finds the folders, reads the configuration, finds the key and opens the database.
    pub(crate) fn open(common: &Common, database: Database) -> Result<Self, Failure> {
        let paths = paths(common)?;
        let config = Config::read(paths.config_file())?;
        if database == Database::Needed && !paths.database().exists() {
            return Err(Failure::new(format_args!(
                "there is nothing in {} yet. Start with `pharmadoc-bridge serve` or `import`, or name another folder \
                 with --data-dir",
                paths.data_dir().display()
            )));
        }
        let opened = open(
            &paths,
            &key_choice(common, &paths)?,
            &SystemKeychain,
            &OsIds,
        )?;
        for warning in &opened.warnings {
            output::note(format_args!("warning: {warning}"));
        }
        Ok(Self {
            paths,
            config,
            opened,
        })
    }
}

impl Installation {
    /// The accounts in it.
    pub(crate) fn accounts(&self, common: &Common) -> Result<Accounts, Failure> {
        let around = Surroundings {
            clock: Arc::new(SystemClock),
            ids: Arc::new(OsIds),
            config_folder: self.paths.config_folder(),
            data_folder: self.paths.data_dir(),
            endpoints: common.endpoints.as_deref(),
        };
        let Opened {
            store, sealing_key, ..
        } = &self.opened;
        Ok(Accounts::over(store, sealing_key, &around)?)
    }
}

/// Where everything lies.
pub(crate) fn paths(common: &Common) -> Result<Paths, Failure> {
    let home = env::var_os("PHARMADOC_HOME").filter(|home| !home.is_empty());
    let choice = PathChoice {
        data_dir: common.data_dir.clone(),
        config: common.config.clone(),
        home: home.map(PathBuf::from),
    };
    Ok(Paths::choose(&choice)?)
}

/// Where the key is.
pub(crate) fn key_choice(common: &Common, paths: &Paths) -> Result<KeyChoice, Failure> {
    if let Some(file) = &common.key_file {
        return Ok(KeyChoice::File(file.clone()));
    }
    let from_environment = env::var("PHARMADOC_PASSPHRASE")
        .ok()
        .filter(|text| !text.is_empty());
    if let Some(passphrase) = from_environment {
        return Ok(KeyChoice::Passphrase(Sensitive::new(passphrase)));
    }
    if common.passphrase {
        return ask_for_passphrase(paths).map(KeyChoice::Passphrase);
    }
    Ok(KeyChoice::Remembered)
}

fn ask_for_passphrase(paths: &Paths) -> Result<Sensitive<String>, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new(
            "there is no terminal to ask for the passphrase on: set PHARMADOC_PASSPHRASE instead",
        ));
    }
    let ask = |prompt: &str| {
        rpassword::prompt_password(prompt)
            .map(Sensitive::new)
            .map_err(|error| Failure::new(format_args!("the passphrase cannot be read: {error}")))
    };
    let passphrase = ask("Passphrase: ")?;
    // The first time a slip of the finger would lock everything away for good.
    if !paths.key_note().exists() && ask("Once more: ")? != passphrase {
        return Err(Failure::new("the two passphrases differ; nothing was made"));
    }
    Ok(passphrase)
}
