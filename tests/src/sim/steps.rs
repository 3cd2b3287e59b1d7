//! The steps, one by one.

use bridge::store::{StoreError, accounts};
use bridge::sync::Input;
use chrono::TimeDelta;

use super::edits::{self, Field};
use super::history::History;
use super::plan::{Step, Who};
use super::world::{CALENDARS, PASSWORDS, World, calendar_of};
use super::{Figures, Violation};

impl World {
    /// Takes all steps and comes to rest.
    pub(super) fn play(&mut self) -> Result<Figures, Violation> {
        for step in self.plan.steps.clone() {
            self.note(|| format!("{step:?}"));
            self.step(step)?;
            self.check()?;
        }
        self.come_to_rest()?;
        let (requests, faults) = self.net().counted();
        self.figures.requests = requests;
        self.figures.faults = faults;
        Ok(self.figures)
    }

    fn step(&mut self, step: Step) -> Result<(), Violation> {
        match step {
            Step::Edit { who, slot, field } => self.edit(who, slot, Field::number(field)),
            Step::Delete { who, slot } => self.delete(who, slot),
            Step::Purge { who, slot, count } => {
                (slot..slot.saturating_add(count)).try_for_each(|slot| self.delete(who, slot))
            }
            Step::Touch { slot } => Ok(self.server().touch(slot, self.now)?),
            Step::Move { slot } => self.relocate(slot),
            Step::Spoil { slot } => Ok(self.server().spoil(slot, self.now)?),
            Step::Mend => Ok(self.server().mend(self.now)?),
            Step::Forget => {
                self.server().forget();
                Ok(())
            }
            Step::Lie(lie) => {
                let hides = self.server().lie(lie);
                self.hidden |= hides;
                Ok(())
            }
            Step::Fault(fault) => {
                self.net().plan(fault);
                Ok(())
            }
            Step::Wait { seconds } => self.run_until(self.now + TimeDelta::seconds(seconds.into())),
            Step::Clock { device, seconds } => {
                if let Some(device) = self.devices.get_mut(device) {
                    device.skew = TimeDelta::seconds(seconds);
                    device.watch.stop_waiting();
                }
                self.input(device, Input::Tick)
            }
            Step::Crash { device } => self.crash(device),
            Step::Sleep { device } => self.sleep(device),
            Step::SyncNow { device, full } => self.input(
                device,
                Input::SyncNow {
                    account: None,
                    full,
                },
            ),
            Step::Revoke => {
                self.server().admit(None);
                Ok(())
            }
            Step::Reconnect => self.reconnect(),
            Step::Calendar { number } => {
                if let Some(name) = CALENDARS.get(usize::from(number)) {
                    self.server().toggle(name);
                }
                Ok(())
            }
            Step::Rename { number } => {
                if let Some(name) = CALENDARS.get(usize::from(number)) {
                    self.names += 1;
                    let title = format!("Title {}", self.names);
                    self.server().rename(name, &title);
                }
                Ok(())
            }
        }
    }

    fn edit(&mut self, who: Who, slot: u16, field: Field) -> Result<(), Violation> {
        self.figures.edits += 1;
        match who {
            Who::Other => self.edit_as_other(slot, field),
            Who::Device(number) => self.edit_at_device(number, slot, field),
        }
    }

    fn edit_as_other(&mut self, slot: u16, field: Field) -> Result<(), Violation> {
        if self.server().is_away(calendar_of(slot)) {
            return Ok(());
        }
        let before = self.server().marks(slot);
        let Some(before) = before else {
            return self.make_as_other(slot);
        };
        if !before.contains_key(&field) {
            return Ok(());
        }
        let mark = self.mark();
        self.server().edit(slot, field, &mark, self.now)?;
        self.history(slot).edited(field, before.get(&field), &mark);
        Ok(())
    }

    pub(super) fn make_as_other(&mut self, slot: u16) -> Result<(), Violation> {
        let (octets, marks) = self.fresh(slot);
        self.names += 1;
        if !self.server().may_make(slot, None) {
            return Ok(());
        }
        self.server().make(slot, self.names, octets, self.now)?;
        self.history(slot).made(&marks);
        Ok(())
    }

    fn edit_at_device(&mut self, number: usize, slot: u16, field: Field) -> Result<(), Violation> {
        let Some(copy) = self
            .devices
            .get(number)
            .and_then(|device| device.copy(calendar_of(slot)))
        else {
            return Ok(());
        };
        let (fresh, fresh_marks) = self.fresh(slot);
        let (mark, now) = (self.mark(), self.now);
        let may_make = self.server().may_make(slot, Some(number));
        let Some(device) = self.devices.get_mut(number) else {
            return Ok(());
        };
        let here = device
            .object(copy.calendar, &edits::uid(slot))
            .map_err(|error| Violation(format!("F4: {error}")))?;
        let clock = device.clock(now);
        match here {
            None if !may_make => return Ok(()),
            None => {
                device.put(copy.calendar, None, fresh, now)?;
                self.history(slot).made(&fresh_marks);
            }
            Some(here) => {
                let octets = edits::edit(&here.octets, field, &mark, clock);
                let before = edits::marks(&here.octets);
                if !before.contains_key(&field) {
                    return Ok(());
                }
                device.put(copy.calendar, Some(here.name), octets, now)?;
                self.history(slot).edited(field, before.get(&field), &mark);
            }
        }
        self.input(number, Input::LocalChange)
    }

    fn delete(&mut self, who: Who, slot: u16) -> Result<(), Violation> {
        let calendar = calendar_of(slot);
        let Who::Device(number) = who else {
            let before = self.server().marks(slot);
            let Some(before) = before else {
                return Ok(());
            };
            self.figures.edits += 1;
            self.server().delete(slot, self.now)?;
            self.history(slot).deleted(&before);
            return Ok(());
        };
        let now = self.now;
        let Some(device) = self.devices.get_mut(number) else {
            return Ok(());
        };
        let Some(copy) = device.copy(calendar) else {
            return Ok(());
        };
        let here = device
            .object(copy.calendar, &edits::uid(slot))
            .map_err(|error| Violation(format!("F4: {error}")))?;
        let Some(here) = here else { return Ok(()) };
        device.delete(copy.calendar, here.name, now)?;
        device.watch.deleted(&here.uid);
        self.figures.edits += 1;
        self.history(slot).deleted(&edits::marks(&here.octets));
        self.input(number, Input::LocalChange)
    }

    fn relocate(&mut self, slot: u16) -> Result<(), Violation> {
        let number = self.names + 1;
        let was_moved = self.server().relocate(slot, number, self.now)?;
        if was_moved {
            self.names = number;
            self.history(slot).renamed = true;
        }
        Ok(())
    }

    fn crash(&mut self, number: usize) -> Result<(), Violation> {
        self.figures.crashes += 1;
        self.harvest(number)?;
        let Some(device) = self.devices.get_mut(number) else {
            return Ok(());
        };
        let flights = device.crash()?;
        device.wake = None;
        device.asleep = false;
        self.abandon(number, flights)?;
        self.input(number, Input::Tick)
    }

    fn sleep(&mut self, number: usize) -> Result<(), Violation> {
        let Some(device) = self.devices.get_mut(number) else {
            return Ok(());
        };
        device.asleep = !device.asleep;
        if !device.asleep {
            return self.input(number, Input::Awake);
        }
        let flights = std::mem::take(&mut device.flights);
        self.abandon(number, flights)?;
        self.input(number, Input::Asleep)
    }

    pub(super) fn reconnect(&mut self) -> Result<(), Violation> {
        self.server().admit(Some(PASSWORDS.1));
        self.sign_in(PASSWORDS.1)?;
        for number in 0..self.devices.len() {
            let Some(device) = self.devices.get_mut(number) else {
                continue;
            };
            let account = device.account;
            device
                .store
                .write(move |tx| accounts::try_again(tx, account))
                .map_err(|error: StoreError| Violation(format!("F4: {error}")))?;
            device.watch.stop_waiting();
            let flights = std::mem::take(&mut device.flights);
            self.abandon(number, flights)?;
            self.input(number, Input::AccountsChanged)?;
        }
        Ok(())
    }

    fn history(&mut self, slot: u16) -> &mut History {
        self.histories.entry(slot).or_default()
    }
}
