//! The objects themselves: many at once where the server can, one by one where it cannot or where that says too little.

use std::collections::BTreeMap;

use bridge_core::dav::client::{self, Got, Itself, parse_look, parse_objects, plain_object};
use bridge_core::ids::{RemoteEtag, RemoteId};

use super::changes::UNKNOWN;
use super::provider::CalDav;
use super::session::{Failed, host};
use super::status::{Asked, is_html, refusal, unreadable};
use super::write::{self, Place};
use crate::http::HttpFailure;
use crate::provider::{ErrorKind, Fetched, Found, ProviderError};

pub(super) async fn objects(
    account: &CalDav,
    calendar: &RemoteId,
    ids: &[RemoteId],
) -> Result<Vec<Fetched>, ProviderError> {
    let mut together = match ids {
        // One alone is read as it is, without XML around it.
        [] | [_] => BTreeMap::new(),
        several => together(account, calendar, several).await?,
    };
    let mut fetched = Vec::with_capacity(ids.len());
    let mut doubt = None;
    for id in ids {
        let found = match together.remove(id) {
            Some(Got::Object {
                etag: Some(etag),
                octets,
            }) => Found::Object { etag, octets },
            Some(Got::Status(404 | 410)) => Found::Nothing,
            Some(Got::Object { etag: None, .. } | Got::Status(_)) | None => {
                let alone = alone(account, calendar, id).await?;
                doubt = doubt.or(alone.doubt);
                alone.found
            }
        };
        fetched.push(Fetched {
            id: id.clone(),
            found,
        });
    }
    let is_served = |one: &Fetched| matches!(one.found, Found::Object { .. });
    if let Some(doubt) = doubt
        && !fetched.iter().any(is_served)
    {
        still_there(account, calendar, doubt).await?;
    }
    Ok(fetched)
}

/// Whether an object is still in the version that was seen.
pub(super) async fn is_still(
    account: &CalDav,
    place: Place<'_>,
    seen: &RemoteEtag,
) -> Result<bool, ProviderError> {
    let now = alone(account, place.calendar, place.id).await?.found;
    Ok(matches!(now, Found::Object { etag, .. } if etag == *seen))
}

/// Asks for several at once. Empty where that does not work: no such report, an answer spoilt by one of them.
async fn together(
    account: &CalDav,
    calendar: &RemoteId,
    ids: &[RemoteId],
) -> Result<BTreeMap<RemoteId, Got>, ProviderError> {
    let url = account.url(calendar)?;
    let request = client::multiget(&url, ids).map_err(Failed::from)?;
    let reply = match account.session.send(&url, request).await {
        Err(Failed::Http { why, .. }) if why.failure == HttpFailure::TooLarge => {
            return Ok(BTreeMap::new());
        }
        sent => sent?,
    };
    if reply.is_answer() {
        return match parse_objects(&reply.url, reply.body()) {
            Ok(got) => Ok(got),
            Err(why) if is_html(&reply.answer) => Err(unreadable(&reply, &why)),
            Err(_) => Ok(BTreeMap::new()),
        };
    }
    let error = refusal(Asked::Read, &reply);
    match error.kind {
        ErrorKind::Forbidden
        | ErrorKind::InvalidRequest
        | ErrorKind::Unsupported
        | ErrorKind::PreconditionFailed
        | ErrorKind::NotFound => Ok(BTreeMap::new()),
        ErrorKind::Unavailable if matches!(reply.status(), 500 | 507) => Ok(BTreeMap::new()),
        _ => Err(error),
    }
}

/// What one object is, and the refusal behind it where that may mean the whole calendar or server instead.
struct Alone {
    found: Found,
    doubt: Option<ProviderError>,
}

impl Alone {
    fn certain(found: Found) -> Self {
        Self { found, doubt: None }
    }
}

async fn alone(
    account: &CalDav,
    calendar: &RemoteId,
    id: &RemoteId,
) -> Result<Alone, ProviderError> {
    let url = account.url(id)?;
    let request = client::get(&url).map_err(Failed::from)?;
    let reply = match account.session.send(&url, request).await {
        Err(Failed::Http { why, .. }) if why.failure == HttpFailure::TooLarge => {
            return Ok(Alone::certain(Found::Refused));
        }
        sent => sent?,
    };
    if reply.status() == 200 {
        if is_html(&reply.answer) {
            let detail = format!("{}: a web page instead of an object", host(&reply.url));
            return Err(ProviderError::new(ErrorKind::UnreadableAnswer, detail));
        }
        return Ok(Alone::certain(
            match (plain_object(reply.body()), write::etag(&reply)) {
                (None, _) => Found::Refused,
                (Some(octets), Some(etag)) => Found::Object { etag, octets },
                (Some(octets), None) => with_version(account, calendar, id, octets).await?,
            },
        ));
    }
    let error = refusal(Asked::Read, &reply);
    let found = match error.kind {
        ErrorKind::NotFound | ErrorKind::Gone => Found::Nothing,
        ErrorKind::Unavailable
        | ErrorKind::Forbidden
        | ErrorKind::InvalidRequest
        | ErrorKind::Unsupported => Found::Refused,
        _ => return Err(error),
    };
    Ok(Alone {
        found,
        doubt: Some(error),
    })
}

/// The same object from a report, because its server leaves the version out of the head of an answer. Text and version
/// are from the same answer: one of each would hide a change in between.
async fn with_version(
    account: &CalDav,
    calendar: &RemoteId,
    id: &RemoteId,
    octets: Vec<u8>,
) -> Result<Found, ProviderError> {
    let mut got = together(account, calendar, std::slice::from_ref(id)).await?;
    Ok(match got.remove(id) {
        Some(Got::Object {
            etag: Some(etag),
            octets,
        }) => Found::Object { etag, octets },
        _ => Found::Object {
            etag: RemoteEtag::new(UNKNOWN),
            octets,
        },
    })
}

/// Nothing of what was asked for could be had. That is about the objects only if the calendar itself is there.
async fn still_there(
    account: &CalDav,
    calendar: &RemoteId,
    doubt: ProviderError,
) -> Result<(), ProviderError> {
    let url = account.url(calendar)?;
    let reply = account.ask(&url, client::look(&url)).await?;
    let is_there = reply.is_answer()
        && parse_look(&reply.url, reply.body()).is_ok_and(|itself| itself == Itself::There);
    if is_there { Ok(()) } else { Err(doubt) }
}
