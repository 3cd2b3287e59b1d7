//! Listings: page by page, then what they show, then what they do not show any more.
//!
//! Objects are taken in batches, each in a transaction of its own; removals and the token come with the last one
//! (rule O1). A listing that breaks off leaves no trace.

use std::collections::{BTreeMap, BTreeSet};

use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};
use bridge_core::sync::{CONFIRMED_AFTER, Evidence, differing, suspicious};
use chrono::TimeDelta;

use super::Turn;
use super::state::{Fetching, Listing, Pull, Stage, What};
use crate::provider::{ChangePage, ErrorKind, Extent, Next, ProviderError};
use crate::store::bases::Base;
use crate::store::collections::{self, Collection, CollectionId, Compared, Reached};
use crate::store::{StoreError, bases, held_deletions, outbox, set_aside};
use crate::sync::call::Call;
use crate::sync::flaw::Flaw;

/// More pages than any calendar has: the provider leads us in a circle.
const MOST_PAGES: u32 = 10_000;
/// After so long nothing waits any more for what the provider shows and does not hand out.
const UNREAD_FOR: TimeDelta = TimeDelta::minutes(30);

/// What a listing says about the objects that are gone.
fn evidence(extent: Extent, listed: usize) -> Evidence {
    match extent {
        Extent::Complete => Evidence::MissingIn(listed),
        Extent::Delta => Evidence::Named,
    }
}

impl Pull {
    pub(super) fn is_wanted(&self) -> bool {
        matches!(self.stage, Stage::Wanted)
    }
}

impl Turn<'_, '_> {
    pub(super) fn ask_for_changes(&mut self, collection: &Collection, since: Option<SyncToken>) {
        let call = Call::Changes {
            calendar: collection.remote_id.clone(),
            since,
        };
        self.call(collection.account, What::Changes(collection.id), call);
    }

    /// The collection and its pull, if that is still for the copy that is there.
    fn pulled(&mut self, id: CollectionId) -> Result<Option<(Collection, &mut Pull)>, StoreError> {
        let collection = collections::get(self.tx, id)?;
        let run = self.state.calendar(id);
        let copy = collection
            .as_ref()
            .and_then(|collection| collection.calendar);
        run.pull.take_if(|pull| copy != Some(pull.calendar));
        Ok(collection.zip(run.pull.as_mut()))
    }

    /// A page of changes came.
    pub(super) fn page(&mut self, id: CollectionId, page: ChangePage) -> Result<(), StoreError> {
        let Some((collection, pull)) = self.pulled(id)? else {
            return Ok(());
        };
        let Stage::Listing(listing) = &mut pull.stage else {
            return Ok(());
        };
        listing.pages += 1;
        let extent = *listing.extent.get_or_insert(page.extent);
        // What a page shows in both lists is looked at.
        for id in page.removed {
            listing.present.remove(&id);
            listing.gone.insert(id);
        }
        for (id, etag) in page.present {
            listing.gone.remove(&id);
            listing.present.insert(id, etag);
        }
        match page.next {
            Next::Page(token) => {
                let circle = listing.at.as_ref() == Some(&token) || listing.pages > MOST_PAGES;
                listing.at = Some(token.clone());
                if circle {
                    let error = "the pages of the listing never end";
                    let error = ProviderError::new(ErrorKind::UnreadableAnswer, error);
                    return self.calendar_failed(&collection, &error);
                }
                if self.has(Flaw::TokenBeforeLastPage) {
                    self.reach(&collection, Some(token.clone()), extent)?;
                }
                self.ask_for_changes(&collection, Some(token));
                Ok(())
            }
            Next::Done(token) => {
                let listing = std::mem::take(listing);
                self.listed(&collection, listing, extent, token)
            }
        }
    }

    /// All pages are there: what of it do we not have, and what do we have that is gone?
    pub(super) fn listed(
        &mut self,
        collection: &Collection,
        listing: Listing,
        extent: Extent,
        token: Option<SyncToken>,
    ) -> Result<(), StoreError> {
        let id = collection.id;
        let known = match extent {
            Extent::Complete => bases::marks(self.tx, id)?,
            Extent::Delta => {
                let named = listing.present.keys().chain(&listing.gone);
                bases::marks_of(self.tx, id, named)?
            }
        };
        let is_gone = |remote: &RemoteId| match extent {
            Extent::Complete => !listing.present.contains_key(remote),
            Extent::Delta => listing.gone.contains(remote),
        };
        let gone: BTreeSet<RemoteId> = known.keys().filter(|id| is_gone(id)).cloned().collect();
        let mut todo = listing.present.clone();
        todo.retain(|id, etag| known.get(id).and_then(Option::as_ref) != Some(etag));
        for aside in set_aside::list(self.tx, id)? {
            if is_gone(&aside.remote_id) {
                set_aside::remove(self.tx, id, &aside.remote_id)?;
            } else if aside.etag.is_some() && todo.get(&aside.remote_id) == aside.etag.as_ref() {
                todo.remove(&aside.remote_id);
            }
        }
        for held in held_deletions::list(self.tx, id)? {
            if listing.present.contains_key(&held.remote_id) {
                held_deletions::release(self.tx, id, &held.remote_id)?;
            }
        }
        // What is missing in a complete listing is asked for by its name before anything goes here: a listing can be
        // wrong (rule D3). All but what is only held for now.
        let asks = extent == Extent::Complete && !self.trusts_listings();
        let evidence = evidence(extent, listing.present.len());
        let missing = asks.then(|| self.may_go(collection, &gone, evidence));
        let missing = missing.transpose()?;
        if self.has(Flaw::EtagBeforeBody) {
            self.believe_marks(id, &todo)?;
        }
        if let Some(pull) = &mut self.state.calendar(id).pull {
            pull.stage = Stage::Fetching(Fetching {
                extent,
                present: listing.present,
                token,
                todo: todo
                    .into_keys()
                    .chain(missing.iter().flatten().cloned())
                    .collect(),
                gone,
                missing,
            });
        }
        self.finish_pull(id)
    }

    /// What of all that is gone there may go here. The rest is so much that it is held, until a later complete listing
    /// agrees (rule D3). What was deleted here as well is no part of an accident.
    fn may_go(
        &self,
        collection: &Collection,
        gone: &BTreeSet<RemoteId>,
        evidence: Evidence,
    ) -> Result<BTreeSet<RemoteId>, StoreError> {
        let mut may_go = BTreeSet::new();
        for id in gone {
            if bases::is_deleted_here(self.tx, collection.id, id)? {
                may_go.insert(id.clone());
            }
        }
        if evidence != Evidence::Named {
            let held = held_deletions::list(self.tx, collection.id)?.into_iter();
            let confirmed = held.filter(|held| held.since + CONFIRMED_AFTER <= self.now);
            let confirmed = confirmed.map(|held| held.remote_id);
            may_go.extend(confirmed.filter(|id| gone.contains(id)));
        }
        // All of it is accounted for: nothing has to be counted.
        if may_go.len() == gone.len() {
            return Ok(may_go);
        }
        let known = bases::count(self.tx, collection.id)?;
        if self.is_suspicious(known, gone.len() - may_go.len(), evidence) {
            return Ok(may_go);
        }
        Ok(gone.clone())
    }

    /// Everything was listed, and what differed was taken: what differs still?
    fn compare_sides(
        &mut self,
        id: CollectionId,
        present: &BTreeMap<RemoteId, RemoteEtag>,
    ) -> Result<(), StoreError> {
        let agreed = bases::marks(self.tx, id)?;
        let differing = differing(present, &agreed);
        let compared = Compared {
            at: self.now,
            entries: u32::try_from(present.len()).unwrap_or(u32::MAX),
            differing: u32::try_from(differing.len()).unwrap_or(u32::MAX),
        };
        collections::compare(self.tx, id, compared)?;
        let mut unexplained = 0;
        for entry in differing {
            if !self.is_explained(id, entry, agreed.get(entry))? {
                unexplained += 1;
            }
        }
        if unexplained > 0 {
            tracing::warn!(collection = %id, unexplained, "entries differ from the provider's, and nothing says why");
        }
        Ok(())
    }

    /// Whether it is known why an entry differs: it could not be taken, its deletion is held, or it is still to be read.
    fn is_explained(
        &self,
        id: CollectionId,
        entry: &RemoteId,
        agreed: Option<&Option<RemoteEtag>>,
    ) -> Result<bool, StoreError> {
        Ok(matches!(agreed, Some(None))
            || set_aside::is_there(self.tx, id, entry)?
            || held_deletions::is_held(self.tx, id, entry)?
            || outbox::of_remote(self.tx, id, entry)?.is_some())
    }

    /// The provider has an object in this version: newer than the listing under way, or not shown by it.
    pub(super) fn seen(&mut self, id: CollectionId, object: &RemoteId, etag: &RemoteEtag) {
        let run = self.state.calendar(id);
        if let Some(Stage::Fetching(fetching)) = run.pull.as_mut().map(|pull| &mut pull.stage) {
            fetching.present.insert(object.clone(), etag.clone());
        }
    }

    /// A deliberate bug.
    fn trusts_listings(&self) -> bool {
        Flaw::TRUST_LISTINGS.iter().any(|flaw| self.has(*flaw))
    }

    /// Whether an object is asked for because the listing under way does not show it.
    pub(super) fn is_missing(&mut self, id: CollectionId, object: &RemoteId) -> bool {
        let run = self.state.calendar(id);
        let stage = run.pull.as_ref().map(|pull| &pull.stage);
        matches!(stage, Some(Stage::Fetching(fetching)) if fetching.missing.as_ref().is_some_and(|missing| missing.contains(object)))
    }

    /// A deliberate bug.
    fn believe_marks(
        &mut self,
        id: CollectionId,
        marks: &BTreeMap<RemoteId, RemoteEtag>,
    ) -> Result<(), StoreError> {
        for (remote, etag) in marks {
            if let Some(base) = bases::of_remote(self.tx, id, remote)? {
                let etag = Some(etag.clone());
                bases::agree(self.tx, id, &Base { etag, ..base })?;
            }
        }
        Ok(())
    }

    /// An object that is gone from its place in the listing under way stays here: it is somewhere else, or there all the
    /// same. Says whether it was gone.
    pub(super) fn spare(&mut self, id: CollectionId, from: &RemoteId) -> bool {
        let run = self.state.calendar(id);
        let stage = run.pull.as_mut().map(|pull| &mut pull.stage);
        match stage {
            Some(Stage::Fetching(fetching)) => fetching.gone.remove(from),
            Some(Stage::Wanted | Stage::Listing(_)) | None => false,
        }
    }

    /// When everything is read: what is gone goes, and the token is kept.
    pub(super) fn finish_pull(&mut self, id: CollectionId) -> Result<(), StoreError> {
        let reading = self.state.calls_of(id).next().is_some();
        let Some((collection, pull)) = self.pulled(id)? else {
            return Ok(());
        };
        let Stage::Fetching(fetching) = &mut pull.stage else {
            return Ok(());
        };
        if reading || !fetching.todo.is_empty() {
            return Ok(());
        }
        let extent = fetching.extent;
        let present = std::mem::take(&mut fetching.present);
        let (gone, token) = (std::mem::take(&mut fetching.gone), fetching.token.take());
        let missing = fetching.missing.take();
        let unfinished = !gone.is_empty() && self.may_have_moved(id)?;
        if !unfinished {
            let may_go = match missing {
                Some(missing) => missing,
                None => self.may_go(&collection, &gone, evidence(extent, present.len()))?,
            };
            self.gone(&collection, gone, &may_go, extent)?;
        }
        self.reach(&collection, token, extent)?;
        if unfinished {
            collections::start_over(self.tx, id)?;
        } else if extent == Extent::Complete {
            self.compare_sides(id, &present)?;
        }
        let run = self.state.calendar(id);
        run.complete |= extent == Extent::Complete;
        run.pull = None;
        Ok(())
    }

    /// Whether something was shown that could not be read yet: it may be what is gone from its own place. Then nothing
    /// goes, and the next round lists everything.
    fn may_have_moved(&self, id: CollectionId) -> Result<bool, StoreError> {
        let asides = set_aside::list(self.tx, id)?;
        let mut unknown = asides.iter().filter(|aside| aside.uid.is_none());
        Ok(unknown.any(|aside| aside.since + UNREAD_FOR > self.now))
    }

    fn reach(
        &mut self,
        collection: &Collection,
        token: Option<SyncToken>,
        extent: Extent,
    ) -> Result<(), StoreError> {
        let pull = self.state.calendar(collection.id).pull.as_ref();
        let reached = Reached {
            version: pull.and_then(|pull| pull.version.clone()),
            token,
            complete: extent == Extent::Complete,
        };
        collections::reach(self.tx, collection.id, &reached, self.now)
    }

    /// Objects of ours are gone there: what may go goes, the rest is held.
    fn gone(
        &mut self,
        collection: &Collection,
        mut gone: BTreeSet<RemoteId>,
        may_go: &BTreeSet<RemoteId>,
        extent: Extent,
    ) -> Result<(), StoreError> {
        if extent == Extent::Complete {
            for held in held_deletions::list(self.tx, collection.id)? {
                // It was deleted here as well meanwhile; there is nothing to decide any more.
                if !gone.contains(&held.remote_id) {
                    held_deletions::release(self.tx, collection.id, &held.remote_id)?;
                }
            }
        }
        let hold: Vec<RemoteId> = gone.difference(may_go).cloned().collect();
        for id in &hold {
            held_deletions::hold(self.tx, collection.id, id, self.now)?;
        }
        if !hold.is_empty() {
            self.needs_a_look(collection.id);
        }
        if !self.has(Flaw::HeldDeletionsApplied) {
            gone.retain(|id| may_go.contains(id));
        }
        for id in gone {
            self.remove(collection, &id)?;
        }
        Ok(())
    }

    fn is_suspicious(&self, known: usize, deletions: usize, evidence: Evidence) -> bool {
        let evidence = match evidence {
            Evidence::MissingIn(0) if self.has(Flaw::EmptyListingBelieved) => Evidence::Named,
            evidence => evidence,
        };
        suspicious(known, deletions, evidence) && !self.has(Flaw::NoDeletionLimit)
    }
}
