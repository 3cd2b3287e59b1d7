//! Where a calendar's changes are taken up again: Graph's link, and what the link does not say.
//!
//! The window of a link is frozen, so the day it was made tells when another is due. And a removal names an event that
//! nobody can ask any more, so the names of the objects made here go along.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{RemoteId, SyncToken},
    time::{Instant, Span},
};
use chrono::TimeDelta;

/// The windows around the present that are tried one after the other, in days before and after it; the first one is what
/// we want, the others are for when Graph finds no end. It takes at most five years.
const WINDOWS: [(i64, i64); 3] = [(184, 550), (31, 184), (7, 31)];
/// After so many days a window is left behind.
const LASTS: i64 = 30;

/// The windows to list everything in, the widest first.
pub fn windows(now: Instant) -> impl Iterator<Item = Span> {
    let days = TimeDelta::days;
    let around = move |(before, after)| Span {
        start: now - days(before),
        end: now + days(after),
    };
    WINDOWS.into_iter().map(around)
}

/// A place to go on from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Graph's link.
    pub link: SyncToken,
    /// When its window was made.
    pub made: Instant,
    /// The events of the objects that were made here, with their names.
    pub names: BTreeMap<RemoteId, String>,
}

impl Place {
    /// Reads a token; none for one that others made.
    pub fn read(token: &SyncToken) -> Option<Self> {
        serde_json::from_str(token.as_str()).ok()
    }

    /// The token to store.
    pub fn token(&self) -> SyncToken {
        // Texts and a time can always be written.
        SyncToken::new(serde_json::to_string(self).unwrap_or_default())
    }

    /// Whether the window is too old by now.
    pub fn is_over(&self, now: Instant) -> bool {
        now - self.made > TimeDelta::days(LASTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_72_a_place_comes_back_from_its_token_and_grows_old() {
        let place = Place {
            link: SyncToken::new("https://graph.microsoft.com/v1.0/x?$deltatoken=a"),
            made: "2026-03-01T00:00:00Z".parse().unwrap(),
            names: [(RemoteId::new("e"), "a.ics".to_owned())]
                .into_iter()
                .collect(),
        };
        assert_eq!(Place::read(&place.token()), Some(place.clone()));
        assert_eq!(Place::read(&place.link), None);
        assert!(!place.is_over("2026-03-31T00:00:00Z".parse().unwrap()));
        assert!(place.is_over("2026-03-31T00:00:01Z".parse().unwrap()));
        let lengths: Vec<_> = windows(place.made)
            .map(|window| (window.end - window.start).num_days())
            .collect();
        assert!(lengths.is_sorted_by(|wide, narrow| wide > narrow) && lengths[0] <= 1825);
    }
}
