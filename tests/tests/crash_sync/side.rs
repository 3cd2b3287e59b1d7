//! The far side of a calendar: what others do there, and what is there.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use companion_tests::sandbox::cloud::GOOGLE_LOGIN;
use companion_tests::sandbox::control::Order;
use companion_tests::service::Service;
use companion_tests::stage::{Stage, event};

/// Where a calendar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Caldav,
    Cloud(Service),
}

impl Side {
    pub(crate) const ALL: [Self; 3] = [
        Self::Caldav,
        Self::Cloud(Service::Google),
        Self::Cloud(Service::Microsoft),
    ];

    /// Its calendar there.
    pub(crate) fn calendar(self) -> &'static str {
        match self {
            Self::Caldav => "praxis",
            Self::Cloud(Service::Google) => GOOGLE_LOGIN.0,
            Self::Cloud(Service::Microsoft) => "AAMkCalendar",
        }
    }

    /// The account's name here.
    pub(crate) fn account(self) -> &'static str {
        match self {
            Self::Caldav => "iCloud",
            Self::Cloud(service) => service.title(),
        }
    }

    /// Somebody else makes an object, or gives it another title.
    pub(crate) fn put(self, stage: &Stage, name: &str, title: &str) -> Result<()> {
        match self {
            Self::Caldav => stage
                .order(Order::Put {
                    calendar: self.calendar().to_owned(),
                    name: format!("{name}.ics"),
                    object: event(name, title),
                })
                .map(drop),
            Self::Cloud(service) => service.put(&stage.sandbox, self.calendar(), name, title),
        }
    }

    /// Somebody else deletes an object.
    pub(crate) fn delete(self, stage: &Stage, name: &str) -> Result<()> {
        match self {
            Self::Caldav => stage
                .order(Order::Delete {
                    calendar: self.calendar().to_owned(),
                    name: format!("{name}.ics"),
                })
                .map(drop),
            Self::Cloud(service) => service.delete(&stage.sandbox, self.calendar(), name),
        }
    }

    /// Where tokens are used, they are spent.
    pub(crate) fn expire(self, stage: &Stage) {
        if let Self::Cloud(service) = self {
            service.expire(&stage.sandbox);
        }
    }

    /// The titles of what is there, by the name that each begins with; every name once.
    pub(crate) fn titles(self, stage: &Stage) -> Result<BTreeMap<String, String>> {
        match self {
            Self::Caldav => {
                let names = stage.remote_names(self.calendar());
                let texts = names.iter().map(|name| {
                    let text = stage.remote(self.calendar(), name).unwrap_or_default();
                    summary(&text)
                });
                by_name(texts)
            }
            Self::Cloud(service) => {
                let events = service.events(&stage.sandbox, self.calendar());
                let there = events.iter().filter(|event| {
                    event.get("status").and_then(serde_json::Value::as_str) != Some("cancelled")
                });
                by_name(there.map(|event| service.title_of(event).map(str::to_owned)))
            }
        }
    }
}

/// The title of a calendar object.
pub(crate) fn summary(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("SUMMARY:"));
    line.map(|title| title.trim().to_owned())
}

/// Titles such as `a5 in round 7` by their first words.
///
/// # Errors
/// When two have the same.
pub(crate) fn by_name(
    titles: impl Iterator<Item = Option<String>>,
) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for title in titles {
        let title = title.context("no title")?;
        let name = title.split(' ').next().unwrap_or_default().to_owned();
        ensure!(
            found.insert(name.clone(), title).is_none(),
            "{name} is there twice"
        );
    }
    Ok(found)
}
