//! Evolution Data Server: the engine behind GNOME Calendar and Evolution, driven through its own library.

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::desktop::{Desktop, Screen};
use super::patience::until;
use super::present::Part;
use super::script::{self, Script};
use super::text::has_line;
use crate::http::Credentials;

/// What must be installed.
pub const PARTS: &[Part] = &[
    Part::file(
        "/usr/libexec/evolution-calendar-factory",
        "apt: evolution-data-server",
    ),
    Part::python(
        "/usr/bin/python3",
        "import gi; gi.require_version('ECal', '2.0')",
        "apt: python3-gi, gir1.2-ecal-2.0",
    ),
    Part::file("/usr/bin/gnome-keyring-daemon", "apt: gnome-keyring"),
    Part::file("/usr/bin/dbus-daemon", "apt: dbus"),
];

/// A calendar that it found.
#[derive(Debug, Deserialize)]
pub struct Found {
    /// Where it is.
    pub href: String,
    /// What people see.
    pub name: String,
    /// `#rrggbb`, where it has one.
    pub color: Option<String>,
    /// Whether it takes events.
    pub events: bool,
    /// Whether it takes tasks.
    pub tasks: bool,
}

/// The engine on a message bus of its own.
#[derive(Debug)]
pub struct Evolution {
    script: Script,
    _desktop: Desktop,
}

impl Evolution {
    /// Starts it.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start() -> Result<Self> {
        let desktop = Desktop::start(Screen::None)?;
        let mut command = desktop.command("/usr/bin/python3");
        command.arg(script::path("evolution.py"));
        Ok(Self {
            script: Script::start(command)?,
            _desktop: desktop,
        })
    }

    /// The calendars behind the address that a person types.
    ///
    /// # Errors
    /// When it finds none.
    pub fn discover(&mut self, url: &str, who: &Credentials) -> Result<Vec<Found>> {
        let typed = json!({"url": url, "user": who.login, "password": who.password});
        self.script.call("discover", &typed)
    }

    /// Subscribes to the calendar of this name, found by discovery.
    ///
    /// # Errors
    /// When it is not found, or cannot be opened.
    pub fn subscribe(&mut self, url: &str, who: &Credentials, name: &str) -> Result<()> {
        let found = self.discover(url, who)?;
        let found = found
            .iter()
            .find(|one| one.name == name)
            .context("not discovered")?;
        let typed = json!({"href": found.href, "user": who.login, "password": who.password});
        self.script.call("subscribe", &typed)
    }

    /// Waits until it offers to edit, or no longer does.
    ///
    /// # Errors
    /// When that never happens.
    pub fn offers_to_edit(&mut self, expected: bool) -> Result<()> {
        until(&format!("Evolution to offer edits: {expected}"), || {
            let read_only: bool = self.script.call("is_readonly", &json!({}))?;
            Ok((read_only != expected).then_some(()))
        })
    }

    /// What it shows once `seen` holds, refreshed as its button does.
    ///
    /// # Errors
    /// When it never holds.
    pub fn shows(&mut self, what: &str, seen: impl Fn(&[String]) -> bool) -> Result<Vec<String>> {
        until(&format!("Evolution to show {what}"), || {
            self.script.call::<()>("refresh", &json!({}))?;
            let components: Vec<String> = self.script.call("components", &json!({}))?;
            Ok(seen(&components).then_some(components))
        })
    }

    /// Makes an entry.
    ///
    /// # Errors
    /// When it refuses.
    pub fn create(&mut self, object: &str) -> Result<()> {
        self.act("create", &json!({"component": component(object)}))
    }

    /// Changes an entry: `ALL` of a series or `THIS` occurrence.
    ///
    /// # Errors
    /// When it refuses.
    pub fn modify(&mut self, object: &str, which: &str) -> Result<()> {
        let change = json!({"component": component(object), "which": which});
        self.act("modify", &change)
    }

    /// Deletes what `entry` names, as `tests/clients/evolution.py` takes it.
    ///
    /// # Errors
    /// When it refuses.
    pub fn remove(&mut self, entry: &Value) -> Result<()> {
        self.act("remove", entry)
    }

    fn act(&mut self, function: &str, arguments: &Value) -> Result<()> {
        self.script.call::<Value>(function, arguments).map(drop)
    }
}

/// One component as the engine's library takes it, without a calendar around it.
fn component(object: &str) -> Option<&str> {
    let start = object.find("BEGIN:VEVENT")?;
    object.get(start..object.find("END:VCALENDAR")?)
}

/// Whether something that is shown has this line.
pub fn shows_line(line: &str) -> impl Fn(&[String]) -> bool {
    move |components| components.iter().any(|one| has_line(one, line))
}
