//! Deletions that look like an accident (rule D3): what they are, and the doctor's decision.

use bridge_core::ids::{ObjectName, RemoteId};
use bridge_core::time::Instant;

use super::again::{draft, unrestorable};
use super::{Accounts, AccountsError, Collection, CollectionId};
use crate::agenda::headline;
use crate::store::bases::{self, Base};
use crate::store::calendars::{self, Calendar};
use crate::store::objects;
use crate::store::outbox::{self, Intent, State};
use crate::store::{ReadTx, StoreError, WriteTx, accounts, collections, held_deletions};

/// How many titles are told.
const TOLD: usize = 5;

/// Where entries were deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Here, by an app; the provider still has them.
    Here,
    /// At the provider; they are still here.
    Provider,
}

/// What the doctor decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// They are meant: delete on the other side too.
    Agree,
    /// They are not meant: put the entries back.
    Restore,
}

/// Deletions of a calendar that wait.
#[derive(Clone, Debug)]
pub struct HeldView {
    /// The calendar.
    pub collection: CollectionId,
    /// The account, as the doctor calls it.
    pub account: String,
    /// The calendar, as people call it.
    pub calendar: String,
    /// Where the entries were deleted.
    pub deleted: Side,
    /// How many.
    pub count: usize,
    /// The titles of the first few.
    pub titles: Vec<String>,
    /// Since when.
    pub since: Instant,
}

/// A deletion that the doctor took back, and that stays held because the entry cannot be put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillGone {
    /// What the entry is called.
    pub title: String,
    /// Why, and what can be done.
    pub why: String,
}

impl Accounts {
    /// Every group of deletions that waits.
    ///
    /// # Errors
    /// Those of the database.
    pub fn held(&self) -> Result<Vec<HeldView>, StoreError> {
        self.store.read(|tx| {
            let mut all = Vec::new();
            for account in accounts::list(tx)? {
                for collection in collections::of_account(tx, account.id)? {
                    let there = held_there(tx, &collection, &account.name)?;
                    let here = held_here(tx, &collection, &account.name)?;
                    all.extend(there.into_iter().chain(here));
                }
            }
            Ok(all)
        })
    }

    /// Carries out what the doctor decided about deletions of a calendar. What cannot be put back is told and stays held;
    /// it keeps none of the others away.
    ///
    /// # Errors
    /// [`AccountsError::NothingHeld`] when none wait there.
    pub fn decide(
        &self,
        id: CollectionId,
        deleted: Side,
        decision: Decision,
    ) -> Result<Vec<StillGone>, AccountsError> {
        let now = self.clock.now();
        self.store.write(move |tx| {
            let collection = collections::get(tx, id)?.ok_or(AccountsError::Gone)?;
            let calendar = match collection.calendar {
                Some(copy) => calendars::get(tx, copy)?,
                None => None,
            };
            let calendar = calendar.ok_or(AccountsError::NothingHeld)?;
            let case = Case {
                collection: id,
                calendar,
                now,
            };
            match deleted {
                Side::Provider => decide_there(tx, &case, decision).map(|()| Vec::new()),
                Side::Here => decide_here(tx, &case, decision),
            }
        })
    }
}

/// A calendar about which is decided.
struct Case {
    collection: CollectionId,
    calendar: Calendar,
    now: Instant,
}

fn held_there(
    tx: &ReadTx<'_>,
    collection: &Collection,
    account: &str,
) -> Result<Option<HeldView>, StoreError> {
    let held = held_deletions::list(tx, collection.id)?;
    let mut names = Vec::new();
    for one in held.iter().take(TOLD) {
        names.extend(bases::of_remote(tx, collection.id, &one.remote_id)?.map(|base| base.name));
    }
    let since = held.iter().map(|one| one.since).min();
    let view = View {
        collection,
        account,
        deleted: Side::Provider,
        count: held.len(),
    };
    since.map(|since| view.of(tx, &names, since)).transpose()
}

fn held_here(
    tx: &ReadTx<'_>,
    collection: &Collection,
    account: &str,
) -> Result<Option<HeldView>, StoreError> {
    let held = held_intents(tx, collection.id)?;
    let names: Vec<_> = held
        .iter()
        .take(TOLD)
        .map(|intent| intent.name.clone())
        .collect();
    let since = held.iter().map(|intent| intent.noted).min();
    let view = View {
        collection,
        account,
        deleted: Side::Here,
        count: held.len(),
    };
    since.map(|since| view.of(tx, &names, since)).transpose()
}

fn held_intents(tx: &ReadTx<'_>, id: CollectionId) -> Result<Vec<Intent>, StoreError> {
    let mut intents = outbox::list(tx, id)?;
    intents.retain(|intent| intent.state == State::Held);
    Ok(intents)
}

/// What a [`HeldView`] is made from, but its names.
struct View<'a> {
    collection: &'a Collection,
    account: &'a str,
    deleted: Side,
    count: usize,
}

impl View<'_> {
    fn of(
        self,
        tx: &ReadTx<'_>,
        names: &[ObjectName],
        since: Instant,
    ) -> Result<HeldView, StoreError> {
        let copy = match self.collection.calendar {
            Some(copy) => calendars::get(tx, copy)?,
            None => None,
        };
        let mut titles = Vec::new();
        for name in names {
            if let Some(copy) = &copy {
                let octets = octets(tx, self.collection.id, copy, name)?;
                titles.push(headline(&octets.unwrap_or_default(), &copy.zone.zone()).title);
            }
        }
        Ok(HeldView {
            collection: self.collection.id,
            account: self.account.to_owned(),
            calendar: self.collection.display_name.clone(),
            deleted: self.deleted,
            count: self.count,
            titles,
            since,
        })
    }
}

/// The text of an entry: what is here, else what both sides last agreed on.
fn octets(
    tx: &ReadTx<'_>,
    collection: CollectionId,
    calendar: &Calendar,
    name: &ObjectName,
) -> Result<Option<Vec<u8>>, StoreError> {
    if let Some(object) = objects::get(tx, calendar.id, name)? {
        return Ok(Some(object.octets));
    }
    let base = bases::get(tx, collection, name)?.and_then(|base| base.octets);
    Ok(base.map(|octets| octets.reveal().clone()))
}

/// Deleted at the provider, still here.
fn decide_there(
    tx: &mut WriteTx<'_>,
    case: &Case,
    decision: Decision,
) -> Result<(), AccountsError> {
    let held = held_deletions::list(tx, case.collection)?;
    if held.is_empty() {
        return Err(AccountsError::NothingHeld);
    }
    for one in held {
        if let Some(base) = bases::of_remote(tx, case.collection, &one.remote_id)? {
            match decision {
                Decision::Agree => believe(tx, case, &base)?,
                // Without a base it is new to the provider, and is made there again.
                Decision::Restore => make_again(tx, case, &base)?,
            }
        }
        release(tx, case, &one.remote_id)?;
    }
    Ok(())
}

fn release(tx: &mut WriteTx<'_>, case: &Case, id: &RemoteId) -> Result<(), StoreError> {
    held_deletions::release(tx, case.collection, id)
}

/// The entry goes here too, unless it was changed here meanwhile: an edit wins against a deletion (rule D5).
fn believe(tx: &mut WriteTx<'_>, case: &Case, base: &Base) -> Result<(), StoreError> {
    let intent = outbox::find(tx, case.collection, &base.name)?;
    let here = objects::find(tx, case.calendar.id, &base.name)?;
    bases::forget(tx, case.collection, &base.name)?;
    match (intent, here) {
        (None, Some(row)) => objects::drop_taken(tx, &row, case.now).map(|_| ()),
        // Deleted on both sides.
        (Some(intent), None) => outbox::done(tx, intent.id),
        (Some(_), Some(_)) | (None, None) => Ok(()),
    }
}

fn make_again(tx: &mut WriteTx<'_>, case: &Case, base: &Base) -> Result<(), StoreError> {
    let here = objects::find(tx, case.calendar.id, &base.name)?;
    bases::forget(tx, case.collection, &base.name)?;
    if here.is_some() {
        outbox::note(tx, case.collection, &base.name, case.now)?;
    }
    Ok(())
}

/// Deleted here, still at the provider.
fn decide_here(
    tx: &mut WriteTx<'_>,
    case: &Case,
    decision: Decision,
) -> Result<Vec<StillGone>, AccountsError> {
    let held = held_intents(tx, case.collection)?;
    if held.is_empty() {
        return Err(AccountsError::NothingHeld);
    }
    let mut still_gone = Vec::new();
    for intent in held {
        match decision {
            Decision::Agree => outbox::set_state(tx, intent.id, State::Waiting, None)?,
            Decision::Restore => still_gone.extend(bring_back(tx, case, &intent)?),
        }
    }
    Ok(still_gone)
}

/// What both sides last agreed on is here again, as if it had never been deleted.
fn bring_back(
    tx: &mut WriteTx<'_>,
    case: &Case,
    intent: &Intent,
) -> Result<Option<StillGone>, AccountsError> {
    let base = bases::get(tx, case.collection, &intent.name)?;
    if let Some(octets) = base.and_then(|base| base.octets) {
        let octets = octets.reveal();
        let title = headline(octets, &case.calendar.zone.zone()).title;
        match store_again(tx, case, intent, octets) {
            Err(AccountsError::Unrestorable(why)) => return Ok(Some(StillGone { title, why })),
            done => done?,
        }
    }
    outbox::done(tx, intent.id)?;
    Ok(None)
}

fn store_again(
    tx: &mut WriteTx<'_>,
    case: &Case,
    intent: &Intent,
    octets: &[u8],
) -> Result<(), AccountsError> {
    let draft = draft(octets, &case.calendar, case.now)?;
    let taken = objects::take(tx, (&case.calendar, &intent.name), &draft, case.now);
    taken.map(drop).map_err(unrestorable)
}
