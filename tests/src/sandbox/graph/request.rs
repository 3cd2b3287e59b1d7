//! What is asked, read from a request or from a part of a batch.

use bytes::Bytes;
use http::uri::Authority;
use http::{Request, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::answer::{Refusal, refusal};

/// A call with the ids in its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Batch,
    Calendars,
    Delta(String),
    Events(String),
    Get(String, String),
    Instances(String),
    Create(String),
    Patch(String),
    Delete(String),
    Cancel(String),
    Respond(String, &'static str),
    Subscribe,
    Unsubscribe(String),
}

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) what: What,
    /// The address of the service with its version, as the client knows it: links lead back there.
    pub(super) root: String,
    query: Vec<(String, String)>,
    body: Option<Value>,
    pub(super) if_match: Option<String>,
    pub(super) prefer: String,
}

impl Asked {
    pub(super) fn read(request: &Request<Bytes>) -> Result<Self, Refusal> {
        let (before, path) = request
            .uri()
            .path()
            .split_once("/v1.0/")
            .ok_or_else(unknown)?;
        let origin = [
            request.uri().scheme_str(),
            request.uri().authority().map(Authority::as_str),
        ];
        let origin = origin.map(Option::unwrap_or_default).join("://");
        let body = if request.body().is_empty() {
            None
        } else {
            Some(serde_json::from_slice(request.body()).map_err(|_| refusal(400, "BadRequest"))?)
        };
        let header = |name| {
            let value = request.headers().get(name)?;
            Some(value.to_str().ok()?.to_owned())
        };
        Ok(Self {
            what: what(request.method().as_str(), path)?,
            root: format!("{origin}{before}/v1.0"),
            query: query(request.uri().query().unwrap_or_default()),
            body,
            if_match: header(header::IF_MATCH),
            prefer: header(header::HeaderName::from_static("prefer")).unwrap_or_default(),
        })
    }

    pub(super) fn of_batch(root: &str, part: &Value) -> Result<Self, Refusal> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let url = text(&part["url"]);
        let (path, asked) = url.split_once('?').unwrap_or((&url, ""));
        let headers = &part["headers"];
        Ok(Self {
            what: what(&text(&part["method"]), path.trim_start_matches('/'))?,
            root: root.to_owned(),
            query: query(asked),
            body: part.get("body").cloned(),
            if_match: headers["if-match"].as_str().map(str::to_owned),
            prefer: text(&headers["prefer"]),
        })
    }

    /// A parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The members of the body.
    pub(super) fn fields(&self) -> Result<Map<String, Value>, Refusal> {
        match &self.body {
            Some(Value::Object(fields)) => Ok(fields.clone()),
            _ => Err(refusal(400, "BadRequest")),
        }
    }

    /// The most entries that a page shall have.
    pub(super) fn page(&self) -> Option<usize> {
        let wishes = self.prefer.split(',').map(str::trim);
        let mut sizes = wishes.filter_map(|wish| wish.strip_prefix("odata.maxpagesize="));
        sizes.next()?.parse().ok()
    }
}

fn unknown() -> Refusal {
    refusal(400, "BadRequest")
}

fn what(method: &str, path: &str) -> Result<What, Refusal> {
    let decode = |one: &str| percent_decode_str(one).decode_utf8().map(Into::into);
    let segments: Result<Vec<String>, _> = path.split('/').map(decode).collect();
    let segments = segments.map_err(|_| unknown())?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let own = |text: &str| text.to_owned();
    Ok(match (method, &segments[..]) {
        ("POST", ["$batch"]) => What::Batch,
        ("POST", ["subscriptions"]) => What::Subscribe,
        ("DELETE", ["subscriptions", id]) => What::Unsubscribe(own(id)),
        ("GET", ["me", "calendars"]) => What::Calendars,
        (
            "GET",
            [
                "me",
                "calendars",
                calendar,
                "calendarView",
                "delta" | "delta()" | "microsoft.graph.delta()",
            ],
        ) => What::Delta(own(calendar)),
        ("GET", ["me", "calendars", calendar, "events"]) => What::Events(own(calendar)),
        ("POST", ["me", "calendars", calendar, "events"]) => What::Create(own(calendar)),
        ("GET", ["me", "calendars", calendar, "events", event]) => {
            What::Get(own(calendar), own(event))
        }
        ("PATCH", ["me", "events", event]) => What::Patch(own(event)),
        ("DELETE", ["me", "events", event]) => What::Delete(own(event)),
        ("GET", ["me", "events", event, "instances"]) => What::Instances(own(event)),
        ("POST", ["me", "events", event, action]) => match *action {
            "cancel" => What::Cancel(own(event)),
            "accept" => What::Respond(own(event), "accepted"),
            "decline" => What::Respond(own(event), "declined"),
            "tentativelyAccept" => What::Respond(own(event), "tentativelyAccepted"),
            _ => return Err(unknown()),
        },
        _ => return Err(unknown()),
    })
}

fn query(text: &str) -> Vec<(String, String)> {
    let decode = |one: &str| percent_decode_str(one).decode_utf8_lossy().into_owned();
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}
