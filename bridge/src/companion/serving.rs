//! The feed as this program runs it: ports chosen once and kept, a certificate, and a clean end.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::problem::Problem;
use super::{Effects, Listen};
use crate::config::Config;
use crate::feed::{Certificates, Feed, Limits, Parts, Ports, Vault};
use crate::open::Opened;
use crate::secrets::PasswordVerifier;
use crate::serving::{self, Scheme};

/// The feed while it runs.
pub(super) struct Serving {
    pub(super) http: Option<String>,
    pub(super) https: Option<String>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl Serving {
    /// Opens the ports and serves on them in the background.
    pub(super) async fn start(
        opened: &Opened,
        config: &Config,
        listen: &Listen,
        effects: &Effects,
        data_dir: &std::path::Path,
    ) -> Result<Self, Problem> {
        let store = &opened.store;
        let http = listen.http.or(config.server.listen);
        let http = serving::open_port(store, Scheme::Http, http).await?;
        let https = listen.https.or(config.server.tls_listen);
        let https = serving::open_port(store, Scheme::Https, https).await?;
        let vault = Vault {
            store: opened.store.clone(),
            key: opened.sealing_key.clone(),
            ids: Arc::clone(&effects.ids),
        };
        let (certificates, _) = Certificates::open(vault, data_dir, effects.clock.now())?;
        let feed = Feed::open(Parts {
            store: opened.store.clone(),
            clock: Arc::clone(&effects.clock),
            passwords: PasswordVerifier::new(effects.ids.as_ref())?,
            addresses: Vec::new(),
            limits: Limits::default(),
        })?;
        let addresses = (
            Scheme::Http.address(http.number()),
            Scheme::Https.address(https.number()),
        );
        let ports = Ports {
            http: Some(http),
            https: Some((https, certificates)),
        };
        let upkeep =
            Handle::current().spawn(serving::upkeep(store.clone(), Arc::clone(&effects.clock)));
        let (stop, stopped) = oneshot::channel::<()>();
        let ended = Handle::current().spawn(async move {
            let told = async { drop(stopped.await) };
            if let Err(error) = feed.serve(ports, told).await {
                tracing::error!(%error, "the feed ended");
            }
            upkeep.abort();
        });
        Ok(Self {
            http: Some(addresses.0),
            https: Some(addresses.1),
            stop,
            ended,
        })
    }

    /// Lets open requests finish and closes the ports.
    pub(super) async fn stop(self) {
        drop(self.stop);
        drop(self.ended.await);
    }
}
