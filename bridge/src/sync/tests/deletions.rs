//! Deletions that look like an accident (rule D3), and removals that nobody named.

use chrono::TimeDelta;

use super::cloud::Fault;
use super::world::{World, calendar_id, event, id};
use crate::provider::{ErrorKind, ProviderError};
use crate::store::outbox::State;
use crate::store::{held_deletions, objects};
use crate::sync::{Input, News};

fn with_objects(count: usize) -> World {
    let mut world = World::new();
    for number in 0..count {
        let name = format!("o{number}");
        world.shelf().put(&id(&name), &event(&name, "t"));
    }
    world.round();
    world.assert_at_rest();
    world
}

fn here(world: &World) -> u64 {
    world.read(|tx| objects::count(tx, world.calendar))
}

fn held(world: &World) -> usize {
    let collection = world.collection().id;
    world.read(|tx| held_deletions::list(tx, collection)).len()
}

#[test]
fn d3_more_than_a_quarter_is_held_until_a_later_listing_agrees() {
    let mut world = with_objects(40);
    for number in 0..11 {
        world.shelf().remove(&id(&format!("o{number}")));
    }
    world.cloud.calls.clear();
    world.advance(TimeDelta::minutes(6));
    world.tell(Input::Tick);
    world.settle();
    assert_eq!((here(&world), held(&world)), (40, 11));
    assert!(
        world
            .news
            .contains(&News::NeedsALook(world.collection().id))
    );
    // Not yet a minute later.
    world.advance(TimeDelta::seconds(30));
    world.tell(Input::SyncNow {
        account: None,
        full: true,
    });
    world.settle();
    assert_eq!((here(&world), held(&world)), (40, 11));
    world.round();
    assert_eq!((here(&world), held(&world)), (29, 0));
    world.assert_at_rest();
}

#[test]
fn d3_what_a_listing_hides_is_asked_for_by_its_name_and_stays() {
    let mut world = with_objects(40);
    for hidden in [3, 30, 40] {
        world.shelf().unlisted = (0..hidden)
            .map(|number| id(&format!("o{number}")))
            .collect();
        // As often as it is said: a listing alone is never believed.
        for _ in 0..3 {
            world.advance(TimeDelta::minutes(20));
            world.tell(Input::SyncNow {
                account: None,
                full: true,
            });
            world.settle();
            assert_eq!(here(&world), 40);
        }
    }
    world.shelf().unlisted.clear();
    world.round();
    world.assert_at_rest();
}

#[test]
fn d3_one_that_moved_does_not_make_the_others_of_a_suspicious_listing_believed() {
    let mut world = with_objects(11);
    let (_, octets) = world.shelf().objects[&id("o1")].clone();
    world.shelf().remove(&id("o1"));
    world.shelf().put(&id("moved"), &octets);
    world.shelf().unlisted = (0..11).map(|number| id(&format!("o{number}"))).collect();
    world.advance(TimeDelta::minutes(6));
    world.tell(Input::SyncNow {
        account: None,
        full: true,
    });
    world.settle();
    assert_eq!((here(&world), held(&world)), (11, 10));
}

#[test]
fn d3_an_object_whose_new_name_could_not_be_read_yet_is_not_gone() {
    let mut world = with_objects(3);
    let (_, octets) = world.shelf().objects[&id("o1")].clone();
    world.shelf().remove(&id("o1"));
    world.shelf().put(&id("moved"), &octets);
    world.shelf().withheld.push(id("moved"));
    for _ in 0..2 {
        world.advance(TimeDelta::minutes(6));
        world.tell(Input::Tick);
        world.settle();
        assert_eq!(here(&world), 3);
    }
    world.shelf().withheld.clear();
    world.round();
    world.assert_at_rest();
    assert_eq!(here(&world), 3);
}

#[test]
fn a_deletion_does_not_wait_for_ever_for_what_never_comes() {
    let mut world = with_objects(3);
    world.shelf().remove(&id("o1"));
    world.shelf().put(&id("other"), &event("other", "t"));
    world.shelf().withheld.push(id("other"));
    for _ in 0..3 {
        world.round();
    }
    assert_eq!(here(&world), 2);
    world.cloud.calls.clear();
    world.round();
    assert_eq!(world.cloud.count("Changes"), 0);
}

#[test]
fn d3_objects_that_appear_again_were_never_deleted() {
    let mut world = with_objects(20);
    let shelf = &world.cloud.shelves[&calendar_id()];
    let all: Vec<_> = shelf.objects.keys().cloned().collect();
    let seq = world.seq();
    world.shelf().unlisted = all;
    world.advance(TimeDelta::hours(25));
    world.round();
    assert_eq!((here(&world), held(&world)), (20, 20));
    world.shelf().unlisted.clear();
    world.round();
    world.round();
    assert_eq!((here(&world), held(&world)), (20, 0));
    assert_eq!(world.seq(), seq);
    world.assert_at_rest();
}

#[test]
fn d3_an_empty_listing_is_not_believed_even_of_one_object() {
    let mut world = with_objects(1);
    world.shelf().unlisted = vec![id("o0")];
    world.tell(Input::SyncNow {
        account: None,
        full: true,
    });
    world.settle();
    assert_eq!((here(&world), held(&world)), (1, 1));
}

#[test]
fn d3_ten_named_deletions_are_believed() {
    let mut world = with_objects(12);
    for number in 0..10 {
        world.shelf().remove(&id(&format!("o{number}")));
    }
    world.round();
    assert_eq!((here(&world), held(&world)), (2, 0));
}

#[test]
fn d3_too_many_deletions_here_within_ten_minutes_are_held() {
    let mut world = with_objects(40);
    for number in 0..12 {
        world.delete(&format!("o{number}"));
    }
    world.tell(Input::LocalChange);
    world.settle();
    world.round();
    let intents = world.intents();
    assert_eq!(intents.len(), 12);
    assert!(intents.iter().all(|intent| intent.state == State::Held));
    assert_eq!(world.cloud.count("Delete"), 0);
    let shelf = &world.cloud.shelves[&calendar_id()];
    assert_eq!(shelf.objects.len(), 40);
    // An object that is made again is wanted.
    world.edit("o3", &event("o3", "again"));
    world.tell(Input::LocalChange);
    world.settle();
    assert_eq!(world.there("o3"), Some(event("o3", "again")));
    assert_eq!(world.intents().len(), 11);
}

#[test]
fn d3_deletions_spread_over_time_are_not_held() {
    let mut world = with_objects(40);
    for number in 0..12 {
        world.delete(&format!("o{number}"));
        world.tell(Input::LocalChange);
        world.settle();
        world.advance(TimeDelta::minutes(1));
    }
    world.assert_at_rest();
    assert_eq!(here(&world), 28);
}

#[test]
fn nothing_under_an_id_is_no_deletion_before_a_listing_says_so() {
    let mut world = with_objects(20);
    world.edit("o1", &event("o1", "new"));
    world.shelf().remove(&id("o1"));
    world.tell(Input::LocalChange);
    world.settle();
    world.round();
    world.assert_at_rest();
    // The edit won.
    assert_eq!(world.there("o1"), Some(event("o1", "new")));
}

#[test]
fn d5_a_false_nothing_does_not_undo_a_deletion_made_here() {
    let mut world = with_objects(20);
    world.delete("o1");
    let error = ProviderError::new(ErrorKind::Interrupted, "never arrived").unknown();
    world.cloud.fault("Delete", Fault::Fails(error));
    world.cloud.fault("Get", Fault::Denies);
    world.tell(Input::LocalChange);
    world.settle();
    world.round();
    world.assert_at_rest();
    assert_eq!((world.here("o1"), world.there("o1")), (None, None));
}

#[test]
fn d3_what_was_deleted_on_both_sides_is_no_accident() {
    let mut world = with_objects(20);
    for number in 0..19 {
        let name = format!("o{number}");
        world.delete(&name);
        world.tell(Input::LocalChange);
        world.shelf().remove(&id(&name));
        world.settle();
        world.advance(TimeDelta::minutes(1));
    }
    world.round();
    world.assert_at_rest();
    assert_eq!((here(&world), held(&world)), (1, 0));
}

#[test]
fn a_written_object_that_is_gone_at_once_is_noticed_by_a_listing() {
    let mut world = with_objects(20);
    world.edit("x", &event("x", "new"));
    world.tell(Input::LocalChange);
    assert!(world.step());
    world.shelf().remove(&id("x"));
    world.settle();
    world.round();
    world.assert_at_rest();
    assert_eq!(world.here("x"), None);
}

#[test]
fn d3_a_calendar_that_is_not_listed_any_more_keeps_its_copy() {
    let mut world = with_objects(3);
    let shelf = world.cloud.shelves.remove(&calendar_id()).unwrap();
    world.round();
    assert_eq!(world.collection().problem, None);
    world.edit("o1", &event("o1", "new"));
    world.round();
    assert_eq!(here(&world), 3);
    assert_eq!(world.collection().problem.unwrap().0, "calendar-gone");
    assert_eq!(world.cloud.writes(), 0);
    world.cloud.shelves.insert(calendar_id(), shelf);
    world.round();
    world.assert_at_rest();
    assert_eq!(world.collection().problem, None);
}
