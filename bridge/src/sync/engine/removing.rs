//! Objects that are gone at the provider.

use bridge_core::ids::RemoteId;
use bridge_core::sync::{Copies, Decision, Here, There, decide};

use super::Turn;
use crate::store::bases::Base;
use crate::store::collections::Collection;
use crate::store::objects::Object;
use crate::store::{StoreError, bases, held_deletions, objects, outbox, set_aside};
use crate::sync::flaw::Flaw;

impl Turn<'_, '_> {
    /// An object is gone there, and that is believed.
    pub(super) fn remove(
        &mut self,
        collection: &Collection,
        remote: &RemoteId,
    ) -> Result<(), StoreError> {
        held_deletions::release(self.tx, collection.id, remote)?;
        let Some(base) = bases::of_remote(self.tx, collection.id, remote)? else {
            return Ok(());
        };
        self.remove_agreed(collection, &base)
    }

    pub(super) fn remove_agreed(
        &mut self,
        collection: &Collection,
        base: &Base,
    ) -> Result<(), StoreError> {
        let Some(calendar) = collection.calendar else {
            return Ok(());
        };
        let local = objects::get(self.tx, calendar, &base.name)?;
        if let Some(local) = &local
            && let Some(other) = set_aside::of_uid(self.tx, collection.id, &local.row.uid)?
        {
            // It is not gone; it has another name there.
            bases::relocate(self.tx, collection.id, &base.name, &other)?;
            set_aside::remove(self.tx, collection.id, &other)?;
            return Ok(());
        }
        let decision = decide(copies(Some(base), local.as_ref(), None));
        bases::forget(self.tx, collection.id, &base.name)?;
        self.carry_out_removal(collection, base, local.as_ref(), &decision)
    }

    fn carry_out_removal(
        &mut self,
        collection: &Collection,
        base: &Base,
        local: Option<&Object>,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        let name = &base.name;
        let overridden = decision.there == There::Put && self.has(Flaw::EditLosesToDeletion);
        if let Some(local) = local
            && (decision.here == Here::Remove || overridden)
        {
            objects::drop_taken(self.tx, &local.row, self.now)?;
        }
        if decision.there == There::Put && !overridden {
            outbox::note(self.tx, collection.id, name, self.now)?;
        }
        if let Some(intent) = outbox::find(self.tx, collection.id, name)? {
            match decision.there {
                There::Put if !overridden => {
                    outbox::place(self.tx, intent.id, Some(&base.remote_id))?;
                    outbox::settled(self.tx, intent.id)?;
                }
                There::Put | There::Keep | There::Delete => outbox::done(self.tx, intent.id)?,
            }
        }
        if let Some(local) = local {
            self.log(collection, (name, &local.row.uid), &decision.lost)?;
        }
        Ok(())
    }
}

/// The three copies of an object; a base without octets of its own has those that are here.
pub(super) fn copies<'a>(
    base: Option<&'a Base>,
    local: Option<&'a Object>,
    remote: Option<&'a [u8]>,
) -> Copies<'a> {
    let local = local.map(|object| object.octets.as_slice());
    let own = |base: &'a Base| {
        base.octets
            .as_ref()
            .map(|octets| octets.reveal().as_slice())
    };
    Copies {
        base: base.and_then(|base| own(base).or(local)),
        local,
        remote,
    }
}
