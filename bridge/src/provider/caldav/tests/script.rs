//! A network that answers from a script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::{Request, Response};
use url::Url;

use crate::dns::{Dns, Place};
use crate::http::{Http, HttpError};
use crate::provider::Listing;
use crate::provider::caldav::{CalDav, Found, PlainHttp};
use crate::secrets::Sensitive;

/// Answers each request with the next line of the script; remembers what was asked.
pub(super) struct Script {
    answers: Mutex<VecDeque<Result<Response<Vec<u8>>, HttpError>>>,
    asked: Mutex<Vec<Request<Vec<u8>>>>,
}

impl Script {
    pub(super) fn new(
        answers: impl IntoIterator<Item = Result<Response<Vec<u8>>, HttpError>>,
    ) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(answers.into_iter().collect()),
            asked: Mutex::new(Vec::new()),
        })
    }

    /// What was asked: method and address.
    pub(super) fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let line = |request: &Request<Vec<u8>>| format!("{} {}", request.method(), request.uri());
        asked.iter().map(line).collect()
    }

    /// A header of every request, empty where it was not there.
    pub(super) fn sent(&self, header: &str) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let value = |request: &Request<Vec<u8>>| {
            let value = request.headers().get(header);
            value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
        };
        asked.iter().map(value).collect()
    }
}

#[async_trait]
impl Http for Script {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let line = format!("{} {}", request.method(), request.uri());
        self.asked.lock().unwrap().push(request);
        let next = self.answers.lock().unwrap().pop_front();
        next.unwrap_or_else(|| panic!("nobody expected {line}"))
    }
}

/// An answer with a status, header fields and a body.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a line of the script is an answer or none"
)]
pub(super) fn answer(
    status: u16,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Response<Vec<u8>>, HttpError> {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    Ok(builder.body(body.as_bytes().to_vec()).unwrap())
}

/// A multistatus around these responses.
pub(super) fn multistatus(inside: &str) -> Result<Response<Vec<u8>>, HttpError> {
    let body = format!(
        "<?xml version=\"1.0\"?>\n<D:multistatus xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" \
         xmlns:CS=\"http://calendarserver.org/ns/\" xmlns:A=\"http://apple.com/ns/ical/\">{inside}</D:multistatus>"
    );
    answer(207, &[], &body)
}

/// A response with these properties.
pub(super) fn response(href: &str, props: &str) -> String {
    format!(
        "<D:response><D:href>{href}</D:href><D:propstat><D:prop>{props}</D:prop>\
         <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    )
}

/// A web page.
pub(super) fn page(status: u16) -> Result<Response<Vec<u8>>, HttpError> {
    let html = "<!DOCTYPE html><html><body>Maintenance<br></body></html>";
    answer(
        status,
        &[("Content-Type", "text/html; charset=utf-8")],
        html,
    )
}

/// An account whose calendars lie at `https://dav.example/cal/`.
pub(super) fn account(script: &Arc<Script>) -> CalDav {
    let home = Url::parse("https://dav.example/cal/").unwrap();
    let found = Found {
        start: home.clone(),
        principal: None,
        homes: vec![home],
        addresses: Vec::new(),
        listing: Listing::Changes,
        plain_http: PlainHttp::Refused,
    };
    CalDav::open(
        script.clone(),
        found,
        "jane",
        &Sensitive::new("secret".to_owned()),
    )
}

/// One domain's records.
#[derive(Default)]
pub(super) struct Records {
    pub(super) services: Vec<Place>,
    pub(super) texts: Vec<String>,
}

#[async_trait]
impl Dns for Records {
    async fn services(&self, name: &str) -> Vec<Place> {
        assert!(name.starts_with("_caldavs._tcp."), "{name}");
        self.services.clone()
    }

    async fn texts(&self, _name: &str) -> Vec<String> {
        self.texts.clone()
    }
}
