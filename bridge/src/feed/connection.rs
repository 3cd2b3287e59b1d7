//! Accepting connections and speaking HTTP/1.1 on them, within the limits.
//!
//! Every connection is a task; a semaphore caps them. All of them see the stop signal: each answers the request it is
//! working on, then closes. What a request means is not decided here.

use std::{io, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::{limits::Limits, patience::Patient};

/// How long accepting pauses when the system is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What every connection of the server shares.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) limits: Limits,
    pub(super) slots: Arc<Semaphore>,
    pub(super) stop: watch::Receiver<bool>,
}

/// One port: how its connections are secured and who answers on them.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) router: Router,
    pub(super) tls: Option<TlsAcceptor>,
}

/// Done once the server stops.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // A sender that is gone means the same as one that says stop.
    drop(stop.wait_for(|stop| *stop).await);
}

/// Accepts on `socket` until told to stop, then gives the open connections time to finish.
pub(super) async fn accept_all(socket: TcpListener, service: Service, mut shared: Shared) {
    let mut connections = JoinSet::new();
    while let Some(accepted) = next(&socket, &mut connections, &mut shared.stop).await {
        match accepted {
            Ok(stream) => {
                let Some(permit) = slot(&mut shared).await else {
                    break;
                };
                connections.spawn(serve(stream, permit, service.clone(), shared.clone()));
            }
            Err(error) => pause(&error, &mut shared.stop).await,
        }
    }
    drop(socket);
    let finished = timeout(shared.limits.farewell, async {
        while connections.join_next().await.is_some() {}
    });
    if finished.await.is_err() {
        tracing::debug!(
            open = connections.len(),
            "closing connections that did not finish"
        );
    }
}

/// The next connection, or nothing once the server stops; finished connections are cleared away meanwhile.
async fn next(
    socket: &TcpListener,
    connections: &mut JoinSet<()>,
    stop: &mut watch::Receiver<bool>,
) -> Option<io::Result<TcpStream>> {
    loop {
        tokio::select! {
            accepted = socket.accept() => return Some(accepted.map(|(stream, _)| stream)),
            () = stopped(stop) => return None,
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Waits for room for one more connection; nothing once the server stops.
async fn slot(shared: &mut Shared) -> Option<OwnedSemaphorePermit> {
    tokio::select! {
        permit = Arc::clone(&shared.slots).acquire_owned() => permit.ok(),
        () = stopped(&mut shared.stop) => None,
    }
}

/// After a failed accept: go on at once if only that client went away, else wait until descriptors may be free.
async fn pause(error: &io::Error, stop: &mut watch::Receiver<bool>) {
    let client_left = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    );
    if !client_left {
        tracing::warn!(%error, "cannot accept a connection");
        if timeout(ACCEPT_PAUSE, stopped(stop)).await.is_ok() {
            tracing::debug!("stopped while it could not accept");
        }
    }
}

async fn serve(stream: TcpStream, permit: OwnedSemaphorePermit, service: Service, shared: Shared) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection ended before it began");
        return;
    }
    let stream = Patient::new(stream, shared.limits.write_stall);
    match service.tls {
        None => speak(stream, service.router, shared).await,
        Some(acceptor) => match timeout(shared.limits.header_time, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => speak(stream, service.router, shared).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        },
    }
    drop(permit);
}

async fn speak<S>(stream: S, router: Router, mut shared: Shared)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.limits.header_time)
        .max_headers(shared.limits.headers)
        .max_header_size(shared.limits.header_bytes)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = stopped(&mut shared.stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended early");
    }
}
