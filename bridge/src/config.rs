//! `config.toml`: what a person may set by hand. Every value has a default; an unknown name or a wrong value is
//! refused with its line, so that a typing mistake is never silently ignored.

use std::net::SocketAddr;
use std::path::Path;
use std::{fs, io};

use serde::Deserialize;
use url::Url;

/// The whole configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// The local CalDAV server.
    pub server: ServerConfig,
    /// What is written to the log.
    pub log: LogConfig,
    /// Where PharmaDOC is.
    pub pharmadoc: Option<PharmadocConfig>,
}

/// `[server]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ServerConfig {
    /// The address for http; chosen once and kept when not set.
    pub listen: Option<Loopback>,
    /// The address for https; chosen once and kept when not set.
    pub tls_listen: Option<Loopback>,
}

/// `[pharmadoc]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PharmadocConfig {
    /// Its API.
    pub api: Url,
    /// The Supabase project where the doctor signs in.
    pub auth: Url,
    /// The project's publishable key, which is no secret.
    pub key: String,
}

/// `[log]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LogConfig {
    /// How much is written.
    pub level: LogLevel,
}

/// How much is written to the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// Only failures.
    Error,
    /// Also what needs attention.
    Warn,
    /// Also what happens.
    #[default]
    Info,
    /// Everything, without content.
    Debug,
}

/// An address of this machine that no other machine reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Loopback(SocketAddr);

/// The address is not one of this machine alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not an address of this computer alone. Allowed: 127.0.0.1:PORT or [::1]:PORT (port 0 picks a free one)"
)]
pub struct NotLoopback(String);

impl Loopback {
    /// The address to bind.
    pub fn address(self) -> SocketAddr {
        self.0
    }
}

impl std::str::FromStr for Loopback {
    type Err = NotLoopback;

    fn from_str(text: &str) -> Result<Self, NotLoopback> {
        let address = text.strip_prefix("localhost:").map_or_else(
            || text.parse().ok(),
            |port| {
                port.parse()
                    .ok()
                    .map(|port: u16| SocketAddr::from(([127, 0, 0, 1], port)))
            },
        );
        address
            .filter(|address: &SocketAddr| address.ip().is_loopback())
            .map(Self)
            .ok_or_else(|| NotLoopback(text.to_owned()))
    }
}

impl TryFrom<String> for Loopback {
    type Error = NotLoopback;

    fn try_from(text: String) -> Result<Self, NotLoopback> {
        text.parse()
    }
}

/// The configuration could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A line is wrong; the text names it and what is allowed.
    #[error("the configuration {file} is wrong. {problem}")]
    Wrong {
        /// The file.
        file: String,
        /// The line, what is in it and what is allowed.
        problem: String,
    },
    /// The file could not be read.
    #[error("the configuration {file} cannot be read: {source}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the operating system said.
        source: io::Error,
    },
}

impl Config {
    /// Reads the file; without one everything is as by default.
    ///
    /// # Errors
    /// [`ConfigError::Wrong`] names the line.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let file = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(|problem| ConfigError::Wrong { file, problem }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(ConfigError::Unreadable { file, source }),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text)
            .map_err(|error: toml::de::Error| error.to_string().trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_a_default() {
        assert_eq!(Config::parse("").unwrap(), Config::default());
        assert_eq!(
            Config::read(Path::new("/nowhere/config.toml")).unwrap(),
            Config::default()
        );
    }

    #[test]
    fn values_are_typed() {
        let text = "[server]\nlisten = \"localhost:8123\"\ntls-listen = \"[::1]:8124\"\n[log]\nlevel = \"debug\"\n";
        let config = Config::parse(text).unwrap();
        let listen = config.server.listen.unwrap().address();
        assert_eq!(listen.to_string(), "127.0.0.1:8123");
        assert_eq!(config.log.level, LogLevel::Debug);
    }

    #[test]
    fn a_mistake_is_named_with_its_line_and_what_is_allowed() {
        for (text, expected) in [
            (
                "[server]\nlisten = \"0.0.0.0:80\"\n",
                ["line 2", "127.0.0.1:PORT"],
            ),
            (
                "[server]\n\nlisen = \"127.0.0.1:80\"\n",
                ["line 3", "`listen`"],
            ),
            ("[log]\nlevel = \"loud\"\n", ["line 2", "`debug`"]),
        ] {
            let problem = Config::parse(text).unwrap_err();
            for part in expected {
                assert!(problem.contains(part), "{problem}");
            }
        }
    }
}
