//! The steps, one by one.

use bridge::store::{StoreError, accounts};
use bridge::sync::Input;
use chrono::TimeDelta;

use super::edits::{self, Field};
use super::history::History;
use super::plan::{Step, Who};
use super::world::{CALENDARS, PASSWORDS, World, calendar_of, uid_of};
use super::{Figures, Violation};
use crate::sandbox::caldav::Calendar;

/// What the server has of one object.
pub(super) struct There {
    pub(super) name: String,
    pub(super) octets: Vec<u8>,
}

/// What breaks an object: with it the text is a message, which no calendar may hold (RFC 4791 section 4.1).
const BREAKING: &str = "METHOD:REQUEST\r\n";

/// An object that the engine cannot take; everything that people wrote is still in it.
fn broken(octets: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(octets);
    text.replacen("VERSION:2.0\r\n", &format!("VERSION:2.0\r\n{BREAKING}"), 1)
        .into_bytes()
}

fn is_broken(octets: &[u8]) -> bool {
    String::from_utf8_lossy(octets).contains(BREAKING)
}

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
            Step::Touch { slot } => self.touch(slot),
            Step::Move { slot } => self.rename_object(slot),
            Step::Spoil { slot } => self.spoil(slot),
            Step::Mend => self.mend(),
            Step::Forget => {
                for name in CALENDARS {
                    // One that is deleted has no tokens.
                    drop(self.server().reset_tokens(name));
                }
                Ok(())
            }
            Step::Lie(lie) => {
                self.hidden |= lie.hides();
                self.server().trouble.lie(lie);
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
                self.server().account.app_password = None;
                Ok(())
            }
            Step::Reconnect => self.reconnect(),
            Step::Calendar { number } => {
                self.toggle_calendar(number);
                Ok(())
            }
            Step::Rename { number } => {
                if let Some(name) = CALENDARS.get(usize::from(number)) {
                    self.names += 1;
                    let title = format!("Title {}", self.names);
                    if let Ok(calendar) = self.server().calendar_mut(name) {
                        calendar.display_name = title;
                    }
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
        let calendar = calendar_of(slot);
        if self.deleted.contains_key(calendar) {
            return Ok(());
        }
        let Some(there) = self.there(slot) else {
            return self.make_as_other(slot);
        };
        let mark = self.mark();
        let before = edits::marks(&there.octets);
        let octets = edits::edit(&there.octets, field, &mark, self.now);
        self.put_there(calendar, &there.name, octets)?;
        self.history(slot).edited(field, before.get(&field), &mark);
        Ok(())
    }

    pub(super) fn make_as_other(&mut self, slot: u16) -> Result<(), Violation> {
        let (octets, marks) = self.fresh(slot);
        self.names += 1;
        let names = self.names;
        let name = match slot % 3 {
            0 => format!("o{names}-{slot}.ics"),
            1 => format!("O{names} {slot}@ä.ics"),
            _ => format!("{names}{{{slot}}}"),
        };
        self.put_there(calendar_of(slot), &name, octets)?;
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
        let Some(device) = self.devices.get_mut(number) else {
            return Ok(());
        };
        let here = device
            .object(copy.calendar, &edits::uid(slot))
            .map_err(|error| Violation(format!("F4: {error}")))?;
        let clock = device.clock(now);
        match here {
            None => {
                device.put(copy.calendar, None, fresh, now)?;
                self.history(slot).made(&fresh_marks);
            }
            Some(here) => {
                let octets = edits::edit(&here.octets, field, &mark, clock);
                let before = edits::marks(&here.octets);
                device.put(copy.calendar, Some(here.name), octets, now)?;
                self.history(slot).edited(field, before.get(&field), &mark);
            }
        }
        self.input(number, Input::LocalChange)
    }

    fn delete(&mut self, who: Who, slot: u16) -> Result<(), Violation> {
        let calendar = calendar_of(slot);
        let Who::Device(number) = who else {
            let Some(there) = self.there(slot) else {
                return Ok(());
            };
            self.figures.edits += 1;
            let now = self.now;
            let deleted = self.server().delete_as_other(calendar, &there.name, now);
            deleted.map_err(|gone| Violation(format!("harness: {gone}")))?;
            self.history(slot).deleted(&edits::marks(&there.octets));
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

    fn touch(&mut self, slot: u16) -> Result<(), Violation> {
        let Some(there) = self.there(slot) else {
            return Ok(());
        };
        self.put_there(calendar_of(slot), &there.name, there.octets)
    }

    fn rename_object(&mut self, slot: u16) -> Result<(), Violation> {
        let calendar = calendar_of(slot);
        let Some(there) = self.there(slot) else {
            return Ok(());
        };
        self.names += 1;
        let (name, now) = (format!("moved-{}.ics", self.names), self.now);
        let removed = self.server().delete_as_other(calendar, &there.name, now);
        removed.map_err(|gone| Violation(format!("harness: {gone}")))?;
        self.put_there(calendar, &name, there.octets)?;
        self.history(slot).renamed = true;
        Ok(())
    }

    fn spoil(&mut self, slot: u16) -> Result<(), Violation> {
        match self.there(slot) {
            Some(there) if !is_broken(&there.octets) => {
                self.put_there(calendar_of(slot), &there.name, broken(&there.octets))
            }
            _ => Ok(()),
        }
    }

    /// All broken objects are mended, where their calendar is there.
    pub(super) fn mend(&mut self) -> Result<(), Violation> {
        for calendar in CALENDARS {
            let broken: Vec<(String, Vec<u8>)> = self
                .server()
                .calendar(calendar)
                .into_iter()
                .flat_map(Calendar::objects)
                .filter(|(_, kept)| is_broken(&kept.octets))
                .map(|(name, kept)| (name.to_owned(), kept.octets.clone()))
                .collect();
            for (name, octets) in broken {
                let text = String::from_utf8_lossy(&octets);
                let mended = text.replacen(BREAKING, "", 1).into_bytes();
                self.put_there(calendar, &name, mended)?;
            }
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
        self.server().account.app_password = Some(PASSWORDS.1.to_owned());
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

    fn toggle_calendar(&mut self, number: u8) {
        let Some(name) = CALENDARS.get(usize::from(number)).copied() else {
            return;
        };
        if self.deleted.contains_key(name) {
            self.bring_back(name);
            return;
        }
        let calendar = self.server().delete_calendar(name);
        self.deleted
            .extend(calendar.map(|calendar| (name, calendar)));
    }

    pub(super) fn bring_back(&mut self, name: &'static str) {
        if let Some(calendar) = self.deleted.remove(name) {
            self.server().restore_calendar(name, calendar);
        }
    }

    fn history(&mut self, slot: u16) -> &mut History {
        self.histories.entry(slot).or_default()
    }

    /// What the server has of an object, broken or not.
    fn there(&self, slot: u16) -> Option<There> {
        let calendar = calendar_of(slot);
        let uid = edits::uid(slot);
        let server = self.server();
        let mut objects = server.calendar(calendar)?.objects();
        let found = objects.find(|(_, kept)| uid_of(&kept.octets).as_deref() == Some(uid.as_str()));
        found.map(|(name, kept)| There {
            name: name.to_owned(),
            octets: kept.octets.clone(),
        })
    }

    fn put_there(&mut self, calendar: &str, name: &str, octets: Vec<u8>) -> Result<(), Violation> {
        let now = self.now;
        let put = self.server().put_as_other(calendar, name, octets, now);
        put.map_err(|gone| Violation(format!("harness: {gone}")))
    }
}
