//! `serve` and `run`: the CalDAV server, until somebody stops it.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bridge::clock::{Clock as _, SystemClock};
use bridge::config::LogLevel;
use bridge::feed::{Certificates, Feed, Limits, Parts, Ports, Trust, Vault};
use bridge::ids::{self, OsIds};
use bridge::secrets::{PasswordHash, PasswordVerifier, Sensitive};
use bridge::serving::{self, Scheme, open_port};
use bridge::store::calendars::Access;
use bridge::store::clients::{self, NewClient, View};
use bridge::store::{Store, StoreError};
use bridge_core::ids::Login;
use tokio::runtime::{Builder, Runtime};
use tracing_subscriber::EnvFilter;
use zeroize::Zeroize as _;

use crate::arguments::{Common, Serve};
use crate::installation::{Database, Installation};
use crate::output::{self, Failure};

/// How long open connections may finish: whoever stops us waits for it.
const FAREWELL: Duration = Duration::from_millis(700);
/// Which of the two commands it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// https only when asked for.
    Serve,
    /// Both, always.
    Run,
}

/// Serves until SIGTERM or Ctrl-C.
pub(crate) fn serve(common: &Common, serve: &Serve, mode: Mode) -> Result<(), Failure> {
    let installation = Installation::open(common, Database::MadeIfMissing)?;
    log_to_stderr(installation.config.log.level);
    let store = &installation.opened.store;
    if let (Some(login), Some(file)) = (&serve.login, &serve.password_file) {
        allow(store, login, &password(file)?)?;
    }
    let runtime = runtime()?;
    let served = runtime.block_on(until_stopped(&installation, serve, mode));
    // What still runs then would only delay the end; every answered write is durable already.
    runtime.shutdown_timeout(Duration::from_millis(200));
    served
}

fn runtime() -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format_args!("the system gives no threads: {error}")))
}

fn log_to_stderr(level: LogLevel) {
    let default = match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    // Only the first logger of a process counts; there is no other here.
    drop(
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .try_init(),
    );
}

/// The first line of the password file.
fn password(file: &Path) -> Result<Sensitive<String>, Failure> {
    let wrong = |problem: &dyn std::fmt::Display| {
        Failure::new(format_args!(
            "the password file {}: {problem}",
            file.display()
        ))
    };
    let mut text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
    let first = text.lines().next().unwrap_or_default().to_owned();
    text.zeroize();
    if first.is_empty() {
        return Err(wrong(&"its first line must be the password"));
    }
    Ok(Sensitive::new(first))
}

/// Lets this login in with this password. A login that is there keeps its view and its rights.
fn allow(store: &Store, login: &Login, password: &Sensitive<String>) -> Result<(), Failure> {
    let known = store.read::<_, StoreError>(|tx| clients::find(tx, login))?;
    let known = known.filter(|client| client.revoked.is_none());
    if known
        .as_ref()
        .is_some_and(|client| client.password.verify(password.expose()))
    {
        return Ok(());
    }
    let new = NewClient {
        login: login.clone(),
        label: known
            .as_ref()
            .map_or_else(|| login.to_string(), |client| client.label.clone()),
        view: known.as_ref().map_or(View::All, |client| client.view),
        access: known
            .as_ref()
            .map_or(Access::ReadWrite, |client| client.access),
        password: PasswordHash::of_chosen(password.expose(), &OsIds)?,
        ics_token: ids::token(&OsIds)?,
    };
    let now = SystemClock.now();
    Ok(store.write::<_, StoreError>(move |tx| clients::set(tx, &new, now))?)
}

async fn until_stopped(
    installation: &Installation,
    serve: &Serve,
    mode: Mode,
) -> Result<(), Failure> {
    // Whoever stops us while we start gets a clean end too.
    let stop = told_to_end()?;
    let store = &installation.opened.store;
    let config = &installation.config.server;
    let http = open_port(store, Scheme::Http, serve.listen.or(config.listen)).await?;
    let tls_listen = serve.tls_listen.or(config.tls_listen);
    let https = if tls_listen.is_some() || mode == Mode::Run {
        let certificates = certificates(installation)?;
        Some((
            open_port(store, Scheme::Https, tls_listen).await?,
            certificates,
        ))
    } else {
        None
    };
    // The line that tells a script where we are.
    let ready = serde_json::json!({
        "ready": true,
        "http": Scheme::Http.address(http.number()),
        "https": https.as_ref().map(|(port, _)| Scheme::Https.address(port.number())),
        "login": serve.login.as_ref().map(Login::as_str),
    });
    let feed = Feed::open(Parts {
        store: store.clone(),
        clock: Arc::new(SystemClock),
        passwords: PasswordVerifier::new(&OsIds)?,
        addresses: Vec::new(),
        limits: Limits {
            farewell: FAREWELL,
            ..Limits::default()
        },
    })?;
    let ports = Ports {
        http: Some(http),
        https,
    };
    // The sockets are open: whoever connects from here on is served in a moment.
    output::line(ready)?;
    let upkeep = tokio::spawn(serving::upkeep(store.clone(), Arc::new(SystemClock)));
    let served = feed.serve(ports, stop).await;
    upkeep.abort();
    tracing::info!("stopped");
    Ok(served?)
}

fn certificates(installation: &Installation) -> Result<Arc<Certificates>, Failure> {
    let vault = Vault {
        store: installation.opened.store.clone(),
        key: installation.opened.sealing_key.clone(),
        ids: Arc::new(OsIds),
    };
    let data_dir = installation.paths.data_dir();
    let (certificates, trust) = Certificates::open(vault, data_dir, SystemClock.now())?;
    if let Trust::Renewed(until) = trust {
        output::note(format_args!(
            "a new certificate for https was made, valid until {}: trust {} once, in the system or in the app",
            until.date_naive(),
            certificates.authority_file().display()
        ));
    }
    Ok(certificates)
}

/// Done when the system or the person wants us to end.
#[cfg(unix)]
fn told_to_end() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(Failure::new);
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature on every platform"
)]
fn told_to_end() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
