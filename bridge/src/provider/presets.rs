//! Known providers as data: `providers.toml`, built in, with a file of the doctor's own over it.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::{Deserialize, Serialize};
use url::Url;

const BUILT_IN: &str = include_str!("providers.toml");

/// The name of the file beside `config.toml` that adds and replaces entries.
pub const FILE: &str = "providers.toml";

/// The entry for every server that is not known.
pub const GENERIC: &str = "generic";

/// The entry for what an endpoints file names.
const SANDBOX: &str = "sandbox";

/// Every known provider, by the name of its entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Presets(BTreeMap<String, Preset>);

/// What is known about a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Preset {
    /// What people call it.
    pub title: String,
    /// Where signing in starts; the doctor types it where there is none.
    pub address: Option<Url>,
    /// Mail addresses that end in one of these belong to it.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Where else to look on its server.
    #[serde(default)]
    pub paths: Vec<String>,
    /// The page where a password for this app alone is made, where the ordinary one is refused.
    pub app_password: Option<Url>,
    /// One more sentence for people.
    pub hint: Option<String>,
    /// How changes are found there.
    #[serde(default)]
    pub listing: Listing,
    /// How it is spoken to.
    #[serde(default)]
    pub service: Service,
    /// What this program is registered as there, where the doctor signs in in the browser.
    pub client_id: Option<String>,
    /// What the provider gave with it. It is no secret.
    pub client_secret: Option<String>,
}

/// How a provider is spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// By `CalDAV`, with a password.
    #[default]
    Caldav,
    /// By Google's Calendar v3, signed in in the browser.
    Google,
    /// By Microsoft Graph, signed in in the browser.
    Microsoft,
}

/// How changes of a calendar are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Listing {
    /// The server is asked what changed (RFC 6578), where it offers that.
    #[default]
    Changes,
    /// The versions of all objects are compared: its answers about changes cannot be relied on.
    Versions,
}

impl Service {
    /// Its name, with which accounts are kept.
    pub fn name(self) -> &'static str {
        match self {
            Self::Caldav => "caldav",
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }
}

/// The file of the doctor's own cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file} is wrong. {problem}")]
pub struct PresetsError {
    /// The file.
    pub file: String,
    /// The line and what is wrong with it, or what the operating system said.
    pub problem: String,
}

impl Presets {
    /// The built-in ones with those of the file in this folder over them, if there is one.
    ///
    /// # Errors
    /// [`PresetsError`] names the line.
    pub fn read(folder: &Path) -> Result<Self, PresetsError> {
        let path = folder.join(FILE);
        let wrong = |problem| PresetsError {
            file: path.display().to_string(),
            problem,
        };
        match fs::read_to_string(&path) {
            Ok(own) => Self::built_in()
                .and_then(|presets| presets.with(&own))
                .map_err(wrong),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Self::built_in().map_err(wrong)
            }
            Err(error) => Err(wrong(error.to_string())),
        }
    }

    fn built_in() -> Result<Self, String> {
        Self(BTreeMap::new()).with(BUILT_IN)
    }

    fn with(mut self, text: &str) -> Result<Self, String> {
        let more: Self = toml::from_str(text)
            .map_err(|error: toml::de::Error| error.to_string().trim_end().to_owned())?;
        self.0.extend(more.0);
        Ok(self)
    }

    /// The same with every provider that has an address of its own at `address` instead, and one more for what is there:
    /// for tests, demonstrations and servers on premises.
    #[must_use]
    pub fn at(mut self, address: &Url) -> Self {
        for preset in self.0.values_mut() {
            preset.address = preset.address.take().map(|_| address.clone());
        }
        let sandbox = Preset {
            title: "Sandbox".to_owned(),
            address: Some(address.clone()),
            ..Preset::default()
        };
        self.0.insert(SANDBOX.to_owned(), sandbox);
        self
    }

    /// The entry of this name.
    pub fn get(&self, name: &str) -> Option<&Preset> {
        self.0.get(name)
    }

    /// All of them with their names, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Preset)> {
        self.0.iter().map(|(name, preset)| (name.as_str(), preset))
    }

    /// The entry that a mail address belongs to, with its name.
    pub fn of_mail(&self, mail: &str) -> Option<(&str, &Preset)> {
        let (_, domain) = mail.rsplit_once('@')?;
        let is_here = |known: &String| known.eq_ignore_ascii_case(domain.trim());
        self.iter()
            .find(|(_, preset)| preset.domains.iter().any(is_here))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_of_the_brief_is_there() {
        let presets = Presets::read(Path::new("/nowhere")).unwrap();
        let names: Vec<_> = presets.iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            [
                "fastmail",
                "generic",
                "google",
                "icloud",
                "mailbox-org",
                "microsoft",
                "nextcloud",
                "yahoo",
                "zoho"
            ]
        );
        assert!(presets.get("icloud").unwrap().app_password.is_some());
        assert_eq!(presets.get("yahoo").unwrap().listing, Listing::Versions);
        assert!(presets.get(GENERIC).unwrap().address.is_none());
    }

    #[test]
    fn a_mail_address_finds_its_provider() {
        let presets = Presets::read(Path::new("/nowhere")).unwrap();
        let of = |mail| presets.of_mail(mail).map(|(name, _)| name);
        assert_eq!(of("jane@Me.com"), Some("icloud"));
        assert_eq!(of("jane@clinic.example"), None);
        assert_eq!(of("me.com"), None);
    }

    #[test]
    fn a_file_of_ones_own_adds_and_replaces() {
        let folder = tempfile::tempdir().unwrap();
        let own = "[clinic]\ntitle = \"Clinic\"\naddress = \"https://dav.clinic.example/\"\n\
                   [yahoo]\ntitle = \"Y\"\n";
        fs::write(folder.path().join(FILE), own).unwrap();
        let presets = Presets::read(folder.path()).unwrap();
        assert_eq!(presets.get("clinic").unwrap().title, "Clinic");
        assert_eq!(presets.get("yahoo").unwrap().address, None);
        assert!(presets.get("icloud").is_some());

        fs::write(folder.path().join(FILE), "[clinic]\ntitel = \"C\"\n").unwrap();
        let wrong = Presets::read(folder.path()).unwrap_err().to_string();
        assert!(
            wrong.contains("line 2") && wrong.contains("titel"),
            "{wrong}"
        );
    }
}
