//! What signing in found, kept so that it need not be found again at each start.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::provider::Listing;

/// Where an account's calendars are and how to ask for them; its JSON is kept with the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Where the search begins again when the calendars have moved.
    pub start: Url,
    /// The doctor as the server knows them (RFC 3744 section 2).
    pub principal: Option<Url>,
    /// The folders of the calendars (`calendar-home-set`, RFC 4791 section 6.2.1).
    pub homes: Vec<Url>,
    /// The addresses under which others invite the doctor (`calendar-user-address-set`).
    #[serde(default)]
    pub addresses: Vec<String>,
    /// How changes are found.
    #[serde(default)]
    pub listing: Listing,
    /// Whether the doctor agreed to send the password unencrypted.
    #[serde(default)]
    pub plain_http: PlainHttp,
}

/// Whether addresses without TLS are accepted; those of this very computer always are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlainHttp {
    /// No.
    #[default]
    Refused,
    /// The doctor asked for it.
    Allowed,
}
