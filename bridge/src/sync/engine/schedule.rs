//! What to call next, and when to wake. Run at the end of each input; whatever can be begun is begun.

use bridge_core::ids::RemoteId;
use bridge_core::time::Instant;

use super::Turn;
use super::state::{Listing, Pull, Stage, What};
use crate::provider::BATCH;
use crate::store::accounts::{self, Account, AccountId};
use crate::store::collections::{self, Collection};
use crate::store::{StoreError, bases, outbox, set_aside};
use crate::sync::call::{Call, Effect, News};

/// Calls of one account under way at once (rule F3).
const MOST_CALLS: usize = 4;

/// The earlier of two times, where there are any.
fn earlier(one: Option<Instant>, two: Option<Instant>) -> Option<Instant> {
    one.into_iter().chain(two).min()
}

impl Turn<'_, '_> {
    pub(super) fn advance(&mut self) -> Result<(), StoreError> {
        if !self.state.awake {
            return Ok(());
        }
        let accounts = accounts::list(self.tx)?;
        let exists = |id: AccountId| accounts.iter().any(|account| account.id == id);
        self.state.accounts.retain(|id, _| exists(*id));
        let mut wake = None;
        for account in &accounts {
            wake = earlier(wake, self.advance_account(account)?);
        }
        self.effects.extend(wake.map(Effect::WakeAt));
        Ok(())
    }

    /// Begins what can be begun; says when there is more.
    fn advance_account(&mut self, account: &Account) -> Result<Option<Instant>, StoreError> {
        if account
            .trouble
            .as_ref()
            .is_some_and(|trouble| trouble.needs_user)
        {
            return Ok(None);
        }
        if let Some(retry_at) = account.retry_at.filter(|at| *at > self.now) {
            return Ok(Some(retry_at));
        }
        let collections = collections::of_account(self.tx, account.id)?;
        self.begin_round(account, &collections);
        let mut wake = None;
        for collection in &collections {
            wake = earlier(wake, self.advance_calendar(collection)?);
        }
        self.end_round(account);
        // Where no more can be called, the next answer goes on.
        let full = self.slots(account.id) == 0;
        let run = self.state.account(account.id);
        Ok(if run.in_round || full {
            wake
        } else {
            earlier(wake, run.next_poll.or(Some(self.now)))
        })
    }

    fn begin_round(&mut self, account: &Account, collections: &[Collection]) {
        let now = self.now;
        let full = self.slots(account.id) == 0;
        let run = self.state.account(account.id);
        if full || run.in_round || run.next_poll.is_some_and(|at| at > now) {
            return;
        }
        run.in_round = true;
        run.again = false;
        for collection in collections {
            let calendar = self.state.calendar(collection.id);
            calendar.asked.clear();
            calendar.complete = false;
        }
        self.call(account.id, What::Calendars, Call::ListCalendars);
    }

    fn end_round(&mut self, account: &Account) {
        let next = self.now + self.state.pace.interval();
        let idle = self.state.in_flight(account.id) == 0;
        let run = self.state.account(account.id);
        if !run.in_round || !idle {
            return;
        }
        run.in_round = false;
        if run.again {
            // Another was asked for meanwhile, and begins at once.
            run.next_poll = None;
            return;
        }
        run.next_poll = Some(next);
        self.news(News::RoundEnded(account.id));
    }

    fn advance_calendar(&mut self, collection: &Collection) -> Result<Option<Instant>, StoreError> {
        if collection.calendar.is_none() || collection.vanished.is_some() {
            return Ok(None);
        }
        if let Some(retry_at) = collection.retry_at.filter(|at| *at > self.now) {
            return Ok(Some(retry_at));
        }
        self.pull(collection);
        if self.state.calendar(collection.id).pull.is_none() {
            self.push(collection)?;
            self.read(collection)?;
        }
        outbox::next_retry(self.tx, collection.id, self.now)
    }

    /// A complete listing, unless there was or will be one in this round.
    pub(super) fn want_everything(&mut self, collection: &Collection) {
        let Some(calendar) = collection.calendar else {
            return;
        };
        let run = self.state.calendar(collection.id);
        let coming = run.pull.as_ref().is_some_and(|pull| pull.since.is_none());
        if !coming && !run.complete {
            run.pull = Some(Pull::new(calendar, run.version.clone(), None));
        }
    }

    fn pull(&mut self, collection: &Collection) {
        let idle = self.state.calls_of(collection.id).next().is_none();
        let mut slots = self.slots(collection.account);
        let run = self.state.calendar(collection.id);
        let batch = run.batch;
        let Some(pull) = &mut run.pull else { return };
        match &mut pull.stage {
            Stage::Wanted if idle && slots > 0 => {
                pull.stage = Stage::Listing(Listing::from(pull.since.clone()));
                let since = pull.since.clone();
                self.ask_for_changes(collection, since);
            }
            Stage::Fetching(fetching) => {
                let mut asked: Vec<Vec<RemoteId>> = Vec::new();
                while slots > 0 && !fetching.todo.is_empty() {
                    let ids = std::iter::from_fn(|| fetching.todo.pop_first());
                    asked.push(ids.take(batch).collect());
                    slots -= 1;
                }
                for ids in asked {
                    self.ask_for_objects(collection, ids);
                }
            }
            Stage::Wanted | Stage::Listing(_) => {}
        }
    }

    /// Sends what waits. Not beside a read, so that what is read is never older than what was written.
    fn push(&mut self, collection: &Collection) -> Result<(), StoreError> {
        let reading = |what: &What| !matches!(what, What::Write(..));
        if self.state.calls_of(collection.id).any(reading) {
            return Ok(());
        }
        loop {
            let slots = self.slots(collection.account);
            if slots == 0 {
                return Ok(());
            }
            let ready = outbox::sendable(self.tx, collection.id, self.now, slots)?;
            if ready.is_empty() {
                return Ok(());
            }
            for intent in ready {
                self.send(collection, &intent)?;
            }
        }
    }

    /// Reads what has to be read: after our own writes, after lost answers, after failures of single objects.
    fn read(&mut self, collection: &Collection) -> Result<(), StoreError> {
        let Some(calendar) = collection.calendar else {
            return Ok(());
        };
        let busy = self.state.calls_of(collection.id).next().is_some();
        if busy || self.slots(collection.account) == 0 {
            return Ok(());
        }
        let mut ids = bases::unread(self.tx, collection.id)?;
        let unknown = outbox::unknown(self.tx, collection.id, self.now)?;
        ids.extend(unknown.into_iter().map(|(_, id)| id));
        ids.extend(set_aside::due(self.tx, collection.id, calendar)?);
        let run = self.state.calendar(collection.id);
        ids.retain(|id| !run.asked.contains(id));
        ids.sort();
        ids.dedup();
        ids.truncate(run.batch.min(BATCH));
        if !ids.is_empty() {
            run.asked.extend(ids.iter().cloned());
            self.ask_for_objects(collection, ids);
        }
        Ok(())
    }

    fn slots(&self, account: AccountId) -> usize {
        MOST_CALLS.saturating_sub(self.state.in_flight(account))
    }

    fn ask_for_objects(&mut self, collection: &Collection, ids: Vec<RemoteId>) {
        let call = Call::Get {
            calendar: collection.remote_id.clone(),
            ids: ids.clone(),
        };
        self.call(collection.account, What::Objects(collection.id, ids), call);
    }
}
