//! `POST /me/calendar/getSchedule`: when is somebody busy? For work and school accounts.

use http::{Method, Request};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{BadRequest, Unreadable, read, request, url};
use crate::{
    graph::{wire::DateTimeTimeZone, zone},
    time::{Instant, Span},
    tz::Zone,
};

/// The most addresses of one request.
pub const MOST: usize = 20;

/// When somebody is busy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Whose schedule it is.
    pub address: String,
    /// The busy times; Graph's code where it will not tell. Graph refuses one address inside an answer that looks like a
    /// success.
    pub busy: Result<Vec<Span>, String>,
}

/// When are these addresses busy in a window?
///
/// # Errors
/// [`BadRequest::TooMany`].
pub fn schedules(
    root: &Url,
    addresses: &[&str],
    window: Span,
) -> Result<Request<Vec<u8>>, BadRequest> {
    if addresses.len() > MOST {
        return Err(BadRequest::TooMany);
    }
    let time = |at: Instant| json!({ "dateTime": zone::spelt(at.naive_utc()), "timeZone": "UTC" });
    let body = json!({
        "schedules": addresses,
        "startTime": time(window.start),
        "endTime": time(window.end),
        "availabilityViewInterval": 30,
    });
    let url = url(root, &["me", "calendar", "getSchedule"], &[])?;
    request(Method::POST, &url, Some(&body))
}

/// Reads the answer to [`schedules`]. A state that is not known is busy.
///
/// # Errors
/// [`Unreadable`], also when a time cannot be read: half a schedule is none.
pub fn parse_schedules(body: &[u8]) -> Result<Vec<Schedule>, Unreadable> {
    let wire: Wire = read(body)?;
    let schedule = |one: Information| {
        let busy = if let Some(error) = one.error {
            Err(error.code.unwrap_or_default())
        } else {
            let items = one.items.unwrap_or_default().into_iter();
            let busy = items.filter(|item| {
                !matches!(item.status.as_deref(), Some("free" | "workingElsewhere"))
            });
            Ok(busy.map(|item| span(&item)).collect::<Result<_, _>>()?)
        };
        let address = one.address.ok_or(Unreadable)?;
        Ok(Schedule { address, busy })
    };
    wire.value.into_iter().map(schedule).collect()
}

fn span(item: &Item) -> Result<Span, Unreadable> {
    let instant = |said: &Option<DateTimeTimeZone>| {
        let (local, zone) = zone::local(said.as_ref()?, &Zone::Utc)?;
        Some(zone?.instant(local))
    };
    Ok(Span {
        start: instant(&item.start).ok_or(Unreadable)?,
        end: instant(&item.end).ok_or(Unreadable)?,
    })
}

#[derive(Deserialize)]
struct Wire {
    value: Vec<Information>,
}

#[derive(Deserialize)]
struct Information {
    #[serde(rename = "scheduleId")]
    address: Option<String>,
    #[serde(rename = "scheduleItems")]
    items: Option<Vec<Item>>,
    error: Option<Error>,
}

#[derive(Deserialize)]
struct Item {
    status: Option<String>,
    start: Option<DateTimeTimeZone>,
    end: Option<DateTimeTimeZone>,
}

#[derive(Deserialize)]
struct Error {
    #[serde(rename = "responseCode")]
    code: Option<String>,
}
