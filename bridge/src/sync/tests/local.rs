//! Changes here: noted, sent once, read back.

use super::cloud::Fault;
use super::world::{World, calendar_id, event, id};
use crate::provider::ErrorKind;
use crate::store::outbox::{Sent, State};
use crate::sync::{Effect, Input, News};

#[test]
fn e2_intent_and_base_are_noted_with_the_change_before_anything_is_sent() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.round();
    world.edit("a", &event("a", "new"));
    world.edit("b", &event("b", "made"));
    let intents = world.intents();
    assert_eq!(intents.len(), 2);
    assert!(intents.iter().all(|intent| intent.sent.is_none()));
    // What is sent, and where, is stored before it leaves.
    world.tell(Input::LocalChange);
    for intent in world.intents() {
        assert!(matches!(intent.sent, Some(Sent::Put(_))));
        assert!(intent.remote_id.is_some());
    }
    world.settle();
    world.assert_at_rest();
    assert_eq!(world.cloud.writes(), 2);
}

#[test]
fn d1_an_edit_survives_a_crash_at_every_step() {
    for crash_after in 0..8 {
        let mut world = World::new();
        world.shelf().put(&id("a"), &event("a", "old"));
        world.round();
        world.edit("a", &event("a", "new"));
        world.edit("b", &event("b", "made"));
        world.tell(Input::LocalChange);
        for _ in 0..crash_after {
            world.step();
        }
        // The calls under way reach the server; nobody hears the answers.
        while let Some((_, call)) = world.waiting.pop_front() {
            drop(world.cloud.answer(call));
        }
        world.restart();
        world.tell(Input::Tick);
        world.settle();
        world.round();
        world.assert_at_rest();
        assert_eq!(world.there("a"), Some(event("a", "new")));
        assert_eq!(world.there("b"), Some(event("b", "made")));
        assert_eq!(world.conflicts(), []);
        assert_eq!(
            world.cloud.count("Create"),
            1,
            "E1, crash after {crash_after}"
        );
    }
}

#[test]
fn l2_what_the_server_makes_of_a_text_is_read_and_not_sent_back() {
    let mut world = World::new();
    world.shelf().rewrites = Some(|octets| {
        let text = String::from_utf8(octets.to_vec()).unwrap();
        text.replace("PRODID:-//t//EN", "PRODID:-//server//EN")
            .into_bytes()
    });
    world.round();
    world.edit("a", &event("a", "ours"));
    world.tell(Input::LocalChange);
    world.settle();
    assert_eq!(world.here("a"), world.there("a"));
    world.round();
    world.round();
    world.assert_at_rest();
    assert_eq!(world.cloud.writes(), 1);
}

#[test]
fn a_second_edit_while_the_first_is_under_way_is_sent_after_it() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.round();
    world.edit("a", &event("a", "first"));
    world.tell(Input::LocalChange);
    world.edit("a", &event("a", "second"));
    world.tell(Input::LocalChange);
    world.settle();
    world.assert_at_rest();
    assert_eq!(world.there("a"), Some(event("a", "second")));
    assert_eq!(world.cloud.count("Update"), 2);
    assert_eq!(world.conflicts(), []);
}

#[test]
fn an_edit_taken_back_before_it_was_sent_is_not_sent() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.round();
    world.edit("a", &event("a", "new"));
    world.edit("a", &event("a", "old"));
    world.edit("b", &event("b", "made"));
    world.delete("b");
    world.tell(Input::LocalChange);
    world.settle();
    world.assert_at_rest();
    assert_eq!(world.cloud.writes(), 0);
}

#[test]
fn a_deletion_here_is_a_deletion_there() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.round();
    world.delete("a");
    world.tell(Input::LocalChange);
    world.settle();
    world.assert_at_rest();
    assert_eq!(world.there("a"), None);
    assert_eq!(world.cloud.calls.last(), Some(&"Delete"));
}

#[test]
fn an_object_deleted_while_it_is_made_there_is_deleted_there_too() {
    let mut world = World::new();
    world.round();
    world.edit("a", &event("a", "new"));
    world.tell(Input::LocalChange);
    world.delete("a");
    world.settle();
    world.assert_at_rest();
    assert_eq!(world.there("a"), None);
}

#[test]
fn a_name_used_again_for_another_object_keeps_both_intents_apart() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.round();
    world.delete("a");
    world.edit("a", &event("another", "new"));
    world.tell(Input::LocalChange);
    world.settle();
    world.round();
    world.assert_at_rest();
    let shelf = &world.cloud.shelves[&calendar_id()];
    let left: Vec<_> = shelf
        .objects
        .values()
        .map(|(_, octets)| octets.clone())
        .collect();
    assert_eq!(left, [event("another", "new")]);
}

#[test]
fn an_object_deleted_and_made_again_is_the_same_object() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.round();
    world.delete("a");
    world.edit("a", &event("a", "new"));
    world.tell(Input::LocalChange);
    world.settle();
    world.assert_at_rest();
    assert_eq!((world.cloud.count("Update"), world.cloud.writes()), (1, 1));
}

#[test]
fn a_calendar_that_became_read_only_gives_up_what_waits_and_says_so() {
    let mut world = World::new();
    world.round();
    world.edit("a", &event("a", "new"));
    world.shelf().read_only = true;
    world.tell(Input::SyncNow {
        account: None,
        full: false,
    });
    // The list of calendars comes first this time.
    let list = world
        .waiting
        .iter()
        .position(|(_, call)| format!("{call:?}") == "ListCalendars");
    world.waiting.swap(0, list.unwrap());
    world.cloud.fails("Create", ErrorKind::Forbidden);
    world.settle();
    world.round();
    let intents = world.intents();
    assert_eq!(intents[0].state, State::SetAside);
    assert_eq!(intents[0].problem.as_deref(), Some("read-only"));
    assert!(world.here("a").is_some());
    assert!(
        world
            .news
            .contains(&News::NeedsALook(world.collection().id))
    );
}

#[test]
fn e1_ten_thousand_lost_answers_would_be_ten_thousand_objects_once() {
    let mut world = World::new();
    world.round();
    for number in 0..60 {
        world.edit(&format!("o{number}"), &event(&format!("o{number}"), "t"));
        if number % 3 == 0 {
            world.cloud.fault("Create", Fault::Loses);
        }
    }
    world.tell(Input::LocalChange);
    world.settle();
    for _ in 0..6 {
        world.round();
    }
    world.assert_at_rest();
    assert_eq!(world.cloud.count("Create"), 60);
}

#[test]
fn the_same_inputs_give_the_same_effects() {
    let run = || {
        let mut world = World::new();
        for number in 0..60 {
            world.shelf().put(
                &id(&format!("o{number}")),
                &event(&format!("o{number}"), "t"),
            );
        }
        world.edit("x", &event("x", "t"));
        let mut trace = Vec::new();
        let effects = world.engine.handle(Input::Tick, world.now).unwrap();
        for effect in effects {
            trace.push(format!("{effect:?}"));
            if let Effect::Call { id, call, .. } = effect {
                world.waiting.push_back((id, call));
            }
        }
        while let Some((call, what)) = world.waiting.pop_front() {
            let result = world.cloud.answer(what);
            for effect in world
                .engine
                .handle(Input::Done { call, result }, world.now)
                .unwrap()
            {
                trace.push(format!("{effect:?}"));
                if let Effect::Call { id, call, .. } = effect {
                    world.waiting.push_back((id, call));
                }
            }
        }
        trace
    };
    assert_eq!(run(), run());
}
