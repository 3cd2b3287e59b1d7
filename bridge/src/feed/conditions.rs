//! The conditions of a request: `If-Match` and `If-None-Match` (RFC 9110 section 13), `If` (RFC 4918 section 10.4).
//!
//! They are read here and checked where the change is made, inside its transaction: of sixteen clients that all saw
//! the same etag exactly one may win.

use std::borrow::Cow;

use bridge_core::{
    dav::{
        headers::{EtagList, HeaderError, If, IfMatch, IfNoneMatch, Strength},
        path::{PathError, parse_reference},
    },
    ids::Etag,
};
use http::{HeaderMap, StatusCode};

use super::{answer::Refusal, resource::Resource};
use crate::store::objects::{Conditions, Match};

/// The conditions of a request about one resource.
#[derive(Clone)]
pub(super) struct Preconditions {
    /// `If-Match` and `If-None-Match`.
    pub(super) etags: Conditions,
    /// `If`.
    lists: Option<If>,
    /// The resource that `If` is about when it names none.
    resource: Resource,
}

impl Preconditions {
    /// Reads the headers of a request about `resource`.
    pub(super) fn of(headers: &HeaderMap, resource: &Resource) -> Result<Self, Refusal> {
        let if_match = header(headers, "if-match")?
            .map(|value| IfMatch::parse(&value))
            .transpose()?;
        let if_none_match = header(headers, "if-none-match")?
            .map(|value| IfNoneMatch::parse(&value))
            .transpose()?;
        let lists = header(headers, "if")?
            .map(|value| If::parse(&value))
            .transpose()?;
        Ok(Self {
            etags: Conditions {
                if_match: if_match.map(|header| strong(header.0)),
                if_none_match: if_none_match.map(|header| of_any_strength(header.0)),
            },
            lists,
            resource: resource.clone(),
        })
    }

    /// Whether `If-Match` and `If-None-Match` hold for a change of what has this etag.
    pub(super) fn check_etag(&self, current: &Etag) -> Result<(), Refusal> {
        let Conditions {
            if_match,
            if_none_match,
        } = &self.etags;
        let matched = if_match.as_ref().is_none_or(|list| holds(list, current));
        let clashes = if_none_match
            .as_ref()
            .is_some_and(|list| holds(list, current));
        if matched && !clashes {
            Ok(())
        } else {
            Err(Refusal::precondition_failed())
        }
    }

    /// Whether the `If` header holds; `etag_of` knows the etag of a resource of this server.
    pub(super) fn check_lists(
        &self,
        etag_of: impl Fn(&Resource) -> Option<Etag>,
    ) -> Result<(), Refusal> {
        let holds = self.lists.as_ref().is_none_or(|lists| {
            lists.holds(|spelling| match spelling {
                None => etag_of(&self.resource),
                Some(spelling) => {
                    let (_, path) = parse_reference(spelling).ok()?;
                    etag_of(&Resource::at(&path))
                }
            })
        });
        if holds {
            Ok(())
        } else {
            Err(Refusal::precondition_failed())
        }
    }
}

/// Whether a list of etags names that of something that is there.
pub(super) fn holds(list: &Match, current: &Etag) -> bool {
    match list {
        Match::Any => true,
        Match::Tags(tags) => tags.contains(current),
    }
}

/// A header's value; several lines of it as one (RFC 9110 section 5.3).
pub(super) fn header<'h>(
    headers: &'h HeaderMap,
    name: &str,
) -> Result<Option<Cow<'h, str>>, Refusal> {
    let mut joined: Option<Cow<'h, str>> = None;
    for value in headers.get_all(name) {
        let value = value.to_str().map_err(|_| {
            Refusal::text(StatusCode::BAD_REQUEST, "A header is not readable text.")
        })?;
        joined = Some(match joined {
            None => Cow::Borrowed(value),
            Some(before) => Cow::Owned(format!("{before}, {value}")),
        });
    }
    Ok(joined)
}

/// Strong comparison: a weak tag never matches (RFC 9110 section 13.1.1).
fn strong(list: EtagList) -> Match {
    match list {
        EtagList::Any => Match::Any,
        EtagList::Tags(tags) => Match::Tags(
            tags.into_iter()
                .filter(|tag| tag.strength == Strength::Strong)
                .map(|tag| tag.tag)
                .collect(),
        ),
    }
}

/// Weak comparison (RFC 9110 section 13.1.2).
fn of_any_strength(list: EtagList) -> Match {
    match list {
        EtagList::Any => Match::Any,
        EtagList::Tags(tags) => Match::Tags(tags.into_iter().map(|tag| tag.tag).collect()),
    }
}

impl From<HeaderError> for Refusal {
    fn from(error: HeaderError) -> Self {
        Self::text(StatusCode::BAD_REQUEST, error.to_string())
    }
}

impl From<PathError> for Refusal {
    fn from(error: PathError) -> Self {
        Self::text(StatusCode::BAD_REQUEST, error.to_string())
    }
}
