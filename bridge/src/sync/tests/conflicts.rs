//! Both sides changed the same object.

use bridge_core::ical::Redacted;
use bridge_core::merge::Side;
use bridge_core::sync::LostKind;

use super::world::{World, dated, event, id};
use crate::store::outbox::State;
use crate::sync::Input;

#[test]
fn d6_different_fields_merge_on_both_sides() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.round();
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    let moved = text(event("a", "old")).replace("20261201T090000Z", "20261202T100000Z");
    world.shelf().put(&id("a"), moved.as_bytes());
    world.edit("a", &event("a", "renamed"));
    world.tell(Input::LocalChange);
    world.settle();
    world.round();
    world.assert_at_rest();
    let both = text(world.there("a").unwrap());
    assert!(both.contains("SUMMARY:renamed") && both.contains("DTSTART:20261202T100000Z"));
    assert_eq!(world.conflicts(), []);
}

#[test]
fn d6_the_same_field_goes_to_the_later_version_and_the_other_is_kept_in_the_log() {
    let (early, late) = ("20260201T000000Z", "20260301T000000Z");
    for (ours, theirs, winner) in [(late, early, Side::Local), (early, late, Side::Remote)] {
        let mut world = World::new();
        world.shelf().put(&id("a"), &event("a", "old"));
        world.round();
        let (ours, theirs) = (dated("a", "ours", ours), dated("a", "theirs", theirs));
        world.shelf().put(&id("a"), &theirs);
        world.edit("a", &ours);
        world.tell(Input::LocalChange);
        world.settle();
        world.round();
        world.assert_at_rest();
        let conflicts = world.conflicts();
        assert_eq!(conflicts.len(), 1);
        let lost = &conflicts[0].lost;
        assert_eq!((lost.kind, lost.winner), (LostKind::Fields, winner));
        let loser = if winner == Side::Local { theirs } else { ours };
        assert_eq!(lost.version.as_ref().map(Redacted::reveal), Some(&loser));
        assert_eq!(lost.fields, ["SUMMARY"]);
    }
}

#[test]
fn e4_a_lost_race_is_read_merged_and_written_with_the_new_mark() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.round();
    world.edit("a", &dated("a", "ours", "20270101T000000Z"));
    // Four times somebody else is faster.
    for number in 0..4 {
        world
            .shelf()
            .put(&id("a"), &event("a", &format!("theirs {number}")));
        world.tell(Input::LocalChange);
        assert!(world.step());
        world
            .shelf()
            .put(&id("a"), &event("a", &format!("theirs again {number}")));
        assert!(world.step());
    }
    world.settle();
    world.round();
    world.assert_at_rest();
    assert!(
        String::from_utf8(world.there("a").unwrap())
            .unwrap()
            .contains("SUMMARY:ours")
    );
}

#[test]
fn e4_after_five_lost_races_it_is_a_conflict_and_nothing_is_overwritten() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.round();
    world.edit("a", &dated("a", "ours", "20270101T000000Z"));
    world.tell(Input::LocalChange);
    for number in 0..40 {
        // Before every write somebody else writes.
        if world
            .waiting
            .front()
            .is_some_and(|(_, call)| format!("{call:?}") == "Update")
        {
            world
                .shelf()
                .put(&id("a"), &event("a", &format!("theirs {number}")));
        }
        world.step();
    }
    let intents = world.intents();
    assert_eq!(intents.len(), 1);
    assert_eq!(intents[0].state, State::Conflict);
    assert_eq!(world.cloud.count("Update"), 6);
    assert!(
        String::from_utf8(world.there("a").unwrap())
            .unwrap()
            .contains("theirs")
    );
    assert!(
        String::from_utf8(world.here("a").unwrap())
            .unwrap()
            .contains("SUMMARY:ours")
    );
    // The next edit begins anew.
    world.edit("a", &dated("a", "ours again", "20280101T000000Z"));
    world.tell(Input::LocalChange);
    world.settle();
    world.assert_at_rest();
}

#[test]
fn d5_an_edit_here_survives_a_deletion_there() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.shelf().put(&id("b"), &event("b", "old"));
    world.round();
    world.edit("a", &event("a", "new"));
    world.shelf().remove(&id("a"));
    world.round();
    world.round();
    world.assert_at_rest();
    assert_eq!(world.there("a"), Some(event("a", "new")));
    assert_eq!(world.conflicts()[0].lost.kind, LostKind::EditBeatDeletion);
}

#[test]
fn d5_an_edit_there_survives_a_deletion_here() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.round();
    world.delete("a");
    world.shelf().put(&id("a"), &event("a", "new"));
    world.tell(Input::LocalChange);
    world.settle();
    world.round();
    world.assert_at_rest();
    assert_eq!(world.here("a"), Some(event("a", "new")));
    assert_eq!(world.conflicts()[0].lost.winner, Side::Remote);
}

#[test]
fn d2_the_same_object_made_on_both_sides_becomes_one() {
    for theirs in ["a", "elsewhere"] {
        let mut world = World::new();
        world.round();
        world.edit("a", &event("a", "ours"));
        world
            .shelf()
            .put(&id(theirs), &dated("a", "theirs", "20270101T000000Z"));
        world.tell(Input::LocalChange);
        world.settle();
        world.round();
        world.assert_at_rest();
        let conflicts = world.conflicts();
        assert_eq!(conflicts.len(), 1, "{theirs}");
        let lost = conflicts[0].lost.version.as_ref().unwrap();
        assert_eq!(*lost.reveal(), event("a", "ours"));
    }
}

#[test]
fn a_place_that_a_stranger_took_is_left_to_him() {
    let mut world = World::new();
    world.round();
    world.edit("a", &event("ours", "t"));
    world.shelf().put(&id("a"), &event("stranger", "t"));
    world.tell(Input::LocalChange);
    world.settle();
    world.round();
    world.assert_at_rest();
    assert_eq!(world.there("a"), Some(event("stranger", "t")));
    assert!(world.here("a") == Some(event("ours", "t")) && world.here("stranger").is_some());
}
