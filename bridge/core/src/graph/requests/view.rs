//! `calendarView/delta`: what changed among the events of a window, page by page.
//!
//! The window is frozen in the links. A removal says only that something is not in this window any more: Graph sends one
//! for events outside it too. An id may come several times in a round; its last word counts. A page names occurrences,
//! exceptions and series in any order; what belongs to one object is asked for anew as a whole.

use std::collections::{BTreeMap, BTreeSet};

use http::{Method, Request};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{BadRequest, Unreadable, read, request, url};
use crate::{
    ids::{RemoteEtag, RemoteId, SyncToken},
    time::Span,
};

/// After so many pages in a row with the same ids a round is given up.
const SAME_PAGES: u32 = 3;
/// After so many pages a round is given up: a hundred thousand events.
const MOST_PAGES: u32 = 2_000;

/// What a page says about an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// It is in the window.
    There {
        /// The object it belongs to: its series, or itself.
        object: RemoteId,
        /// Its version; an occurrence may come without.
        etag: Option<RemoteEtag>,
    },
    /// It is not in this window any more. Not that it is gone.
    NotInWindow,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What it says, in its order.
    pub words: Vec<(RemoteId, Word)>,
    /// Where it goes on.
    pub next: Step,
}

/// What follows a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Another page.
    More(SyncToken),
    /// Nothing; the next changes begin here.
    Done(SyncToken),
    /// Graph repeats itself: the round has to begin anew, with a smaller window.
    Endless,
}

/// The first page for a calendar. Later ones by [`super::follow`].
///
/// # Errors
/// [`BadRequest`].
pub fn view(root: &Url, calendar: &RemoteId, window: Span) -> Result<Request<Vec<u8>>, BadRequest> {
    let [from, until] =
        [window.start, window.end].map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    let segments = [
        "me",
        "calendars",
        calendar.as_str(),
        "calendarView",
        "delta",
    ];
    let query = [("startDateTime", &from[..]), ("endDateTime", &until)];
    request(Method::GET, &url(root, &segments, &query)?, None)
}

/// Reads a page.
///
/// # Errors
/// [`Unreadable`], also when the page leads nowhere, or something in it has no id: a page is believed whole or not at all.
pub fn parse_page(body: &[u8]) -> Result<Page, Unreadable> {
    let page: Wire = read(body)?;
    let next = match (page.next, page.delta) {
        (Some(next), _) => Step::More(SyncToken::new(next)),
        (None, Some(delta)) => Step::Done(SyncToken::new(delta)),
        (None, None) => return Err(Unreadable),
    };
    let word = |item: Item| {
        let id = item.id.filter(|id| !id.is_empty()).ok_or(Unreadable)?;
        let word = match item.removed {
            Some(_) => Word::NotInWindow,
            None => Word::There {
                object: RemoteId::new(item.series.unwrap_or_else(|| id.clone())),
                etag: item.etag.map(RemoteEtag::new),
            },
        };
        Ok((RemoteId::new(id), word))
    };
    let words = page.value.into_iter().map(word).collect::<Result<_, _>>()?;
    Ok(Page { words, next })
}

/// The pages of one round, taken in one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    words: BTreeMap<RemoteId, Word>,
    last: BTreeSet<RemoteId>,
    same: u32,
    pages: u32,
}

impl Round {
    /// A round that begins.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a page and says what follows.
    pub fn take(&mut self, page: Page) -> Step {
        let ids: BTreeSet<_> = page.words.iter().map(|(id, _)| id.clone()).collect();
        self.same = if !ids.is_empty() && ids == self.last {
            self.same + 1
        } else {
            1
        };
        self.pages += 1;
        self.last = ids;
        self.words.extend(page.words);
        match page.next {
            Step::More(_) if self.same >= SAME_PAGES || self.pages >= MOST_PAGES => Step::Endless,
            next => next,
        }
    }

    /// The last word about each id.
    pub fn words(&self) -> &BTreeMap<RemoteId, Word> {
        &self.words
    }

    /// The objects of which something is in the window, to be asked for.
    pub fn objects(&self) -> BTreeSet<&RemoteId> {
        let there = self.words.values().filter_map(|word| match word {
            Word::There { object, .. } => Some(object),
            Word::NotInWindow => None,
        });
        there.collect()
    }
}

#[derive(Deserialize)]
struct Wire {
    value: Vec<Item>,
    #[serde(rename = "@odata.nextLink", default)]
    next: Option<String>,
    #[serde(rename = "@odata.deltaLink", default)]
    delta: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Item {
    id: Option<String>,
    #[serde(rename = "@odata.etag")]
    etag: Option<String>,
    #[serde(rename = "seriesMasterId")]
    series: Option<String>,
    #[serde(rename = "@removed")]
    removed: Option<Value>,
}
