//! The rules that hold at every moment.

use std::collections::{BTreeMap, BTreeSet};

use bridge::provider::{ErrorKind, Extent, ProviderError, RetryAfter, Sent};
use bridge::store::{bases, collections, outbox, set_aside};
use bridge::sync::{Answer, Call};
use bridge_core::ids::{ObjectName, RemoteId};
use bridge_core::time::Instant;

use super::Violation;
use super::device::{Copy, Device, Local};
use super::direct::{calendar_id, object_id};
use super::edits::{missing_line, slot_of};
use super::world::{World, uid_of};

/// At most so many calls of an account are under way (rule F3).
const MOST_CALLS: usize = 4;

/// What is remembered of a device's calls.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The provider asked to wait until then, on the device's clock.
    pub(super) wait_until: Option<Instant>,
    /// Objects that were written without a known outcome, with their UIDs, and not looked at since.
    unknown: BTreeMap<RemoteId, Option<String>>,
    /// UIDs of new objects of which nobody knew whether they arrived.
    pub(super) uncertain: BTreeSet<String>,
    /// What was here at the last look, by calendar.
    seen: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Watch {
    /// The engine wants a call made.
    pub(super) fn begins(
        &mut self,
        call: &Call,
        under_way: usize,
        clock: Instant,
    ) -> Result<(), Violation> {
        if under_way >= MOST_CALLS {
            return Err(Violation("F3: more than four calls at once".to_owned()));
        }
        if let Some(until) = self.wait_until.filter(|until| clock < *until) {
            return Err(Violation(format!(
                "F3: {call:?} at {clock}, but the server asked to wait until {until}"
            )));
        }
        let (id, if_match, octets) = match call {
            Call::Create { id, octets, .. } => (id, None, Some(octets)),
            Call::Update {
                id,
                octets,
                if_match,
                ..
            } => (id, Some(if_match), Some(octets)),
            Call::Delete { id, if_match, .. } => (id, Some(if_match), None),
            Call::ListCalendars | Call::Changes { .. } | Call::Get { .. } => return Ok(()),
        };
        if if_match.is_some_and(|etag| etag.as_str() == "*") {
            return Err(Violation(format!("E4: {call:?} without a condition")));
        }
        let uid = octets.and_then(|octets| uid_of(octets));
        let twin = matches!(call, Call::Create { .. })
            && uid.is_some()
            && self.unknown.values().any(|other| *other == uid);
        if twin || self.unknown.contains_key(id) {
            return Err(Violation(format!(
                "E5: {call:?} of {id} although nobody knows what became of the last write"
            )));
        }
        Ok(())
    }

    /// A call ends without an answer that anybody hears.
    pub(super) fn forgotten(&mut self, call: &Call) {
        if let Call::Create { octets, .. } = call {
            self.uncertain.extend(uid_of(octets));
        }
        match call {
            Call::Create { id, octets, .. } | Call::Update { id, octets, .. } => {
                self.unknown.insert(id.clone(), uid_of(octets));
            }
            Call::Delete { id, .. } => {
                self.unknown.insert(id.clone(), None);
            }
            Call::ListCalendars | Call::Changes { .. } | Call::Get { .. } => {}
        }
    }

    /// An answer is about to be heard.
    pub(super) fn ends(
        &mut self,
        call: &Call,
        outcome: &Result<Answer, ProviderError>,
        clock: Instant,
    ) {
        match outcome {
            Err(error) => {
                if let (Call::Create { octets, .. }, ErrorKind::PreconditionFailed) =
                    (call, error.kind)
                {
                    // Perhaps it was ours, sent twice by the network.
                    self.uncertain.extend(uid_of(octets));
                }
                if error.kind == ErrorKind::Unauthenticated {
                    // From here on it waits for the doctor, who says when to go on.
                    self.stop_waiting();
                }
                if error.sent == Sent::Unknown {
                    self.forgotten(call);
                }
                self.asked_to_wait(error, clock);
            }
            Ok(Answer::Objects(_)) => {
                if let Call::Get { ids, .. } = call {
                    self.unknown.retain(|id, _| !ids.contains(id));
                }
            }
            Ok(Answer::Changes(page)) => {
                let shown: BTreeSet<&RemoteId> = page
                    .present
                    .iter()
                    .map(|(id, _)| id)
                    .chain(&page.removed)
                    .collect();
                let complete = page.extent == Extent::Complete;
                self.unknown
                    .retain(|id, _| !complete && !shown.contains(id));
            }
            Ok(Answer::Calendars(_) | Answer::Stored(_) | Answer::Deleted) => {}
        }
    }

    fn asked_to_wait(&mut self, error: &ProviderError, clock: Instant) {
        let until = match error.retry_after {
            Some(RetryAfter::Delay(delay)) => clock + delay,
            Some(RetryAfter::At(at)) => at,
            None => return,
        };
        if error.kind == ErrorKind::RateLimited {
            self.wait_until = self.wait_until.max(Some(until));
        }
    }

    /// The doctor deleted an object: another may be made with its UID.
    pub(super) fn deleted(&mut self, uid: &str) {
        for known in self.unknown.values_mut() {
            known.take_if(|known| known == uid);
        }
    }

    /// The clock was set, or the doctor wants to try at once.
    pub(super) fn stop_waiting(&mut self) {
        self.wait_until = None;
    }
}

impl World {
    /// Checks what can be seen from outside between two steps.
    pub(super) fn check(&mut self) -> Result<(), Violation> {
        let is_caldav = self.server().caldav().is_some();
        for number in 0..self.devices.len() {
            for copy in self.copies(number) {
                let locals = self.locals(number, copy)?;
                let uids = locals.iter().map(|local| local.uid.clone()).collect();
                self.check_removals(number, copy, &uids)?;
                let Some(device) = self.devices.get_mut(number) else {
                    continue;
                };
                device.watch.seen.insert(copy.name, uids);
                device.check_kept(&locals, is_caldav)?;
                device.check_objects(copy, &locals)?;
            }
            self.check_tokens(number)?;
        }
        Ok(())
    }

    fn locals(&self, number: usize, copy: Copy) -> Result<Vec<Local>, Violation> {
        let device = self.devices.get(number);
        let objects = device.map(|device| device.objects(copy.calendar));
        objects
            .transpose()
            .map(Option::unwrap_or_default)
            .map_err(|error| Violation(format!("F4: {error}")))
    }

    /// Rule D3: nothing goes here that nobody deleted.
    fn check_removals(
        &self,
        number: usize,
        copy: Copy,
        now: &BTreeSet<String>,
    ) -> Result<(), Violation> {
        let before = self
            .devices
            .get(number)
            .and_then(|device| device.watch.seen.get(copy.name));
        let missing: Vec<&String> = before
            .into_iter()
            .flatten()
            .filter(|uid| !now.contains(*uid))
            .filter(|uid| {
                let history = slot_of(uid).and_then(|slot| self.histories.get(&slot));
                // A new name that a listing hides, while the old one is gone, cannot be told from a deletion. It comes back.
                let unfindable = history.is_some_and(|history| self.hidden && history.renamed);
                history.is_none_or(|history| history.deletions == 0) && !unfindable
            })
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Violation(format!(
            "D3: device {number} lost {missing:?} of {}, which nobody deleted",
            copy.name
        )))
    }

    /// Rule O1: what a token covers is here.
    fn check_tokens(&self, number: usize) -> Result<(), Violation> {
        if self.hidden {
            return Ok(());
        }
        let Some(device) = self.devices.get(number) else {
            return Ok(());
        };
        let mut server = self.server();
        let Some(server) = server.caldav() else {
            return Ok(());
        };
        for copy in &device.copies {
            let Some(calendar) = server.calendar(copy.name) else {
                continue;
            };
            let covered = device.covered(*copy, calendar.reached().0)?;
            let Some(covered) = covered else { continue };
            for (name, kept) in calendar.objects() {
                if kept.revision > covered {
                    continue;
                }
                let id = object_id(&calendar_id(copy.name), name);
                if !device.knows(*copy, &id)? {
                    return Err(Violation(format!(
                        "O1: device {number} has a token for {covered} and not {name} of {} (change {})",
                        copy.name, kept.revision
                    )));
                }
            }
        }
        Ok(())
    }
}

impl Device {
    /// Rule D4: nothing of an object is lost. Services that say it in their own words are watched where they are.
    fn check_kept(&self, locals: &[Local], is_caldav: bool) -> Result<(), Violation> {
        let lost = locals.iter().filter(|_| is_caldav).find_map(|local| {
            let line = missing_line(&local.octets)?;
            Some((line, &local.uid))
        });
        match lost {
            None => Ok(()),
            Some((line, uid)) => {
                let number = self.number;
                let lost = format!("D4: {line} of {uid} is gone at device {number}");
                Err(Violation(lost))
            }
        }
    }

    /// Rule E2: every difference between what is here and what was agreed is an intent.
    fn check_objects(&self, copy: Copy, locals: &[Local]) -> Result<(), Violation> {
        let fail = |error| Violation(format!("F4: {error}"));
        let intents = self.store.read(|tx| outbox::list(tx, copy.collection));
        let intents: BTreeSet<ObjectName> = intents
            .map_err(fail)?
            .into_iter()
            .map(|intent| intent.name)
            .collect();
        for local in locals {
            let base = self
                .store
                .read(|tx| bases::get(tx, copy.collection, &local.name))
                .map_err(fail)?;
            let agreed = base.is_some_and(|base| {
                base.octets
                    .is_none_or(|octets| *octets.reveal() == local.octets)
            });
            if !agreed && !intents.contains(&local.name) {
                return Err(Violation(format!(
                    "E2: {} ({}) differs from its base at device {} and nothing says so",
                    local.uid, local.name, self.number
                )));
            }
        }
        let names: BTreeSet<&ObjectName> = locals.iter().map(|local| &local.name).collect();
        let marks = self.store.read(|tx| bases::marks(tx, copy.collection));
        for id in marks.map_err(fail)?.into_keys() {
            let base = self
                .store
                .read(|tx| bases::of_remote(tx, copy.collection, &id))
                .map_err(fail)?;
            let gone = base
                .is_some_and(|base| !names.contains(&base.name) && !intents.contains(&base.name));
            if gone {
                return Err(Violation(format!(
                    "E2: {id} was deleted at device {} and nothing says so",
                    self.number
                )));
            }
        }
        Ok(())
    }

    /// Up to which change of this series the token of a copy reaches.
    fn covered(&self, copy: Copy, series: u64) -> Result<Option<u64>, Violation> {
        let collection = self.store.read(|tx| collections::get(tx, copy.collection));
        let collection = collection.map_err(|error| Violation(format!("F4: {error}")))?;
        let token = collection.and_then(|collection| collection.token);
        Ok(token.and_then(|token| {
            let token = token.as_str();
            let reached = token
                .strip_prefix(&format!("FT=-@RU={series}@S="))
                .or_else(|| token.strip_prefix(&format!("{series}:")))?;
            reached.trim_end_matches('+').parse().ok()
        }))
    }

    fn knows(&self, copy: Copy, id: &RemoteId) -> Result<bool, Violation> {
        let known = self.store.read(|tx| {
            let base = bases::of_remote(tx, copy.collection, id)?;
            Ok(base.is_some() || set_aside::is_there(tx, copy.collection, id)?)
        });
        known.map_err(|error: bridge::store::StoreError| Violation(format!("F4: {error}")))
    }
}
