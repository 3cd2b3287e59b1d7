//! What every face of the engine that serves the feed does: ports chosen once and kept, and upkeep.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{MissedTickBehavior, interval};

use crate::clock::Clock;
use crate::config::Loopback;
use crate::feed::{ListenError, Port};
use crate::store::{Store, StoreError, journal, meta, objects};

/// How often the index is moved forward and old tombstones are forgotten.
const UPKEEP: Duration = Duration::from_hours(6);
/// How long a client may stay away and still be told what was deleted.
const TOMBSTONES: TimeDelta = TimeDelta::days(180);
/// Series that are indexed anew in one transaction: others want to write too.
const ROLLED_AT_ONCE: usize = 50;

/// What a port is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

impl Scheme {
    /// Under this name the store remembers the port.
    fn choice(self) -> &'static str {
        match self {
            Self::Http => "port.http",
            Self::Https => "port.https",
        }
    }

    /// The address to type into an app.
    pub fn address(self, port: u16) -> String {
        let scheme = match self {
            Self::Http => "http",
            Self::Https => "https",
        };
        format!("{scheme}://127.0.0.1:{port}/")
    }
}

/// Why there is no port.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// It cannot be opened.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The choice cannot be read or kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The port that was asked for; else the one of last time, so that the apps find us again; else a free one, which
/// is remembered.
///
/// # Errors
/// [`PortError::Listen`] when another program has the port.
pub async fn open_port(
    store: &Store,
    scheme: Scheme,
    asked: Option<Loopback>,
) -> Result<Port, PortError> {
    if let Some(asked) = asked {
        return Ok(Port::open(asked.address()).await?);
    }
    let kept = store.read(|tx| kept_port(tx, scheme))?.unwrap_or(0);
    let port = Port::open(SocketAddr::from((Ipv4Addr::LOCALHOST, kept))).await?;
    if kept != port.number() {
        let (name, number) = (scheme.choice(), port.number().to_string());
        store
            .write_async::<_, StoreError>(move |tx| meta::remember(tx, name, &number))
            .await?;
    }
    Ok(port)
}

/// The port of last time.
///
/// # Errors
/// Those of the database.
pub fn kept_port(tx: &crate::store::ReadTx<'_>, scheme: Scheme) -> Result<Option<u16>, StoreError> {
    Ok(meta::choice(tx, scheme.choice())?.and_then(|number| number.parse().ok()))
}

/// Keeps the index ahead of time and the journal short while the server runs for months. Ends with its task.
pub async fn upkeep(store: Store, clock: Arc<dyn Clock>) {
    let mut ticks = interval(UPKEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = tend(&store, clock.as_ref()).await {
            tracing::warn!(%error, "the index could not be moved forward; queries are slower until it can");
        }
    }
}

async fn tend(store: &Store, clock: &dyn Clock) -> Result<(), StoreError> {
    let now = clock.now();
    while store
        .write_async(move |tx| objects::roll(tx, now, ROLLED_AT_ONCE))
        .await?
        == ROLLED_AT_ONCE
    {}
    store
        .write_async(move |tx| journal::prune(tx, now - TOMBSTONES))
        .await?;
    Ok(())
}
