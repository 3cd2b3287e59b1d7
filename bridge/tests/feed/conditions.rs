//! If-Match, If-None-Match and If: of two writers that saw the same, one loses (RFC 9110 section 13, RFC 4918
//! section 10.4).

use std::sync::{Arc, Barrier};

use crate::world::{World, ask, event, put};

const PATH: &str = "/dav/calendars/doctor/calendar/a.ics";

/// A calendar that a test makes.
const CALENDAR: &str = "/dav/calendars/doctor/new/";

/// F21.
#[test]
fn a_stale_etag_never_overwrites() {
    let world = World::new();
    let first = world.put_event(PATH, &event("a", 3, "first"));
    let second = world.put_event(PATH, &event("a", 3, "second"));
    let try_with = |name: &str, value: &str| {
        world
            .send(put(PATH, &event("a", 3, "third")).header(name, value))
            .status
    };
    assert_eq!(try_with("if-match", &first), 412);
    assert_eq!(
        try_with("if-match", &format!("W/{second}")),
        412,
        "weak never matches"
    );
    assert_eq!(try_with("if-none-match", "*"), 412);
    assert_eq!(try_with("if-none-match", &second), 412);
    assert_eq!(try_with("if", &format!("([{first}])")), 412);
    assert_eq!(try_with("if", "(<urn:uuid:lock>)"), 412);
    assert_eq!(try_with("if-match", "\"torn"), 400);
    assert_eq!(
        world
            .send(ask("DELETE", PATH).header("if-match", &first))
            .status,
        412
    );
    assert!(world.send(ask("GET", PATH)).has("second"));
    assert_eq!(try_with("if-match", &format!("\"x\", {second}")), 204);
    let third = world.send(ask("GET", PATH)).header("etag").to_owned();
    assert_eq!(try_with("if", &format!("([{third}])")), 204);
}

/// F21.
#[test]
fn a_calendar_that_has_changed_is_not_deleted() {
    let world = World::new();
    world.send(ask("MKCALENDAR", CALENDAR));
    let etag = || world.send(ask("GET", CALENDAR)).header("etag").to_owned();
    let empty = etag();
    world.put_event(&format!("{CALENDAR}a.ics"), &event("a", 3, "x"));
    let delete = |name: &str, value: &str| {
        let ask = ask("DELETE", CALENDAR).header(name, value);
        world.send(ask).status
    };
    assert_eq!(delete("if-match", &empty), 412);
    assert_eq!(delete("if-match", "\"x\""), 412);
    assert_eq!(delete("if-none-match", "*"), 412);
    assert_eq!(delete("if", &format!("([{empty}])")), 412);
    assert!(world.send(ask("GET", CALENDAR)).has("UID:a"));
    assert_eq!(delete("if-match", &etag()), 204);
    assert_eq!(delete("if-match", "*"), 404, "it is gone");
}

/// F21.
#[test]
fn nothing_matches_nothing() {
    let world = World::new();
    let create = |name: &str, value: &str| {
        world
            .send(put(PATH, &event("a", 3, "x")).header(name, value))
            .status
    };
    assert_eq!(create("if-match", "*"), 412);
    assert_eq!(create("if-match", "\"x\""), 412);
    assert_eq!(create("if-none-match", "*"), 201);
    assert_eq!(create("if-match", "*"), 204);
}

/// F21.
#[test]
fn of_sixteen_writers_with_one_etag_exactly_one_wins() {
    let world = Arc::new(World::new());
    let etag = world.put_event(PATH, &event("a", 3, "first"));
    let start = Arc::new(Barrier::new(16));
    let writers: Vec<_> = (0..16)
        .map(|number| {
            let (world, etag, start) = (Arc::clone(&world), etag.clone(), Arc::clone(&start));
            std::thread::spawn(move || {
                let ics = event("a", 3, &format!("writer {number}"));
                start.wait();
                world.send(put(PATH, &ics).header("if-match", &etag)).status
            })
        })
        .collect();
    let mut statuses: Vec<u16> = writers
        .into_iter()
        .map(|writer| writer.join().unwrap())
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 204);
    assert_eq!(statuses[1..], [412; 15]);
}
