//! `events.list`: what there is in a calendar and what changed, page by page.
//!
//! The questions are always the same but for their tokens: a token remembers with what it was made, and other questions
//! with it have no defined answer. Series come as one event with their rule, and each exception as an event of its own,
//! in any order, also on other pages than their series; what was cancelled comes too.

use http::{Method, Request};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::{Url, form_urlencoded};

use super::{BadRequest, Unreadable, read, request, url};
use crate::{
    google::{project, wire::Head},
    ids::{RemoteId, SyncToken},
    projection::{Body, Part},
};

/// What every question says.
pub(super) const FIXED: [(&str, &str); 3] = [
    ("singleEvents", "false"),
    ("showDeleted", "true"),
    ("maxResults", "2500"),
];

/// The version of [`FIXED`]: another one, and all tokens given out so far lead to everything again.
const VERSION: &str = "1";

/// Where in a round a question is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What the round is about: what changed since this token of Google's; everything, without.
    pub since: Option<String>,
    /// Its page; the first one, without.
    pub page: Option<String>,
}

impl Place {
    /// The first page of everything.
    pub const START: Self = Self {
        since: None,
        page: None,
    };

    /// Reads a token made by [`Place::token`]; none for one that somebody else made, or that is too old to be used.
    pub fn read(token: &SyncToken) -> Option<Self> {
        let mut place = Self::START;
        let mut version = None;
        for (name, value) in form_urlencoded::parse(token.as_str().as_bytes()) {
            match &*name {
                "v" => version = Some(value),
                "since" => place.since = Some(value.into_owned()),
                "page" => place.page = Some(value.into_owned()),
                _ => return None,
            }
        }
        let is_some = place != Self::START;
        (version.as_deref() == Some(VERSION) && is_some).then_some(place)
    }

    /// The place as one token.
    pub fn token(&self) -> SyncToken {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.append_pair("v", VERSION);
        for (name, value) in [("since", &self.since), ("page", &self.page)] {
            if let Some(value) = value {
                text.append_pair(name, value);
            }
        }
        SyncToken::new(text.finish())
    }
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its events, in its order.
    pub items: Vec<Item>,
    /// What follows.
    pub next: Step,
}

/// An event of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The event that is the main part of the object it belongs to: its series, or itself.
    pub object: RemoteId,
    /// The event.
    pub part: Part,
    /// Whether it is an event of a series: the series itself, or one of its occurrences.
    pub of_series: bool,
    /// Whether it is cancelled: an occurrence that does not take place, or an event that is gone.
    pub is_cancelled: bool,
    /// The UID that it shares with the other parts of its object.
    pub uid: Option<String>,
}

/// What follows a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Another page.
    More(Place),
    /// Nothing; the next changes begin here, if Google says where.
    Done(Option<Place>),
}

/// A page of a round.
///
/// # Errors
/// [`BadRequest`].
pub fn page(
    root: &Url,
    calendar: &RemoteId,
    place: &Place,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let mut query = Vec::from(FIXED);
    query.extend(place.since.as_deref().map(|since| ("syncToken", since)));
    query.extend(place.page.as_deref().map(|page| ("pageToken", page)));
    let segments = ["calendars", calendar.as_str(), "events"];
    request(Method::GET, &url(root, &segments, &query)?, None)
}

/// Reads the answer to [`page`].
///
/// # Errors
/// [`Unreadable`], also when something in it has no id: a page is believed whole or not at all.
pub fn parse_page(body: &[u8], place: &Place) -> Result<Page, Unreadable> {
    let list: List = read(body)?;
    let next = match (list.next_page_token, list.next_sync_token) {
        (Some(page), _) => Step::More(Place {
            since: place.since.clone(),
            page: Some(page),
        }),
        (None, since) => Step::Done(since.map(|since| Place {
            since: Some(since),
            page: None,
        })),
    };
    let items = list.items.into_iter().map(item);
    Ok(Page {
        items: items.collect::<Result<_, _>>()?,
        next,
    })
}

/// Takes in an event of an answer.
pub(super) fn item(raw: Box<RawValue>) -> Result<Item, Unreadable> {
    let body = Body::of(raw);
    let head: Head = body.read().map_err(|_| Unreadable)?;
    let part = project::part(body).map_err(|_| Unreadable)?;
    Ok(Item {
        of_series: head.recurring_event_id.is_some() || head.recurrence.is_some(),
        is_cancelled: head.status.as_deref() == Some("cancelled"),
        object: RemoteId::new(head.recurring_event_id.unwrap_or(head.id)),
        uid: head.ical_uid,
        part,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    #[serde(default)]
    pub(super) items: Vec<Box<RawValue>>,
    pub(super) next_page_token: Option<String>,
    next_sync_token: Option<String>,
}
