//! GET and HEAD: an object as it is stored, a calendar as one stream, a short text elsewhere.

use bridge_core::{
    exchange::Stream,
    ids::{CalendarName, Etag, ObjectName},
};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use crate::{
    feed::{
        answer::{self, Answer, Refusal},
        collection::{self, Collection},
        conditions::holds,
        members,
        props::http_date,
        request::Request,
        resource::Resource,
    },
    store::{
        ReadTx, StoreError,
        objects::{Body, Conditions, Match},
    },
};

const CALENDAR: HeaderValue = HeaderValue::from_static("text/calendar; charset=utf-8");

/// What a person sees who follows the address with a browser.
const WELCOME: &str = "This is the calendar server of the PharmaDOC Companion on this computer.\n\
    Enter this address, your name and your password in a calendar app that speaks CalDAV.";

/// Answers with the content.
pub(in crate::feed) fn answer(request: &Request<'_>) -> Result<Answer, Refusal> {
    match request.resource {
        Resource::Object(_, calendar, name) => object(request, calendar, name),
        Resource::Calendar(_, name) => calendar(request, name),
        Resource::Root
        | Resource::Dav
        | Resource::Principals
        | Resource::Principal(_)
        | Resource::Homes
        | Resource::Home(_) => Ok(answer::text(StatusCode::OK, WELCOME)),
        Resource::WellKnown | Resource::Subscription(_) | Resource::Unknown => {
            Err(Refusal::not_found())
        }
    }
}

fn object(
    request: &Request<'_>,
    calendar: &CalendarName,
    name: &ObjectName,
) -> Result<Answer, Refusal> {
    let (member, octets) = request.feed.store.read(|tx| {
        let collection =
            collection::find(tx, request.session, calendar)?.ok_or_else(Refusal::not_found)?;
        members::get(tx, &collection, name)?.ok_or_else(Refusal::not_found)
    })?;
    let mut answer = conditional(&request.preconditions()?.etags, &member.etag, || Ok(octets))?;
    if answer.status() == StatusCode::NOT_MODIFIED {
        return Ok(answer);
    }
    let headers = answer.headers_mut();
    if let Ok(modified) = HeaderValue::from_str(&http_date(member.modified)) {
        headers.insert(header::LAST_MODIFIED, modified);
    }
    if let Ok(media_type) = HeaderValue::from_str(&member.media_type()) {
        headers.insert(header::CONTENT_TYPE, media_type);
    }
    Ok(answer)
}

fn calendar(request: &Request<'_>, name: &CalendarName) -> Result<Answer, Refusal> {
    request.feed.store.read(|tx| {
        let collection =
            collection::find(tx, request.session, name)?.ok_or_else(Refusal::not_found)?;
        let etag = collection.etag();
        conditional(&request.preconditions()?.etags, &etag, || {
            Ok(stream(tx, &[collection])?)
        })
    })
}

/// Several calendars as one stream.
pub(in crate::feed) fn stream(
    tx: &ReadTx<'_>,
    collections: &[Collection],
) -> Result<Vec<u8>, StoreError> {
    let name = match collections {
        [one] => one.row.display_name.as_str(),
        _ => "PharmaDOC Companion",
    };
    let mut whole = Stream::new(name);
    for collection in collections {
        members::each(tx, collection, Body::Read, |entry| {
            if let Some(octets) = &entry.octets {
                whole.add(octets);
            }
        })?;
    }
    Ok(whole.finish())
}

/// The content, or 304 or 412 as the conditions want it (RFC 9110 section 13.2.2).
pub(in crate::feed) fn conditional(
    conditions: &Conditions,
    etag: &Etag,
    content: impl FnOnce() -> Result<Vec<u8>, Refusal>,
) -> Result<Answer, Refusal> {
    let holds = |list: &Match| holds(list, etag);
    if conditions
        .if_match
        .as_ref()
        .is_some_and(|list| !holds(list))
    {
        return Err(Refusal::precondition_failed());
    }
    let mut answer = if conditions.if_none_match.as_ref().is_some_and(holds) {
        answer::empty(StatusCode::NOT_MODIFIED)
    } else {
        answer::with_body(StatusCode::OK, CALENDAR, Bytes::from(content()?))
    };
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{etag}\"")) {
        answer.headers_mut().insert(header::ETAG, etag);
    }
    Ok(answer)
}
