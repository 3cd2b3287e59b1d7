//! What is asked, read from a request.

use bytes::Bytes;
use http::{Method, Request, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::answer::{Refusal, refusal};

/// A method of the service with the ids in its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Calendars,
    Calendar(String),
    Events(String),
    Instances(String, String),
    Get(String, String),
    Insert(String),
    Patch(String, String),
    Update(String, String),
    Delete(String, String),
    Watch(String),
    Stop,
}

impl What {
    /// Its name in the contract.
    pub(super) fn method(&self) -> &'static str {
        match self {
            Self::Calendars => "calendar.calendarList.list",
            Self::Calendar(_) => "calendar.calendarList.get",
            Self::Events(_) => "calendar.events.list",
            Self::Instances(..) => "calendar.events.instances",
            Self::Get(..) => "calendar.events.get",
            Self::Insert(_) => "calendar.events.insert",
            Self::Patch(..) => "calendar.events.patch",
            Self::Update(..) => "calendar.events.update",
            Self::Delete(..) => "calendar.events.delete",
            Self::Watch(_) => "calendar.events.watch",
            Self::Stop => "calendar.channels.stop",
        }
    }

    /// The type of its body.
    pub(super) fn takes(&self) -> &'static str {
        match self {
            Self::Watch(_) | Self::Stop => "Channel",
            _ => "Event",
        }
    }

    /// The type of its answer.
    pub(super) fn answers(&self) -> Option<&'static str> {
        match self {
            Self::Calendars => Some("CalendarList"),
            Self::Calendar(_) => Some("CalendarListEntry"),
            Self::Events(_) | Self::Instances(..) => Some("Events"),
            Self::Get(..) | Self::Insert(_) | Self::Patch(..) | Self::Update(..) => Some("Event"),
            Self::Watch(_) => Some("Channel"),
            Self::Delete(..) | Self::Stop => None,
        }
    }
}

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) what: What,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<Value>,
    pub(super) if_match: Option<String>,
}

impl Asked {
    pub(super) fn read(request: &Request<Bytes>) -> Result<Self, Refusal> {
        let bad = || refusal(400, "parseError");
        let path = request.uri().path();
        let (_, path) = path.split_once("/calendar/v3/").ok_or_else(not_found)?;
        let decode = |one: &str| percent_decode_str(one).decode_utf8().map(Into::into);
        let segments = path.split('/').map(decode);
        let segments: Vec<String> = segments.collect::<Result<_, _>>().map_err(|_| bad())?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let what = what(request.method(), &segments)?;
        let body = if request.body().is_empty() {
            None
        } else {
            Some(serde_json::from_slice(request.body()).map_err(|_| bad())?)
        };
        let condition = request.headers().get(header::IF_MATCH);
        let condition = condition.and_then(|value| value.to_str().ok());
        Ok(Self {
            what,
            query: query(request.uri().query().unwrap_or_default()),
            body,
            if_match: condition.map(str::to_owned),
        })
    }

    /// A parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.param(name) == Some("true")
    }

    /// The members of the body.
    pub(super) fn fields(&self) -> Result<Map<String, Value>, Refusal> {
        match &self.body {
            Some(Value::Object(fields)) => Ok(fields.clone()),
            _ => Err(refusal(400, "required")),
        }
    }
}

fn not_found() -> Refusal {
    refusal(404, "notFound")
}

fn what(method: &Method, segments: &[&str]) -> Result<What, Refusal> {
    let own = |text: &str| text.to_owned();
    Ok(match (method.as_str(), segments) {
        ("GET", ["users", "me", "calendarList"]) => What::Calendars,
        ("GET", ["users", "me", "calendarList", id]) => What::Calendar(own(id)),
        ("GET", ["calendars", calendar, "events"]) => What::Events(own(calendar)),
        ("POST", ["calendars", calendar, "events"]) => What::Insert(own(calendar)),
        ("POST", ["calendars", calendar, "events", "watch"]) => What::Watch(own(calendar)),
        ("POST", ["channels", "stop"]) => What::Stop,
        ("GET", ["calendars", calendar, "events", series, "instances"]) => {
            What::Instances(own(calendar), own(series))
        }
        (method, ["calendars", calendar, "events", event]) => {
            let (calendar, event) = (own(calendar), own(event));
            match method {
                "GET" => What::Get(calendar, event),
                "PATCH" => What::Patch(calendar, event),
                "PUT" => What::Update(calendar, event),
                "DELETE" => What::Delete(calendar, event),
                _ => return Err(refusal(405, "httpMethodNotAllowed")),
            }
        }
        _ => return Err(not_found()),
    })
}

fn query(text: &str) -> Vec<(String, String)> {
    let decode = |one: &str| {
        let spaced = one.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}
