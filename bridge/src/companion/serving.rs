//! The feed as this program runs it: ports chosen once and kept, a certificate, and a clean end.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::problem::Problem;
use super::{Duty, Effects, Listen};
use crate::config::Config;
use crate::feed::{Certificates, Feed, Limits, Parts, Port, Ports, Trust, Vault};
use crate::open::Opened;
use crate::secrets::PasswordVerifier;
use crate::serving::{self, Scheme};

/// How long open connections may finish: whoever stops us waits for it.
const FAREWELL: Duration = Duration::from_millis(700);

/// The feed while it runs.
pub(super) struct Serving {
    pub(super) http: String,
    pub(super) https: Option<String>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

/// What the feed is started from.
pub(super) struct Start<'a> {
    pub(super) opened: &'a Opened,
    pub(super) config: &'a Config,
    pub(super) listen: &'a Listen,
    pub(super) duty: Duty,
    pub(super) effects: &'a Effects,
    pub(super) data_dir: &'a Path,
}

impl Serving {
    /// Opens the ports and serves on them in the background.
    pub(super) async fn start(start: &Start<'_>) -> Result<Self, Problem> {
        let Start {
            opened, effects, ..
        } = start;
        let ports = ports(start).await?;
        let number = |port: &Port| port.number();
        let http = ports.http.as_ref().map_or(0, number);
        let https = ports.https.as_ref().map(|(port, _)| number(port));
        let feed = Feed::open(Parts {
            store: opened.store.clone(),
            clock: Arc::clone(&effects.clock),
            passwords: PasswordVerifier::new(effects.ids.as_ref())?,
            addresses: Vec::new(),
            limits: Limits {
                farewell: FAREWELL,
                ..Limits::default()
            },
        })?;
        let upkeep = serving::upkeep(opened.store.clone(), Arc::clone(&effects.clock));
        let upkeep = Handle::current().spawn(upkeep);
        let (stop, stopped) = oneshot::channel::<()>();
        let ended = Handle::current().spawn(async move {
            let told = async { drop(stopped.await) };
            if let Err(error) = feed.serve(ports, told).await {
                tracing::error!(%error, "the feed ended");
            }
            upkeep.abort();
        });
        Ok(Self {
            http: Scheme::Http.address(http),
            https: https.map(|port| Scheme::Https.address(port)),
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

/// http always; https always too, unless the server alone was asked for without it.
async fn ports(start: &Start<'_>) -> Result<Ports, Problem> {
    let (store, config) = (&start.opened.store, &start.config.server);
    let asked = start.listen.http.or(config.listen);
    let http = Some(serving::open_port(store, Scheme::Http, asked).await?);
    let asked = start.listen.https.or(config.tls_listen);
    if start.duty == Duty::Serve && asked.is_none() {
        return Ok(Ports { http, https: None });
    }
    let port = serving::open_port(store, Scheme::Https, asked).await?;
    let certificates = certificates(start)?;
    Ok(Ports {
        http,
        https: Some((port, certificates)),
    })
}

fn certificates(start: &Start<'_>) -> Result<Arc<Certificates>, Problem> {
    let vault = Vault {
        store: start.opened.store.clone(),
        key: start.opened.sealing_key.clone(),
        ids: Arc::clone(&start.effects.ids),
    };
    let now = start.effects.clock.now();
    let (certificates, trust) = Certificates::open(vault, start.data_dir, now)?;
    if let Trust::Renewed(until) = trust {
        tracing::warn!(
            "a new certificate for https was made, valid until {}: trust {} once, in the system or in the app",
            until.date_naive(),
            certificates.authority_file().display()
        );
    }
    Ok(certificates)
}
