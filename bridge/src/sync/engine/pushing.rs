//! The outbox: each intent becomes one conditional write, and what the provider made of it is read back.
//!
//! Where it goes and what is sent are stored before the first octet leaves (rules E1, E2). After a lost answer the provider
//! is asked what it has before anything is sent again (rule E5).

use bridge_core::ical::Redacted;
use bridge_core::ids::{ObjectName, RemoteEtag, RemoteId};
use bridge_core::projection::with_form;
use bridge_core::sync::{MOST_FAILURES, Reaction, Scope, Subject, classify};

use super::Turn;
use super::problem::{self, Of};
use super::state::What;
use crate::provider::{self, ErrorKind, ProviderError, Stored};
use crate::store::accounts::Account;
use crate::store::bases::Base;
use crate::store::calendars::Access;
use crate::store::collections::{self, Collection};
use crate::store::objects::Object;
use crate::store::outbox::{Intent, IntentId, Sent, State};
use crate::store::{StoreError, bases, objects, outbox, set_aside};
use crate::sync::call::Call;
use crate::sync::flaw::Flaw;

/// Others may be faster so often in a row (rule E4).
const MOST_ROUNDS: u32 = 5;

impl Turn<'_, '_> {
    /// Sends an intent, or finds that there is nothing to send any more.
    pub(super) fn send(
        &mut self,
        collection: &Collection,
        intent: &Intent,
    ) -> Result<(), StoreError> {
        if collection.access == Access::ReadOnly {
            let reason = Some(problem::READ_ONLY);
            outbox::set_state(self.tx, intent.id, State::SetAside, reason)?;
            self.needs_a_look(collection.id);
            return Ok(());
        }
        let base = bases::get(self.tx, collection.id, &intent.name)?;
        let local = self.local(collection, intent)?;
        match (base, local) {
            (None, None) => outbox::done(self.tx, intent.id),
            (None, Some(local)) => self.create(collection, intent, local),
            (Some(base), None) => self.delete(collection, intent, base),
            (Some(base), Some(local)) => self.update(collection, intent, base, local),
        }
    }

    fn local(
        &self,
        collection: &Collection,
        intent: &Intent,
    ) -> Result<Option<Object>, StoreError> {
        match collection.calendar {
            Some(calendar) => objects::get(self.tx, calendar, &intent.name),
            None => Ok(None),
        }
    }

    fn create(
        &mut self,
        collection: &Collection,
        intent: &Intent,
        local: Object,
    ) -> Result<(), StoreError> {
        let id = match &intent.remote_id {
            Some(id) => id.clone(),
            None => self.choose_place(collection, &intent.name)?,
        };
        let sent = Sent::Put(Redacted::new(local.octets.clone()));
        outbox::sending(self.tx, intent.id, &id, &sent)?;
        let call = Call::Create {
            calendar: collection.remote_id.clone(),
            id,
            octets: local.octets,
        };
        self.write(collection, intent.id, call);
        Ok(())
    }

    /// A place that nothing is known to be at: the name of the object, numbered when that is taken.
    fn choose_place(
        &self,
        collection: &Collection,
        name: &ObjectName,
    ) -> Result<RemoteId, StoreError> {
        let mut place = provider::id_for(&collection.remote_id, name);
        let mut number = 1;
        while bases::of_remote(self.tx, collection.id, &place)?.is_some()
            || outbox::of_remote(self.tx, collection.id, &place)?.is_some()
            || set_aside::is_there(self.tx, collection.id, &place)?
        {
            number += 1;
            let numbered = ObjectName::new(format!("{number}-{name}"));
            place = provider::id_for(&collection.remote_id, &numbered);
        }
        Ok(place)
    }

    fn update(
        &mut self,
        collection: &Collection,
        intent: &Intent,
        base: Base,
        local: Object,
    ) -> Result<(), StoreError> {
        let own = base.octets.as_ref().map(Redacted::reveal);
        let same = own.is_none_or(|octets| *octets == local.octets);
        if same && !self.has(Flaw::EchoSentBack) {
            let base = Base {
                octets: None,
                ..base
            };
            bases::agree(self.tx, collection.id, &base)?;
            return outbox::done(self.tx, intent.id);
        }
        let Some(if_match) = self.condition(base.etag) else {
            return Ok(());
        };
        let sent = Sent::Put(Redacted::new(local.octets.clone()));
        outbox::sending(self.tx, intent.id, &base.remote_id, &sent)?;
        let call = Call::Update {
            calendar: collection.remote_id.clone(),
            id: base.remote_id,
            octets: local.octets,
            if_match,
        };
        self.write(collection, intent.id, call);
        Ok(())
    }

    fn delete(
        &mut self,
        collection: &Collection,
        intent: &Intent,
        base: Base,
    ) -> Result<(), StoreError> {
        let Some(if_match) = self.condition(base.etag) else {
            return Ok(());
        };
        outbox::sending(self.tx, intent.id, &base.remote_id, &Sent::Delete)?;
        let call = Call::Delete {
            calendar: collection.remote_id.clone(),
            id: base.remote_id,
            if_match,
        };
        self.write(collection, intent.id, call);
        Ok(())
    }

    fn condition(&self, etag: Option<RemoteEtag>) -> Option<RemoteEtag> {
        if self.has(Flaw::UpdateWithoutCondition) {
            return Some(RemoteEtag::new("*"));
        }
        etag
    }

    fn write(&mut self, collection: &Collection, intent: IntentId, call: Call) {
        self.call(collection.account, What::Write(collection.id, intent), call);
    }

    /// The intent, its calendar, and what is here of it.
    fn written(
        &self,
        id: IntentId,
    ) -> Result<Option<(Intent, Collection, Option<Object>)>, StoreError> {
        let Some(intent) = outbox::get(self.tx, id)? else {
            return Ok(None);
        };
        let Some(collection) = collections::get(self.tx, intent.collection)? else {
            return Ok(None);
        };
        let local = self.local(&collection, &intent)?;
        Ok(Some((intent, collection, local)))
    }

    /// A write was done: what was sent is the new base, to be read back.
    pub(super) fn stored(&mut self, id: IntentId, stored: &Stored) -> Result<(), StoreError> {
        let Some((intent, collection, local)) = self.written(id)? else {
            return Ok(());
        };
        let (Some(Sent::Put(sent)), Some(remote_id)) = (intent.sent, intent.remote_id) else {
            return Ok(());
        };
        let is_sent = |local: &Object| local.octets == *sent.reveal();
        let same = local.as_ref().is_some_and(is_sent) || self.has(Flaw::SecondEditForgotten);
        let skipped = self.has(Flaw::ReadBackSkipped);
        let said = with_form(sent.reveal(), &stored.kept_here).map(Redacted::new);
        let base = Base {
            name: intent.name,
            etag: skipped.then(|| {
                let unknown = || RemoteEtag::new("unknown");
                stored.etag.clone().unwrap_or_else(unknown)
            }),
            octets: (!same).then_some(sent),
            said,
            remote_id,
        };
        bases::agree(self.tx, collection.id, &base)?;
        self.state
            .calendar(collection.id)
            .asked
            .remove(&base.remote_id);
        if same {
            outbox::done(self.tx, id)
        } else {
            outbox::progressed(self.tx, id)
        }
    }

    /// A deletion was done.
    pub(super) fn deleted(&mut self, id: IntentId) -> Result<(), StoreError> {
        let Some((intent, collection, local)) = self.written(id)? else {
            return Ok(());
        };
        bases::forget(self.tx, collection.id, &intent.name)?;
        if local.is_none() {
            outbox::done(self.tx, id)
        } else {
            outbox::progressed(self.tx, id)
        }
    }

    /// A write was not done, or nobody knows.
    pub(super) fn write_failed(
        &mut self,
        account: &Account,
        id: IntentId,
        error: &ProviderError,
    ) -> Result<(), StoreError> {
        let Some((intent, collection, _)) = self.written(id)? else {
            return Ok(());
        };
        let unknown = error.sent == provider::Sent::Unknown;
        if !unknown {
            outbox::settled(self.tx, id)?;
        }
        if unknown && self.has(Flaw::DropOnTimeout) {
            return outbox::done(self.tx, id);
        }
        if unknown && self.has(Flaw::LostCreateRepeated) {
            let elsewhere = ObjectName::new(format!("again-{}", intent.name));
            let place = self.choose_place(&collection, &elsewhere)?;
            outbox::place(self.tx, id, Some(&place))?;
            return outbox::settled(self.tx, id);
        }
        let subject = Subject::Object {
            worked_before: worked_before(account),
            unknown,
        };
        let verdict = classify(
            error.kind,
            subject,
            intent.failures,
            self.asked_to_wait(error),
            self.jitter(),
            self.now,
        );
        if verdict.scope == Scope::Account {
            return self.account_failed(account, error, verdict.reaction);
        }
        let code = problem::code(error.kind, Of::Object);
        match verdict.reaction {
            Reaction::Refused(at) => {
                if outbox::failed(self.tx, id, code, at)? >= MOST_FAILURES {
                    self.give_up(&collection, id, State::SetAside, code)?;
                }
                Ok(())
            }
            Reaction::LookFirst(_) if !unknown => self.lost_a_round(&collection, &intent),
            Reaction::Resync => self.has_a_twin(&collection, &intent, code),
            Reaction::LookFirst(at) | Reaction::RetryAt(at) => {
                outbox::failed(self.tx, id, code, at)?;
                Ok(())
            }
            Reaction::NeedsUser => self.give_up(&collection, id, State::SetAside, code),
        }
    }

    /// Somebody else was faster: their version is read, merged and written over with its own mark (rule E4).
    fn lost_a_round(&mut self, collection: &Collection, intent: &Intent) -> Result<(), StoreError> {
        if outbox::lost_round(self.tx, intent.id)? > MOST_ROUNDS {
            return self.give_up(collection, intent.id, State::Conflict, problem::CONFLICT);
        }
        let Some(place) = &intent.remote_id else {
            return Ok(());
        };
        self.state.calendar(collection.id).asked.remove(place);
        match bases::get(self.tx, collection.id, &intent.name)? {
            Some(base) if self.has(Flaw::OverwriteOnConflict) => {
                let etag = Some(RemoteEtag::new("*"));
                bases::agree(self.tx, collection.id, &Base { etag, ..base })
            }
            Some(base) => bases::doubt(self.tx, collection.id, &base.remote_id),
            None => outbox::sending(self.tx, intent.id, place, &Sent::Look),
        }
    }

    /// Another object there has the UID: a complete listing finds it.
    fn has_a_twin(
        &mut self,
        collection: &Collection,
        intent: &Intent,
        code: &str,
    ) -> Result<(), StoreError> {
        outbox::settled(self.tx, intent.id)?;
        if outbox::lost_round(self.tx, intent.id)? > MOST_ROUNDS {
            return self.give_up(collection, intent.id, State::SetAside, code);
        }
        self.want_everything(collection);
        Ok(())
    }

    fn give_up(
        &mut self,
        collection: &Collection,
        id: IntentId,
        state: State,
        code: &str,
    ) -> Result<(), StoreError> {
        tracing::warn!(collection = %collection.id, code, "a change was given up");
        outbox::set_state(self.tx, id, state, Some(code))?;
        self.needs_a_look(collection.id);
        Ok(())
    }
}

/// Whether the last round of an account reached its provider.
pub(super) fn worked_before(account: &Account) -> bool {
    account.failures == 0 && account.checked.is_some()
}

/// Whether a smaller request could work where this one did not.
pub(super) fn is_about_size(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Interrupted
            | ErrorKind::UnreadableAnswer
            | ErrorKind::Unavailable
            | ErrorKind::InvalidRequest
    )
}
