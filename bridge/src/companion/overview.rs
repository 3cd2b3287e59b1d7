//! What a face shows: one answer with everything, small enough to be asked for again and again. The interface's
//! TypeScript types are made from these (`types.rs`).

use serde::{Deserialize, Serialize};

use super::account::AccountEntry;
use super::problem::Problem;
use super::tray::Standing;
use crate::store::calendars::Calendar;
use crate::store::clients::{self, Client};
use crate::store::{ReadTx, StoreError, calendars as rows, color, order};

/// The state of the companion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Overview {
    /// Where the feed is, or why it is not.
    pub feed: FeedState,
    /// The apps that may sign in.
    pub logins: Vec<LoginEntry>,
    /// What they find.
    pub calendars: Vec<CalendarEntry>,
    /// The accounts that are synced.
    pub accounts: Vec<AccountEntry>,
    /// How many things wait for a look of the doctor; `decisions` tells them.
    pub waiting_decisions: u32,
    /// Where the doctor signs in at the moment, as long as a sign-in in the browser is under way.
    pub connecting: Option<String>,
    /// How everything is, in one sign and one line.
    pub standing: Standing,
    /// The folder of the data.
    pub folder: String,
    /// Where its key is kept.
    pub key_place: KeyPlace,
    /// The version of the program.
    pub version: String,
}

/// Whether the feed is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum FeedState {
    /// It answers at these addresses.
    Serving {
        /// Plain http.
        http: Option<String>,
        /// The same over TLS.
        https: Option<String>,
    },
    /// It does not.
    Stopped {
        /// Why, and what to do.
        problem: Problem,
    },
}

/// An app that may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LoginEntry {
    /// Its user name.
    pub login: String,
    /// What the person calls it.
    pub label: String,
    /// How much it sees.
    pub view: View,
    /// Whether it may change anything.
    pub access: Access,
    /// When it was connected, in RFC 3339.
    pub created: String,
    /// When it last signed in, in RFC 3339.
    pub last_used: Option<String>,
}

/// A calendar that apps find.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CalendarEntry {
    /// Its name in the address.
    pub name: String,
    /// What people call it.
    pub display_name: String,
    /// Its colour as `#rrggbb`, where an app has given it one.
    pub color: Option<String>,
    /// Where its events come from.
    pub kind: CalendarKind,
    /// Whether apps may change it.
    pub access: Access,
}

/// An app that is to be connected.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LoginRequest {
    /// What the person calls it.
    pub label: String,
    /// How much it sees.
    pub view: View,
    /// Whether it may change anything.
    pub access: Access,
}

/// A new login. The password is told this once; nobody can read it again.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NewLogin {
    /// The user name.
    pub login: String,
    /// What the person calls the app.
    pub label: String,
    /// The password.
    pub password: String,
    /// The address for apps that only subscribe; whoever knows it can read.
    pub subscription: Option<String>,
}

impl std::fmt::Debug for NewLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewLogin")
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}

/// Declares an enum of this module with the words of the store's enum of the same shape.
macro_rules! twin {
    ($(#[$meta:meta])* $name:ident = $of:path { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)+
        }

        impl From<$of> for $name {
            fn from(value: $of) -> Self {
                match value { $(<$of>::$variant => Self::$variant,)+ }
            }
        }

        impl From<$name> for $of {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant,)+ }
            }
        }
    };
}

twin! {
    /// How much an app sees.
    View = clients::View {
        /// Everything.
        All = "all",
        /// Only when, not what.
        Busy = "busy",
        /// Only what was booked through PharmaDOC.
        PharmaDoc = "pharmadoc",
    }
}

twin! {
    /// Whether something may be changed.
    Access = rows::Access {
        /// Read and change.
        ReadWrite = "read-write",
        /// Read only.
        ReadOnly = "read-only",
    }
}

twin! {
    /// Where the events of a calendar come from.
    CalendarKind = rows::CalendarKind {
        /// It lives only here.
        Local = "local",
        /// The visits booked through PharmaDOC.
        PharmaDoc = "pharmadoc",
        /// A copy of a calendar of an account.
        Remote = "remote",
        /// All others in one.
        Everything = "everything",
    }
}

/// Where the key of the database is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum KeyPlace {
    /// In the keychain of the operating system.
    Keychain,
    /// In a file of the person's choice.
    File,
    /// It follows from a passphrase.
    Passphrase,
    /// Not known: the database is not open.
    Unknown,
}

/// The logins that are in force.
pub(super) fn logins(tx: &ReadTx<'_>) -> Result<Vec<LoginEntry>, StoreError> {
    let clients = clients::list(tx)?;
    Ok(clients
        .iter()
        .filter(|client| client.revoked.is_none())
        .map(login)
        .collect())
}

fn login(client: &Client) -> LoginEntry {
    LoginEntry {
        login: client.login.as_str().to_owned(),
        label: client.label.clone(),
        view: client.view.into(),
        access: client.access.into(),
        created: client.created.to_rfc3339(),
        last_used: client.last_used.map(|instant| instant.to_rfc3339()),
    }
}

/// The calendars in the doctor's order.
pub(super) fn calendars(tx: &ReadTx<'_>) -> Result<Vec<CalendarEntry>, StoreError> {
    order::list(tx)?
        .iter()
        .map(|row| calendar(tx, row))
        .collect()
}

fn calendar(tx: &ReadTx<'_>, row: &Calendar) -> Result<CalendarEntry, StoreError> {
    Ok(CalendarEntry {
        name: row.name.as_str().to_owned(),
        display_name: row.display_name.clone(),
        color: color::of(tx, row.id)?,
        kind: row.kind.into(),
        access: row.access.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_in_the_debug_text() {
        let login = NewLogin {
            login: "a".into(),
            label: "A".into(),
            password: "hazel-otter".into(),
            subscription: None,
        };
        assert!(!format!("{login:?}").contains("hazel"));
    }
}
