//! The feed as this program runs it: ports chosen once and kept, a certificate, and a clean end.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::problem::Problem;
use super::{Effects, Listen};
use crate::config::{Config, Loopback};
use crate::feed::{Certificates, Feed, Limits, Parts, Port, Ports, Vault};
use crate::open::Opened;
use crate::secrets::PasswordVerifier;
use crate::store::{Store, StoreError, meta};

/// Under these names the store remembers the ports.
const HTTP: &str = "port.http";
const HTTPS: &str = "port.https";

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
        let http = open_port(&opened.store, HTTP, listen.http.or(config.server.listen)).await?;
        let https = open_port(
            &opened.store,
            HTTPS,
            listen.https.or(config.server.tls_listen),
        )
        .await?;
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
        let addresses = (address("http", &http), address("https", &https));
        let ports = Ports {
            http: Some(http),
            https: Some((https, certificates)),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let ended = Handle::current().spawn(async move {
            let told = async { drop(stopped.await) };
            if let Err(error) = feed.serve(ports, told).await {
                tracing::error!(%error, "the feed ended");
            }
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

fn address(scheme: &str, port: &Port) -> String {
    format!("{scheme}://127.0.0.1:{}/", port.number())
}

/// The port that was asked for; else the one of last time, so that apps keep finding us; else a free one, which
/// is remembered.
async fn open_port(
    store: &Store,
    name: &'static str,
    asked: Option<Loopback>,
) -> Result<Port, Problem> {
    if let Some(asked) = asked {
        return Ok(Port::open(asked.address()).await?);
    }
    let kept = store.read::<_, StoreError>(|tx| meta::choice(tx, name))?;
    let kept = kept.and_then(|number| number.parse().ok()).unwrap_or(0);
    let port = Port::open(SocketAddr::from((Ipv4Addr::LOCALHOST, kept))).await?;
    if kept != port.number() {
        let number = port.number().to_string();
        store
            .write_async::<_, StoreError>(move |tx| meta::remember(tx, name, &number))
            .await?;
    }
    Ok(port)
}
