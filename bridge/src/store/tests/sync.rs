//! Sync tokens: what changed, page by page, and what is too old.

use chrono::TimeDelta;

use super::super::journal::{self, Changes, Rest, Scope, SyncError, SyncPoint, What};
use super::*;

fn changes(
    world: &World,
    scope: Scope,
    since: Option<SyncPoint>,
    limit: usize,
) -> Result<Changes, SyncError> {
    world
        .store
        .read(|tx| journal::changes(tx, scope, since, limit))
}

fn names(changes: &Changes) -> Vec<String> {
    let spelled = changes.changes.iter().map(|change| match change.what {
        What::Stored(_) => format!("+{}", change.name),
        What::Deleted => format!("-{}", change.name),
    });
    spelled.collect()
}

fn filled() -> (World, Calendar) {
    let world = World::new();
    let calendar = world.local("c");
    for name in ["a", "b", "c", "d"] {
        world
            .put(&calendar, name, &visit(name, "t"), if_new())
            .unwrap();
    }
    (world, calendar)
}

#[test]
fn the_first_listing_has_what_is_there_and_no_tombstones() {
    let (world, calendar) = filled();
    world.delete(calendar.id, "b").unwrap();
    let scope = Scope::Calendar(calendar.id);
    let all = changes(&world, scope, None, 100).unwrap();
    assert_eq!(names(&all), ["+a", "+c", "+d"]);
    assert_eq!(all.rest, Rest::Complete);
    let none = changes(&world, scope, Some(all.next), 100).unwrap();
    assert_eq!((names(&none), none.next), (vec![], all.next));
}

#[test]
fn each_name_is_told_once_with_its_latest_change() {
    let (world, calendar) = filled();
    let scope = Scope::Calendar(calendar.id);
    let start = changes(&world, scope, None, 100).unwrap().next;
    world
        .put(&calendar, "a", &visit("a", "u"), Conditions::default())
        .unwrap();
    world.delete(calendar.id, "b").unwrap();
    world
        .put(&calendar, "e", &visit("e", "t"), if_new())
        .unwrap();
    world
        .put(&calendar, "a", &visit("a", "v"), Conditions::default())
        .unwrap();
    world.delete(calendar.id, "e").unwrap();
    let news = changes(&world, scope, Some(start), 100).unwrap();
    assert_eq!(names(&news), ["-b", "+a", "-e"]);
    let world = world.reopen();
    assert_eq!(changes(&world, scope, Some(start), 100).unwrap(), news);
}

#[test]
fn a_limited_listing_continues_to_the_same_end() {
    let (world, calendar) = filled();
    let scope = Scope::Calendar(calendar.id);
    let first = changes(&world, scope, None, 2).unwrap();
    assert_eq!(
        (names(&first), first.rest),
        (vec!["+a".into(), "+b".into()], Rest::Truncated)
    );
    // What happens in between is told by the pages that follow, deletions of known names too.
    world.delete(calendar.id, "a").unwrap();
    world
        .put(&calendar, "e", &visit("e", "t"), if_new())
        .unwrap();
    let token: SyncPoint = first.next.to_string().parse().unwrap();
    let second = changes(&world, scope, Some(token), 2).unwrap();
    assert_eq!(names(&second), ["+c", "+d"]);
    let third = changes(&world, scope, Some(second.next), 2).unwrap();
    assert_eq!(
        (names(&third), third.rest),
        (vec!["-a".into(), "+e".into()], Rest::Complete)
    );
}

#[test]
fn pruned_deletions_expire_the_tokens_before_them_and_no_others() {
    let (world, calendar) = filled();
    let scope = Scope::Calendar(calendar.id);
    let old = changes(&world, scope, None, 100).unwrap().next;
    let paged = changes(&world, scope, None, 1).unwrap().next;
    world.delete(calendar.id, "b").unwrap();
    let fresh = changes(&world, scope, Some(old), 100).unwrap().next;
    let later = now() + TimeDelta::days(1);
    assert_eq!(
        world
            .store
            .write(move |tx| journal::prune(tx, later))
            .unwrap(),
        1
    );
    assert_eq!(
        changes(&world, scope, Some(old), 100),
        Err(SyncError::Expired)
    );
    assert_eq!(
        changes(&world, scope, Some(paged), 100),
        Err(SyncError::Expired)
    );
    assert!(changes(&world, scope, Some(fresh), 100).is_ok());
    // A listing that begins now pages through rows older than the pruned ones.
    let first = changes(&world, scope, None, 1).unwrap();
    let second = changes(&world, scope, Some(first.next), 1).unwrap();
    assert_eq!(
        (names(&first), names(&second)),
        (vec!["+a".into()], vec!["+c".into()])
    );
}

#[test]
fn tokens_of_the_future_and_of_an_earlier_calendar_are_expired() {
    let (world, calendar) = filled();
    let scope = Scope::Calendar(calendar.id);
    let token = changes(&world, scope, None, 100).unwrap().next;
    let beyond: SyncPoint = "999999".parse().unwrap();
    assert_eq!(
        changes(&world, scope, Some(beyond), 1),
        Err(SyncError::Expired)
    );
    let id = calendar.id;
    world
        .store
        .write(move |tx| calendars::delete(tx, id))
        .unwrap();
    let again = world.local("c");
    let scope = Scope::Calendar(again.id);
    assert_eq!(
        changes(&world, scope, Some(token), 1),
        Err(SyncError::Expired)
    );
}

#[test]
fn the_union_follows_every_calendar_and_starts_again_when_one_vanishes() {
    let world = World::new();
    world.calendar(
        "everything",
        CalendarKind::Everything,
        CalendarZone::default(),
    );
    let (c, d) = (world.local("c"), world.local("d"));
    let start = changes(&world, Scope::Everything, None, 100).unwrap().next;
    world.put(&c, "a", &visit("a", "t"), if_new()).unwrap();
    world.put(&d, "b", &visit("b", "t"), if_new()).unwrap();
    let news = changes(&world, Scope::Everything, Some(start), 100).unwrap();
    assert_eq!(names(&news), ["+a", "+b"]);
    assert_eq!(news.changes[1].calendar, d.id);
    world
        .store
        .write(move |tx| calendars::delete(tx, d.id))
        .unwrap();
    assert_eq!(
        changes(&world, Scope::Everything, Some(news.next), 1),
        Err(SyncError::Expired)
    );
}

#[test]
fn listeners_hear_of_a_change_after_it_is_durable() {
    let (world, calendar) = filled();
    let mut listener = world.store.subscribe();
    let put = world
        .put(&calendar, "e", &visit("e", "t"), if_new())
        .unwrap();
    let heard = listener.try_recv().unwrap();
    assert_eq!((heard.calendar, heard.seq), (calendar.id, put.seq));
    assert!(
        world
            .put(&calendar, "e", &visit("e", "t"), if_new())
            .is_err()
    );
    assert!(listener.try_recv().is_err());
}

#[test]
fn sync_points_read_what_they_print_and_nothing_else() {
    for text in ["0", "17", "17-23"] {
        assert_eq!(text.parse::<SyncPoint>().unwrap().to_string(), text);
    }
    for text in [
        "",
        "-",
        "1-",
        "-1",
        "+1",
        "1-2-3",
        "x",
        "99999999999999999999",
    ] {
        assert!(text.parse::<SyncPoint>().is_err(), "{text}");
    }
}
