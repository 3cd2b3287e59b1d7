//! The accounts as a face shows them, and what it asks of them.

use serde::{Deserialize, Serialize};

use super::overview::Access;

/// A kind of account that can be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PresetEntry {
    /// What a request calls it.
    pub id: String,
    /// What people call it.
    pub label: String,
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
    /// What it offers.
    pub calendars: Vec<AccountCalendar>,
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
    /// What a face may act on: with `password-refused` it offers the field for a new password.
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
    /// What people call it.
    pub display_name: String,
    /// Its colour as `#rrggbb`.
    pub color: Option<String>,
    /// Whether the provider lets us change it.
    pub access: Access,
    /// Whether there is a copy here.
    pub chosen: bool,
    /// The name of the copy in the feed's addresses.
    pub name: Option<String>,
    /// Whether its events take the doctor's time.
    pub busy: bool,
    /// The age of the data: when the copy was last known to be current, in RFC 3339.
    pub checked_at: Option<String>,
    /// What is wrong with it.
    pub problem: Option<Trouble>,
    /// Changes made here that the provider does not have yet.
    pub waiting: u32,
    /// Entries that cannot be taken over or sent; they stay where they are.
    pub set_aside: u32,
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
