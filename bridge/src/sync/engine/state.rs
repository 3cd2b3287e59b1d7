//! What the engine knows beside the store: what is under way. All of it may be lost at any time; it is derived anew.

use std::collections::{BTreeMap, BTreeSet};

use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};
use bridge_core::time::Instant;

use super::super::call::{CallId, Pace};
use crate::provider::{BATCH, Extent};
use crate::store::CalendarId;
use crate::store::accounts::AccountId;
use crate::store::collections::CollectionId;
use crate::store::outbox::IntentId;

/// Everything under way.
#[derive(Debug)]
pub(super) struct State {
    pub(super) pace: Pace,
    pub(super) awake: bool,
    pub(super) next_call: u64,
    /// The latest time we were told, to notice a clock that is set back.
    pub(super) latest: Option<Instant>,
    pub(super) calls: BTreeMap<CallId, Pending>,
    pub(super) accounts: BTreeMap<AccountId, AccountRun>,
    pub(super) calendars: BTreeMap<CollectionId, CalendarRun>,
}

impl State {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            pace,
            awake: true,
            next_call: 1,
            latest: None,
            calls: BTreeMap::new(),
            accounts: BTreeMap::new(),
            calendars: BTreeMap::new(),
        }
    }

    /// The same with nothing under way: what a failed transaction leaves.
    pub(super) fn forgotten(&self) -> Self {
        Self {
            awake: self.awake,
            next_call: self.next_call,
            latest: self.latest,
            ..Self::new(self.pace)
        }
    }

    /// How many calls of an account are under way.
    pub(super) fn in_flight(&self, account: AccountId) -> usize {
        let mut calls = self.calls.values();
        calls
            .by_ref()
            .filter(|call| call.account == account)
            .count()
    }

    /// The calls about a calendar that are under way.
    pub(super) fn calls_of(&self, collection: CollectionId) -> impl Iterator<Item = &What> {
        self.calls
            .values()
            .map(|call| &call.what)
            .filter(move |what| what.collection() == Some(collection))
    }

    pub(super) fn account(&mut self, id: AccountId) -> &mut AccountRun {
        self.accounts.entry(id).or_default()
    }

    pub(super) fn calendar(&mut self, id: CollectionId) -> &mut CalendarRun {
        self.calendars.entry(id).or_default()
    }
}

/// A call under way.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) account: AccountId,
    pub(super) what: What,
}

/// What a call is for.
#[derive(Debug)]
pub(super) enum What {
    /// The calendars of the account.
    Calendars,
    /// A page of changes.
    Changes(CollectionId),
    /// Objects by their ids.
    Objects(CollectionId, Vec<RemoteId>),
    /// A write of an intent.
    Write(CollectionId, IntentId),
}

impl What {
    pub(super) fn collection(&self) -> Option<CollectionId> {
        match self {
            Self::Calendars => None,
            Self::Changes(id) | Self::Objects(id, _) | Self::Write(id, _) => Some(*id),
        }
    }
}

/// An account.
#[derive(Debug, Default)]
pub(super) struct AccountRun {
    /// When the next round begins; at once without one.
    pub(super) next_poll: Option<Instant>,
    /// Whether the next round lists everything.
    pub(super) full: bool,
    /// Whether a round is under way.
    pub(super) in_round: bool,
    /// Whether another was asked for meanwhile.
    pub(super) again: bool,
}

/// A calendar of an account.
#[derive(Debug)]
pub(super) struct CalendarRun {
    /// The mark that the last list of calendars gave it.
    pub(super) version: Option<String>,
    /// What is being pulled, or shall be.
    pub(super) pull: Option<Pull>,
    /// Ids that were asked for in this round, so that none is asked for again and again.
    pub(super) asked: BTreeSet<RemoteId>,
    /// Whether everything was listed in this round.
    pub(super) complete: bool,
    /// How many objects are asked for at once.
    pub(super) batch: usize,
}

impl Default for CalendarRun {
    fn default() -> Self {
        Self {
            version: None,
            pull: None,
            asked: BTreeSet::new(),
            complete: false,
            batch: BATCH,
        }
    }
}

/// A listing of a calendar and the reading of what it shows.
#[derive(Debug)]
pub(super) struct Pull {
    /// The copy that it is for.
    pub(super) calendar: CalendarId,
    /// The mark from before it began.
    pub(super) version: Option<String>,
    /// From where on; everything without one.
    pub(super) since: Option<SyncToken>,
    pub(super) stage: Stage,
}

#[derive(Debug)]
pub(super) enum Stage {
    Wanted,
    Listing(Listing),
    Fetching(Fetching),
}

/// The pages that came.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// What the first page said it is a page of.
    pub(super) extent: Option<Extent>,
    /// Where the page under way begins.
    pub(super) at: Option<SyncToken>,
    pub(super) pages: u32,
    pub(super) present: BTreeMap<RemoteId, RemoteEtag>,
    pub(super) gone: BTreeSet<RemoteId>,
}

impl Listing {
    pub(super) fn from(at: Option<SyncToken>) -> Self {
        Self {
            at,
            ..Self::default()
        }
    }
}

/// What the pages showed.
#[derive(Debug)]
pub(super) struct Fetching {
    pub(super) extent: Extent,
    /// What the provider has, as it said last.
    pub(super) present: BTreeMap<RemoteId, RemoteEtag>,
    pub(super) token: Option<SyncToken>,
    /// Objects to be read.
    pub(super) todo: BTreeSet<RemoteId>,
    /// Objects of ours that are gone there.
    pub(super) gone: BTreeSet<RemoteId>,
    /// Those of them that are asked for by name first, after a complete listing.
    pub(super) missing: Option<BTreeSet<RemoteId>>,
}

impl Pull {
    pub(super) fn new(
        calendar: CalendarId,
        version: Option<String>,
        since: Option<SyncToken>,
    ) -> Self {
        Self {
            calendar,
            version,
            since,
            stage: Stage::Wanted,
        }
    }
}
