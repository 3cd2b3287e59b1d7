//! A server of its own for each case: the real listener, the real store in a folder that goes away again, a clock that
//! stands still.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bridge::clock::{Clock, ManualClock};
use bridge::feed::{Feed, Limits, Parts, Port, Ports};
use bridge::ids::SeededIds;
use bridge::secrets::{MasterKey, PasswordHash, PasswordVerifier};
use bridge::store::calendars::{self, Access, CalendarKind, CalendarZone, NewCalendar};
use bridge::store::clients::{self, NewClient, View};
use bridge::store::objects::{self, Conditions, Draft, Place};
use bridge::store::{Store, WriteTx};
use bridge_core::ical::{ComponentKind, ComponentSet};
use bridge_core::ids::{CalendarName, Login, ObjectName, Uid};
use bridge_core::time::Instant;
use chrono::{TimeZone as _, Utc};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::wire;

const PASSWORD: &str = "right";

/// The logins: name, view, access.
const LOGINS: [(&str, View, Access); 4] = [
    ("doctor", View::All, Access::ReadWrite),
    ("reader", View::All, Access::ReadOnly),
    ("busy", View::Busy, Access::ReadOnly),
    ("anna b@praxis", View::All, Access::ReadWrite),
];

/// A running server and what a case has learnt from it.
pub(crate) struct Stage {
    address: SocketAddr,
    values: BTreeMap<String, String>,
    last_answer: String,
    runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
    _folder: TempDir,
}

/// A value to keep for later.
#[derive(Debug)]
pub(crate) enum What {
    /// The etag of what is at a path, in quotes.
    Etag(String),
    /// The sync token of the calendar at a path.
    SyncToken(String),
    /// The sync token in the last answer.
    AnsweredToken,
}

impl Stage {
    /// Starts a server with four logins and five calendars: `work` for events and tasks, `tasks` for tasks alone,
    /// `team` with one event, which nobody may change, and the views
    /// `everything` and `pharmadoc`.
    pub(crate) fn set(runtime: &Handle) -> Result<Self> {
        let folder = TempDir::new()?;
        let ids = SeededIds::new(1);
        let key = MasterKey::generate(&ids)?.database_key();
        let store = Store::open(&folder.path().join("store.db"), &key)?;
        let now = Utc
            .with_ymd_and_hms(2025, 6, 2, 8, 0, 0)
            .single()
            .context("a date")?;
        store.write(move |tx| furnish(tx, now))?;
        let feed = Feed::open(Parts {
            store,
            clock: Arc::new(ManualClock::at(now)) as Arc<dyn Clock>,
            passwords: PasswordVerifier::new(&ids)?,
            addresses: vec!["mailto:doctor@praxis.example".to_owned()],
            limits: Limits::default(),
        })?;
        let port = runtime.block_on(Port::open(SocketAddr::from(([127, 0, 0, 1], 0))))?;
        let address = SocketAddr::from(([127, 0, 0, 1], port.number()));
        let (stop, stopped) = oneshot::channel();
        let ports = Ports {
            http: Some(port),
            https: None,
        };
        let serving = runtime.spawn(async move {
            let until = async { drop(stopped.await) };
            // Only a certificate can make it fail, and there is none.
            drop(feed.serve(ports, until).await);
        });
        Ok(Self {
            values: values(address),
            address,
            last_answer: String::new(),
            runtime: runtime.clone(),
            stop: Some(stop),
            serving: Some(serving),
            _folder: folder,
        })
    }

    /// Where the server listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a word in braces stands for.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        self.values.get(name).cloned()
    }

    /// Keeps an answer in case a later step needs something out of it.
    pub(crate) fn note_answer(&mut self, answer: &[u8]) {
        self.last_answer = String::from_utf8_lossy(answer).into_owned();
    }

    /// Keeps a value under a name.
    pub(crate) fn remember(&mut self, name: &str, what: &What) -> Result<()> {
        let value = match what {
            What::Etag(path) => {
                let answer = self.ask("HEAD", path, "")?;
                between(&answer, "etag: ", "\r\n").context("there is no etag")?
            }
            What::SyncToken(path) => {
                let body = "<propfind xmlns='DAV:'><prop><sync-token/></prop></propfind>";
                let answer = self.ask("PROPFIND", path, body)?;
                between(&answer, "<D:sync-token>", "<").context("there is no token")?
            }
            What::AnsweredToken => between(&self.last_answer, "<D:sync-token>", "<")
                .context("no token was answered")?,
        };
        self.values.insert(name.to_owned(), value);
        Ok(())
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Result<String> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\nDepth: 0\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            basic("doctor", PASSWORD),
            body.len()
        );
        let answer = wire::exchange(self.address, request.as_bytes())?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(serving) = self.serving.take() {
            drop(self.runtime.block_on(serving));
        }
    }
}

fn furnish(tx: &mut WriteTx<'_>, now: Instant) -> Result<()> {
    for (login, view, access) in LOGINS {
        let new = NewClient {
            login: Login::new(login),
            label: login.to_owned(),
            view,
            access,
            password: PasswordHash::of_random(PASSWORD),
            ics_token: format!("token-of-{}", login.split(' ').next().unwrap_or_default()),
        };
        clients::add(tx, &new, now)?;
    }
    furnish_calendars(tx, now)
}

fn furnish_calendars(tx: &mut WriteTx<'_>, now: Instant) -> Result<()> {
    let events = [ComponentKind::Event].into_iter().collect();
    let tasks = [ComponentKind::Todo].into_iter().collect();
    let both = ComponentSet::EVENTS_AND_TODOS;
    let kinds = [
        ("work", CalendarKind::Local, both, Access::ReadWrite),
        ("tasks", CalendarKind::Local, tasks, Access::ReadWrite),
        ("team", CalendarKind::Remote, events, Access::ReadOnly),
        (
            "everything",
            CalendarKind::Everything,
            both,
            Access::ReadOnly,
        ),
        ("pharmadoc", CalendarKind::PharmaDoc, both, Access::ReadOnly),
    ];
    for (name, kind, components, access) in kinds {
        let new = NewCalendar {
            name: CalendarName::new(name),
            kind,
            display_name: match kind {
                CalendarKind::PharmaDoc => "PharmaDOC".to_owned(),
                _ => name.to_owned(),
            },
            components,
            access,
            zone: CalendarZone::default(),
        };
        let made = calendars::create(tx, &new, now)?;
        if kind == CalendarKind::Remote {
            let place = Place {
                calendar: made.id,
                name: ObjectName::new("duty.ics"),
            };
            let octets = include_str!("objects/duty.ics")
                .replace('\n', "\r\n")
                .into_bytes();
            let uid = Uid::new("duty@team.example");
            let draft = Draft::new(uid, ComponentKind::Event, octets, &new.zone, now);
            objects::put(tx, &place, &draft, &Conditions::default(), now)?;
        }
    }
    Ok(())
}

fn values(address: SocketAddr) -> BTreeMap<String, String> {
    let mut values = BTreeMap::from([
        ("host".to_owned(), address.to_string()),
        ("port".to_owned(), address.port().to_string()),
        ("wrong".to_owned(), basic("doctor", "wrong")),
        ("empty".to_owned(), String::new()),
        ("stranger".to_owned(), basic("stranger", PASSWORD)),
    ]);
    for (login, ..) in LOGINS {
        let name = login.split(' ').next().unwrap_or_default();
        values.insert(name.to_owned(), basic(login, PASSWORD));
    }
    values
}

fn basic(login: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{login}:{password}")))
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(value, _)| value.to_owned())
}
