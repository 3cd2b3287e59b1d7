//! The accounts as a face shows them, and what it asks of them.

use bridge_core::time::Instant;
use serde::{Deserialize, Serialize};

use super::overview::Access;
use crate::accounts::{self, CalendarHealth, Direction, Health, NewAccount};
use crate::provider::caldav::PlainHttp;
use crate::provider::{GENERIC, Preset, Presets, Service};
use crate::secrets::Sensitive;

/// A kind of account that can be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PresetEntry {
    /// What a request calls it.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// Whether the doctor signs in in the browser, and not with a user name and a password.
    pub in_browser: bool,
    /// Whether the address of the server must be typed.
    pub needs_address: bool,
    /// What to know before: that an app password is needed, and where to make it.
    pub hint: Option<String>,
    /// The page that says more.
    pub help: Option<String>,
}

/// An account that is to be added.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountRequest {
    /// The kind, one of the presets.
    pub preset: String,
    /// The server: an address, a host or a mail address; nothing where the preset knows it.
    pub address: Option<String>,
    /// The user name there.
    pub user: String,
    /// The password; for many providers one made for this app alone.
    pub password: String,
    /// What the doctor calls it; the provider and the user name, when nothing is said.
    pub name: Option<String>,
}

impl std::fmt::Debug for AccountRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountRequest")
            .field("preset", &self.preset)
            .finish_non_exhaustive()
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountEntry {
    /// Its number, which requests name.
    #[cfg_attr(test, ts(type = "number"))]
    pub id: i64,
    /// What the doctor calls it.
    pub name: String,
    /// What people call the kind: iCloud, Nextcloud.
    pub provider: String,
    /// The user name there.
    pub user: String,
    /// Whether the doctor signs in in the browser, and not with a password.
    pub in_browser: bool,
    /// How it is.
    pub state: AccountState,
    /// The age of the data: when the oldest of its chosen calendars was last known to be current, in RFC 3339.
    /// `null` as long as one of them has not been read once.
    pub checked_at: Option<String>,
    /// When it is tried again, in RFC 3339.
    pub retry_at: Option<String>,
    /// What is wrong with it.
    pub problem: Option<Trouble>,
    /// Changes made here that the provider does not have yet.
    pub waiting: u32,
    /// How often the permission was renewed lately; `null` where the account has a password.
    pub refreshes: Option<Refreshes>,
    /// What it offers.
    pub calendars: Vec<AccountCalendar>,
}

/// Renewals of a permission in the last 30 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Refreshes {
    /// Those that worked.
    pub succeeded: u32,
    /// All of them.
    pub tried: u32,
}

/// How both sides compared when everything was last listed and read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Compared {
    /// When, in RFC 3339.
    pub at: String,
    /// How many entries the provider has.
    pub entries: u32,
    /// How many of either side the other has not, or in another version.
    pub differing: u32,
}

/// How an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum AccountState {
    /// Nothing is wrong.
    Ok,
    /// A round is under way.
    Syncing,
    /// Something does not work and is tried again by itself.
    Retrying,
    /// Only the doctor can mend it.
    NeedsYou,
}

/// What is wrong, and what mends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Trouble {
    /// What a face may act on: with `password-refused` and `permission-withdrawn` it offers the field for a new password,
    /// or the browser.
    pub code: String,
    /// What happened.
    pub message: String,
    /// What to do.
    pub fix: String,
    /// Since when, in RFC 3339.
    pub since: String,
}

/// A calendar that an account offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountCalendar {
    /// Its number, which requests name.
    #[cfg_attr(test, ts(type = "number"))]
    pub id: i64,
    /// What it is called here.
    pub display_name: String,
    /// What its provider calls it.
    pub provider_name: String,
    /// Its colour here as `#rrggbb`.
    pub color: Option<String>,
    /// Whether the provider lets us change it.
    pub access: Access,
    /// Whether there is a copy here.
    pub chosen: bool,
    /// The name of the copy in the feed's addresses.
    pub name: Option<String>,
    /// Whether its events take the doctor's time.
    pub busy: bool,
    /// Whether visits are written into it.
    pub visits: bool,
    /// The age of the data: when the copy was last known to be current, in RFC 3339.
    pub checked_at: Option<String>,
    /// What is wrong with it.
    pub problem: Option<Trouble>,
    /// Changes made here that the provider does not have yet.
    pub waiting: u32,
    /// Entries that cannot be taken over or sent; they stay where they are.
    pub set_aside: u32,
    /// Entries with details that the provider has no form for; those stay on this computer.
    pub kept_here: u32,
    /// How both sides compared; `null` before the first time.
    pub compared: Option<Compared>,
}

/// Something about a calendar that the doctor wants otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum CalendarChange {
    /// Whether its events take the doctor's time.
    Busy(bool),
    /// Whether visits are written into it.
    Visits(bool),
    /// What it is called here; nothing for what its provider calls it.
    Name(String),
    /// Its colour here as `#rrggbb`.
    Color(String),
    /// Its place among the calendars of the account: one up, or one down.
    Move(Direction),
}

/// The kinds of accounts: those that need no password first, the one for every other server last.
pub(super) fn presets(presets: &Presets) -> Vec<PresetEntry> {
    let mut all: Vec<_> = presets
        .iter()
        .map(|(id, known)| preset(id, known))
        .collect();
    all.sort_by_key(|one| (one.id == GENERIC, !one.in_browser));
    all
}

fn preset(id: &str, preset: &Preset) -> PresetEntry {
    let app_password = preset.app_password.as_ref().map(|_| {
        let title = &preset.title;
        format!("{title} takes only a password made for this app, not the one you sign in with.")
    });
    let hints: Vec<String> = app_password
        .into_iter()
        .chain(preset.hint.clone())
        .collect();
    let in_browser = preset.service != Service::Caldav;
    PresetEntry {
        id: id.to_owned(),
        label: preset.title.clone(),
        in_browser,
        needs_address: !in_browser && preset.address.is_none(),
        hint: (!hints.is_empty()).then(|| hints.join(" ")),
        help: preset.app_password.as_ref().map(ToString::to_string),
    }
}

impl From<AccountRequest> for NewAccount {
    fn from(request: AccountRequest) -> Self {
        let said = |text: Option<String>| {
            let text = text.map(|text| text.trim().to_owned());
            text.filter(|text| !text.is_empty())
        };
        Self {
            preset: request.preset,
            address: said(request.address),
            user: request.user.trim().to_owned(),
            password: Sensitive::new(request.password),
            name: said(request.name),
            calendars: Vec::new(),
            plain_http: PlainHttp::Refused,
        }
    }
}

/// An account, of which a round is under way or not.
pub(super) fn account(health: Health, is_syncing: bool) -> AccountEntry {
    let waiting = health.waiting();
    let in_browser = accounts::is_in_browser(&health.account);
    AccountEntry {
        id: health.account.id.number(),
        name: health.account.name,
        provider: health.provider,
        user: health.account.user,
        in_browser,
        state: match (health.state, is_syncing) {
            (accounts::State::NeedsDoctor, _) => AccountState::NeedsYou,
            (_, true) => AccountState::Syncing,
            (accounts::State::Retrying, false) => AccountState::Retrying,
            (accounts::State::Ok, false) => AccountState::Ok,
        },
        checked_at: spelled(health.checked),
        retry_at: spelled(health.retry_at),
        problem: health.trouble.map(trouble),
        waiting: count(waiting),
        refreshes: health.refreshes.map(|lately| Refreshes {
            succeeded: lately.succeeded,
            tried: lately.tried,
        }),
        calendars: health.calendars.into_iter().map(calendar).collect(),
    }
}

fn calendar(health: CalendarHealth) -> AccountCalendar {
    let collection = health.collection;
    AccountCalendar {
        id: collection.id.number(),
        visits: collection.receives_visits(),
        display_name: health.display_name,
        provider_name: collection.display_name,
        color: health.color,
        access: collection.access.into(),
        chosen: collection.calendar.is_some(),
        name: health.name.map(|name| name.as_str().to_owned()),
        busy: collection.busy,
        checked_at: spelled(collection.checked),
        problem: health.trouble.map(trouble),
        waiting: count(health.waiting),
        set_aside: count(health.set_aside),
        kept_here: count(health.kept_here),
        compared: collection.compared.map(|compared| Compared {
            at: compared.at.to_rfc3339(),
            entries: compared.entries,
            differing: compared.differing,
        }),
    }
}

fn trouble(trouble: accounts::Trouble) -> Trouble {
    Trouble {
        code: trouble.code,
        message: trouble.words.message,
        fix: trouble.words.fix,
        since: trouble.since.to_rfc3339(),
    }
}

fn spelled(at: Option<Instant>) -> Option<String> {
    at.map(|at| at.to_rfc3339())
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_in_the_debug_text() {
        let request = AccountRequest {
            preset: "icloud".into(),
            address: None,
            user: "dr@example.org".into(),
            password: "hazel-otter".into(),
            name: None,
        };
        let text = format!("{request:?}");
        assert!(
            !text.contains("hazel") && !text.contains("example"),
            "{text}"
        );
    }
}
