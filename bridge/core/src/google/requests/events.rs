//! `events`: one event, the parts of its object, and everything that is done to it.

use http::{Method, Request};
use serde_json::{Value, json, value::RawValue};
use url::Url;

use super::{
    BadRequest, Unreadable, conditional,
    pages::{FIXED, Item, List, item},
    read, request, url,
};
use crate::{
    google::project,
    ids::{RemoteEtag, RemoteId, Uid},
    projection::{Fields, Notify, Original},
};

/// An event. One that is gone comes back as cancelled for a while.
///
/// # Errors
/// [`BadRequest`].
pub fn get(
    root: &Url,
    calendar: &RemoteId,
    event: &RemoteId,
) -> Result<Request<Vec<u8>>, BadRequest> {
    request(Method::GET, &at(root, calendar, event, &[])?, None)
}

/// Reads the answer to [`get`] or to a write.
///
/// # Errors
/// [`Unreadable`].
pub fn parse_get(body: &[u8]) -> Result<Item, Unreadable> {
    let raw: Box<RawValue> = read(body)?;
    item(raw)
}

/// All events that share a UID: a series, its exceptions and its cancelled occurrences, and copies of them. A page at a
/// time, read by [`super::parse_page`].
///
/// # Errors
/// [`BadRequest`].
pub fn series(
    root: &Url,
    calendar: &RemoteId,
    uid: &str,
    page: Option<&str>,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let mut query = Vec::from(FIXED);
    query.push(("iCalUID", uid));
    query.extend(page.map(|page| ("pageToken", page)));
    let segments = ["calendars", calendar.as_str(), "events"];
    request(Method::GET, &url(root, &segments, &query)?, None)
}

/// The events that have this UID, Google's own or the one they were made with here: two questions, each read by
/// [`super::parse_page`].
///
/// # Errors
/// [`BadRequest`].
pub fn same_uid(
    root: &Url,
    calendar: &RemoteId,
    uid: &Uid,
) -> [Result<Request<Vec<u8>>, BadRequest>; 2] {
    let own = format!("{}={uid}", project::UID_KEY);
    let segments = ["calendars", calendar.as_str(), "events"];
    [("iCalUID", uid.as_str()), ("privateExtendedProperty", &own)].map(|asked| {
        let url = url(root, &segments, &[asked, ("maxResults", "250")])?;
        request(Method::GET, &url, None)
    })
}

/// The occurrence of a series that has this start by its rule. It comes as it is, whether it has been changed before or
/// not; to write to its id makes an exception of it.
///
/// # Errors
/// [`BadRequest`].
pub fn instances(
    root: &Url,
    calendar: &RemoteId,
    series: &RemoteId,
    original: Original,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let start = match original {
        Original::At(at) => at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Original::On(day) => day.format("%Y-%m-%d").to_string(),
    };
    let segments = [
        "calendars",
        calendar.as_str(),
        "events",
        series.as_str(),
        "instances",
    ];
    let query = [("originalStart", &start[..]), ("showDeleted", "true")];
    request(Method::GET, &url(root, &segments, &query)?, None)
}

/// Reads the answer to [`instances`]; none when the series has no such occurrence.
///
/// # Errors
/// [`Unreadable`].
pub fn parse_instances(body: &[u8]) -> Result<Option<Item>, Unreadable> {
    let list: List = read(body)?;
    list.items.into_iter().next().map(item).transpose()
}

/// A new event under an id of ours, unless there is or was one under it.
///
/// # Errors
/// [`BadRequest`].
pub fn insert(
    root: &Url,
    calendar: &RemoteId,
    event: &RemoteId,
    fields: &Fields,
    notify: Notify,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let mut fields = fields.clone();
    fields.insert("id".to_owned(), json!(event.as_str()));
    let segments = ["calendars", calendar.as_str(), "events"];
    let url = url(root, &segments, &written(notify))?;
    request(Method::POST, &url, Some(&Value::Object(fields)))
}

/// New values for these members, if the event is still this version.
///
/// # Errors
/// [`BadRequest`].
pub fn patch(
    root: &Url,
    calendar: &RemoteId,
    event: &RemoteId,
    if_match: &RemoteEtag,
    fields: &Fields,
    notify: Notify,
) -> Result<Request<Vec<u8>>, BadRequest> {
    change(
        Method::PATCH,
        &at(root, calendar, event, &written(notify))?,
        if_match,
        fields,
    )
}

/// These members and no others, if the event is still this version: for one that is gone and shall be there again, because
/// its id stays taken.
///
/// # Errors
/// [`BadRequest`].
pub fn replace(
    root: &Url,
    calendar: &RemoteId,
    event: &RemoteId,
    if_match: &RemoteEtag,
    fields: &Fields,
    notify: Notify,
) -> Result<Request<Vec<u8>>, BadRequest> {
    change(
        Method::PUT,
        &at(root, calendar, event, &written(notify))?,
        if_match,
        fields,
    )
}

/// Away with an event, a series or an occurrence, if it is still this version.
///
/// # Errors
/// [`BadRequest`].
pub fn delete(
    root: &Url,
    calendar: &RemoteId,
    event: &RemoteId,
    if_match: &RemoteEtag,
    notify: Notify,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let url = at(root, calendar, event, &[("sendUpdates", told(notify))])?;
    conditional(request(Method::DELETE, &url, None)?, if_match)
}

fn change(
    method: Method,
    event: &Url,
    if_match: &RemoteEtag,
    fields: &Fields,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let body = Value::Object(fields.clone());
    conditional(request(method, event, Some(&body))?, if_match)
}

fn at(
    root: &Url,
    calendar: &RemoteId,
    event: &RemoteId,
    query: &[(&str, &str)],
) -> Result<Url, BadRequest> {
    let segments = ["calendars", calendar.as_str(), "events", event.as_str()];
    url(root, &segments, query)
}

/// Attachments are dropped unless one says that one knows them. Conferences are never written, and stay as they are unless
/// one says that one knows them.
fn written(notify: Notify) -> [(&'static str, &'static str); 2] {
    [
        ("sendUpdates", told(notify)),
        ("supportsAttachments", "true"),
    ]
}

fn told(notify: Notify) -> &'static str {
    match notify {
        Notify::Guests => "all",
        Notify::Nobody => "none",
    }
}
