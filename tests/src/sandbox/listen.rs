//! Real http and https in front of the pure servers.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use bridge::clock::{Clock, SystemClock};
use bridge_core::time::Instant;
use bytes::Bytes;
use chrono::TimeDelta;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::authority::Authority;
use super::caldav::{Account, Behaviour, CalDav, Hosts};
use super::cloud::{GoogleCloud, MicrosoftCloud};
use super::control;
use super::outside::Outside;
use super::pharmadoc::PharmaDoc;
use super::supabase::{self, Supabase};
use super::week;
use crate::clients::text::has_line;

/// What to start.
#[derive(Clone, Debug)]
pub struct Start {
    /// Where to listen for http; port 0 draws a free one.
    pub listen: SocketAddr,
    /// Where to listen for https.
    pub tls_listen: SocketAddr,
    /// What the content follows from.
    pub seed: u64,
    /// What the clock of the sandbox shows at the start; the present without.
    pub now: Option<Instant>,
    /// What is in it.
    pub scenario: Scenario,
    /// Where the home lies.
    pub home: Home,
    /// The folder for `ca_file`.
    pub folder: PathBuf,
}

/// Where the home of the calendars lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// At the address that people type. On the loopback another port belongs to somebody else, so a careful client sends
    /// no password there.
    AtTheFront,
    /// At another port, as iCloud has it on another host.
    Elsewhere,
}

/// What is in the sandbox at the start.
#[derive(Clone, Debug)]
pub enum Scenario {
    /// A doctor's week.
    ClinicWeek,
    /// Calendars without objects.
    Empty,
    /// A JSON list of orders of the control API, carried out at the start.
    Orders(Vec<control::Order>),
}

/// The user name and app password of the CalDAV account.
pub const CALDAV_LOGIN: (&str, &str) = ("anna.mueller@icloud.example", "abcd-efgh-ijkl-mnop");
const ACCOUNT_NUMBER: &str = "8123456789";

/// A running sandbox: its servers, its clock, its addresses.
pub struct Sandbox {
    caldav: Mutex<CalDav>,
    google: Mutex<GoogleCloud>,
    microsoft: Mutex<MicrosoftCloud>,
    supabase: Mutex<Supabase>,
    pharmadoc: Arc<Mutex<PharmaDoc>>,
    clock: Arc<SandboxClock>,
    requests: AtomicUsize,
    faults: AtomicUsize,
    end: Notify,
}

/// The clock of the sandbox: goes as fast as the real one, from where it was set, and can be moved.
struct SandboxClock {
    started: Instant,
    ahead: Mutex<TimeDelta>,
}

impl SandboxClock {
    fn now(&self) -> Instant {
        SystemClock.now() + *self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sandbox {
    /// What time it is in the sandbox.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Moves the sandbox's clock.
    pub fn advance(&self, by: TimeDelta) {
        let ahead = &self.clock.ahead;
        *ahead.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// Runs `work` with the CalDAV server while nobody else talks to it.
    pub fn with_caldav<T>(&self, work: impl FnOnce(&mut CalDav, Instant) -> T) -> T {
        let mut server = self.caldav.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut server, self.now())
    }

    /// Runs `work` with Google while nobody else talks to it.
    pub fn with_google<T>(&self, work: impl FnOnce(&mut GoogleCloud, Instant) -> T) -> T {
        let mut google = self.google.lock().unwrap_or_else(PoisonError::into_inner);
        let worked = work(&mut google, self.now());
        google.calendars.tell(self.now());
        worked
    }

    /// Runs `work` with Microsoft while nobody else talks to it.
    pub fn with_microsoft<T>(&self, work: impl FnOnce(&mut MicrosoftCloud, Instant) -> T) -> T {
        let microsoft = &self.microsoft;
        let mut microsoft = microsoft.lock().unwrap_or_else(PoisonError::into_inner);
        let worked = work(&mut microsoft, self.now());
        microsoft.calendars.tell(self.now());
        worked
    }

    /// Runs `work` with Supabase Auth while nobody else talks to it.
    pub fn with_supabase<T>(&self, work: impl FnOnce(&mut Supabase, Instant) -> T) -> T {
        let mut supabase = self.supabase.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut supabase, self.now())
    }

    /// Runs `work` with the PharmaDOC API while nobody else talks to it.
    pub fn with_pharmadoc<T>(&self, work: impl FnOnce(&mut PharmaDoc, Instant) -> T) -> T {
        let pharmadoc = self.pharmadoc.lock();
        let mut pharmadoc = pharmadoc.unwrap_or_else(PoisonError::into_inner);
        work(&mut pharmadoc, self.now())
    }

    /// The text of the object with this UID, whatever its name is.
    pub fn object_of(&self, calendar: &str, uid: &str) -> Option<String> {
        let line = format!("UID:{uid}");
        self.with_caldav(|server, _| {
            let objects = server.calendar(calendar)?.objects();
            let mut texts = objects.map(|(_, stored)| String::from_utf8_lossy(&stored.octets));
            let found = texts.find(|text| has_line(text, &line));
            found.map(std::borrow::Cow::into_owned)
        })
    }

    /// What was sent or answered against the contract of a service.
    pub fn violations(&self) -> Vec<String> {
        let google = self.with_google(|google, _| google.calendars.violations.clone());
        let microsoft = self.with_microsoft(|microsoft, _| microsoft.calendars.violations.clone());
        let pharmadoc = self.with_pharmadoc(|pharmadoc, _| pharmadoc.violations.clone());
        [google, microsoft, pharmadoc].concat()
    }

    /// How many requests were answered.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// How many requests were answered with an error of the server's own.
    pub fn faults(&self) -> usize {
        self.faults.load(Ordering::Relaxed)
    }

    /// Ends the sandbox at once, answers under way included.
    pub fn die(&self) {
        self.end.notify_one();
    }

    /// Waits until somebody ended it.
    pub async fn ended(&self) {
        self.end.notified().await;
    }

    /// When it was started, on the real clock.
    pub fn started(&self) -> Instant {
        self.clock.started
    }
}

/// Opens the ports and serves in the background; returns the sandbox and its ready line (`design.md` section 7).
///
/// # Errors
/// When a port is taken or `ca_file` cannot be written.
pub async fn start(start: &Start) -> Result<(Arc<Sandbox>, Value)> {
    let authority = Authority::make()?;
    let ca_file = start.folder.join("sandbox-ca.pem");
    write(&ca_file, &authority.pem)?;
    let tls = Some(authority.acceptor);
    let front = Port::open(start.listen, None).await?;
    let front_tls = Port::open(start.tls_listen, tls.clone()).await?;
    let [home, home_tls] = Port::pair(start, tls.as_ref()).await?;
    let [google, google_tls] = Port::pair(start, tls.as_ref()).await?;
    let [microsoft, microsoft_tls] = Port::pair(start, tls.as_ref()).await?;
    let [supabase, supabase_tls] = Port::pair(start, tls.as_ref()).await?;
    let [pharmadoc, pharmadoc_tls] = Port::pair(start, tls.as_ref()).await?;
    let [control, control_tls] = Port::pair(start, tls.as_ref()).await?;

    let hosts = match start.home {
        Home::AtTheFront => {
            Hosts::new(&front_tls.origin, &front_tls.origin).and(&front.origin, &front.origin)
        }
        Home::Elsewhere => {
            Hosts::new(&front_tls.origin, &home_tls.origin).and(&front.origin, &home.origin)
        }
    };
    let sandbox = Arc::new(furnish(start, hosts)?);
    let ready = json!({
        "ready": true,
        "ca_file": ca_file,
        "control": format!("{}/", control_tls.origin),
        "caldav": {
            "url": format!("{}/", front_tls.origin),
            "user": CALDAV_LOGIN.0,
            "password": CALDAV_LOGIN.1,
            "plain": {"url": format!("{}/", front.origin)},
        },
        "google": GoogleCloud::line(&google_tls.origin),
        "microsoft": MicrosoftCloud::line(&microsoft_tls.origin),
        "supabase": supabase_line(&supabase_tls.origin),
        "pharmadoc": pharmadoc_line(&pharmadoc_tls.origin),
        "plain": {
            "control": format!("{}/", control.origin),
            "google": GoogleCloud::line(&google.origin),
            "microsoft": MicrosoftCloud::line(&microsoft.origin),
            "supabase": supabase_line(&supabase.origin),
            "pharmadoc": pharmadoc_line(&pharmadoc.origin),
        },
    });
    for port in [front, front_tls, home, home_tls] {
        port.serve(&sandbox, |sandbox, request| {
            sandbox.with_caldav(|server, now| server.handle(request, now))
        });
    }
    for port in [google, google_tls] {
        port.serve(&sandbox, |sandbox, request| {
            sandbox.with_google(|google, now| google.handle(request, now))
        });
    }
    for port in [microsoft, microsoft_tls] {
        port.serve(&sandbox, |sandbox, request| {
            sandbox.with_microsoft(|microsoft, now| microsoft.handle(request, now))
        });
    }
    for port in [supabase, supabase_tls] {
        port.serve(&sandbox, |sandbox, request| {
            sandbox.with_supabase(|supabase, now| supabase.handle(request, now))
        });
    }
    for port in [pharmadoc, pharmadoc_tls] {
        port.serve(&sandbox, |sandbox, request| {
            sandbox.with_pharmadoc(|pharmadoc, now| pharmadoc.handle(request, now))
        });
    }
    for port in [control, control_tls] {
        port.serve(&sandbox, control::handle);
    }
    Ok((sandbox, ready))
}

fn supabase_line(origin: &str) -> Value {
    json!({"url": origin, "anon_key": supabase::KEY})
}

fn pharmadoc_line(origin: &str) -> Value {
    let (user, password) = supabase::LOGIN;
    json!({"api": origin, "user": user, "password": password})
}

fn furnish(start: &Start, hosts: Hosts) -> Result<Sandbox> {
    let started = SystemClock.now();
    let ahead = start.now.map_or(TimeDelta::zero(), |now| now - started);
    let account = Account::new(ACCOUNT_NUMBER, CALDAV_LOGIN.0, CALDAV_LOGIN.1);
    let mut caldav = CalDav::new(hosts, account, Behaviour::icloud());
    week::add_calendars(&mut caldav);
    let (mut google, mut microsoft) = (GoogleCloud::google(), MicrosoftCloud::microsoft());
    if matches!(start.scenario, Scenario::ClinicWeek) {
        let (seed, now) = (start.seed, started + ahead);
        week::fill(&mut caldav, seed, now)?;
        google.calendars.fill_week(seed, now)?;
        microsoft.calendars.fill_week(seed, now)?;
    }
    let clock = Arc::new(SandboxClock {
        started,
        ahead: Mutex::new(ahead),
    });
    let supabase = Supabase::default();
    let pharmadoc = Arc::new(Mutex::new(PharmaDoc::new(supabase.door())));
    let hooks = (Arc::clone(&pharmadoc), Arc::clone(&clock));
    let outside = Outside::new(move |request| {
        let mut pharmadoc = hooks.0.lock().unwrap_or_else(PoisonError::into_inner);
        pharmadoc.handle(request, hooks.1.now())
    });
    google.calendars.outside = outside.clone();
    microsoft.calendars.outside = outside;
    let sandbox = Sandbox {
        supabase: Mutex::new(supabase),
        pharmadoc,
        caldav: Mutex::new(caldav),
        google: Mutex::new(google),
        microsoft: Mutex::new(microsoft),
        clock,
        requests: AtomicUsize::new(0),
        faults: AtomicUsize::new(0),
        end: Notify::new(),
    };
    if let Scenario::Orders(orders) = &start.scenario {
        for order in orders {
            control::obey(&sandbox, order.clone())?;
        }
    }
    Ok(sandbox)
}

fn write(file: &Path, text: &str) -> Result<()> {
    std::fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
}

/// The same address with a port that the system chooses.
fn free(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip(), 0)
}

/// An open port.
struct Port {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    origin: String,
}

type Answering = fn(&Sandbox, &Request<Bytes>) -> Response<Bytes>;

impl Port {
    async fn open(address: SocketAddr, tls: Option<TlsAcceptor>) -> Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}"))?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let origin = format!("{scheme}://{}", listener.local_addr()?);
        Ok(Self {
            listener,
            tls,
            origin,
        })
    }

    /// One for http and one for https, which the system chooses.
    async fn pair(start: &Start, tls: Option<&TlsAcceptor>) -> Result<[Self; 2]> {
        Ok([
            Self::open(free(start.listen), None).await?,
            Self::open(free(start.tls_listen), tls.cloned()).await?,
        ])
    }

    /// Answers connections until the runtime ends.
    fn serve(self, sandbox: &Arc<Sandbox>, answering: Answering) {
        let sandbox = Arc::clone(sandbox);
        tokio::spawn(async move {
            // One connection that cannot be accepted is no reason to stop.
            loop {
                let Ok((stream, _)) = self.listener.accept().await else {
                    continue;
                };
                let (sandbox, origin) = (Arc::clone(&sandbox), self.origin.clone());
                let tls = self.tls.clone();
                tokio::spawn(async move {
                    match tls {
                        None => talk(stream, &sandbox, &origin, answering).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                talk(stream, &sandbox, &origin, answering).await;
                            }
                        }
                    }
                });
            }
        });
    }
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    sandbox: &Arc<Sandbox>,
    origin: &str,
    answering: Answering,
) {
    let service = service_fn(|request| {
        let (sandbox, origin) = (Arc::clone(sandbox), origin.to_owned());
        async move { Ok::<_, Infallible>(answer(&sandbox, &origin, request, answering).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    // A client that goes away in mid-sentence is its own business.
    drop(connection.await);
}

async fn answer(
    sandbox: &Sandbox,
    origin: &str,
    request: Request<Incoming>,
    answering: Answering,
) -> Response<Full<Bytes>> {
    let (mut head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let absolute = format!("{origin}{path}").parse();
    let (Ok(uri), Ok(body)) = (absolute, body.collect().await) else {
        let mut response = Response::new(Full::default());
        *response.status_mut() = http::StatusCode::BAD_REQUEST;
        return response;
    };
    head.uri = uri;
    let request = Request::from_parts(head, body.to_bytes());
    let answer = answering(sandbox, &request);
    sandbox.requests.fetch_add(1, Ordering::Relaxed);
    if answer.status().is_server_error() {
        sandbox.faults.fetch_add(1, Ordering::Relaxed);
    }
    answer.map(Full::new)
}
