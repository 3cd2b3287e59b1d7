//! A feed over a store of its own, with a few clients, and requests that are easy to write.

use std::sync::Arc;

use axum::body::Body;
use base64::{Engine, engine::general_purpose::STANDARD};
use bridge::{
    clock::ManualClock,
    feed::{Feed, Limits, Parts},
    ids::SeededIds,
    secrets::{MasterKey, PasswordHash, PasswordVerifier},
    store::{
        Store,
        calendars::Access,
        clients::{self, NewClient, View},
    },
};
use bridge_core::{ids::Login, time::Instant};
use http_body_util::BodyExt;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// The port that requests in process pretend to come in on.
pub(crate) const PORT: u16 = 8008;
/// The password of every client.
pub(crate) const PASSWORD: &str = "k3vq7-hsa2d";

/// Every client of the tests: name, view, access.
const CLIENTS: [(&str, View, Access); 4] = [
    ("doctor", View::All, Access::ReadWrite),
    ("reader", View::All, Access::ReadOnly),
    ("busy", View::Busy, Access::ReadWrite),
    ("visits", View::PharmaDoc, Access::ReadWrite),
];

/// A server in process.
pub(crate) struct World {
    pub(crate) feed: Arc<Feed>,
    pub(crate) store: Store,
    pub(crate) clock: ManualClock,
    pub(crate) folder: TempDir,
    pub(crate) runtime: Runtime,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_limits(Limits::default())
    }

    pub(crate) fn with_limits(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        let now = noon();
        for (login, view, access) in CLIENTS {
            let client = NewClient {
                login: Login::new(login),
                label: login.to_owned(),
                view,
                access,
                password: PasswordHash::of_random(PASSWORD),
                ics_token: format!("token-of-{login}"),
            };
            store
                .write(move |tx| clients::set(tx, &client, now))
                .unwrap();
        }
        let clock = ManualClock::at(now);
        Self {
            feed: feed(&store, &clock, limits),
            store,
            clock,
            folder,
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap(),
        }
    }

    /// The same installation after a restart.
    pub(crate) fn restart(self) -> Self {
        let Self {
            feed: old,
            store,
            clock,
            folder,
            runtime,
        } = self;
        drop((old, store));
        let store = open(&folder);
        Self {
            feed: feed(&store, &clock, Limits::default()),
            store,
            clock,
            folder,
            runtime,
        }
    }

    /// Sends a request and reads the whole answer.
    pub(crate) fn send(&self, ask: Ask) -> Reply {
        self.runtime.block_on(async {
            let router = self.feed.router(PORT);
            let answer = router
                .oneshot(ask.request.body(ask.body).unwrap())
                .await
                .unwrap();
            let (head, body) = answer.into_parts();
            Reply {
                status: head.status.as_u16(),
                headers: head.headers,
                body: body.collect().await.unwrap().to_bytes().to_vec(),
            }
        })
    }

    /// Stores an event as `doctor` and says which etag it got.
    pub(crate) fn put_event(&self, path: &str, ics: &str) -> String {
        let reply = self.send(put(path, ics));
        assert!([201, 204].contains(&reply.status), "{}", reply.text());
        reply.header("etag").to_owned()
    }
}

fn open(folder: &TempDir) -> Store {
    let key = MasterKey::from_octets([7; 32]).database_key();
    Store::open(&folder.path().join("companion.db"), &key).unwrap()
}

fn feed(store: &Store, clock: &ManualClock, limits: Limits) -> Arc<Feed> {
    Feed::open(Parts {
        store: store.clone(),
        clock: Arc::new(clock.clone()),
        passwords: PasswordVerifier::new(&SeededIds::new(1)).unwrap(),
        addresses: vec!["mailto:doctor@clinic.example".to_owned()],
        limits,
    })
    .unwrap()
}

/// The instant the tests begin.
pub(crate) fn noon() -> Instant {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

/// A request to be.
pub(crate) struct Ask {
    request: http::request::Builder,
    body: Body,
}

/// A request of `doctor` with the right Host.
pub(crate) fn ask(method: &str, path: &str) -> Ask {
    bare(method, path)
        .header("host", &format!("127.0.0.1:{PORT}"))
        .signed_in("doctor", PASSWORD)
}

/// A request without any header.
pub(crate) fn bare(method: &str, path: &str) -> Ask {
    Ask {
        request: http::Request::builder().method(method).uri(path),
        body: Body::empty(),
    }
}

/// A PUT of a calendar object.
pub(crate) fn put(path: &str, ics: &str) -> Ask {
    ask("PUT", path)
        .header("content-type", "text/calendar; charset=utf-8")
        .body(ics.to_owned())
}

/// A PROPFIND for some properties, written with the prefixes D, C, CS and A.
pub(crate) fn propfind(path: &str, depth: &str, props: &str) -> Ask {
    ask("PROPFIND", path).header("depth", depth).body(format!(
        "<D:propfind {NAMESPACES}><D:prop>{props}</D:prop></D:propfind>"
    ))
}

/// A REPORT with any body, written with the same prefixes.
pub(crate) fn report(path: &str, root: &str, inside: &str) -> Ask {
    ask("REPORT", path)
        .header("depth", "1")
        .body(format!("<{root} {NAMESPACES}>{inside}</{root}>"))
}

/// The declarations of the prefixes.
pub(crate) const NAMESPACES: &str = "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" \
    xmlns:CS=\"http://calendarserver.org/ns/\" xmlns:A=\"http://apple.com/ns/ical/\"";

impl Ask {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if let Some(headers) = self.request.headers_mut() {
            let name: http::HeaderName = name.parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        self
    }

    /// The same request about another address.
    pub(crate) fn at(mut self, path: &str) -> Self {
        self.request = self.request.uri(path);
        self
    }

    pub(crate) fn signed_in(self, login: &str, password: &str) -> Self {
        let token = STANDARD.encode(format!("{login}:{password}"));
        self.header("authorization", &format!("Basic {token}"))
    }

    /// The same request of another client of the tests.
    pub(crate) fn by(self, login: &str) -> Self {
        self.signed_in(login, PASSWORD)
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// A header's value; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Whether the body contains a text.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// The text of the first element with this qualified name.
    pub(crate) fn element(&self, name: &str) -> &str {
        let after = self
            .text()
            .split_once(&format!("<{name}>"))
            .map_or("", |(_, rest)| rest);
        after
            .split_once(&format!("</{name}>"))
            .map_or("", |(text, _)| text)
    }

    /// The hrefs of all responses, in order.
    pub(crate) fn responses(&self) -> Vec<&str> {
        let parts = self.text().split("<D:response><D:href>").skip(1);
        parts
            .map(|part| part.split_once('<').map_or("", |(href, _)| href))
            .collect()
    }
}

/// An event at ten o'clock UTC of a day in November 2026.
pub(crate) fn event(uid: &str, day: u32, title: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20261101T000000Z\r\nDTSTART:202611{day:02}T100000Z\r\nDTEND:202611{day:02}T110000Z\r\n\
         SUMMARY:{title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// The real day, for what other libraries compare with their own clock.
pub(crate) fn today() -> Instant {
    use bridge::clock::{Clock, SystemClock};
    SystemClock.now()
}
