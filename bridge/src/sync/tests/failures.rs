//! Calls that fail: who waits, for how long, and what stays.

use chrono::TimeDelta;

use super::cloud::Fault;
use super::world::{World, event, id};
use crate::provider::{ErrorKind, ProviderError, RetryAfter};
use crate::store::outbox::State;
use crate::sync::{Input, News};

#[test]
fn e5_after_a_lost_answer_the_provider_is_asked_before_anything_is_sent_again() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.shelf().put(&id("b"), &event("b", "old"));
    world.round();
    world.edit("a", &event("a", "new"));
    world.edit("n", &event("n", "new"));
    world.delete("b");
    for call in ["Update", "Create", "Delete"] {
        world.cloud.fault(call, Fault::Loses);
    }
    world.tell(Input::LocalChange);
    world.settle();
    world.round();
    world.assert_at_rest();
    assert_eq!(world.cloud.writes(), 3);
    assert_eq!(world.conflicts(), []);
}

#[test]
fn e5_a_write_that_never_arrived_is_sent_again() {
    let mut world = World::new();
    world.round();
    world.edit("n", &event("n", "new"));
    let lost = ProviderError::new(ErrorKind::Interrupted, "as told").unknown();
    world.cloud.fault("Create", Fault::Fails(lost));
    world.tell(Input::LocalChange);
    world.settle();
    assert_eq!(world.there("n"), None);
    world.round();
    world.assert_at_rest();
    assert_eq!(world.cloud.count("Create"), 2);
}

#[test]
fn e5_an_edit_made_while_the_answer_was_lost_is_kept() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.round();
    world.edit("a", &event("a", "first"));
    world.cloud.fault("Update", Fault::Loses);
    world.tell(Input::LocalChange);
    world.edit("a", &event("a", "second"));
    world.settle();
    world.round();
    world.assert_at_rest();
    assert_eq!(world.there("a"), Some(event("a", "second")));
    assert_eq!(world.conflicts(), []);
}

#[test]
fn f2_a_refused_object_is_set_aside_after_five_failures_and_the_others_go_on() {
    let mut world = World::new();
    world.round();
    world.shelf().refused.push(id("a"));
    world.edit("a", &event("a", "refused"));
    world.tell(Input::LocalChange);
    world.settle();
    world.edit("b", &event("b", "fine"));
    for _ in 0..4 {
        world.advance(TimeDelta::minutes(20));
        world.tell(Input::Tick);
        world.settle();
    }
    assert_eq!(world.there("b"), Some(event("b", "fine")));
    let intents = world.intents();
    assert_eq!(intents.len(), 1);
    assert_eq!(intents[0].state, State::SetAside);
    assert_eq!(intents[0].problem.as_deref(), Some("refused"));
    assert!(world.here("a").is_some());
    // A new edit is tried again.
    world.shelf().refused.clear();
    world.edit("a", &event("a", "better"));
    world.tell(Input::LocalChange);
    world.settle();
    world.assert_at_rest();
}

#[test]
fn f3_retry_after_holds_back_the_whole_account() {
    let mut world = World::new();
    let wait = RetryAfter::Delay(TimeDelta::minutes(40));
    let error = ProviderError::new(ErrorKind::RateLimited, "as told").after(Some(wait));
    world.cloud.fault("ListCalendars", Fault::Fails(error));
    world.tell(Input::Tick);
    world.settle();
    assert_eq!(world.wake, Some(world.now + TimeDelta::minutes(40)));
    world.edit("a", &event("a", "t"));
    world.cloud.calls.clear();
    for minutes in [1, 38] {
        world.advance(TimeDelta::minutes(minutes));
        world.tell(Input::LocalChange);
        world.tell(Input::SyncNow {
            account: None,
            full: false,
        });
        world.tell(Input::Nudged(world.account));
        world.settle();
        assert_eq!(world.cloud.calls.len(), 0);
        // Who asked is not left waiting.
        assert!(world.news.contains(&News::RoundEnded(world.account)));
        world.news.clear();
    }
    world.advance(TimeDelta::minutes(1));
    world.tell(Input::Tick);
    world.settle();
    world.assert_at_rest();
}

#[test]
fn f3_retry_after_is_kept_beside_a_longer_pause_of_our_own() {
    let mut world = World::new();
    world.tell(Input::Tick);
    world.settle();
    world.edit("a", &event("a", "t"));
    world.advance(TimeDelta::minutes(20));
    world
        .cloud
        .fails("ListCalendars", ErrorKind::Unauthenticated);
    let wait = RetryAfter::Delay(TimeDelta::minutes(5));
    let error = ProviderError::new(ErrorKind::RateLimited, "as told").after(Some(wait));
    world.cloud.fault("Create", Fault::Fails(error));
    world.tell(Input::Tick);
    assert_eq!(world.waiting.len(), 2, "both are under way");
    world.settle();
    world.cloud.calls.clear();
    world.advance(TimeDelta::minutes(4));
    world.tell(Input::SyncNow {
        account: None,
        full: false,
    });
    world.settle();
    assert_eq!(world.cloud.calls.len(), 0);
    world.round();
    world.assert_at_rest();
}

#[test]
fn f3_what_the_provider_asked_for_is_waited_also_by_an_account_that_stopped() {
    let mut world = World::new();
    world.tell(Input::Tick);
    world.settle();
    world.edit("a", &event("a", "t"));
    world.advance(TimeDelta::minutes(20));
    world
        .cloud
        .fails("ListCalendars", ErrorKind::ConsentRevoked);
    let wait = RetryAfter::Delay(TimeDelta::minutes(5));
    let error = ProviderError::new(ErrorKind::RateLimited, "as told").after(Some(wait));
    world.cloud.fault("Create", Fault::Fails(error));
    world.tell(Input::Tick);
    world.settle();
    world.cloud.calls.clear();
    world.advance(TimeDelta::minutes(4));
    world.tell(Input::SyncNow {
        account: None,
        full: false,
    });
    world.settle();
    assert_eq!(world.cloud.calls.len(), 0);
}

#[test]
fn f5_what_only_the_doctor_can_mend_is_not_tried_again_because_another_call_failed_too() {
    let mut world = World::new();
    world.tell(Input::Tick);
    world.settle();
    world.edit("a", &event("a", "t"));
    world.advance(TimeDelta::minutes(20));
    world
        .cloud
        .fails("ListCalendars", ErrorKind::ConsentRevoked);
    world.cloud.fails("Create", ErrorKind::Offline);
    world.tell(Input::Tick);
    assert_eq!(world.waiting.len(), 2, "both are under way");
    world.settle();
    let trouble = world.account().trouble.unwrap();
    assert!(trouble.needs_user, "{trouble:?}");
    assert_eq!(trouble.problem, "permission-withdrawn");
}

#[test]
fn f3_without_a_time_the_pauses_grow_up_to_a_quarter_of_an_hour() {
    let mut world = World::new();
    for _ in 0..30 {
        world.cloud.fails("ListCalendars", ErrorKind::Offline);
    }
    let mut longest = TimeDelta::zero();
    for _ in 0..30 {
        world.tell(Input::Tick);
        world.settle();
        let pause = world.wake.unwrap() - world.now;
        assert!(pause >= TimeDelta::seconds(1) && pause <= TimeDelta::minutes(15));
        longest = longest.max(pause);
        world.now = world.wake.unwrap();
    }
    assert!(longest > TimeDelta::minutes(2));
    assert_eq!(world.account().trouble.unwrap().problem, "offline");
    world.shelf().put(&id("a"), &event("a", "t"));
    world.tell(Input::Tick);
    world.settle();
    world.assert_at_rest();
    assert_eq!(world.account().trouble, None);
}

#[test]
fn f5_a_refused_password_stops_the_account_keeps_the_queue_and_asks_for_help() {
    let mut world = World::new();
    world.round();
    world
        .cloud
        .fails("ListCalendars", ErrorKind::Unauthenticated);
    world
        .cloud
        .fails("ListCalendars", ErrorKind::Unauthenticated);
    world.advance(TimeDelta::minutes(6));
    world.tell(Input::Tick);
    world.settle();
    // Once more after a quarter of an hour, because it worked before.
    assert_eq!(world.wake, Some(world.now + TimeDelta::minutes(15)));
    world.now = world.wake.unwrap();
    world.tell(Input::Tick);
    world.settle();
    let trouble = world.account().trouble.unwrap();
    assert_eq!(
        (trouble.problem.as_str(), trouble.needs_user),
        ("password-refused", true)
    );
    world.edit("a", &event("a", "t"));
    world.cloud.calls.clear();
    world.advance(TimeDelta::hours(100));
    world.tell(Input::LocalChange);
    world.settle();
    assert_eq!(world.cloud.calls.len(), 0);
    assert_eq!(world.intents().len(), 1);
    world.round();
    world.assert_at_rest();
}

#[test]
fn a_listing_that_breaks_off_leaves_no_trace() {
    let mut world = World::new();
    world.shelf().page = Some(4);
    for number in 0..12 {
        world.shelf().put(
            &id(&format!("o{number}")),
            &event(&format!("o{number}"), "t"),
        );
    }
    world.round();
    let seq = world.seq();
    world.advance(TimeDelta::hours(25));
    world.tell(Input::Tick);
    assert!(world.step() && world.step());
    world.cloud.fails("Changes", ErrorKind::UnreadableAnswer);
    world.settle();
    assert_eq!(world.seq(), seq);
    assert_eq!(world.collection().problem.unwrap().0, "unreadable-answer");
    world.round();
    world.assert_at_rest();
    assert_eq!(world.collection().problem, None);
}

#[test]
fn f2_one_object_that_breaks_every_answer_is_left_out_of_them() {
    let mut world = World::new();
    for number in 0..8 {
        world.shelf().put(
            &id(&format!("o{number}")),
            &event(&format!("o{number}"), "t"),
        );
    }
    for _ in 0..4 {
        world.cloud.fails("Get", ErrorKind::UnreadableAnswer);
    }
    world.round();
    for _ in 0..6 {
        world.round();
    }
    world.assert_at_rest();
}

#[test]
fn asleep_nothing_is_sent_and_answers_of_before_change_nothing() {
    let mut world = World::new();
    world.round();
    world.edit("a", &event("a", "t"));
    world.tell(Input::LocalChange);
    let before: Vec<_> = world.waiting.drain(..).collect();
    assert_eq!(before.len(), 1);
    world.tell(Input::Asleep);
    world.advance(TimeDelta::hours(9));
    world.tell(Input::Tick);
    world.tell(Input::LocalChange);
    assert!(world.waiting.is_empty());
    for (call, what) in before {
        let result = world.cloud.answer(what);
        world.tell(Input::Done { call, result });
    }
    world.tell(Input::Awake);
    world.settle();
    world.assert_at_rest();
    assert_eq!(world.cloud.count("Create"), 1);
}

#[test]
fn awake_again_after_a_week_without_network_everything_is_sent() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    world.round();
    for _ in 0..20 {
        world.cloud.fails("ListCalendars", ErrorKind::Offline);
        world.cloud.fails("Update", ErrorKind::Offline);
    }
    world.edit("a", &event("a", "new"));
    for _ in 0..7 {
        world.tell(Input::Tick);
        world.settle();
        world.advance(TimeDelta::days(1));
    }
    world.cloud.faults.clear();
    world.tell(Input::Tick);
    world.cloud.fails("ListCalendars", ErrorKind::Offline);
    world.settle();
    world.tell(Input::Awake);
    world.settle();
    world.assert_at_rest();
    assert!(world.news.contains(&News::RoundEnded(world.account)));
}

#[test]
fn f5_one_account_or_calendar_in_trouble_does_not_stop_the_others() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "t"));
    world.cloud.fails("Changes", ErrorKind::Unavailable);
    world.tell(Input::Tick);
    world.settle();
    assert_eq!(world.account().trouble, None);
    assert_eq!(world.collection().problem.unwrap().0, "server-error");
    assert!(world.news.contains(&News::RoundEnded(world.account)));
    let retry = world.wake.unwrap();
    assert!(retry <= world.now + TimeDelta::minutes(15));
    world.now = retry;
    world.tell(Input::Tick);
    world.settle();
    world.assert_at_rest();
}
