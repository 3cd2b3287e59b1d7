//! The engine: what happened goes in, what to do comes out (house rule: plan is pure, execution is thin).
//!
//! Each input is one transaction. A crash between two inputs is a crash at a commit, and whatever is under way is found
//! again in the rows: the queue of intents, unread bases, the token up to which a copy is complete. When a transaction
//! fails, nothing of the input happened; calls under way are forgotten, and their answers are ignored.
//!
//! - `schedule`: what to call next, and when to wake;
//! - `rounds`: the list of calendars; `pulling`: listings; `taking`: objects that came; `removing`: objects that went;
//! - `pushing`: the outbox; `failing`: errors.

mod failing;
mod pulling;
mod pushing;
mod removing;
mod rounds;
mod schedule;
mod state;
mod taking;

use std::sync::Arc;

use bridge_core::sync::{LONGEST_DELAY, LONGEST_WAIT};
use bridge_core::time::Instant;
use chrono::TimeDelta;

use super::call::{Answer, Call, CallId, Effect, Input, News, Pace};
use super::flaw::Flaw;
use super::problem;
use crate::ids::{self, Ids};
use crate::provider::{ErrorKind, ProviderError};
use crate::store::accounts::{self, Account, AccountId};
use crate::store::collections::CollectionId;
use crate::store::{Store, StoreError, WriteTx, held_deletions, outbox};
use state::{Pending, State, What};

/// A clock that went back by less is only being adjusted.
const ADJUSTMENT: TimeDelta = TimeDelta::minutes(1);

/// The engine of all accounts.
pub struct Engine {
    store: Store,
    ids: Arc<dyn Ids>,
    state: State,
    flaw: Option<Flaw>,
}

impl Engine {
    /// An engine that knows nothing yet; its first input makes it look at the store.
    pub fn new(store: Store, ids: Arc<dyn Ids>, pace: Pace) -> Self {
        Self {
            store,
            ids,
            state: State::new(pace),
            flaw: None,
        }
    }

    /// The same with a deliberate bug, for the simulation to find.
    #[cfg(feature = "test-support")]
    #[must_use]
    pub fn with_flaw(self, flaw: Flaw) -> Self {
        Self {
            flaw: Some(flaw),
            ..self
        }
    }

    /// Takes in what happened and says what to do. Blocks while the store writes.
    ///
    /// # Errors
    /// When nothing could be made durable. Nothing happened then and nothing is under way any more; any later input
    /// goes on from what is in the store.
    pub fn handle(&mut self, input: Input, now: Instant) -> Result<Vec<Effect>, StoreError> {
        let left = self.state.forgotten();
        let state = std::mem::replace(&mut self.state, left);
        let (ids, flaw) = (Arc::clone(&self.ids), self.flaw);
        let (state, effects) = self.store.write(move |tx| {
            let mut turn = Turn {
                tx,
                state,
                now,
                ids,
                flaw,
                effects: Vec::new(),
            };
            turn.take_in(input)?;
            turn.advance()?;
            Ok::<_, StoreError>((turn.state, turn.effects))
        })?;
        self.state = state;
        Ok(effects)
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// One input being taken in.
struct Turn<'t, 'c> {
    tx: &'t mut WriteTx<'c>,
    state: State,
    now: Instant,
    ids: Arc<dyn Ids>,
    flaw: Option<Flaw>,
    effects: Vec<Effect>,
}

impl Turn<'_, '_> {
    fn take_in(&mut self, input: Input) -> Result<(), StoreError> {
        self.look_at_the_clock()?;
        match input {
            Input::Tick | Input::LocalChange => {}
            Input::Done { call, result } => {
                if let Some(pending) = self.state.calls.remove(&call) {
                    self.answered(&pending, result)?;
                }
            }
            Input::SyncNow { account, full } => self.sync_now(account, full)?,
            Input::Nudged(account) => self.nudged(account),
            Input::AccountsChanged => self.forget_what_is_under_way(),
            Input::Awake => self.woke_up()?,
            Input::Asleep => {
                self.forget_what_is_under_way();
                self.state.awake = false;
            }
            Input::Pace(pace) => self.set_pace(pace),
        }
        Ok(())
    }

    /// A clock that was wrong and is set right must not leave us waiting for a time that is far away (rule O4).
    fn look_at_the_clock(&mut self) -> Result<(), StoreError> {
        let set_back = |latest: Instant| self.now < latest - ADJUSTMENT;
        match self.state.latest {
            None => outbox::not_after(self.tx, self.now + LONGEST_WAIT)?,
            Some(latest) if set_back(latest) => {
                outbox::not_after(self.tx, self.now + LONGEST_DELAY)?;
                for run in self.state.accounts.values_mut() {
                    run.next_poll = None;
                }
            }
            Some(_) => {}
        }
        if self.state.latest.is_none_or(set_back) {
            held_deletions::not_after(self.tx, self.now)?;
        }
        self.state.latest = Some(self.now);
        Ok(())
    }

    fn answered(
        &mut self,
        pending: &Pending,
        result: Result<Answer, ProviderError>,
    ) -> Result<(), StoreError> {
        let answer = match result {
            Ok(answer) => answer,
            Err(error) => return self.failed(pending, &error),
        };
        match (&pending.what, answer) {
            (What::Calendars, Answer::Calendars(list)) => self.calendars(pending.account, list),
            (What::Changes(collection), Answer::Changes(page)) => self.page(*collection, page),
            (What::Objects(collection, ids), Answer::Objects(objects)) => {
                self.objects(*collection, ids, objects)
            }
            (What::Write(_, intent), Answer::Stored(stored)) => self.stored(*intent, &stored),
            (What::Write(_, intent), Answer::Deleted) => self.deleted(*intent),
            (
                What::Calendars | What::Changes(_) | What::Objects(..) | What::Write(..),
                Answer::Calendars(_)
                | Answer::Changes(_)
                | Answer::Objects(_)
                | Answer::Stored(_)
                | Answer::Deleted,
            ) => {
                let error =
                    ProviderError::new(ErrorKind::UnreadableAnswer, "an answer of another call");
                self.failed(pending, &error.unknown())
            }
        }
    }

    fn sync_now(&mut self, account: Option<AccountId>, full: bool) -> Result<(), StoreError> {
        for row in accounts::list(self.tx)? {
            if account.is_some_and(|asked| asked != row.id) {
                continue;
            }
            if self.has_to_wait(&row) {
                // Whoever asked need not wait for a round that does not come.
                self.news(News::RoundEnded(row.id));
                continue;
            }
            accounts::try_again(self.tx, row.id)?;
            let run = self.state.account(row.id);
            run.full |= full;
            run.again |= run.in_round;
            run.next_poll = None;
        }
        Ok(())
    }

    /// A round begins now, or after the present one, which may have looked too early. A nudge is a hint: it shortens no
    /// time that has to be waited.
    fn nudged(&mut self, account: AccountId) {
        let run = self.state.account(account);
        run.again |= run.in_round;
        run.next_poll = None;
    }

    /// What a provider asked us to wait is waited, and nothing is sent while there is no network.
    fn has_to_wait(&self, account: &Account) -> bool {
        self.is_limited(account) || !self.state.awake
    }

    /// Whether the provider asked us to wait, and the time is not over.
    fn is_limited(&self, account: &Account) -> bool {
        let limited = problem::code(ErrorKind::RateLimited, problem::Of::Account);
        let trouble = account.trouble.as_ref();
        trouble.is_some_and(|trouble| trouble.problem == limited)
            && account.retry_at.is_some_and(|at| at > self.now)
    }

    /// Rounds end without a result; what they were about begins anew.
    fn forget_what_is_under_way(&mut self) {
        let running = self.state.accounts.iter().filter(|(_, run)| run.in_round);
        let ended = running.map(|(account, _)| Effect::News(News::RoundEnded(*account)));
        self.effects.extend(ended);
        self.state.calls.clear();
        self.state.accounts.clear();
        self.state.calendars.clear();
    }

    fn woke_up(&mut self) -> Result<(), StoreError> {
        self.state.awake = true;
        for row in accounts::list(self.tx)? {
            let offline = |trouble: &accounts::Trouble| trouble.problem == problem::OFFLINE;
            if row.trouble.as_ref().is_some_and(offline) {
                accounts::try_again(self.tx, row.id)?;
            }
            self.state.account(row.id).next_poll = None;
        }
        Ok(())
    }

    fn set_pace(&mut self, pace: Pace) {
        self.state.pace = pace;
        let soonest = self.now + pace.interval();
        for run in self.state.accounts.values_mut() {
            run.next_poll = run.next_poll.map(|at| at.min(soonest));
        }
    }

    fn call(&mut self, account: AccountId, what: What, call: Call) {
        let id = CallId(self.state.next_call);
        self.state.next_call += 1;
        self.state.calls.insert(id, Pending { account, what });
        self.effects.push(Effect::Call { id, account, call });
    }

    fn news(&mut self, news: News) {
        let effect = Effect::News(news);
        if !self.effects.contains(&effect) {
            self.effects.push(effect);
        }
    }

    fn needs_a_look(&mut self, collection: CollectionId) {
        self.news(News::NeedsALook(collection));
    }

    /// Any number, new each time. Without one, back-off goes on without jitter.
    fn jitter(&self) -> u64 {
        ids::octets(self.ids.as_ref()).map_or(u64::MAX, u64::from_be_bytes)
    }

    /// Whether the deliberate bug is in; never outside of tests.
    fn has(&self, flaw: Flaw) -> bool {
        cfg!(feature = "test-support") && self.flaw == Some(flaw)
    }
}
