//! The rules that hold when everything has come to rest: no more faults, nobody edits, two more rounds change nothing.

use std::collections::BTreeMap;

use bridge::store::outbox::{self, State};
use bridge::store::{StoreError, calendars, collections, held_deletions, set_aside};
use bridge::sync::Input;
use bridge_core::sync::LostKind;
use chrono::TimeDelta;

use super::Violation;
use super::device::Copy;
use super::edits::{self, slot_of};
use super::far::{Content, Contents};
use super::history::Found;
use super::world::{World, uid_of};

/// More rounds than this to rest are a failure. Rule L2 says 200; nothing ever needed more than a few.
const MOST_ROUNDS: u32 = 40;
/// Between two rounds: longer than any pause after a failure.
const BETWEEN: TimeDelta = TimeDelta::minutes(16);

/// What nothing may change any more.
#[derive(PartialEq, Eq, Debug)]
struct Stillness {
    server: u64,
    copies: Vec<String>,
}

impl World {
    pub(super) fn come_to_rest(&mut self) -> Result<(), Violation> {
        self.note(|| "peace".to_owned());
        self.make_peace()?;
        let first = self.rounds_until_still(false)?;
        let needs_a_day = self.server().needs_a_day();
        if !self.hidden && !needs_a_day {
            self.check_agreement(Strictness::WhatIsNotShown)?;
        }
        self.note(|| "a day later".to_owned());
        self.run_until(self.now + TimeDelta::hours(25))?;
        self.run_until_quiet(TimeDelta::hours(2))?;
        let second = self.rounds_until_still(true)?;
        self.figures.rounds_to_rest = if self.hidden { first + second } else { first };
        self.agree_to_what_is_held()?;
        self.rounds_until_still(true)?;
        self.check_agreement(Strictness::Everything)?;
        self.check_accuracy()?;
        self.check_histories()?;
        self.check_stillness()?;
        self.check_echo()?;
        self.check_writes()
    }

    /// Faults end, and people undo what only people can undo.
    fn make_peace(&mut self) -> Result<(), Violation> {
        self.net().calm();
        self.server().calm();
        self.server().bring_back();
        self.server().mend(self.now)?;
        for number in 0..self.devices.len() {
            let asleep = self.devices.get(number).is_some_and(|device| device.asleep);
            if asleep {
                if let Some(device) = self.devices.get_mut(number) {
                    device.asleep = false;
                }
                self.input(number, Input::Awake)?;
            }
        }
        self.run_until_quiet(TimeDelta::hours(2))?;
        self.reconnect()
    }

    /// Rounds at every device, until none changes anything anywhere.
    fn rounds_until_still(&mut self, full: bool) -> Result<u32, Violation> {
        for round in 0..MOST_ROUNDS {
            let before = self.stillness()?;
            self.round(full)?;
            self.check()?;
            if self.stillness()? == before && self.nothing_waits()? {
                return Ok(round);
            }
        }
        Err(Violation(format!("L2: no rest after {MOST_ROUNDS} rounds")))
    }

    fn round(&mut self, full: bool) -> Result<(), Violation> {
        self.note(|| "a round".to_owned());
        for number in 0..self.devices.len() {
            self.input(
                number,
                Input::SyncNow {
                    account: None,
                    full,
                },
            )?;
            self.run_until_quiet(TimeDelta::hours(2))?;
        }
        self.run_until(self.now + BETWEEN)?;
        self.run_until_quiet(TimeDelta::hours(2))
    }

    fn stillness(&self) -> Result<Stillness, Violation> {
        let mut copies = Vec::new();
        for device in &self.devices {
            for copy in &device.copies {
                let calendar = device
                    .store
                    .read(|tx| calendars::get(tx, copy.calendar))
                    .map_err(fail)?;
                copies.push(format!("{:?}", calendar.map(|calendar| calendar.seq)));
            }
        }
        Ok(Stillness {
            server: self.server().latest(),
            copies,
        })
    }

    fn nothing_waits(&self) -> Result<bool, Violation> {
        for device in &self.devices {
            for copy in &device.copies {
                let waiting = device
                    .store
                    .read(|tx| outbox::count(tx, copy.collection, State::Waiting))
                    .map_err(fail)?;
                let held = device
                    .store
                    .read(|tx| held_deletions::list(tx, copy.collection))
                    .map_err(fail)?;
                if waiting > 0 || !held.is_empty() {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The doctor agrees to the deletions that were held here.
    fn agree_to_what_is_held(&mut self) -> Result<(), Violation> {
        for device in &self.devices {
            for copy in device.copies.clone() {
                let agree = device.store.write(move |tx| {
                    for intent in outbox::list(tx, copy.collection)? {
                        if intent.state == State::Held {
                            outbox::set_state(tx, intent.id, State::Waiting, None)?;
                        }
                    }
                    Ok::<_, StoreError>(())
                });
                agree.map_err(fail)?;
            }
        }
        Ok(())
    }

    /// Rules D2, O2, O3, O5: both sides have the same, octet for octet.
    fn check_agreement(&self, strictness: Strictness) -> Result<(), Violation> {
        for device in &self.devices {
            for copy in &device.copies {
                let there = self.server().contents(copy.name)?;
                let here = self.contents_here(device.number, copy)?;
                let shown = self.shown(device.number, copy)?;
                for uid in there.keys().chain(here.keys()) {
                    let excused = strictness == Strictness::WhatIsNotShown && shown.contains(uid);
                    if there.get(uid) != here.get(uid) && !excused {
                        return Err(Violation(format!(
                            "D2: {uid} of {} differs at device {}: here {}, there {}",
                            copy.name,
                            device.number,
                            described(here.get(uid)),
                            described(there.get(uid)),
                        )));
                    }
                }
            }
        }
        Ok(())
    }

    /// After a complete listing nothing differs but what the doctor is told of.
    fn check_accuracy(&self) -> Result<(), Violation> {
        for device in &self.devices {
            for copy in &device.copies {
                let (compared, told) = device
                    .store
                    .read(|tx| {
                        let collection = collections::get(tx, copy.collection)?;
                        let aside = set_aside::list(tx, copy.collection)?.len();
                        let held = held_deletions::list(tx, copy.collection)?.len();
                        Ok::<_, StoreError>((collection.and_then(|one| one.compared), aside + held))
                    })
                    .map_err(fail)?;
                let differing = compared.map(|compared| compared.differing);
                if differing.is_none_or(|differing| u64::from(differing) > told as u64) {
                    return Err(Violation(format!(
                        "O1: {compared:?} of {} at device {}, and {told} told",
                        copy.name, device.number
                    )));
                }
            }
        }
        Ok(())
    }

    fn contents_here(&self, number: usize, copy: &Copy) -> Result<Contents, Violation> {
        let Some(device) = self.devices.get(number) else {
            return Ok(Contents::new());
        };
        let objects = device.objects(copy.calendar).map_err(fail)?;
        let server = self.server();
        Ok(objects
            .into_iter()
            .map(|local| (local.uid, server.content(&local.octets)))
            .collect())
    }

    /// UIDs of which the doctor is told that they wait for him.
    fn shown(&self, number: usize, copy: &Copy) -> Result<Vec<String>, Violation> {
        let Some(device) = self.devices.get(number) else {
            return Ok(Vec::new());
        };
        let names = device
            .store
            .read(|tx| outbox::list(tx, copy.collection))
            .map_err(fail)?;
        let mut shown = Vec::new();
        for intent in names {
            let base = device
                .store
                .read(|tx| bridge::store::bases::get(tx, copy.collection, &intent.name))
                .map_err(fail)?;
            let kept = base.and_then(|base| base.octets);
            shown.extend(kept.and_then(|octets| uid_of(octets.reveal())));
            for local in device.objects(copy.calendar).map_err(fail)? {
                if local.name == intent.name {
                    shown.push(local.uid);
                }
            }
        }
        Ok(shown)
    }

    /// Keeps what a device logged as lost.
    pub(super) fn harvest(&mut self, number: usize) -> Result<(), Violation> {
        let Some(device) = self.devices.get(number) else {
            return Ok(());
        };
        for loser in device.lost().map_err(fail)? {
            if loser.kind == LostKind::EditBeatDeletion {
                self.deletions_logged.insert(loser.uid);
            }
            let marks = loser.version.map(|octets| edits::marks(&octets));
            self.logged
                .extend(marks.into_iter().flat_map(BTreeMap::into_values));
        }
        Ok(())
    }

    /// Rules D2, D5, D6: nobody's words are lost.
    fn check_histories(&mut self) -> Result<(), Violation> {
        for number in 0..self.devices.len() {
            self.harvest(number)?;
        }
        let mut there = Contents::new();
        for copy in self.copies(0) {
            there.extend(self.server().contents(copy.name)?);
        }
        for uid in there.keys() {
            if slot_of(uid).is_none() {
                return Err(Violation(format!("D2: nobody made {uid}")));
            }
        }
        let stripped = self.server().stripped();
        for (slot, history) in &self.histories {
            let uid = edits::uid(*slot);
            // What was deleted and made again begins anew.
            if history.deletions == 0 && stripped.contains(&uid) {
                return Err(Violation(format!(
                    "D4: what only the service knows of {uid} is gone"
                )));
            }
            let marks = there.get(&uid).map(Content::marks);
            let found = Found {
                marks: marks.as_ref(),
                logged: &self.logged,
                deletion_excused: self.hidden
                    || self.deletions_logged.contains(&uid)
                    || self
                        .devices
                        .iter()
                        .any(|device| device.watch.uncertain.contains(&uid)),
            };
            history
                .judge(&found)
                .map_err(|wrong| Violation(format!("{wrong} ({uid}: {marks:?})")))?;
        }
        Ok(())
    }

    /// Two more rounds change nothing.
    fn check_stillness(&mut self) -> Result<(), Violation> {
        let before = self.stillness()?;
        self.round(false)?;
        self.round(false)?;
        let after = self.stillness()?;
        if before == after {
            Ok(())
        } else {
            Err(Violation(format!(
                "L2: rounds at rest change something: {before:?}, {after:?}"
            )))
        }
    }

    /// Rule L1: another entity tag without another text changes nothing here and sends nothing there.
    fn check_echo(&mut self) -> Result<(), Violation> {
        self.server().touch_all(self.now)?;
        let before = self.stillness()?;
        self.run_until(self.now + TimeDelta::minutes(11))?;
        self.round(false)?;
        let mut after = self.stillness()?;
        if self.server().caldav().is_none() {
            // Such a service stamps what it touches, and the stamp is shown here.
            after.copies.clone_from(&before.copies);
        }
        if after == before {
            Ok(())
        } else {
            Err(Violation(
                "L1: new entity tags alone changed something".to_owned(),
            ))
        }
    }

    /// Rule L2: at most three writes for each edit.
    fn check_writes(&self) -> Result<(), Violation> {
        let (writes, edits) = (self.figures.writes, self.figures.edits);
        let most = 3 * (edits + u64::from(self.plan.setting.objects));
        if writes > most {
            return Err(Violation(format!("L2: {writes} writes for {edits} edits")));
        }
        Ok(())
    }
}

/// Whether objects count that the doctor is told to look at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    WhatIsNotShown,
    Everything,
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what map_err hands over"
)]
fn fail(error: StoreError) -> Violation {
    Violation(format!("F4: {error}"))
}

fn described(content: Option<&Content>) -> String {
    match content {
        None => "nothing".to_owned(),
        Some(Content::Text(octets)) => {
            format!("{} octets, {:?}", octets.len(), edits::marks(octets))
        }
        Some(Content::Marks(marks)) => format!("{marks:?}"),
    }
}
