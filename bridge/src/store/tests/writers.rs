//! Many writers at once: exactly one winner, nobody answered before the commit.

use std::sync::{Arc, Barrier};
use std::thread;

use super::*;

/// Runs `attempt` on sixteen threads that start together and counts those that succeed.
fn sixteen(attempt: impl Fn(usize) -> bool + Send + Sync + 'static) -> usize {
    let (barrier, attempt) = (Arc::new(Barrier::new(16)), Arc::new(attempt));
    let threads: Vec<_> = (0..16)
        .map(|number| {
            let (barrier, attempt) = (Arc::clone(&barrier), Arc::clone(&attempt));
            thread::spawn(move || {
                barrier.wait();
                attempt(number)
            })
        })
        .collect();
    threads
        .into_iter()
        .filter_map(|thread| thread.join().ok())
        .filter(|won| *won)
        .count()
}

#[test]
fn of_sixteen_with_the_same_etag_one_wins() {
    let world = Arc::new(World::new());
    let calendar = world.local("c");
    let first = world
        .put(&calendar, "a", &visit("u", "start"), if_new())
        .unwrap();
    let shared = Arc::clone(&world);
    let won = sixteen(move |number| {
        let octets = visit("u", &format!("writer {number}"));
        shared
            .put(&calendar, "a", &octets, if_match(&first.etag))
            .is_ok()
    });
    assert_eq!(won, 1);
}

#[test]
fn of_sixteen_that_create_one_wins() {
    let world = Arc::new(World::new());
    let calendar = world.local("c");
    let won = sixteen(move |number| {
        let octets = visit("u", &format!("writer {number}"));
        world.put(&calendar, "a", &octets, if_new()).is_ok()
    });
    assert_eq!(won, 1);
}

#[test]
fn of_sixteen_without_a_condition_all_are_kept_in_some_order() {
    let world = Arc::new(World::new());
    let calendar = world.local("c");
    let (shared, target) = (Arc::clone(&world), calendar.clone());
    let won = sixteen(move |number| {
        let name = format!("{number}.ics");
        shared
            .put(&target, &name, &visit(&name, "t"), Conditions::default())
            .is_ok()
    });
    assert_eq!(won, 16);
    assert_eq!(world.read(|tx| objects::count(tx, calendar.id)), 16);
}

#[test]
fn two_processes_take_turns() {
    // Two stores on one file are to SQLite what two processes are.
    let world = World::new();
    let calendar = world.local("c");
    let beside = Store::open(world.store.path(), &key().database_key()).unwrap();
    let target = calendar.clone();
    let other = thread::spawn(move || {
        for number in 0..20 {
            let name = format!("other-{number}");
            let draft = draft(&visit(&name, "t"), &target.zone);
            let place = place(target.id, &name);
            beside
                .write(move |tx| objects::put(tx, &place, &draft, &if_new(), now()))
                .unwrap();
        }
    });
    for number in 0..20 {
        let name = format!("own-{number}");
        world
            .put(&calendar, &name, &visit(&name, "t"), if_new())
            .unwrap();
    }
    other.join().unwrap();
    assert_eq!(world.read(|tx| objects::count(tx, calendar.id)), 40);
}

#[test]
fn a_refused_change_leaves_nothing_behind_and_its_neighbours_alone() {
    let world = World::new();
    let calendar = world.local("c");
    let id = calendar.id;
    let zone = calendar.zone.clone();
    let refused: Result<(), Refusal> = world.store.write(move |tx| {
        let draft = draft(&visit("u", "t"), &zone);
        objects::put(tx, &place(id, "a"), &draft, &if_new(), now())?;
        Err(Refusal::NotFound)
    });
    assert_eq!(refused, Err(Refusal::NotFound));
    assert_eq!(world.read(|tx| objects::count(tx, id)), 0);
    let seq = world.read(|tx| calendars::get(tx, id)).unwrap().seq;
    assert_eq!(seq, calendar.seq);
}

#[test]
fn a_panic_undoes_its_change_and_the_store_goes_on() {
    let world = World::new();
    let calendar = world.local("c");
    let id = calendar.id;
    let stopped: Result<(), StoreError> = world.store.write(move |tx| {
        calendars::rename(tx, id, "half done")?;
        panic!("a defect");
    });
    assert_eq!(stopped, Err(StoreError::Panicked));
    let name = world
        .read(|tx| calendars::get(tx, id))
        .unwrap()
        .display_name;
    assert_eq!(name, "C");
    assert!(
        world
            .put(&calendar, "a", &visit("u", "t"), if_new())
            .is_ok()
    );
}
