//! Listings: page by page, then what they show, then what they do not show any more.
//!
//! Objects are taken in batches, each in a transaction of its own; removals and the token come with the last one
//! (rule O1). A listing that breaks off leaves no trace.

use std::collections::BTreeSet;

use bridge_core::ids::{RemoteId, SyncToken};
use bridge_core::sync::{CONFIRMED_AFTER, Evidence, suspicious};

use super::Turn;
use super::state::{Fetching, Listing, Pull, Stage, What};
use crate::provider::{ChangePage, ErrorKind, Extent, Next, ProviderError};
use crate::store::bases::Base;
use crate::store::collections::{self, Collection, CollectionId, Reached};
use crate::store::{StoreError, bases, held_deletions, set_aside};
use crate::sync::call::Call;
use crate::sync::flaw::Flaw;

/// More pages than any calendar has: the provider leads us in a circle.
const MOST_PAGES: u32 = 10_000;

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
        let Listing { present, gone, .. } = listing;
        let id = collection.id;
        let mut todo = BTreeSet::new();
        for (remote, etag) in &present {
            held_deletions::release(self.tx, id, remote)?;
            let known = bases::is_current(self.tx, id, remote, etag)?
                || set_aside::is_current(self.tx, id, remote, etag)?;
            if !known {
                todo.insert(remote.clone());
            }
            if self.has(Flaw::EtagBeforeBody)
                && let Some(base) = bases::of_remote(self.tx, id, remote)?
            {
                let etag = Some(etag.clone());
                bases::agree(self.tx, id, &Base { etag, ..base })?;
            }
        }
        let mut ours = BTreeSet::new();
        for remote in bases::remote_ids(self.tx, id)? {
            let is_gone = match extent {
                Extent::Complete => !present.contains_key(&remote),
                Extent::Delta => gone.contains(&remote),
            };
            if is_gone {
                ours.insert(remote);
            }
        }
        for aside in set_aside::list(self.tx, id)? {
            let is_gone = match extent {
                Extent::Complete => !present.contains_key(&aside.remote_id),
                Extent::Delta => gone.contains(&aside.remote_id),
            };
            if is_gone {
                set_aside::remove(self.tx, id, &aside.remote_id)?;
            }
        }
        if let Some(pull) = &mut self.state.calendar(id).pull {
            pull.stage = Stage::Fetching(Fetching {
                extent,
                listed: present.len(),
                token,
                todo,
                gone: ours,
            });
        }
        self.finish_pull(id)
    }

    /// Where an object went that is gone from its own place in the listing under way. Says whether it went.
    pub(super) fn has_moved(&mut self, id: CollectionId, from: &RemoteId) -> bool {
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
        let (extent, listed) = (fetching.extent, fetching.listed);
        let (gone, token) = (std::mem::take(&mut fetching.gone), fetching.token.take());
        let evidence = match extent {
            Extent::Complete => Evidence::MissingIn(listed),
            Extent::Delta => Evidence::Named,
        };
        self.gone(&collection, gone, evidence)?;
        self.reach(&collection, token, extent)?;
        let run = self.state.calendar(id);
        run.complete |= extent == Extent::Complete;
        run.pull = None;
        Ok(())
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

    /// Objects of ours are gone there. Too many at once are held, until a later complete listing agrees (rule D3).
    fn gone(
        &mut self,
        collection: &Collection,
        mut gone: BTreeSet<RemoteId>,
        evidence: Evidence,
    ) -> Result<(), StoreError> {
        let known = bases::count(self.tx, collection.id)?;
        let mut believed = Vec::new();
        for held in held_deletions::list(self.tx, collection.id)? {
            let listed_later =
                evidence != Evidence::Named && held.since + CONFIRMED_AFTER <= self.now;
            if listed_later && gone.remove(&held.remote_id) {
                believed.push(held.remote_id);
            }
        }
        if self.is_suspicious(known, gone.len(), evidence) {
            for id in &gone {
                held_deletions::hold(self.tx, collection.id, id, self.now)?;
            }
            self.needs_a_look(collection.id);
            if !self.has(Flaw::HeldDeletionsApplied) {
                gone.clear();
            }
        }
        believed.extend(gone);
        for id in believed {
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
