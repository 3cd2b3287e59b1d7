//! Random walks: users on both sides, faults, crashes and clocks in any order. At rest both sides are the same, and every
//! edit is there, in the log, or was replaced by somebody who saw it.

use std::collections::{BTreeMap, BTreeSet};

use bridge_core::ical::CalendarObject;
use chrono::TimeDelta;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::cloud::Fault;
use super::world::{World, calendar_id, dated, id};
use crate::provider::{ErrorKind, ProviderError};
use crate::store::outbox::{self, State};
use crate::store::{collections, objects};
use crate::sync::Input;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Op {
    EditHere(u8),
    DeleteHere(u8),
    EditThere(u8),
    DeleteThere(u8),
    MoveThere(u8, u8),
    TouchThere(u8),
    Fail(&'static str, ErrorKind, bool),
    Lose(&'static str),
    Steps(u8),
    Crash(bool),
    Wait(i64),
    Round(bool),
    Sleep,
    Unlisted(u8),
    Withheld(u8),
    Listed,
    Page(Option<usize>),
    Expire,
    Rewrite(bool),
}

const CALLS: [&str; 6] = [
    "ListCalendars",
    "Changes",
    "Get",
    "Create",
    "Update",
    "Delete",
];

fn op() -> impl Strategy<Value = Op> {
    let object = || 0..5_u8;
    prop_oneof![
        6 => object().prop_map(Op::EditHere),
        3 => object().prop_map(Op::DeleteHere),
        6 => object().prop_map(Op::EditThere),
        3 => object().prop_map(Op::DeleteThere),
        1 => (object(), object()).prop_map(|(from, to)| Op::MoveThere(from, to)),
        1 => object().prop_map(Op::TouchThere),
        3 => (select(&CALLS[..]), select(ErrorKind::ALL), any::<bool>())
            .prop_map(|(call, kind, unknown)| Op::Fail(call, kind, unknown)),
        3 => select(&CALLS[3..]).prop_map(Op::Lose),
        12 => (0..6_u8).prop_map(Op::Steps),
        2 => any::<bool>().prop_map(Op::Crash),
        4 => select(vec![1, 30, 61, 700, 100_000, -7_000, -200_000]).prop_map(Op::Wait),
        6 => any::<bool>().prop_map(Op::Round),
        1 => Just(Op::Sleep),
        1 => object().prop_map(Op::Unlisted),
        1 => object().prop_map(Op::Withheld),
        2 => Just(Op::Listed),
        1 => proptest::option::of(1..3_usize).prop_map(Op::Page),
        1 => Just(Op::Expire),
        1 => any::<bool>().prop_map(Op::Rewrite),
    ]
}

struct Walk {
    world: World,
    edits: u32,
    /// Titles that nobody who saw them has replaced.
    owed: BTreeSet<String>,
}

fn title(octets: &[u8]) -> String {
    let object = CalendarObject::read(octets);
    let main = object.subjects().next().unwrap();
    main.property("SUMMARY").unwrap().value().into_owned()
}

fn uid(octets: &[u8]) -> String {
    CalendarObject::read(octets)
        .uid()
        .unwrap()
        .as_str()
        .to_owned()
}

impl Walk {
    /// A new version of an object, with a title that is nobody else's.
    fn version(&mut self, object: u8) -> Vec<u8> {
        self.edits += 1;
        let stamp = format!("202601{:02}T000000Z", self.edits * 7 % 28 + 1);
        let title = format!("edit {}", self.edits);
        self.owed.insert(title.clone());
        dated(&format!("o{object}"), &title, &stamp)
    }

    /// Whoever edits or deletes it has seen this.
    fn seen(&mut self, octets: Option<Vec<u8>>) {
        if let Some(octets) = octets {
            self.owed.remove(&title(&octets));
        }
    }

    fn find_here(&self, object: u8) -> Option<(String, Vec<u8>)> {
        let wanted = format!("o{object}");
        let listed = self
            .world
            .read(|tx| objects::list(tx, self.world.calendar, objects::Body::Read));
        listed
            .into_iter()
            .map(|one| (one.row.name.as_str().to_owned(), one.octets.unwrap()))
            .find(|(_, octets)| uid(octets) == wanted)
            .map(|(name, octets)| (name.trim_end_matches(".ics").to_owned(), octets))
    }

    fn find_there(&self, object: u8) -> Option<(bridge_core::ids::RemoteId, Vec<u8>)> {
        let wanted = format!("o{object}");
        let rack = &self.world.cloud.shelves[&calendar_id()];
        rack.objects
            .iter()
            .map(|(id, (_, octets))| (id.clone(), octets.clone()))
            .find(|(_, octets)| uid(octets) == wanted)
    }

    fn happen(&mut self, op: &Op) {
        match op {
            Op::EditHere(object) => {
                let found = self.find_here(*object);
                let name = found
                    .as_ref()
                    .map_or(format!("o{object}"), |(name, _)| name.clone());
                self.seen(found.map(|(_, octets)| octets));
                let version = self.version(*object);
                self.world.edit(&name, &version);
                self.world.tell(Input::LocalChange);
            }
            Op::DeleteHere(object) => {
                if let Some((name, octets)) = self.find_here(*object) {
                    self.seen(Some(octets));
                    self.world.delete(&name);
                    self.world.tell(Input::LocalChange);
                }
            }
            Op::EditThere(object) => {
                let found = self.find_there(*object);
                let free = id(&format!("t{object}"));
                let at = found.as_ref().map_or(free, |(at, _)| at.clone());
                self.seen(found.map(|(_, octets)| octets));
                let version = self.version(*object);
                self.world.shelf().put(&at, &version);
            }
            Op::DeleteThere(object) => {
                if let Some((at, octets)) = self.find_there(*object) {
                    self.seen(Some(octets));
                    self.world.shelf().remove(&at);
                }
            }
            Op::MoveThere(object, to) => {
                let to = id(&format!("m{to}"));
                let taken = self.world.shelf().objects.contains_key(&to);
                if let Some((at, octets)) = self.find_there(*object).filter(|_| !taken) {
                    self.world.shelf().remove(&at);
                    self.world.shelf().put(&to, &octets);
                }
            }
            Op::TouchThere(object) => {
                if let Some((at, _)) = self.find_there(*object) {
                    self.world.shelf().touch(&at);
                }
            }
            Op::Steps(count) => {
                for _ in 0..*count {
                    self.world.step();
                }
            }
            Op::Crash(arrive) => {
                while let Some((_, call)) = self.world.waiting.pop_front() {
                    if *arrive {
                        drop(self.world.cloud.answer(call));
                    }
                }
                self.world.restart();
                self.world.tell(Input::Tick);
            }
            Op::Wait(seconds) => {
                self.world.advance(TimeDelta::seconds(*seconds));
                self.world.tell(Input::Tick);
            }
            Op::Round(full) => {
                let full = *full;
                self.world.tell(Input::SyncNow {
                    account: None,
                    full,
                });
            }
            Op::Sleep => {
                self.world.tell(Input::Asleep);
                self.world.waiting.clear();
                self.world.advance(TimeDelta::hours(8));
                self.world.tell(Input::Awake);
            }
            fault => self.go_wrong(fault),
        }
        self.assert_no_twins();
    }

    fn go_wrong(&mut self, op: &Op) {
        match op {
            Op::Fail(call, kind, unknown) => {
                let error = ProviderError::new(*kind, "as told");
                let error = if *unknown { error.unknown() } else { error };
                self.world.cloud.fault(call, Fault::Fails(error));
            }
            Op::Lose(call) => self.world.cloud.fault(call, Fault::Loses),
            Op::Unlisted(object) => {
                let at = self.find_there(*object).map(|(at, _)| at);
                self.world.shelf().unlisted.extend(at);
            }
            Op::Withheld(object) => {
                let at = self.find_there(*object).map(|(at, _)| at);
                self.world.shelf().withheld.extend(at);
            }
            Op::Listed => self.forgive(),
            Op::Page(page) => self.world.shelf().page = *page,
            Op::Expire => self.world.shelf().expired = usize::MAX,
            Op::Rewrite(on) => {
                self.world.shelf().rewrites = on.then_some(|octets: &[u8]| {
                    let text = String::from_utf8(octets.to_vec()).unwrap();
                    let own = text.replace("PRODID:-//t//EN", "PRODID:-//server//EN");
                    own.into_bytes()
                });
            }
            other => panic!("{other:?}"),
        }
    }

    fn forgive(&mut self) {
        let rack = self.world.shelf();
        rack.unlisted.clear();
        rack.withheld.clear();
        rack.expired = 0;
    }

    /// E1: no object is there twice.
    fn assert_no_twins(&self) {
        let rack = &self.world.cloud.shelves[&calendar_id()];
        let mut seen = BTreeMap::new();
        for (at, (_, octets)) in &rack.objects {
            let before = seen.insert(uid(octets), at);
            assert_eq!(before, None, "twice there: {at}");
        }
    }

    /// The faults end, the doctor agrees to what is held and has what was given up tried again. What a provider once left
    /// out of a complete listing, only another one brings back.
    fn come_to_rest(&mut self, full: bool) {
        self.world.cloud.faults.clear();
        self.forgive();
        self.world.tell(Input::Awake);
        self.world.settle();
        let calendar = self.world.calendar;
        let agreed = self.world.store.write(move |tx| {
            let collection = collections::of_calendar(tx, calendar)?.unwrap();
            for intent in outbox::list(tx, collection.id)? {
                if intent.state == State::Held {
                    outbox::set_state(tx, intent.id, State::Waiting, None)?;
                }
                outbox::try_again(tx, collection.id)?;
            }
            Ok::<_, crate::store::StoreError>(())
        });
        agreed.unwrap();
        for _ in 0..4 {
            self.world.advance(TimeDelta::minutes(20));
            let account = None;
            self.world.tell(Input::SyncNow { account, full });
            self.world.settle();
        }
        self.world.cloud.calls.clear();
        self.world.round();
    }

    fn assert_at_rest(&self) {
        self.world.assert_at_rest();
        assert_eq!(
            self.world.cloud.calls,
            ["ListCalendars"],
            "L2: still at work"
        );
        let mut known: BTreeSet<String> = self
            .world
            .conflicts()
            .into_iter()
            .filter_map(|conflict| Some(title(conflict.lost.version?.reveal())))
            .collect();
        let rack = &self.world.cloud.shelves[&calendar_id()];
        known.extend(rack.objects.values().map(|(_, octets)| title(octets)));
        let lost: Vec<_> = self.owed.difference(&known).collect();
        assert!(lost.is_empty(), "D2, D6: lost {lost:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("WALKS").map_or(24, |walks| walks.parse().unwrap()),
        max_shrink_iters: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_walk_comes_to_rest_with_nothing_lost_and_nothing_doubled(
        ops in vec(op(), 1..80),
        without_tokens in any::<bool>(),
    ) {
        let mut walk = Walk { world: World::new(), edits: 0, owed: BTreeSet::new() };
        walk.world.shelf().without_tokens = without_tokens;
        walk.world.round();
        for op in &ops {
            walk.happen(op);
        }
        walk.come_to_rest(ops.iter().any(|op| matches!(op, Op::Unlisted(_))));
        walk.assert_at_rest();
    }
}
