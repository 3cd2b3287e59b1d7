//! The feed: a CalDAV server on the loopback, over the local store.
//!
//! Asynchronous code ends at [`edge`]: it accepts, checks and reads the body; ordinary code answers the complete request
//! in one go ([`dispatch`]), on a worker unless it is brief. What is asked comes in as the typed messages of
//! `bridge_core::dav`; what is kept lies in [`crate::store`]; this module has no state of its own but counters of
//! failed sign-ins.
//!
//! Not here on purpose: scheduling (no inbox, no outbox, nothing announced), locks (class 1 and 3 only), access lists
//! that clients could change, and any answer to a web page.
//!
//! RFC 4918, 4791, 6578, 6764, 5397, 5689, the read side of 3744, and what real clients make of them.

mod answer;
mod body;
mod collection;
mod conditions;
mod connection;
mod dead;
mod dispatch;
mod edge;
mod first_calendars;
mod gate;
mod limits;
mod listen;
mod members;
mod method;
mod methods;
mod open;
mod patience;
mod props;
mod report;
mod request;
mod resource;
mod session;
mod setting;
mod subject;
mod tls;
mod writing;

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use tokio::{
    sync::{Semaphore, watch},
    task::{JoinSet, spawn_blocking},
    time::{MissedTickBehavior, interval},
};
use tokio_rustls::TlsAcceptor;

use self::{
    answer::Refusal,
    connection::{Service, Shared},
    gate::Throttle,
};
pub use self::{
    first_calendars::make_first_calendars,
    limits::Limits,
    listen::{ListenError, Port},
    tls::{AUTHORITY_FILE, CertificateError, Certificates, Trust, Vault},
};
use crate::{
    clock::Clock,
    secrets::PasswordVerifier,
    store::{Store, StoreError},
};

/// How often a running server looks whether its certificate is about to end.
const CERTIFICATE_CHECK: Duration = Duration::from_hours(6);

/// What the server needs from the rest of the program.
pub struct Parts {
    /// Where the calendars lie.
    pub store: Store,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// How passwords are checked.
    pub passwords: PasswordVerifier,
    /// The doctor's own addresses, as `mailto:` URIs.
    pub addresses: Vec<String>,
    /// What one client, connection and request may take.
    pub limits: Limits,
}

/// The server, apart from its sockets.
pub struct Feed {
    store: Store,
    clock: Arc<dyn Clock>,
    passwords: PasswordVerifier,
    addresses: Vec<String>,
    limits: Limits,
    throttle: Throttle,
    workers: Arc<Semaphore>,
}

/// The ports to serve on. With neither, the server has nothing to do and ends when told.
#[derive(Debug, Default)]
pub struct Ports {
    /// Plain HTTP.
    pub http: Option<Port>,
    /// HTTP over TLS, with its certificate.
    pub https: Option<(Port, Arc<Certificates>)>,
}

impl Feed {
    /// Puts a server together and makes the calendars that every installation has.
    ///
    /// # Errors
    /// When the store cannot be read; one that cannot be written now is served as it is.
    pub fn open(parts: Parts) -> Result<Arc<Self>, StoreError> {
        make_first_calendars(&parts.store, parts.clock.now())?;
        Ok(Arc::new(Self {
            store: parts.store,
            clock: parts.clock,
            passwords: parts.passwords,
            addresses: parts.addresses,
            throttle: Throttle::new(parts.limits.failures),
            workers: Arc::new(Semaphore::new(parts.limits.workers)),
            limits: parts.limits,
        }))
    }

    /// Everything behind the port of this number, as a service that can be called in process.
    pub fn router(self: &Arc<Self>, port: u16) -> Router {
        edge::router(Arc::clone(self), port)
    }

    /// Serves until `stop` is done, then lets the open connections finish.
    ///
    /// # Errors
    /// When the TLS library refuses the certificate.
    pub async fn serve(
        self: Arc<Self>,
        ports: Ports,
        stop: impl Future<Output = ()>,
    ) -> Result<(), CertificateError> {
        let (stopping, stopped) = watch::channel(false);
        let shared = Shared {
            limits: self.limits.clone(),
            slots: Arc::new(Semaphore::new(self.limits.connections)),
            stop: stopped,
        };
        let mut tasks = JoinSet::new();
        if let Some(port) = ports.http {
            self.listen(port, None, &shared, &mut tasks);
        }
        if let Some((port, certificates)) = ports.https {
            let acceptor = TlsAcceptor::from(certificates.server_config()?);
            self.listen(port, Some(acceptor), &shared, &mut tasks);
            let watching = keep_fresh(certificates, Arc::clone(&self.clock), shared.clone());
            tasks.spawn(watching);
        }
        stop.await;
        stopping.send_replace(true);
        while tasks.join_next().await.is_some() {}
        Ok(())
    }

    fn listen(
        self: &Arc<Self>,
        port: Port,
        tls: Option<TlsAcceptor>,
        shared: &Shared,
        tasks: &mut JoinSet<()>,
    ) {
        let service = Service {
            router: self.router(port.number()),
            tls,
        };
        for socket in port.sockets {
            tasks.spawn(connection::accept_all(
                socket,
                service.clone(),
                shared.clone(),
            ));
        }
    }

    /// Runs `job` where we are: for what waits for nobody and is soon done.
    fn at_once<T>(&self, job: impl FnOnce(&Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        // As on a worker, a defect in one answer ends that answer and nothing else.
        catch_unwind(AssertUnwindSafe(|| job(self))).unwrap_or_else(|_| Err(Refusal::defect()))
    }

    /// Runs `job` on a thread that may block, once one is free.
    async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        job: impl FnOnce(&Self) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let feed = Arc::clone(self);
        let Ok(permit) = Arc::clone(&self.workers).acquire_owned().await else {
            return Err(Refusal::unavailable("The server is closing."));
        };
        let done = spawn_blocking(move || {
            let outcome = job(&feed);
            drop(permit);
            outcome
        });
        done.await.unwrap_or_else(|_| Err(Refusal::defect()))
    }
}

/// Replaces the certificate in time while the server runs for months.
async fn keep_fresh(certificates: Arc<Certificates>, clock: Arc<dyn Clock>, mut shared: Shared) {
    let mut ticks = interval(CERTIFICATE_CHECK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = connection::stopped(&mut shared.stop) => return,
        }
        let (certificates, now) = (Arc::clone(&certificates), clock.now());
        match spawn_blocking(move || certificates.renew_if_due(now)).await {
            Ok(Ok(Trust::Unchanged(_))) | Err(_) => {}
            Ok(Ok(Trust::Renewed(until))) => tracing::warn!(
                %until,
                "the certificate of the local server was renewed: trust {AUTHORITY_FILE} anew in Apple Calendar"
            ),
            Ok(Err(error)) => tracing::error!(%error, "the certificate was not renewed"),
        }
    }
}
