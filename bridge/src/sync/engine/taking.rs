//! Objects that came from the provider.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use bridge_core::ical::{
    CalendarObject, ComponentSet, Limits, Precondition, Redacted, Summary, read_storable,
};
use bridge_core::ids::{ObjectName, RemoteEtag, RemoteId, Uid};
use bridge_core::projection::{Attempt, overlay, with_form};
use bridge_core::sync::{Copies, Decision, Here, Lost, There, decide};

use super::Turn;
use super::removing::copies;
use super::state::Stage;
use crate::provider::{BATCH, Fetched, Found};
use crate::store::bases::Base;
use crate::store::calendars::Calendar;
use crate::store::collections::{self, Collection, CollectionId};
use crate::store::objects::{Draft, Object};
use crate::store::outbox::{Intent, Sent, State};
use crate::store::set_aside::{Reason, SetAside};
use crate::store::{
    StoreError, bases, calendars, conflicts, held_deletions, objects, outbox, set_aside,
};
use crate::sync::flaw::Flaw;

/// An object of the provider.
struct Remote {
    id: RemoteId,
    etag: RemoteEtag,
    octets: Vec<u8>,
    /// Whether an earlier version was set aside.
    was_aside: bool,
}

/// Where a remote object belongs here.
enum Match {
    /// To what this name stands for, there or not.
    Known(ObjectName, Option<Base>),
    /// To this name, which stands for nothing yet.
    New(ObjectName),
}

impl Match {
    fn name(&self) -> &ObjectName {
        match self {
            Self::Known(name, _) | Self::New(name) => name,
        }
    }

    fn base(&self) -> Option<&Base> {
        match self {
            Self::Known(_, base) => base.as_ref(),
            Self::New(_) => None,
        }
    }
}

impl Turn<'_, '_> {
    /// The objects that were asked for came.
    pub(super) fn objects(
        &mut self,
        id: CollectionId,
        asked: &[RemoteId],
        objects: Vec<Fetched>,
    ) -> Result<(), StoreError> {
        let Some(collection) = collections::get(self.tx, id)? else {
            return Ok(());
        };
        let Some(calendar) = self.copy(&collection)? else {
            return Ok(());
        };
        let run = self.state.calendar(id);
        run.batch = (run.batch * 2).clamp(1, BATCH);
        let mut found: BTreeMap<RemoteId, Found> =
            objects.into_iter().map(|one| (one.id, one.found)).collect();
        let asides = set_aside::list(self.tx, id)?;
        let asides: BTreeSet<RemoteId> = asides.into_iter().map(|one| one.remote_id).collect();
        for remote in asked {
            let found = found.remove(remote);
            if self.is_missing(id, remote) {
                if matches!(found, None | Some(Found::Nothing)) {
                    continue;
                }
                self.spare(id, remote);
                held_deletions::release(self.tx, id, remote)?;
            }
            match found {
                Some(Found::Object { etag, octets }) => {
                    self.seen(id, remote, &etag);
                    let remote = Remote {
                        id: remote.clone(),
                        etag,
                        octets,
                        was_aside: asides.contains(remote),
                    };
                    if !self.take(&collection, &calendar, &remote)? {
                        break;
                    }
                }
                Some(Found::Nothing) => self.nothing_there(&collection, remote)?,
                Some(Found::Refused) | None => self.not_delivered(&collection, remote)?,
            }
        }
        self.finish_pull(id)
    }

    fn copy(&self, collection: &Collection) -> Result<Option<Calendar>, StoreError> {
        match collection.calendar {
            Some(calendar) => calendars::get(self.tx, calendar),
            None => Ok(None),
        }
    }

    /// Takes one object; says whether to go on with the next.
    fn take(
        &mut self,
        collection: &Collection,
        calendar: &Calendar,
        remote: &Remote,
    ) -> Result<bool, StoreError> {
        let read = read_storable(&remote.octets, ComponentSet::ALL, Limits::default());
        let (object, summary) = match read {
            Ok(read) => read,
            Err(refusal) => {
                let reason = match refusal.precondition() {
                    Precondition::MaxResourceSize => Reason::TooLarge,
                    Precondition::SupportedCalendarData
                    | Precondition::ValidCalendarData
                    | Precondition::ValidCalendarObjectResource
                    | Precondition::SupportedCalendarComponent => Reason::Unreadable,
                };
                tracing::warn!(collection = %collection.id, %refusal, "an object was set aside");
                // So that it is known again under another name.
                let uid = CalendarObject::read(&remote.octets).uid();
                self.set_aside(collection, remote, uid, reason)?;
                if self.has(Flaw::UnreadableIsDeleted) {
                    self.remove(collection, &remote.id)?;
                }
                return Ok(!self.has(Flaw::UnreadableStopsBatch));
            }
        };
        let Some(place) = self.find_place(collection, calendar, &remote.id, &summary.uid)? else {
            let uid = Some(summary.uid);
            self.set_aside(collection, remote, uid, Reason::UidTaken)?;
            return Ok(true);
        };
        self.reconcile(collection, calendar, &place, remote, (&object, &summary))?;
        Ok(true)
    }

    /// Finds the object here that has this id there, or this UID; else a new name. Nothing when the UID belongs to
    /// another object of the calendar.
    fn find_place(
        &mut self,
        collection: &Collection,
        calendar: &Calendar,
        remote: &RemoteId,
        uid: &Uid,
    ) -> Result<Option<Match>, StoreError> {
        if let Some(base) = bases::of_remote(self.tx, collection.id, remote)? {
            if self.has_uid(collection, calendar, &base, uid)? {
                let name = base.name.clone();
                return Ok(Some(Match::Known(name, Some(base))));
            }
            // Another object has the place now.
            self.remove_agreed(collection, &base)?;
        }
        let named = objects::name_of_uid(self.tx, calendar.id, uid)?;
        if let Some(intent) = outbox::of_remote(self.tx, collection.id, remote)?
            && bases::get(self.tx, collection.id, &intent.name)?.is_none()
        {
            let local = objects::find(self.tx, calendar.id, &intent.name)?;
            // What was made here and deleted again may have been made once more under another name.
            let is_its_own = match local {
                Some(row) => row.uid == *uid,
                None => named.as_ref().is_none_or(|name| *name == intent.name),
            };
            if is_its_own {
                return Ok(Some(Match::Known(intent.name, None)));
            }
            outbox::place(self.tx, intent.id, None)?;
            outbox::settled(self.tx, intent.id)?;
        }
        let Some(name) = named else {
            let name = bases::free_name(self.tx, collection.id, calendar.id, uid)?;
            return Ok(Some(Match::New(name)));
        };
        let base = bases::get(self.tx, collection.id, &name)?;
        let moved = match &base {
            Some(base) => self.spare(collection.id, &base.remote_id),
            None => true,
        };
        Ok(moved.then_some(Match::Known(name, base)))
    }

    /// Whether a base is that of an object with this UID.
    fn has_uid(
        &self,
        collection: &Collection,
        calendar: &Calendar,
        base: &Base,
        uid: &Uid,
    ) -> Result<bool, StoreError> {
        if let Some(row) = objects::find(self.tx, calendar.id, &base.name)? {
            return Ok(row.uid == *uid);
        }
        debug_assert_eq!(Some(calendar.id), collection.calendar);
        let octets = base
            .octets
            .as_ref()
            .map_or(&[][..], |octets| octets.reveal());
        Ok(CalendarObject::read(octets)
            .uid()
            .is_none_or(|old| old == *uid))
    }

    /// Decides between the three copies and carries it out, all but the sending.
    fn reconcile(
        &mut self,
        collection: &Collection,
        calendar: &Calendar,
        place: &Match,
        remote: &Remote,
        (object, summary): (&CalendarObject<'_>, &Summary),
    ) -> Result<(), StoreError> {
        let (local, intent) = match place {
            Match::Known(name, _) => (
                objects::get(self.tx, calendar.id, name)?,
                outbox::find(self.tx, collection.id, name)?,
            ),
            Match::New(_) => (None, None),
        };
        let sent = intent.as_ref().and_then(|intent| intent.sent.as_ref());
        let agreed = Agreed::before(place.base(), local.as_ref()).after(sent, &remote.octets);
        let now = agreed.with_what_is_kept(&remote.octets);
        let decision = decide(Copies {
            // What the provider adds to a write of ours does not save it from a deletion here.
            base: match local {
                None if agreed.is_untouched(&remote.octets) => Some(&now),
                _ => agreed.octets,
            },
            local: local.as_ref().map(|local| &*local.octets),
            remote: Some(&now),
        });
        if !self.carry_out_here(calendar, place, &decision, (object, summary))? {
            return self.set_aside(
                collection,
                remote,
                Some(summary.uid.clone()),
                Reason::UidTaken,
            );
        }
        self.log(collection, (place.name(), &summary.uid), &decision.lost)?;
        let same = is_same(&decision.here, local.as_ref(), &now);
        if remote.was_aside {
            set_aside::remove(self.tx, collection.id, &remote.id)?;
        }
        let base = Base {
            name: place.name().clone(),
            remote_id: remote.id.clone(),
            etag: Some(remote.etag.clone()),
            octets: (!same).then(|| Redacted::new(now.to_vec())),
            said: (*now != *remote.octets).then(|| Redacted::new(remote.octets.clone())),
        };
        bases::agree(self.tx, collection.id, &base)?;
        self.carry_out_there(collection, place.name(), decision.there, intent)
    }

    /// Says whether it could be stored: its UID may belong to another object.
    fn carry_out_here(
        &mut self,
        calendar: &Calendar,
        place: &Match,
        decision: &Decision,
        (object, summary): (&CalendarObject<'_>, &Summary),
    ) -> Result<bool, StoreError> {
        let Here::Store(octets) = &decision.here else {
            return Ok(true);
        };
        let octets = octets.reveal();
        let draft = if octets == object.octets() {
            Draft::of(object, summary, &calendar.zone, self.now)
        } else {
            let (uid, kind) = (summary.uid.clone(), summary.kind);
            Draft::new(uid, kind, octets.clone(), &calendar.zone, self.now)
        };
        let name = match place {
            Match::New(name) => {
                objects::take_new(self.tx, (calendar, name), &draft, self.now)?;
                return Ok(true);
            }
            Match::Known(name, _) => name,
        };
        match objects::take(self.tx, (calendar, name), &draft, self.now) {
            Ok(_) => Ok(true),
            Err(objects::Refusal::Store(error)) => Err(error),
            Err(
                objects::Refusal::Condition { .. }
                | objects::Refusal::UidConflict { .. }
                | objects::Refusal::UidChanged
                | objects::Refusal::NotFound
                | objects::Refusal::NoCalendar
                | objects::Refusal::Exists,
            ) => Ok(false),
        }
    }

    fn carry_out_there(
        &mut self,
        collection: &Collection,
        name: &ObjectName,
        there: There,
        intent: Option<Intent>,
    ) -> Result<(), StoreError> {
        let echo = self.has(Flaw::EchoSentBack) && intent.is_none();
        match there {
            There::Keep if !echo => {
                if let Some(intent) = intent {
                    outbox::done(self.tx, intent.id)?;
                }
                Ok(())
            }
            There::Keep | There::Put | There::Delete => {
                outbox::note(self.tx, collection.id, name, self.now)?;
                let Some(intent) = intent else { return Ok(()) };
                if there == There::Put && intent.state == State::Held {
                    outbox::set_state(self.tx, intent.id, State::Waiting, None)?;
                }
                outbox::settled(self.tx, intent.id)
            }
        }
    }

    /// Logs versions that lost.
    pub(super) fn log(
        &mut self,
        collection: &Collection,
        (name, uid): (&ObjectName, &Uid),
        lost: &[Lost],
    ) -> Result<(), StoreError> {
        let Some(calendar) = collection.calendar.filter(|_| !lost.is_empty()) else {
            return Ok(());
        };
        if !self.has(Flaw::LoserNotLogged) {
            for one in lost {
                conflicts::add(self.tx, (calendar, name, uid), one, self.now)?;
            }
        }
        self.needs_a_look(collection.id);
        Ok(())
    }

    /// Nothing is under the id. That alone is no deletion, and the end of none: what we believed to be there is looked for
    /// in a complete listing.
    fn nothing_there(&mut self, collection: &Collection, id: &RemoteId) -> Result<(), StoreError> {
        let base = bases::of_remote(self.tx, collection.id, id)?;
        let intent = match &base {
            Some(base) => outbox::find(self.tx, collection.id, &base.name)?,
            None => outbox::of_remote(self.tx, collection.id, id)?,
        };
        match (base, intent) {
            // A new object did not arrive, or went since: it is sent again.
            (None, Some(intent)) => outbox::settled(self.tx, intent.id),
            (Some(_), _) => {
                bases::doubt(self.tx, collection.id, id)?;
                self.look_for_it(collection);
                Ok(())
            }
            (None, None) => {
                self.not_delivered(collection, id)?;
                self.look_for_it(collection);
                Ok(())
            }
        }
    }

    /// A complete listing says whether it is there; in the middle of one, the next step asks once more.
    fn look_for_it(&mut self, collection: &Collection) {
        let run = self.state.calendar(collection.id);
        let listing = run.pull.as_ref().map(|pull| &pull.stage);
        if !matches!(listing, Some(Stage::Fetching(_))) {
            self.want_everything(collection);
        }
    }

    /// The provider lists it and does not hand it out.
    pub(super) fn not_delivered(
        &mut self,
        collection: &Collection,
        id: &RemoteId,
    ) -> Result<(), StoreError> {
        let aside = SetAside {
            remote_id: id.clone(),
            etag: None,
            uid: None,
            reason: Reason::NotDelivered,
            since: self.now,
        };
        set_aside::add(self.tx, collection.id, &aside)
    }

    fn set_aside(
        &mut self,
        collection: &Collection,
        remote: &Remote,
        uid: Option<Uid>,
        reason: Reason,
    ) -> Result<(), StoreError> {
        // What cannot be read may be an answer that was torn: it is read once more before that version is left alone.
        let once_more = reason == Reason::Unreadable
            && !set_aside::is_there(self.tx, collection.id, &remote.id)?;
        let aside = SetAside {
            remote_id: remote.id.clone(),
            etag: (!once_more).then(|| remote.etag.clone()),
            uid,
            reason,
            since: self.now,
        };
        set_aside::add(self.tx, collection.id, &aside)?;
        self.needs_a_look(collection.id);
        Ok(())
    }
}

/// What both sides agreed on last.
struct Agreed<'a> {
    octets: Option<&'a [u8]>,
    /// What the provider said of it, where that is another text.
    said: Option<Cow<'a, [u8]>>,
    /// What was sent without a known outcome.
    sent: Option<&'a [u8]>,
}

impl<'a> Agreed<'a> {
    fn before(base: Option<&'a Base>, local: Option<&'a Object>) -> Self {
        let said = base.and_then(|base| base.said.as_ref());
        Self {
            octets: copies(base, local, None).base,
            said: said.map(|said| said.reveal().into()),
            sent: None,
        }
    }

    /// The same after a write of ours whose answer was lost, if it was carried out (rule E5). Anything else may be somebody
    /// else's.
    fn after(self, sent: Option<&'a Sent>, says: &[u8]) -> Self {
        let Some(Sent::Put(sent)) = sent else {
            return self;
        };
        let sent = sent.reveal().as_slice();
        let attempt = Attempt {
            agreed: self.octets,
            said: self.said(),
            sent,
        };
        match attempt.carried_out(says) {
            Some(done) => Self {
                octets: Some(sent),
                said: with_form(sent, &done.kept).map(Cow::Owned),
                sent: Some(sent),
            },
            None => Self {
                sent: Some(sent),
                ..self
            },
        }
    }

    fn said(&self) -> Option<&[u8]> {
        self.said.as_deref().or(self.octets)
    }

    /// Whether the provider has nothing but what is ours, in its own words, as it does when it is read the first time after a
    /// write.
    fn is_untouched(&self, says: &[u8]) -> bool {
        let ours = self.octets.or(self.sent);
        ours.is_some_and(|sent| {
            let attempt = Attempt {
                agreed: None,
                said: self.said(),
                sent,
            };
            attempt.is_all_of(says)
        })
    }

    /// What the provider says now, with what was agreed and has no form there (rule D4).
    fn with_what_is_kept<'r>(&self, says: &'r [u8]) -> Cow<'r, [u8]> {
        match (&self.said, self.octets) {
            (Some(before), Some(agreed)) => overlay(before, agreed, says).into(),
            _ => says.into(),
        }
    }
}

/// Whether the object here is, octet for octet, what the provider has.
fn is_same(here: &Here, local: Option<&Object>, remote: &[u8]) -> bool {
    match here {
        Here::Store(octets) => octets.reveal() == remote,
        Here::Keep => local.is_some_and(|local| local.octets == remote),
        Here::Remove => false,
    }
}
