//! Thunderbird in its own window on an unseen screen, driven through its dialogs and its calendar.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::desktop::{Desktop, Screen};
use super::marionette::Marionette;
use super::patience::until;
use super::present::Part;
use crate::http::Credentials;

/// What it needs.
pub const PARTS: &[Part] = &[
    Part::file("/usr/bin/thunderbird", "apt: thunderbird"),
    Part::file("/usr/bin/Xvfb", "apt: xvfb"),
    Part::file("/usr/bin/dbus-daemon", "apt: dbus"),
    Part::file("/usr/bin/import", "apt: imagemagick"),
];

const LIBRARY: &str = include_str!("../../clients/thunderbird.js");
const PREFERENCES: &str = include_str!("../../clients/thunderbird-user.js");

/// A running Thunderbird with a new profile.
#[derive(Debug)]
pub struct Thunderbird {
    session: Marionette,
    /// Dropped last: ends the program.
    desktop: Desktop,
}

/// A calendar that its wizard found.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Found {
    /// The name shown.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// `#RRGGBB`.
    pub color: Option<String>,
    /// Whether it will not offer to edit it.
    #[serde(rename = "readOnly")]
    pub read_only: bool,
}

impl Thunderbird {
    /// Starts it and opens its calendar tab.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start() -> Result<Self> {
        let mut desktop = Desktop::start(Screen::Unseen)?;
        let profile = desktop.folder().join("profile");
        fs::create_dir(&profile)?;
        fs::write(profile.join("user.js"), PREFERENCES)?;
        let mut command = desktop.command("thunderbird");
        command.arg("--profile").arg(&profile);
        command.args([
            "--no-remote",
            "--marionette",
            "--remote-allow-system-access",
        ]);
        command
            .env("MOZ_CRASHREPORTER_DISABLE", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        desktop.run(command)?;
        let mut thunderbird = Self {
            session: Marionette::connect(&profile)?,
            desktop,
        };
        thunderbird.wait_for_main_window()?;
        Ok(thunderbird)
    }

    fn wait_for_main_window(&mut self) -> Result<()> {
        until("Thunderbird's window", || {
            self.call::<bool>("isReady", &json!({}))
                .map(|ready| ready.then_some(()))
        })?;
        self.call("openCalendarTab", &json!({}))
    }

    /// Calls a function of `tests/clients/thunderbird.js`.
    ///
    /// # Errors
    /// What the function threw.
    pub fn call<T: DeserializeOwned>(&mut self, function: &str, argument: &Value) -> Result<T> {
        self.session.call(LIBRARY, function, argument)
    }

    /// "New calendar": types name, address and password, and returns what Thunderbird found there.
    ///
    /// # Errors
    /// When a dialog does not appear or nothing is found.
    pub fn find_calendars(&mut self, url: &str, credentials: &Credentials) -> Result<Vec<Found>> {
        self.call::<()>("startWizard", &json!({}))?;
        let (user, password) = (&credentials.login, &credentials.password);
        self.until_done("typeAddress", &json!({"user": user, "url": url}))?;
        self.until_done("typePassword", &json!({"password": password}))?;
        until("the list of calendars", || self.call("found", &json!({})))
    }

    fn until_done(&mut self, function: &str, argument: &Value) -> Result<()> {
        until(function, || {
            let done: bool = self.call(function, argument)?;
            Ok(done.then_some(()))
        })
    }

    /// Presses the refresh button and waits until the week view draws exactly `expected`: the start on a clock in
    /// Berlin and the title of each box, sorted.
    ///
    /// # Errors
    /// When it never does; the message says what it drew last.
    pub fn draws(&mut self, expected: &[&str]) -> Result<()> {
        self.call::<()>("refresh", &json!({}))?;
        let mut drawn: Vec<String> = Vec::new();
        let seen = until("Thunderbird to draw the week", || {
            drawn = self.call("drawn", &json!({}))?;
            Ok((drawn == expected).then_some(()))
        });
        seen.with_context(|| format!("expected {expected:#?}, drawn {drawn:#?}"))
    }

    /// Takes a picture of the whole screen and returns where it is.
    ///
    /// # Errors
    /// When `import` fails.
    pub fn picture(&self, name: &str) -> Result<PathBuf> {
        let folder = pictures()?;
        let file = folder.join(format!("{name}.png"));
        let mut import: Command = self.desktop.command("import");
        let status = import
            .args(["-window", "root"])
            .arg(&file)
            .status()
            .context("import does not start")?;
        ensure!(status.success(), "import took no picture");
        Ok(file)
    }
}

/// Where pictures go: a folder of the build that people can look into afterwards.
fn pictures() -> Result<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/pictures");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
