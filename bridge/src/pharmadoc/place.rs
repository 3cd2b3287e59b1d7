//! Where the platform is.

use bridge_core::pharmadoc::auth;
use url::Url;

use crate::accounts::Endpoints;
use crate::config::Config;

/// Its addresses.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its API.
    pub api: Url,
    /// Where the doctor signs in.
    pub auth: auth::Place,
}

impl Place {
    /// By the endpoints file, or else by `config.toml`.
    pub fn find(endpoints: &Endpoints, config: &Config) -> Option<Self> {
        let named = endpoints
            .pharmadoc
            .as_ref()
            .zip(endpoints.supabase.as_ref());
        if let Some((pharmadoc, supabase)) = named {
            return Some(Self {
                api: pharmadoc.api.clone(),
                auth: auth::Place {
                    root: supabase.url.clone(),
                    key: supabase.anon_key.clone(),
                },
            });
        }
        let own = config.pharmadoc.as_ref()?;
        Some(Self {
            api: own.api.clone(),
            auth: auth::Place {
                root: own.auth.clone(),
                key: own.key.clone(),
            },
        })
    }
}
