//! Where everything lies on disk.
//!
//! Order: `--data-dir`, then `PHARMADOC_HOME`, then the platform's folders (`directories`). The environment is
//! read by the binaries and handed in, so that tests need not change it.

use std::path::{Path, PathBuf};

/// The folders and files of one installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    data: PathBuf,
    config: PathBuf,
}

/// What the person who started the program said about folders.
#[derive(Clone, Debug, Default)]
pub struct PathChoice {
    /// `--data-dir`: data and configuration in this one folder.
    pub data_dir: Option<PathBuf>,
    /// `--config`: this configuration file.
    pub config: Option<PathBuf>,
    /// The value of `PHARMADOC_HOME`: moves everything, for tests and portable use.
    pub home: Option<PathBuf>,
}

/// No place to keep data could be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no folder for the data: this account has no home folder. Name one with --data-dir DIR or PHARMADOC_HOME=DIR"
)]
pub struct NoHome;

impl Paths {
    /// The folders that follow from what was said.
    ///
    /// # Errors
    /// [`NoHome`] when nothing was said and the account has no home folder.
    pub fn choose(choice: &PathChoice) -> Result<Self, NoHome> {
        let named = choice.data_dir.as_ref().or(choice.home.as_ref());
        let mut paths = match named {
            Some(dir) => Self::under(dir),
            None => Self::of_the_platform()?,
        };
        if let Some(config) = &choice.config {
            paths.config.clone_from(config);
        }
        Ok(paths)
    }

    /// Data and configuration together in `dir`.
    pub fn under(dir: &Path) -> Self {
        Self {
            data: dir.to_owned(),
            config: dir.join("config.toml"),
        }
    }

    fn of_the_platform() -> Result<Self, NoHome> {
        let folders = directories::ProjectDirs::from("app", "PharmaDOC", "pharmadoc-companion")
            .ok_or(NoHome)?;
        Ok(Self {
            data: folders.data_local_dir().to_owned(),
            config: folders.config_dir().join("config.toml"),
        })
    }

    /// The folder that holds the database and what belongs to it.
    pub fn data_dir(&self) -> &Path {
        &self.data
    }

    /// The encrypted database.
    pub fn database(&self) -> PathBuf {
        self.data.join("companion.db")
    }

    /// The small plain file that says how the database's key is found; nothing in it is secret.
    pub fn key_note(&self) -> PathBuf {
        self.data.join("key.toml")
    }

    /// The configuration that people edit.
    pub fn config_file(&self) -> &Path {
        &self.config
    }

    /// The folder of the configuration.
    pub fn config_folder(&self) -> &Path {
        self.config.parent().unwrap_or(Path::new(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_dir_wins_over_the_home() {
        let choice = PathChoice {
            data_dir: Some("/a".into()),
            home: Some("/b".into()),
            config: None,
        };
        let paths = Paths::choose(&choice).unwrap();
        assert_eq!(paths.database(), Path::new("/a/companion.db"));
        assert_eq!(paths.config_file(), Path::new("/a/config.toml"));
    }

    #[test]
    fn home_moves_everything_and_config_can_lie_elsewhere() {
        let choice = PathChoice {
            data_dir: None,
            home: Some("/b".into()),
            config: Some("/etc/pharmadoc.toml".into()),
        };
        let paths = Paths::choose(&choice).unwrap();
        assert_eq!(paths.data_dir(), Path::new("/b"));
        assert_eq!(paths.config_file(), Path::new("/etc/pharmadoc.toml"));
    }
}
