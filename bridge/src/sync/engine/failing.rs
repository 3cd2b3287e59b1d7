//! Calls that failed: who waits, and for what. The table itself is `bridge_core::sync::classify`.

use bridge_core::ids::RemoteId;
use bridge_core::sync::{LONGEST_DELAY, Reaction, Scope, Subject, classify};
use bridge_core::time::Instant;

use super::Turn;
use super::problem::{self, Of};
use super::pushing::{is_about_size, worked_before};
use super::state::{Pending, Pull, Stage, What};
use crate::provider::{ErrorKind, Extent, ProviderError, RetryAfter};
use crate::store::StoreError;
use crate::store::accounts::{self, Account};
use crate::store::collections::{self, Collection};
use crate::sync::call::News;
use crate::sync::flaw::Flaw;

impl Turn<'_, '_> {
    /// A call failed.
    pub(super) fn failed(
        &mut self,
        pending: &Pending,
        error: &ProviderError,
    ) -> Result<(), StoreError> {
        let Some(account) = accounts::get(self.tx, pending.account)? else {
            return Ok(());
        };
        tracing::info!(account = %account.id, kind = ?error.kind, detail = error.detail, "a call failed");
        match &pending.what {
            What::Calendars => {
                let subject = Subject::Account {
                    worked_before: worked_before(&account),
                };
                let reaction = self.reaction(error, subject, account.failures).1;
                self.account_failed(&account, error, reaction)
            }
            What::Changes(id) => {
                let Some(collection) = collections::get(self.tx, *id)? else {
                    return Ok(());
                };
                if self.has(Flaw::TornListingBelieved) && self.believe_what_came(&collection)? {
                    return Ok(());
                }
                self.reading_failed(&account, &collection, error)
            }
            What::Objects(id, ids) => {
                let Some(collection) = collections::get(self.tx, *id)? else {
                    return Ok(());
                };
                self.objects_failed(&account, &collection, ids, error)
            }
            What::Write(_, intent) => self.write_failed(&account, *intent, error),
        }
    }

    fn reaction(
        &self,
        error: &ProviderError,
        subject: Subject,
        failures: u32,
    ) -> (Scope, Reaction) {
        let wait = self.asked_to_wait(error);
        let verdict = classify(error.kind, subject, failures, wait, self.jitter(), self.now);
        (verdict.scope, verdict.reaction)
    }

    pub(super) fn asked_to_wait(&self, error: &ProviderError) -> Option<RetryAfter> {
        let ignored = self.has(Flaw::RetryAfterIgnored);
        error.retry_after.filter(|_| !ignored)
    }

    /// Objects did not come. When there were many, fewer may; a single one that breaks every answer is left out.
    fn objects_failed(
        &mut self,
        account: &Account,
        collection: &Collection,
        ids: &[RemoteId],
        error: &ProviderError,
    ) -> Result<(), StoreError> {
        let run = self.state.calendar(collection.id);
        run.asked.retain(|id| !ids.contains(id));
        if is_about_size(error.kind) && error.kind != ErrorKind::Unavailable && ids.len() == 1 {
            run.asked.extend(ids.iter().cloned());
            for id in ids {
                self.spare(collection.id, id);
                self.not_delivered(collection, id)?;
            }
            return self.finish_pull(collection.id);
        }
        if is_about_size(error.kind) {
            run.batch = (ids.len() / 2).max(1);
        }
        self.reading_failed(account, collection, error)
    }

    fn reading_failed(
        &mut self,
        account: &Account,
        collection: &Collection,
        error: &ProviderError,
    ) -> Result<(), StoreError> {
        let subject = Subject::Calendar {
            worked_before: worked_before(account),
        };
        let (scope, reaction) = self.reaction(error, subject, collection.failures);
        if scope == Scope::Account {
            return self.account_failed(account, error, reaction);
        }
        match reaction {
            Reaction::Resync => self.forgotten_there(collection, error),
            Reaction::RetryAt(at) => self.calendar_waits(collection, error, at),
            Reaction::NeedsUser | Reaction::Refused(_) | Reaction::LookFirst(_) => {
                self.calendar_waits(collection, error, self.now + LONGEST_DELAY)
            }
        }
    }

    /// The provider has forgotten what we have seen: everything is listed and compared (rule O3).
    fn forgotten_there(
        &mut self,
        collection: &Collection,
        error: &ProviderError,
    ) -> Result<(), StoreError> {
        let pull = self.state.calendar(collection.id).pull.as_ref();
        let began_anew = pull.is_some_and(|pull| pull.since.is_none());
        if began_anew {
            return self.calendar_failed(collection, error);
        }
        if self.has(Flaw::ExpiredTokenIgnored) {
            self.state.calendar(collection.id).pull = None;
            return collections::still_current(self.tx, collection.id, self.now);
        }
        collections::start_over(self.tx, collection.id)?;
        let run = self.state.calendar(collection.id);
        let version = run.version.clone();
        let copy = collection.calendar;
        run.pull = copy.map(|calendar| Pull::new(calendar, version, None));
        Ok(())
    }

    /// A calendar could not be read; the others go on.
    pub(super) fn calendar_failed(
        &mut self,
        collection: &Collection,
        error: &ProviderError,
    ) -> Result<(), StoreError> {
        let pause = bridge_core::sync::back_off(collection.failures, self.jitter());
        self.calendar_waits(collection, error, self.now + pause)
    }

    fn calendar_waits(
        &mut self,
        collection: &Collection,
        error: &ProviderError,
        at: Instant,
    ) -> Result<(), StoreError> {
        let code = problem::code(error.kind, Of::Calendar);
        collections::failed(self.tx, collection.id, code, Some(at), self.now)?;
        // What was under way begins anew then.
        if let Some(pull) = &mut self.state.calendar(collection.id).pull {
            pull.stage = Stage::Wanted;
        }
        self.news(News::Account(collection.account));
        Ok(())
    }

    /// Everything of the account waits; its round ends.
    pub(super) fn account_failed(
        &mut self,
        account: &Account,
        error: &ProviderError,
        reaction: Reaction,
    ) -> Result<(), StoreError> {
        let retry_at = match reaction {
            Reaction::RetryAt(at) => Some(at),
            Reaction::NeedsUser => None,
            Reaction::Resync | Reaction::Refused(_) | Reaction::LookFirst(_) => {
                Some(self.now + LONGEST_DELAY)
            }
        };
        self.note_failure(account, error, retry_at)?;
        for collection in collections::of_account(self.tx, account.id)? {
            self.state.calendar(collection.id).pull = None;
        }
        let run = self.state.account(account.id);
        run.next_poll = None;
        if std::mem::take(&mut run.in_round) {
            self.news(News::RoundEnded(account.id));
        }
        self.news(News::Account(account.id));
        Ok(())
    }

    /// Calls that were under way together fail together; that is one failure. What the provider asked for is kept all the
    /// same, and the longer wait counts (rule F3).
    fn note_failure(
        &mut self,
        account: &Account,
        error: &ProviderError,
        retry_at: Option<Instant>,
    ) -> Result<(), StoreError> {
        let stopped = account.trouble.as_ref().is_some_and(|one| one.needs_user);
        let waits = account.retry_at.filter(|at| *at > self.now);
        let known = stopped || waits.is_some();
        if known && retry_at.is_some() && self.asked_to_wait(error).is_none() {
            return Ok(());
        }
        let code = if retry_at.is_some() && self.is_limited(account) {
            problem::RATE_LIMITED
        } else {
            problem::code(error.kind, Of::Account)
        };
        let until = retry_at.map(|at| waits.map_or(at, |known| known.max(at)));
        accounts::failed(self.tx, account.id, code, until, self.now)
    }

    /// Takes a listing that broke off for a whole one.
    fn believe_what_came(&mut self, collection: &Collection) -> Result<bool, StoreError> {
        let pull = self.state.calendar(collection.id).pull.as_mut();
        let Some(Stage::Listing(listing)) = pull.map(|pull| &mut pull.stage) else {
            return Ok(false);
        };
        let listing = std::mem::take(listing);
        let Some(extent) = listing.extent else {
            return Ok(false);
        };
        let complete = extent == Extent::Complete;
        self.listed(collection, listing, extent, None)?;
        Ok(complete)
    }
}
