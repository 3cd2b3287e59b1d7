//! Time, the server, the devices, and everything that is on its way between them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use bridge::provider::ProviderError;
use bridge::sync::{Answer, Call, CallId, Effect, Input, News};
use bridge_core::time::Instant;
use chrono::{DateTime, TimeDelta};
use tempfile::TempDir;

use super::device::{Copy, Device, Flight};
use super::edits::Marks;
use super::far::Far;
use super::history::History;
use super::net::Net;
use super::plan::{Layer, Plan};
use super::wire::{self, Wire};
use super::{Bug, Figures, Violation, direct, edits, far};
use crate::sandbox::caldav::EtagForm;

pub(super) const FRONT: &str = "https://caldav.icloud.com";
pub(super) const HOME: &str = "https://p07-caldav.icloud.com";
pub(super) const ACCOUNT_NUMBER: &str = "42";
pub(super) const USER: &str = "anna@cloud.example";
pub(super) const PASSWORDS: (&str, &str) = ("first-word", "second-word");
pub(super) const CALENDARS: [&str; 2] = ["home", "work"];

/// More events than any run has: something goes round in circles.
const MOST_EVENTS: u32 = 60_000;

/// A run under way.
pub struct World {
    pub(super) plan: Plan,
    bug: Option<Bug>,
    pub(super) now: Instant,
    server: Arc<Mutex<Box<dyn Far>>>,
    net: Arc<Mutex<Net>>,
    pub(super) devices: Vec<Device>,
    pub(super) histories: BTreeMap<u16, History>,
    /// Marks in versions that lost.
    pub(super) logged: BTreeSet<String>,
    /// UIDs of which a deletion lost.
    pub(super) deletions_logged: BTreeSet<String>,
    /// A listing hid something that was there, and not everything was listed since.
    pub(super) hidden: bool,
    pub(super) figures: Figures,
    pub(super) marks: u32,
    pub(super) names: u32,
    events: u32,
    trace: Option<Vec<String>>,
    _folder: TempDir,
}

/// Where the files lie: in memory where the machine has such a folder, so that a commit costs no disk.
fn folder() -> Result<TempDir> {
    let memory = PathBuf::from("/dev/shm");
    Ok(if memory.is_dir() {
        tempfile::Builder::new().prefix("sim-").tempdir_in(memory)?
    } else {
        tempfile::Builder::new().prefix("sim-").tempdir()?
    })
}

/// The UID of an object.
pub(super) fn uid_of(octets: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(octets);
    let line = text.lines().find_map(|line| line.strip_prefix("UID:"))?;
    Some(line.trim().to_owned())
}

/// The calendar that the object of this number belongs to.
pub(super) fn calendar_of(slot: u16) -> &'static str {
    if slot % 4 == 3 { "home" } else { "work" }
}

impl World {
    /// A world as the plan sets it, before its first step.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn new(plan: &Plan, bug: Option<Bug>) -> Result<Self> {
        let setting = &plan.setting;
        // 2026-11-02, a Monday.
        let now = DateTime::from_timestamp(1_793_606_400, 0).unwrap_or_default();
        let mut net = Net::new(plan.seed, setting.faults, setting.slow, now);
        net.tagless = setting.server.behaviour().etags == EtagForm::Missing;
        let folder = folder()?;
        let devices = (0..setting.devices)
            .map(|number| {
                let from = (plan.seed, setting.server);
                Device::make(number, folder.path(), from, now, bug.and_then(Bug::flaw))
            })
            .collect::<Result<_>>()?;
        let mut world = Self {
            plan: plan.clone(),
            bug,
            now,
            server: Arc::new(Mutex::new(far::make(setting))),
            net: Arc::new(Mutex::new(net)),
            devices,
            histories: BTreeMap::new(),
            logged: BTreeSet::new(),
            deletions_logged: BTreeSet::new(),
            hidden: false,
            figures: Figures::default(),
            marks: 0,
            names: 0,
            events: 0,
            trace: None,
            _folder: folder,
        };
        world.sign_in(PASSWORDS.0)?;
        for slot in 0..setting.objects {
            world.make_as_other(slot)?;
        }
        world.figures.edits = 0;
        Ok(world)
    }

    /// All devices know this password.
    pub(super) fn sign_in(&mut self, password: &str) -> Result<()> {
        if self.plan.setting.layer == Layer::Direct {
            return Ok(());
        }
        for device in &mut self.devices {
            let wire = Wire {
                server: Arc::clone(&self.server),
                net: Arc::clone(&self.net),
                word: password.to_owned(),
                slip: self.bug.and_then(Bug::slip),
            };
            device.provider = Some(wire::provider(wire, self.plan.setting.server)?);
        }
        Ok(())
    }

    pub(super) fn server(&self) -> MutexGuard<'_, Box<dyn Far>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn net(&self) -> MutexGuard<'_, Net> {
        self.net.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn copies(&self, number: usize) -> Vec<Copy> {
        let device = self.devices.get(number);
        device
            .map(|device| device.copies.clone())
            .unwrap_or_default()
    }

    /// A mark that nobody used before.
    pub(super) fn mark(&mut self) -> String {
        self.marks += 1;
        format!("m{}", self.marks)
    }

    /// A new object with four new marks.
    pub(super) fn fresh(&mut self, slot: u16) -> (Vec<u8>, Marks) {
        let marks = [self.mark(), self.mark(), self.mark(), self.mark()];
        let [title, place, text, moved] = &marks;
        let octets = edits::object(slot, [title, place, text, moved], self.now);
        let marks = edits::marks(&octets);
        (octets, marks)
    }

    pub(super) fn keep_trace(&mut self) {
        self.trace = Some(Vec::new());
    }

    pub(super) fn take_trace(&mut self) -> Vec<String> {
        self.trace.take().unwrap_or_default()
    }

    pub(super) fn note(&mut self, what: impl FnOnce() -> String) {
        let now = self.now;
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{} {}", now.format("%d %H:%M:%S%.3f"), what()));
        }
    }

    /// Everything that happens until then.
    pub(super) fn run_until(&mut self, until: Instant) -> Result<(), Violation> {
        while let Some((at, device, event)) = self.next_event() {
            if at > until {
                break;
            }
            self.now = self.now.max(at);
            self.events += 1;
            if self.events > MOST_EVENTS {
                return Err(Violation("L2: it goes round in circles".to_owned()));
            }
            self.happen(device, &event)?;
        }
        self.now = self.now.max(until);
        Ok(())
    }

    /// Everything until no call is under way, but no longer than `most`.
    pub(super) fn run_until_quiet(&mut self, most: TimeDelta) -> Result<(), Violation> {
        let end = self.now + most;
        while self.devices.iter().any(|device| !device.flights.is_empty()) {
            let next = self.next_event().map_or(end, |(at, ..)| at);
            if next > end {
                break;
            }
            self.run_until(next)?;
        }
        Ok(())
    }

    fn next_event(&self) -> Option<(Instant, usize, Event)> {
        self.devices
            .iter()
            .filter_map(|device| {
                let (at, event) = device.next_event()?;
                Some((at.max(self.now), device.number, event))
            })
            .min_by_key(|(at, number, _)| (*at, *number))
    }

    fn happen(&mut self, number: usize, event: &Event) -> Result<(), Violation> {
        let Some(device) = self.devices.get_mut(number) else {
            return Ok(());
        };
        match event {
            Event::Wake => {
                device.wake = None;
                self.input(number, Input::Tick)
            }
            Event::Arrives(id) => self.arrives(number, *id),
            Event::Answer(id) => {
                let at = device.flights.iter().position(|flight| flight.id == *id);
                let Some(flight) = at.map(|at| device.flights.remove(at)) else {
                    return Ok(());
                };
                let Some((_, result)) = flight.answer else {
                    return Ok(());
                };
                let clock = device.clock(self.now);
                device.watch.ends(&flight.call, &result, clock);
                self.input(
                    number,
                    Input::Done {
                        call: flight.id,
                        result,
                    },
                )
            }
        }
    }

    fn arrives(&mut self, number: usize, id: CallId) -> Result<(), Violation> {
        let Some(device) = self.devices.get(number) else {
            return Ok(());
        };
        let flight = device.flights.iter().find(|flight| flight.id == id);
        let Some(call) = flight.map(|flight| flight.call.clone()) else {
            return Ok(());
        };
        let result = self.carry_out(number, &call)?;
        let back = self.now + TimeDelta::milliseconds(self.net().delay());
        let device = self.devices.get_mut(number);
        let mut flights = device.into_iter().flat_map(|device| &mut device.flights);
        if let Some(flight) = flights.find(|flight| flight.id == id) {
            flight.answer = Some((back, result));
        }
        Ok(())
    }

    /// The server carries out a call, perhaps.
    pub(super) fn carry_out(
        &mut self,
        number: usize,
        call: &Call,
    ) -> Result<Result<Answer, ProviderError>, Violation> {
        self.net().now = self.now;
        let before = self.server().latest();
        let provider = self
            .devices
            .get(number)
            .and_then(|device| device.provider.clone());
        let outcome = if let Some(provider) = provider {
            wire::call(provider.as_ref(), call)?
        } else {
            let mut server = self.server();
            let server = server
                .caldav()
                .ok_or_else(|| Violation("harness: only CalDAV is asked directly".to_owned()))?;
            direct::call(server, &mut self.net(), call)
        };
        let after = self.server().latest();
        self.figures.writes += u64::from(after != before);
        let seen = std::mem::take(&mut self.net().seen);
        for line in seen {
            self.note(|| format!("        {line}"));
        }
        let complaint = self.net().complaints.pop();
        if let Some(complaint) = complaint.or_else(|| self.server().complaint()) {
            return Err(Violation(complaint));
        }
        Ok(outcome)
    }

    /// Tells a device's engine something and does what it says.
    pub(super) fn input(&mut self, number: usize, input: Input) -> Result<(), Violation> {
        self.note(|| format!("    device {number} <- {}", told(&input)));
        let now = self.now;
        let Some(device) = self.devices.get_mut(number) else {
            return Ok(());
        };
        let clock = device.clock(now);
        let effects = device
            .engine
            .handle(input, clock)
            .map_err(|error| Violation(format!("F4: {error}")))?;
        for effect in effects {
            self.effect(number, effect)?;
        }
        Ok(())
    }

    fn effect(&mut self, number: usize, effect: Effect) -> Result<(), Violation> {
        self.note(|| format!("    device {number} -> {}", asked(&effect)));
        let delay = self.net().delay();
        let now = self.now;
        let Some(device) = self.devices.get_mut(number) else {
            return Ok(());
        };
        match effect {
            Effect::Call { id, call, .. } => {
                let clock = device.clock(now);
                device.watch.begins(&call, device.flights.len(), clock)?;
                device.flights.push(Flight {
                    id,
                    call,
                    arrives: now + TimeDelta::milliseconds(delay),
                    answer: None,
                });
            }
            Effect::WakeAt(at) => device.wake = Some(at),
            Effect::News(News::RoundEnded(_)) => device.rounds += 1,
            Effect::News(News::Account(_) | News::NeedsALook(_)) => {}
        }
        Ok(())
    }

    /// Calls that nobody waits for any more: some had left already.
    pub(super) fn abandon(&mut self, number: usize, flights: Vec<Flight>) -> Result<(), Violation> {
        for flight in flights {
            if let Some(device) = self.devices.get_mut(number) {
                device.watch.forgotten(&flight.call);
            }
            let left = flight.answer.is_none() && self.net().toss();
            if left {
                drop(self.carry_out(number, &flight.call)?);
            }
        }
        Ok(())
    }
}

/// What comes next at a device.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// The time that the engine asked for.
    Wake,
    /// A call is at the server.
    Arrives(CallId),
    /// An answer is here.
    Answer(CallId),
}

impl Device {
    fn next_event(&self) -> Option<(Instant, Event)> {
        let flights = self.flights.iter().map(|flight| match &flight.answer {
            Some((back, _)) => (*back, flight.id, Event::Answer(flight.id)),
            None => (flight.arrives, flight.id, Event::Arrives(flight.id)),
        });
        let next = flights
            .min_by_key(|(at, id, _)| (*at, *id))
            .map(|(at, _, event)| (at, event));
        let wake = self
            .wake
            .filter(|_| !self.asleep)
            .map(|at| (at - self.skew, Event::Wake));
        match (next, wake) {
            (Some(next), Some(wake)) if wake.0 < next.0 => Some(wake),
            (Some(next), _) => Some(next),
            (None, wake) => wake,
        }
    }
}

fn told(input: &Input) -> String {
    match input {
        Input::Done { call, result } => {
            let result = match result {
                Ok(answer) => answered(answer),
                Err(error) => format!("{error} ({:?})", error.sent),
            };
            format!("{} {result}", call.0)
        }
        other => format!("{other:?}"),
    }
}

fn answered(answer: &Answer) -> String {
    match answer {
        Answer::Changes(page) => format!(
            "{:?} +{} -{} {:?}",
            page.extent,
            page.present.len(),
            page.removed.len(),
            page.next
        ),
        Answer::Objects(objects) => {
            let shown: Vec<String> = objects
                .iter()
                .map(|one| format!("{} {:?}", one.id, one.found))
                .collect();
            format!("Objects [{}]", shown.join(", "))
        }
        Answer::Calendars(list) => format!("{} calendars", list.len()),
        Answer::Stored(stored) => format!("{stored:?}"),
        Answer::Deleted => "Deleted".to_owned(),
    }
}

fn asked(effect: &Effect) -> String {
    let Effect::Call { id, call, .. } = effect else {
        return format!("{effect:?}");
    };
    let about = match call {
        Call::ListCalendars => String::new(),
        Call::Changes { calendar, since } => format!("{calendar} since {since:?}"),
        Call::Get { ids, .. } => format!("{ids:?}"),
        Call::Create { id, octets, .. } => format!("{id} {:?}", edits::marks(octets)),
        Call::Update {
            id,
            octets,
            if_match,
            ..
        } => format!("{id} if {if_match} {:?}", edits::marks(octets)),
        Call::Delete { id, if_match, .. } => format!("{id} if {if_match}"),
    };
    format!("{} {call:?} {about}", id.0)
}
