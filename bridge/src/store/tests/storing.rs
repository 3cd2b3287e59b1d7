//! Putting, reading, deleting, copying and moving, each with its conditions.

use super::super::objects::{Existing, Outcome, Transfer, etag_of};
use super::super::properties::{self, Owner, Property};
use super::super::{clients, meta};
use super::*;

#[test]
fn an_object_comes_back_octet_for_octet_also_after_a_restart() {
    let world = World::new();
    let calendar = world.local("c");
    let octets = visit("u", "Ünï\u{0}cödé");
    let put = world
        .put(&calendar, "a b%40.ics", &octets, if_new())
        .unwrap();
    assert_eq!(
        (put.outcome, &put.etag),
        (Outcome::Created, &etag_of(&octets))
    );
    let world = world.reopen();
    let name = ObjectName::new("a b%40.ics");
    let got = world
        .read(|tx| objects::get(tx, calendar.id, &name))
        .unwrap();
    assert_eq!(got.octets, octets);
    assert_eq!((got.row.etag, got.row.uid.as_str()), (put.etag, "u"));
    assert_eq!(got.row.size, u64::try_from(octets.len()).unwrap());
}

#[test]
fn conditions_decide_and_tell_what_is_there() {
    let world = World::new();
    let calendar = world.local("c");
    let (one, two) = (visit("u", "one"), visit("u", "two"));
    let stale = etag_of(b"something else");
    let missing = world.put(&calendar, "a", &one, if_match(&stale));
    assert_eq!(missing, Err(Refusal::Condition { current: None }));
    let any = Conditions {
        if_match: Some(Match::Any),
        if_none_match: None,
    };
    assert!(world.put(&calendar, "a", &one, any.clone()).is_err());
    let first = world.put(&calendar, "a", &one, if_new()).unwrap();
    let refused = Refusal::Condition {
        current: Some(first.etag.clone()),
    };
    assert_eq!(
        world.put(&calendar, "a", &two, if_new()),
        Err(refused.clone())
    );
    assert_eq!(
        world.put(&calendar, "a", &two, if_match(&stale)),
        Err(refused)
    );
    let second = world
        .put(&calendar, "a", &two, if_match(&first.etag))
        .unwrap();
    assert_eq!(second.outcome, Outcome::Replaced);
    assert!(second.seq > first.seq);
    assert!(world.put(&calendar, "a", &one, any).is_ok());
}

#[test]
fn the_same_octets_again_change_nothing() {
    let world = World::new();
    let calendar = world.local("c");
    let first = world
        .put(&calendar, "a", &visit("u", "one"), if_new())
        .unwrap();
    let again = world
        .put(&calendar, "a", &visit("u", "one"), Conditions::default())
        .unwrap();
    assert_eq!((again.outcome, again.seq), (Outcome::Unchanged, first.seq));
}

#[test]
fn a_uid_lives_under_one_name() {
    let world = World::new();
    let (calendar, other) = (world.local("c"), world.local("d"));
    world
        .put(&calendar, "a", &visit("u", "one"), if_new())
        .unwrap();
    let conflict = Refusal::UidConflict {
        other: ObjectName::new("a"),
    };
    assert_eq!(
        world.put(&calendar, "b", &visit("u", "two"), if_new()),
        Err(conflict.clone())
    );
    assert!(world.put(&other, "b", &visit("u", "two"), if_new()).is_ok());
    let swapped = world.put(&calendar, "a", &visit("v", "one"), Conditions::default());
    assert_eq!(swapped, Err(Refusal::UidChanged));
    world
        .put(&calendar, "v", &visit("v", "one"), if_new())
        .unwrap();
    assert_eq!(
        world.put(&calendar, "v", &visit("u", "x"), Conditions::default()),
        Err(conflict)
    );
}

#[test]
fn a_calendar_is_listed_in_the_order_of_its_rows() {
    let world = World::new();
    let (calendar, other) = (world.local("c"), world.local("d"));
    for (calendar, name) in [(&calendar, "b"), (&other, "x"), (&calendar, "a")] {
        world
            .put(calendar, name, &visit(name, "t"), if_new())
            .unwrap();
    }
    let listed = world.read(|tx| objects::list(tx, calendar.id, objects::Body::Skip));
    let names: Vec<_> = listed
        .iter()
        .map(|listed| listed.row.name.as_str())
        .collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(world.read(|tx| objects::count(tx, calendar.id)), 2);
}

fn transfer(
    world: &World,
    how: Transfer,
    from: (CalendarId, &str),
    to: (CalendarId, &str),
    existing: Existing,
) -> Result<Put, Refusal> {
    let (from, to) = (place(from.0, from.1), place(to.0, to.1));
    world.store.write(move |tx| {
        objects::transfer(
            tx,
            how,
            (&from, &to),
            existing,
            &Conditions::default(),
            now(),
        )
    })
}

#[test]
fn move_and_copy_keep_the_octets_and_their_etag() {
    let world = World::new();
    let (c, d) = (world.local("c").id, world.local("d").id);
    let calendar = world.read(|tx| calendars::get(tx, c)).unwrap();
    let put = world
        .put(&calendar, "a", &visit("u", "one"), if_new())
        .unwrap();
    let copied = transfer(&world, Transfer::Copy, (c, "a"), (d, "x"), Existing::Keep).unwrap();
    assert_eq!(
        (copied.outcome, &copied.etag),
        (Outcome::Created, &put.etag)
    );
    let in_place = transfer(&world, Transfer::Copy, (c, "a"), (c, "b"), Existing::Keep);
    assert!(matches!(in_place, Err(Refusal::UidConflict { .. })));
    let moved = transfer(&world, Transfer::Move, (c, "a"), (c, "b"), Existing::Keep).unwrap();
    assert_eq!((moved.outcome, &moved.etag), (Outcome::Created, &put.etag));
    assert_eq!(
        world.read(|tx| objects::find(tx, c, &ObjectName::new("a"))),
        None
    );
    let gone = transfer(&world, Transfer::Move, (c, "a"), (c, "z"), Existing::Keep);
    assert_eq!(gone, Err(Refusal::NotFound));
}

#[test]
fn a_taken_destination_is_kept_or_overwritten_as_asked() {
    let world = World::new();
    let (from, to) = (world.local("c"), world.local("d"));
    world.put(&from, "a", &visit("u", "one"), if_new()).unwrap();
    world.put(&to, "x", &visit("v", "two"), if_new()).unwrap();
    let kept = transfer(
        &world,
        Transfer::Move,
        (from.id, "a"),
        (to.id, "x"),
        Existing::Keep,
    );
    assert_eq!(kept, Err(Refusal::Exists));
    assert_eq!(world.read(|tx| objects::count(tx, from.id)), 1);
    let done = transfer(
        &world,
        Transfer::Move,
        (from.id, "a"),
        (to.id, "x"),
        Existing::Overwrite,
    )
    .unwrap();
    assert_eq!(done.outcome, Outcome::Replaced);
    let there = world
        .read(|tx| objects::get(tx, to.id, &ObjectName::new("x")))
        .unwrap();
    assert_eq!(there.octets, visit("u", "one"));
    assert_eq!(world.read(|tx| objects::count(tx, from.id)), 0);
}

#[test]
fn properties_belong_to_their_owner_and_go_with_the_calendar() {
    let world = World::new();
    let id = world.local("c").id;
    let colour = |xml: &str| Property {
        namespace: "http://apple.com/ns/ical/".into(),
        name: "calendar-color".into(),
        xml: xml.into(),
    };
    let (red, blue) = (colour("<red/>"), colour("<blue/>"));
    let stored = (red.clone(), blue.clone());
    world
        .store
        .write(move |tx| {
            properties::set(tx, Owner::Calendar(id), &stored.1)?;
            properties::set(tx, Owner::Calendar(id), &stored.0)?;
            properties::set(tx, Owner::CalendarFor(id, "phone"), &stored.1)?;
            properties::set(tx, Owner::Home("phone"), &stored.1)
        })
        .unwrap();
    let list = |owner| world.read(|tx| properties::list(tx, owner));
    assert_eq!(list(Owner::Calendar(id)), [red]);
    assert_eq!(
        list(Owner::CalendarFor(id, "phone")),
        std::slice::from_ref(&blue)
    );
    assert_eq!(list(Owner::CalendarFor(id, "desk")), []);
    assert!(
        world
            .store
            .write(move |tx| calendars::delete(tx, id))
            .unwrap()
    );
    assert_eq!(list(Owner::Calendar(id)), []);
    assert_eq!(list(Owner::Home("phone")), [blue]);
}

#[test]
fn a_client_is_added_used_revoked_and_added_again() {
    let world = World::new();
    let login = bridge_core::ids::Login::new("phone");
    let new = clients::NewClient {
        login: login.clone(),
        label: "Phone".into(),
        view: clients::View::Busy,
        access: Access::ReadOnly,
        password: crate::secrets::PasswordHash::of_random("pw"),
        ics_token: "t1".into(),
    };
    let add = |new: &clients::NewClient| {
        let new = new.clone();
        world.store.write(move |tx| clients::add(tx, &new, now()))
    };
    add(&new).unwrap();
    assert_eq!(add(&new), Err(clients::AddError::Exists(login.clone())));
    let found = world.read(|tx| clients::find(tx, &login)).unwrap();
    assert!(found.password.verify("pw") && found.use_is_news(now()));
    assert_eq!(
        (found.view, found.access),
        (clients::View::Busy, Access::ReadOnly)
    );
    let revoke = login.clone();
    assert!(
        world
            .store
            .write(move |tx| clients::revoke(tx, &revoke, now()))
            .unwrap()
    );
    assert!(world.read(|tx| clients::by_ics_token(tx, "t1")).is_none());
    add(&clients::NewClient {
        ics_token: "t2".into(),
        ..new
    })
    .unwrap();
    assert!(world.read(|tx| clients::by_ics_token(tx, "t2")).is_some());
    assert_eq!(world.read(clients::list).len(), 1);
}

#[test]
fn choices_and_the_epoch_survive_a_restart() {
    let world = World::new();
    let epoch = world.read(meta::epoch);
    world
        .store
        .write(|tx| meta::remember(tx, "http", "127.0.0.1:1"))
        .unwrap();
    let world = world.reopen();
    assert_eq!(world.read(meta::epoch), epoch);
    assert_eq!(
        world.read(|tx| meta::choice(tx, "http")).as_deref(),
        Some("127.0.0.1:1")
    );
    assert_ne!(epoch, World::new().read(meta::epoch));
}
