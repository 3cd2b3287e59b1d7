//! Providers that the doctor signs in to in the browser: where they are, and what we are called there.

use std::sync::Arc;

use url::Url;

use super::connect::Permission;
use super::{Account, Accounts, AccountsError, Endpoints};
use crate::http::Http;
use crate::oauth::{Authority, Client};
use crate::provider::google::Google;
use crate::provider::graph::Graph;
use crate::provider::{Bearer, CalendarProvider, Preset, ReadOnly, Service};
use crate::secrets::Sensitive;

/// Where Calendar v3 is (<https://developers.google.com/workspace/calendar/api/v3/reference>).
const GOOGLE: &str = "https://www.googleapis.com/calendar/v3";
/// Where Graph is (<https://learn.microsoft.com/graph/use-the-api>).
const GRAPH: &str = "https://graph.microsoft.com/v1.0";

/// How its calendars are spoken to.
#[derive(Clone, Copy, Debug)]
enum Api {
    Google,
    Graph,
}

/// Such a provider.
#[derive(Clone, Debug)]
pub(super) struct Place {
    api: Api,
    /// Who signs the doctor in.
    pub(super) authority: Authority,
    /// Where its calendars are.
    pub(super) root: Url,
}

impl Place {
    /// The place of a preset, with the addresses of the endpoints file if there are any; nothing for a preset that is
    /// signed in to with a password.
    pub(super) fn of(
        preset: &Preset,
        endpoints: &Endpoints,
    ) -> Result<Option<Self>, AccountsError> {
        match preset.service {
            Service::Caldav => Ok(None),
            Service::Google => Self::google(preset, endpoints).map(Some),
            Service::Microsoft => Self::microsoft(preset, endpoints).map(Some),
        }
    }

    fn google(preset: &Preset, endpoints: &Endpoints) -> Result<Self, AccountsError> {
        if let Some(google) = &endpoints.google {
            let client = Client {
                id: google.client_id.clone(),
                secret: google.client_secret.clone().map(Sensitive::new),
            };
            let at = [&google.auth_uri, &google.token_uri, &google.revoke_uri];
            return Ok(Self {
                api: Api::Google,
                authority: Authority::google(at.map(Url::as_str), client)?,
                root: google.api.clone(),
            });
        }
        Ok(Self {
            api: Api::Google,
            authority: Authority::google(Authority::GOOGLE, registered(preset)?)?,
            root: Url::parse(GOOGLE)?,
        })
    }

    fn microsoft(preset: &Preset, endpoints: &Endpoints) -> Result<Self, AccountsError> {
        if let Some(microsoft) = &endpoints.microsoft {
            let client = Client {
                id: microsoft.client_id.clone(),
                secret: None,
            };
            return Ok(Self {
                api: Api::Graph,
                authority: Authority::microsoft(microsoft.authority.as_str(), client)?,
                root: microsoft.graph.clone(),
            });
        }
        Ok(Self {
            api: Api::Graph,
            authority: Authority::microsoft(Authority::MICROSOFT, registered(preset)?)?,
            root: Url::parse(GRAPH)?,
        })
    }

    /// The provider, with tokens from `bearer`.
    pub(super) fn open(
        &self,
        http: Arc<dyn Http>,
        bearer: Arc<dyn Bearer>,
        permission: Permission,
    ) -> Arc<dyn CalendarProvider> {
        let root = self.root.clone();
        let provider: Arc<dyn CalendarProvider> = match self.api {
            Api::Google => Arc::new(Google::open(http, bearer, root)),
            Api::Graph => Arc::new(Graph::open(http, bearer, root)),
        };
        match permission {
            Permission::Change => provider,
            Permission::Read => Arc::new(ReadOnly::new(provider)),
        }
    }
}

/// What this program is registered as there.
fn registered(preset: &Preset) -> Result<Client, AccountsError> {
    let missing = || AccountsError::NoClient(preset.title.clone());
    Ok(Client {
        id: preset.client_id.clone().ok_or_else(missing)?,
        secret: preset.client_secret.clone().map(Sensitive::new),
    })
}

impl Accounts {
    /// Where the doctor signed in to this account; nothing for one with a password.
    pub(super) fn place_of(&self, account: &Account) -> Result<Option<Place>, AccountsError> {
        // An account with a password needs no entry of `providers.toml` any more.
        if !is_in_browser(account) {
            return Ok(None);
        }
        Place::of(self.preset(&account.preset)?, &self.endpoints)
    }

    /// Whether the doctor signs in to this entry of `providers.toml` in the browser.
    ///
    /// # Errors
    /// [`AccountsError::NoSuchPreset`] names those there are.
    pub fn asks_in_browser(&self, preset: &str) -> Result<bool, AccountsError> {
        Ok(self.preset(preset)?.service != Service::Caldav)
    }
}

/// Whether the doctor signed in to this account in the browser.
pub fn is_in_browser(account: &Account) -> bool {
    account.provider != Service::Caldav.name()
}
