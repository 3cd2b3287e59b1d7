//! A full disk, a busy neighbour, damage: each with its own error, and the store goes on.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::sync::mpsc;
use std::thread;

use super::*;
use crate::secrets::MasterKey;

/// Lets the database grow by so many pages and no further.
fn leave_room(world: &World, pages: i64) {
    let count = move |tx: &mut crate::store::WriteTx<'_>| {
        let connection = tx.connection();
        let used: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        let limit = format!("PRAGMA max_page_count = {}", used + pages);
        Ok::<_, StoreError>(connection.query_row(&limit, [], |_| Ok(()))?)
    };
    world.store.write(count).unwrap();
}

#[test]
fn a_full_disk_refuses_writes_keeps_reads_and_needs_no_repair() {
    let world = World::new();
    let calendar = world.local("c");
    let kept = world
        .put(&calendar, "kept", &visit("kept", "t"), if_new())
        .unwrap();
    leave_room(&world, 2);
    let big = visit("big", &"x".repeat(100_000));
    let refused = world.put(&calendar, "big", &big, if_new());
    assert_eq!(refused, Err(Refusal::Store(StoreError::Full)));
    let name = ObjectName::new("kept");
    let row = world
        .read(|tx| objects::find(tx, calendar.id, &name))
        .unwrap();
    assert_eq!(row.etag, kept.etag);
    leave_room(&world, 1_000_000);
    assert!(world.put(&calendar, "big", &big, if_new()).is_ok());
    let check: String = world.read(|tx| {
        Ok(tx
            .connection()
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))?)
    });
    assert_eq!(check, "ok");
}

#[test]
fn in_a_group_everybody_is_told_what_became_of_his_change() {
    let world = World::new();
    let calendar = world.local("c");
    leave_room(&world, 8);
    // While the first change waits, the others gather behind it and share its commit.
    let (go, wait) = mpsc::channel::<()>();
    let (started, running) = mpsc::channel::<()>();
    let store = world.store.clone();
    let id = calendar.id;
    let first = thread::spawn(move || {
        store.write(move |tx| {
            started.send(()).unwrap();
            wait.recv().unwrap();
            calendars::rename(tx, id, "first")
        })
    });
    running.recv().unwrap();
    let big = draft(&visit("big", &"x".repeat(200_000)), &calendar.zone);
    let small = draft(&visit("small", "t"), &calendar.zone);
    let submit = |name: &'static str, draft: Draft| {
        let store = world.store.clone();
        let place = place(id, name);
        thread::spawn(move || {
            store.write(move |tx| objects::put(tx, &place, &draft, &if_new(), now()))
        })
    };
    let big = submit("big", big);
    let small = submit("small", small);
    go.send(()).unwrap();
    let first = first.join().unwrap();
    assert_eq!(big.join().unwrap(), Err(Refusal::Store(StoreError::Full)));
    // SQLite takes back the whole transaction: who shared it with the big one is told so, and nobody else is.
    let renamed = world
        .read(|tx| calendars::get(tx, id))
        .unwrap()
        .display_name
        == "first";
    assert_eq!(
        first,
        if renamed {
            Ok(())
        } else {
            Err(StoreError::Full)
        }
    );
    let small = small.join().unwrap();
    let stored = world.read(|tx| objects::count(tx, id)) == 1;
    match small {
        Ok(_) => assert!(stored),
        Err(error) => assert_eq!((error, stored), (Refusal::Store(StoreError::Full), false)),
    }
}

#[test]
fn a_failed_commit_is_told_to_everybody_and_nothing_is_kept() {
    let world = World::new();
    let calendar = world.local("c");
    let id = calendar.id;
    // A deferred foreign key that does not hold is found only by the COMMIT.
    let broken: Result<(), StoreError> = world.store.write(move |tx| {
        calendars::rename(tx, id, "lost")?;
        tx.connection().execute_batch(
            "PRAGMA defer_foreign_keys = ON;
             INSERT INTO bodies (object, octets) VALUES (987654, x'00');",
        )?;
        Ok(())
    });
    assert!(matches!(broken, Err(StoreError::Sqlite(_))), "{broken:?}");
    assert_eq!(
        world
            .read(|tx| calendars::get(tx, id))
            .unwrap()
            .display_name,
        "C"
    );
    assert!(
        world
            .put(&calendar, "a", &visit("u", "t"), if_new())
            .is_ok()
    );
}

#[test]
fn another_key_is_a_wrong_key_unless_the_key_is_known_to_be_right() {
    let world = World::new();
    let path = world.store.path().to_owned();
    let wrong = MasterKey::from_octets([9; 32]);
    let refused = Store::open(&path, &wrong.database_key()).unwrap_err();
    assert_eq!(refused, StoreError::WrongKey(path.clone()));
    let refused = Store::open(&path, &wrong.checked().database_key()).unwrap_err();
    assert_eq!(refused, StoreError::Damaged(path));
}

#[test]
fn a_torn_page_is_damage_and_not_an_empty_calendar() {
    let world = World::new();
    let calendar = world.local("c");
    for number in 0..50 {
        let name = format!("{number}");
        let octets = visit(&name, &"x".repeat(3000));
        world.put(&calendar, &name, &octets, if_new()).unwrap();
    }
    let path = world.store.path().to_owned();
    let World { store, folder } = world;
    drop(store);
    let size = fs::metadata(&path).unwrap().len();
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(size / 2)).unwrap();
    file.write_all(&[0xa5; 8192]).unwrap();
    drop(file);
    let store = Store::open(&path, &key().checked().database_key()).unwrap();
    let listed = store.read(|tx| objects::list(tx, calendar.id, objects::Body::Read));
    assert!(matches!(listed, Err(StoreError::Damaged(_))));
    drop(folder);
}
