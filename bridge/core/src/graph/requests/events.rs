//! `/me/events`: one event, its occurrences, and everything that is done to it.

use chrono::{NaiveTime, TimeDelta};
use http::{Method, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{BadRequest, Unreadable, conditional, read, request, url};
use crate::{
    graph::{
        project,
        wire::{Event, SELECT},
        zone,
    },
    ids::{RemoteEtag, RemoteId, Uid},
    projection::{Act, Answer, Fields, Original, Source},
    time::Instant,
    tz::Zone,
};

/// An event of a calendar, with its exceptions and the occurrences that do not take place. Asked for below its calendar,
/// because it keeps its id when it goes to another.
///
/// # Errors
/// [`BadRequest`].
pub fn get(root: &Url, calendar: &RemoteId, id: &RemoteId) -> Result<Request<Vec<u8>>, BadRequest> {
    let ours = project::OWN_IDS
        .map(|id| format!("id eq '{id}'"))
        .join(" or ");
    let ours = format!("singleValueExtendedProperties($filter={ours})");
    let expand = format!("exceptionOccurrences,{ours}");
    let query = [("$select", SELECT), ("$expand", &expand)];
    let segments = ["me", "calendars", calendar.as_str(), "events", id.as_str()];
    let url = url(root, &segments, &query)?;
    request(Method::GET, &url, None)
}

/// Reads the answer to [`get`].
///
/// # Errors
/// [`Unreadable`].
pub fn parse_get(body: &[u8]) -> Result<Source, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable)?;
    project::source(text).map_err(|_| Unreadable)
}

/// A new event for the object of this name. `transaction` follows from what is known before anything is sent: Graph makes
/// one event of it, however often it is asked.
///
/// # Errors
/// [`BadRequest`].
pub fn create(
    root: &Url,
    calendar: &RemoteId,
    fields: &Fields,
    name: &str,
    transaction: &str,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let mut fields = fields.clone();
    project::set_name(&mut fields, name);
    fields.insert("transactionId".to_owned(), json!(transaction));
    let segments = ["me", "calendars", calendar.as_str(), "events"];
    let body = Value::Object(fields);
    request(Method::POST, &url(root, &segments, &[])?, Some(&body))
}

/// New values for these members, if the event is still this version.
///
/// # Errors
/// [`BadRequest`].
pub fn patch(
    root: &Url,
    id: &RemoteId,
    if_match: &RemoteEtag,
    fields: &Fields,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let body = Value::Object(fields.clone());
    let url = url(root, &["me", "events", id.as_str()], &[])?;
    conditional(request(Method::PATCH, &url, Some(&body))?, if_match)
}

/// Away with an event or an occurrence, if it is still this version.
///
/// # Errors
/// [`BadRequest`].
pub fn delete(
    root: &Url,
    id: &RemoteId,
    if_match: &RemoteEtag,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let url = url(root, &["me", "events", id.as_str()], &[])?;
    conditional(request(Method::DELETE, &url, None)?, if_match)
}

/// Answers an invitation and tells its organizer. None for "not yet", which nobody can answer at Graph.
///
/// # Errors
/// [`BadRequest`].
pub fn respond(
    root: &Url,
    id: &RemoteId,
    answer: Answer,
    comment: Option<&str>,
) -> Result<Option<Request<Vec<u8>>>, BadRequest> {
    let action = match answer {
        Answer::Accepted => "accept",
        Answer::Declined => "decline",
        Answer::Tentative => "tentativelyAccept",
        Answer::NeedsAction => return Ok(None),
    };
    let body = match comment {
        Some(comment) => json!({ "sendResponse": true, "comment": comment }),
        None => json!({ "sendResponse": true }),
    };
    let url = url(root, &["me", "events", id.as_str(), action], &[])?;
    request(Method::POST, &url, Some(&body)).map(Some)
}

fn cancel(root: &Url, id: &RemoteId) -> Result<Request<Vec<u8>>, BadRequest> {
    let url = url(root, &["me", "events", id.as_str(), "cancel"], &[])?;
    request(Method::POST, &url, Some(&json!({})))
}

/// What a plan wants done to a part that is there. None where there is nothing to send: an insertion has no part yet
/// ([`create`]), and nobody can answer "not yet".
///
/// # Errors
/// [`BadRequest`].
pub fn act(
    root: &Url,
    id: &RemoteId,
    if_match: &RemoteEtag,
    act: &Act,
) -> Result<Option<Request<Vec<u8>>>, BadRequest> {
    match act {
        Act::Insert(_) => Ok(None),
        Act::Patch(fields) => patch(root, id, if_match, fields).map(Some),
        Act::Delete => delete(root, id, if_match).map(Some),
        Act::Cancel => cancel(root, id).map(Some),
        Act::Respond {
            answer, comment, ..
        } => respond(root, id, *answer, comment.as_deref()),
    }
}

/// The occurrences of a series around the start that one of them has by its rule.
///
/// # Errors
/// [`BadRequest`].
pub fn instances(
    root: &Url,
    series: &RemoteId,
    original: Original,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let (at, around) = match original {
        Original::At(at) => (at, TimeDelta::minutes(1)),
        Original::On(day) => (day.and_time(NaiveTime::MIN).and_utc(), TimeDelta::days(2)),
    };
    let [from, until] = [at - around, at + around].map(wire_time);
    let segments = ["me", "events", series.as_str(), "instances"];
    let query = [
        ("startDateTime", &from[..]),
        ("endDateTime", &until),
        (
            "$select",
            "id,changeKey,type,start,isAllDay,originalStart,originalStartTimeZone",
        ),
    ];
    request(Method::GET, &url(root, &segments, &query)?, None)
}

/// Reads the answer to [`instances`]: the occurrence that was looked for and its version; none when there is none.
///
/// # Errors
/// [`Unreadable`].
pub fn parse_instances(
    body: &[u8],
    original: Original,
) -> Result<Option<(RemoteId, RemoteEtag)>, Unreadable> {
    let list: List<Event> = read(body)?;
    let found = list.value.into_iter().find(|event| is(event, original));
    Ok(found.map(|event| {
        let etag = project::etag(&event);
        (RemoteId::new(event.id), etag)
    }))
}

fn is(event: &Event, original: Original) -> bool {
    let said = event
        .original_start
        .as_deref()
        .and_then(|text| text.parse().ok());
    let start = || {
        let (local, zone) = zone::local(event.start.as_ref()?, &Zone::Utc)?;
        Some(zone.unwrap_or(Zone::Utc).instant(local))
    };
    let Some(at) = said.or_else(start) else {
        return false;
    };
    match original {
        Original::At(wanted) => at == wanted,
        Original::On(day) => (at + TimeDelta::hours(12)).date_naive() == day,
    }
}

/// The event that was made here for the object of this name: for when its id is not known, or nobody knows whether it was
/// made.
///
/// # Errors
/// [`BadRequest`].
pub fn find(root: &Url, calendar: &RemoteId, name: &str) -> Result<Request<Vec<u8>>, BadRequest> {
    marked(root, calendar, (project::NAME_ID, name))
}

/// The events that have this UID, Graph's own or the one they were made with here, under whatever name: two questions,
/// each read by [`parse_found`]. Graph itself takes any number of them.
///
/// # Errors
/// [`BadRequest`].
pub fn same_uid(
    root: &Url,
    calendar: &RemoteId,
    uid: &Uid,
) -> [Result<Request<Vec<u8>>, BadRequest>; 2] {
    let own = marked(root, calendar, (project::UID_ID, uid.as_str()));
    let theirs = format!("iCalUId eq '{}'", quoted(uid.as_str()));
    [own, filtered(root, calendar, &theirs)]
}

fn marked(
    root: &Url,
    calendar: &RemoteId,
    (id, value): (&str, &str),
) -> Result<Request<Vec<u8>>, BadRequest> {
    let value = quoted(value);
    let filter =
        format!("singleValueExtendedProperties/Any(ep: ep/id eq '{id}' and ep/value eq '{value}')");
    filtered(root, calendar, &filter)
}

fn quoted(value: &str) -> String {
    value.replace('\'', "''")
}

fn filtered(root: &Url, calendar: &RemoteId, filter: &str) -> Result<Request<Vec<u8>>, BadRequest> {
    let segments = ["me", "calendars", calendar.as_str(), "events"];
    let query = [("$filter", filter), ("$select", "id,changeKey")];
    request(Method::GET, &url(root, &segments, &query)?, None)
}

/// Reads the answer to [`find`] or [`same_uid`].
///
/// # Errors
/// [`Unreadable`].
pub fn parse_found(body: &[u8]) -> Result<Option<RemoteId>, Unreadable> {
    let list: List<Event> = read(body)?;
    let ids = list.value.into_iter().map(|event| event.id);
    Ok(ids.map(RemoteId::new).find(|id| !id.as_str().is_empty()))
}

/// Reads the answer to a creation or a change: the event and its version.
///
/// # Errors
/// [`Unreadable`].
pub fn parse_written(body: &[u8]) -> Result<(RemoteId, RemoteEtag), Unreadable> {
    let event: Event = read(body)?;
    if event.id.is_empty() {
        return Err(Unreadable);
    }
    let etag = project::etag(&event);
    Ok((RemoteId::new(event.id), etag))
}

fn wire_time(at: Instant) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[derive(Deserialize)]
struct List<T> {
    value: Vec<T>,
}
