//! Listing and reading: what comes in, and what it costs.

use bridge_core::sync::Pace;
use chrono::TimeDelta;

use super::cloud::Fault;
use super::world::{World, event, id};
use crate::provider::BATCH;
use crate::store::set_aside;
use crate::sync::{Input, News};

#[test]
fn d2_a_first_round_brings_everything_and_an_idle_one_is_one_request() {
    let mut world = World::new();
    for number in 0..2 * BATCH + 20 {
        world.shelf().put(
            &id(&format!("o{number}")),
            &event(&format!("o{number}"), "t"),
        );
    }
    world.tell(Input::Tick);
    world.settle();
    world.assert_at_rest();
    assert_eq!(
        world.cloud.calls,
        ["ListCalendars", "Changes", "Get", "Get", "Get"]
    );
    assert!(world.news.contains(&News::RoundEnded(world.account)));
    let compared = world.collection().compared.unwrap();
    assert_eq!(
        (compared.entries, compared.differing),
        (2 * u32::try_from(BATCH).unwrap() + 20, 0)
    );

    world.cloud.calls.clear();
    let seq = world.seq();
    world.round();
    assert_eq!(world.cloud.calls, ["ListCalendars"]);
    assert_eq!(world.seq(), seq);
    assert_eq!(world.collection().checked, Some(world.now));
}

#[test]
fn the_pace_says_when_to_look_again() {
    let mut world = World::new();
    world.tell(Input::Tick);
    world.settle();
    for (pace, minutes) in [(Pace::Eager, 1), (Pace::Normal, 1)] {
        world.tell(Input::Pace(pace));
        assert_eq!(world.wake, Some(world.now + TimeDelta::minutes(minutes)));
    }
    world.now = world.wake.unwrap();
    world.cloud.calls.clear();
    world.tell(Input::Tick);
    world.settle();
    assert_eq!(world.cloud.calls, ["ListCalendars"]);
    assert_eq!(world.wake, Some(world.now + TimeDelta::minutes(5)));
}

#[test]
fn a_nudge_begins_a_round_and_another_after_the_present_one() {
    let mut world = World::new();
    let account = world.account;
    world.round();
    world.cloud.calls.clear();
    world.tell(Input::Nudged(account));
    // What is under way may have looked too early.
    world.tell(Input::Nudged(account));
    world.settle();
    assert_eq!(world.wake, Some(world.now));
    world.tell(Input::Tick);
    world.settle();
    assert_eq!(world.cloud.calls, ["ListCalendars", "ListCalendars"]);
}

#[test]
fn l1_an_own_write_that_comes_back_changes_nothing() {
    let mut world = World::new();
    world.round();
    world.edit("a", &event("a", "ours"));
    world.tell(Input::LocalChange);
    world.settle();
    assert_eq!(world.there("a"), world.here("a"));
    let seq = world.seq();
    world.cloud.calls.clear();
    world.round();
    world.round();
    assert_eq!(world.seq(), seq);
    assert_eq!(world.cloud.writes(), 0);
    assert_eq!(world.cloud.count("Get"), 0);
    world.assert_at_rest();
}

#[test]
fn l1_a_new_mark_without_a_new_text_changes_nothing_here() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "t"));
    world.round();
    let seq = world.seq();
    world.shelf().touch(&id("a"));
    world.cloud.calls.clear();
    world.round();
    assert_eq!(world.seq(), seq);
    assert_eq!(world.cloud.calls, ["ListCalendars", "Changes", "Get"]);
    world.round();
    assert_eq!(world.cloud.count("Get"), 1);
}

#[test]
fn o1_the_token_waits_for_the_last_page_and_the_last_object() {
    let mut world = World::new();
    world.shelf().page = Some(10);
    for number in 0..25 {
        world.shelf().put(
            &id(&format!("o{number}")),
            &event(&format!("o{number}"), "t"),
        );
    }
    world.tell(Input::Tick);
    // The list of calendars and three pages.
    for _ in 0..4 {
        assert!(world.step());
        assert_eq!(world.collection().token, None);
    }
    // A crash now: everything is found again.
    world.restart();
    world.tell(Input::Tick);
    world.settle();
    assert_eq!(world.collection().token.unwrap().as_str(), "25");
    world.assert_at_rest();
}

#[test]
fn o2_page_splits_and_repetitions_do_not_change_the_result() {
    for page in [1, 2, 7, 1_000] {
        let mut world = World::new();
        for number in 0..12 {
            world.shelf().put(
                &id(&format!("o{number}")),
                &event(&format!("o{number}"), "t"),
            );
        }
        world.round();
        world.shelf().page = Some(page);
        for number in 0..6 {
            world.shelf().put(
                &id(&format!("o{number}")),
                &event(&format!("o{number}"), "u"),
            );
            world.shelf().remove(&id(&format!("o{}", number + 6)));
            world.shelf().touch(&id("o0"));
        }
        world.round();
        world.assert_at_rest();
        assert!(world.here("o6").is_none() && world.here("o5").is_some());
    }
}

#[test]
fn o3_an_expired_token_leads_to_a_full_listing_and_unsent_edits_stay() {
    let mut world = World::new();
    for name in ["a", "b", "c"] {
        world.shelf().put(&id(name), &event(name, "old"));
    }
    world.round();
    world.shelf().remove(&id("b"));
    world.shelf().put(&id("c"), &event("c", "theirs"));
    world.shelf().expired = 100;
    world.edit("a", &event("a", "ours"));
    world.round();
    world.assert_at_rest();
    assert_eq!(world.there("a"), Some(event("a", "ours")));
    assert_eq!(world.here("c"), Some(event("c", "theirs")));
    assert_eq!(world.here("b"), None);
}

#[test]
fn o4_a_clock_set_back_by_two_days_stops_nothing() {
    let mut world = World::new();
    world.now += TimeDelta::hours(48);
    world.round();
    world.now -= TimeDelta::hours(48);
    world.shelf().put(&id("a"), &event("a", "t"));
    world.tell(Input::Tick);
    world.settle();
    world.assert_at_rest();
    assert!(world.wake.unwrap() <= world.now + TimeDelta::minutes(5));
}

#[test]
fn o5_what_was_not_changed_comes_back_octet_for_octet() {
    let mut world = World::new();
    let odd = b"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\n\
        dtstart;TZID=\"Europe/Berlin\";X-A=b:20260329T023000\nRRULE:freq=daily;COUNT=3\n\
        EXDATE;TZID=Europe/Berlin:20260330T023000\nX-ODD:  x \nEND:VEVENT\nEND:VCALENDAR\n";
    world.shelf().put(&id("a"), odd);
    world.round();
    assert_eq!(world.here("a").as_deref(), Some(&odd[..]));
    world.round();
    assert_eq!(world.there("a").as_deref(), Some(&odd[..]));
    assert_eq!(world.cloud.writes(), 0);
}

#[test]
fn f2_an_unreadable_object_is_set_aside_and_the_others_arrive() {
    let mut world = World::new();
    world.shelf().put(&id("a"), b"<html>no</html>");
    world.shelf().put(&id("b"), &event("b", "t"));
    world.shelf().put(&id("c"), &event("c", "t"));
    world.shelf().withheld.push(id("c"));
    world.round();
    assert!(world.here("b").is_some());
    let collection = world.collection().id;
    let aside = world.read(|tx| set_aside::list(tx, collection));
    assert_eq!(aside.len(), 2);
    assert!(world.news.contains(&News::NeedsALook(collection)));
    // Each is tried again in its time.
    world.shelf().withheld.clear();
    world.shelf().put(&id("a"), &event("a", "mended"));
    world.round();
    world.assert_at_rest();
    assert_eq!(world.read(|tx| set_aside::list(tx, collection)), []);
}

#[test]
fn an_answer_that_was_torn_is_asked_for_once_more() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "t"));
    world.round();
    world.shelf().put(&id("a"), &event("a", "edited"));
    world.cloud.fault("Get", Fault::Tears);
    world.round();
    world.assert_at_rest();
    // Nobody asks for ever for what stays as it is.
    world.shelf().put(&id("a"), b"torn for good");
    world.round();
    world.cloud.calls.clear();
    world.round();
    assert_eq!(world.cloud.calls, ["ListCalendars"]);
    // What a proxy or a bug kept from us for longer is seen with the listing of the day.
    world.shelf().put(&id("b"), &event("b", "t"));
    world.cloud.fault("Get", Fault::Tears);
    world.cloud.fault("Get", Fault::Tears);
    world.round();
    assert_eq!(world.here("b"), None);
    world.advance(TimeDelta::hours(25));
    world.round();
    assert_eq!(world.here("b"), Some(event("b", "t")));
}

#[test]
fn a_last_good_copy_stays_when_the_new_version_cannot_be_read() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "good"));
    world.round();
    world.shelf().put(&id("a"), b"torn");
    world.round();
    assert_eq!(world.here("a"), Some(event("a", "good")));
    world.cloud.calls.clear();
    world.round();
    assert_eq!(world.cloud.calls, ["ListCalendars"]);
    world.shelf().put(&id("a"), &event("a", "mended"));
    world.round();
    world.assert_at_rest();
}

#[test]
fn d2_a_second_object_with_a_known_uid_waits_until_the_first_is_gone() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("one", "first"));
    world.shelf().put(&id("b"), &event("one", "second"));
    world.round();
    assert_eq!(world.here("one"), Some(event("one", "first")));
    world.shelf().remove(&id("a"));
    world.round();
    world.assert_at_rest();
    assert_eq!(world.here("one"), Some(event("one", "second")));
}

#[test]
fn d2_an_object_that_moves_to_another_name_stays_the_same_object() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("one", "t"));
    world.round();
    let seq = world.seq();
    world.shelf().remove(&id("a"));
    world.shelf().put(&id("z"), &event("one", "t"));
    world.edit("one", &event("one", "edited"));
    world.round();
    world.assert_at_rest();
    assert_eq!(world.there("z"), Some(event("one", "edited")));
    // One change here: the edit itself.
    assert!(world.seq() > seq);
    assert_eq!(world.cloud.count("Create"), 0);
}

#[test]
fn d2_an_object_replaced_by_another_under_its_name_is_two_objects() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("one", "t"));
    world.round();
    world.shelf().put(&id("a"), &event("two", "t"));
    world.round();
    world.assert_at_rest();
    assert_eq!(world.here("two"), Some(event("two", "t")));
    // With an unsent edit, that survives beside it.
    world.shelf().put(&id("a"), &event("three", "t"));
    world.edit("two", &event("two", "edited"));
    world.tell(Input::LocalChange);
    world.settle();
    world.round();
    world.assert_at_rest();
    assert_eq!(world.here("two"), Some(event("two", "edited")));
    assert_eq!(world.here("three"), Some(event("three", "t")));
}

#[test]
fn a_calendar_without_marks_or_tokens_is_listed_and_compared() {
    let mut world = World::new();
    world.shelf().without_tokens = true;
    for name in ["a", "b", "c"] {
        world.shelf().put(&id(name), &event(name, "old"));
    }
    world.round();
    world.shelf().remove(&id("b"));
    world.shelf().put(&id("c"), &event("c", "new"));
    world.cloud.calls.clear();
    world.round();
    world.assert_at_rest();
    assert_eq!(world.cloud.calls, ["ListCalendars", "Changes", "Get"]);
}

#[test]
fn everything_is_listed_once_a_day() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "t"));
    world.round();
    let listed = world.collection().listed;
    // A change that no token tells of.
    let lost = event("a", "unseen");
    world.shelf().put(&id("a"), &lost);
    let end = world.cloud.shelves[&super::world::calendar_id()]
        .objects
        .len();
    assert_eq!(end, 1);
    world.advance(TimeDelta::hours(25));
    world.round();
    assert!(world.collection().listed > listed);
    world.assert_at_rest();
}
