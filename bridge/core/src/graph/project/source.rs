//! What Graph answers about one event, taken apart: the event itself, and each exception that came inside it.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::Event;
use crate::{
    ids::{RemoteEtag, RemoteId},
    projection::{BadSource, Body, Part, Role, Source},
};

/// The member in which an answer carries the exceptions of a series.
const EXCEPTIONS: &str = "exceptionOccurrences";

/// The source in an answer to [`crate::graph::requests::get`]: each exception is a part of its own, everything else stays
/// as it came.
///
/// # Errors
/// [`BadSource`] when it is no event, or has no id.
pub fn source(answer: &str) -> Result<Source, BadSource> {
    let members: Members = serde_json::from_str(answer).map_err(|_| BadSource)?;
    let mut main = String::with_capacity(answer.len());
    let mut parts = Vec::new();
    for (name, value) in members.0 {
        if name == EXCEPTIONS {
            let list: Option<Vec<Box<RawValue>>> =
                serde_json::from_str(value.get()).map_err(|_| BadSource)?;
            for exception in list.into_iter().flatten() {
                parts.push(part(Body::of(exception))?);
            }
            continue;
        }
        main.push(if main.is_empty() { '{' } else { ',' });
        main.push_str(&serde_json::to_string(&name).map_err(|_| BadSource)?);
        main.push(':');
        main.push_str(value.get());
    }
    main.push('}');
    parts.push(part(Body::new(&main)?)?);
    Ok(Source::new(parts))
}

/// The part that an event of an answer is.
///
/// # Errors
/// [`BadSource`] when it is no event, or has no id.
pub fn part(body: Body) -> Result<Part, BadSource> {
    let event: Event = body.read()?;
    if event.id.is_empty() {
        return Err(BadSource);
    }
    let is_occurrence = matches!(event.kind.as_deref(), Some("exception" | "occurrence"));
    Ok(Part {
        etag: etag(&event),
        id: RemoteId::new(event.id),
        role: if is_occurrence {
            Role::Exception
        } else {
            Role::Main
        },
        body,
    })
}

/// The version of an event: its etag, which is its change key in other clothes.
pub(in crate::graph) fn etag(event: &Event) -> RemoteEtag {
    let by_key = || event.change_key.as_ref().map(|key| format!("W/\"{key}\""));
    RemoteEtag::new(event.etag.clone().or_else(by_key).unwrap_or_default())
}

/// The object that an event belongs to: the id of its series, its own otherwise.
///
/// # Errors
/// [`BadSource`] when it is no event.
pub fn object_key(body: &Body) -> Result<RemoteId, BadSource> {
    let event: Event = body.read()?;
    Ok(RemoteId::new(event.series_master_id.unwrap_or(event.id)))
}

/// The days of occurrences that were found missing by looking, where the series does not name them itself.
pub(super) fn cancelled(source: &Source) -> Vec<String> {
    let parts = source.of(Role::Cancelled);
    parts.filter_map(|part| part.body.read().ok()).collect()
}

/// The members of an object in their order, each value as it is written.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
