//! Being told instead of asking: a provider calls an address of the PharmaDOC platform, which hands on that something
//! changed and nothing else. A call is a hint; what changed is still asked for.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bridge_core::ids::RemoteId;
use bridge_core::time::Instant;
use url::Url;

use super::ProviderError;
use crate::secrets::Sensitive;

/// A provider that can be made to call.
#[async_trait]
pub trait Watching: Send + Sync {
    /// What has to be watched so that all of these calendars are. The empty one is all of the account.
    fn targets(&self, calendars: &[RemoteId]) -> BTreeSet<String>;

    /// Makes it call when something in this target changes.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](super::ErrorKind::InvalidRequest) when it will never do with this callback; those of
    /// the network.
    async fn watch(&self, target: &str, callback: &Callback) -> Result<Watch, ProviderError>;

    /// Makes it stop. One that ended by itself is as good as stopped.
    ///
    /// # Errors
    /// Those of the network.
    async fn end(&self, watch: &str) -> Result<(), ProviderError>;
}

/// Where it calls.
#[derive(Clone, Debug)]
pub struct Callback {
    /// The name of the channel.
    pub channel: String,
    /// Its address.
    pub address: Url,
    /// What proves a call.
    pub state: Sensitive<String>,
    /// Until then at most.
    pub until: Instant,
}

/// It will call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// With this it is made to stop.
    pub name: String,
    /// Until then.
    pub until: Instant,
}
