//! sync-collection (RFC 6578) and the ctag: nothing is missed, nothing is told twice.

use crate::world::{Ask, Reply, World, ask, event, propfind, report};

const CALENDAR: &str = "/dav/calendars/doctor/calendar/";

fn sync(path: &str, token: &str, limit: &str) -> Ask {
    let inside = format!(
        "<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>{limit}<D:prop><D:getetag/></D:prop>"
    );
    report(path, "D:sync-collection", &inside)
}

fn token(reply: &Reply) -> String {
    assert_eq!(reply.status, 207, "{}", reply.text());
    reply.element("D:sync-token").to_owned()
}

fn put(world: &World, name: &str, title: &str) {
    world.put_event(&format!("{CALENDAR}{name}.ics"), &event(name, 3, title));
}

/// F40.
#[test]
fn changes_and_deletions_are_told_once() {
    let world = World::new();
    put(&world, "a", "x");
    put(&world, "b", "x");
    let first = world.send(sync(CALENDAR, "", ""));
    assert_eq!(first.responses().len(), 2);
    let start = token(&first);
    let nothing = world.send(sync(CALENDAR, &start, ""));
    assert_eq!(
        (token(&nothing), nothing.responses().len()),
        (start.clone(), 0)
    );

    put(&world, "a", "y");
    put(&world, "c", "x");
    world.send(ask("DELETE", &format!("{CALENDAR}b.ics")));
    let reply = world.send(sync(CALENDAR, &start, "").header("depth", "0"));
    assert_eq!(
        reply.responses(),
        ["a", "c", "b"].map(|name| format!("{CALENDAR}{name}.ics"))
    );
    assert!(
        reply.has(
            "<D:response><D:href>/dav/calendars/doctor/calendar/b.ics</D:href>\
        <D:status>HTTP/1.1 404 Not Found</D:status></D:response>"
        ),
        "{}",
        reply.text()
    );
    let after = token(&reply);
    assert_ne!(after, start);
    assert!(
        world
            .send(sync(CALENDAR, &after, ""))
            .responses()
            .is_empty()
    );
}

/// F40.
#[test]
fn the_first_listing_has_no_deletions() {
    let world = World::new();
    put(&world, "a", "x");
    world.send(ask("DELETE", &format!("{CALENDAR}a.ics")));
    assert!(world.send(sync(CALENDAR, "", "")).responses().is_empty());
}

/// F41.
#[test]
fn a_cut_answer_says_so_and_goes_on_without_a_gap() {
    let world = World::new();
    for number in 0..7 {
        put(&world, &format!("n{number}"), "x");
    }
    let limit = "<D:limit><D:nresults>3</D:nresults></D:limit>";
    let (mut seen, mut at) = (Vec::new(), String::new());
    for page in 0..3 {
        let reply = world.send(sync(CALENDAR, &at, limit));
        at = token(&reply);
        let is_last = page == 2;
        assert_eq!(
            reply.has("507 Insufficient Storage"),
            !is_last,
            "page {page}"
        );
        assert_eq!(reply.has("number-of-matches-within-limits"), !is_last);
        let members = reply
            .responses()
            .into_iter()
            .filter(|href| *href != CALENDAR);
        seen.extend(members.map(str::to_owned));
    }
    seen.sort();
    let all: Vec<String> = (0..7)
        .map(|number| format!("{CALENDAR}n{number}.ics"))
        .collect();
    assert_eq!(seen, all);
    assert!(
        world
            .send(sync(CALENDAR, &at, limit))
            .responses()
            .is_empty()
    );
}

/// F42.
#[test]
fn a_token_from_elsewhere_is_refused_by_name() {
    let world = World::new();
    let other = token(&world.send(sync("/dav/calendars/doctor/everything/", "", "")));
    let own = token(&world.send(sync(CALENDAR, "", "")));
    for token in [
        "http://nonsense/",
        &other,
        &format!("{own}9999"),
        &format!("{own}x"),
    ] {
        let reply = world.send(sync(CALENDAR, token, ""));
        assert_eq!(reply.status, 403, "{token}");
        assert!(reply.has("<D:valid-sync-token/>"), "{}", reply.text());
    }
    let infinite = sync(CALENDAR, "", "").header("depth", "infinity");
    assert_eq!(world.send(infinite).status, 400);
}

/// F43.
#[test]
fn token_ctag_and_etag_survive_a_restart_and_move_together() {
    let state = |world: &World| {
        let wanted = "<D:sync-token/><CS:getctag/>";
        let reply = world.send(propfind(CALENDAR, "0", wanted));
        (
            reply.element("D:sync-token").to_owned(),
            reply.element("CS:getctag").to_owned(),
        )
    };
    let world = World::new();
    put(&world, "a", "x");
    let before = state(&world);
    assert_eq!(before.0, token(&world.send(sync(CALENDAR, "", ""))));
    let world = world.restart();
    assert_eq!(state(&world), before);
    assert!(
        world
            .send(sync(CALENDAR, &before.0, ""))
            .responses()
            .is_empty()
    );
    put(&world, "a", "y");
    let after = state(&world);
    assert!(after.0 != before.0 && after.1 != before.1);
}

/// F44.
#[test]
fn the_union_follows_all_calendars() {
    let world = World::new();
    let union = "/dav/calendars/doctor/everything/";
    let start = token(&world.send(sync(union, "", "")));
    put(&world, "a", "x");
    world.send(ask("MKCALENDAR", "/dav/calendars/doctor/other/"));
    world.put_event(
        "/dav/calendars/doctor/other/a.ics",
        &event("other-a", 3, "x"),
    );
    let reply = world.send(sync(union, &start, ""));
    let members: Vec<String> = reply
        .responses()
        .iter()
        .map(|href| (*href).to_owned())
        .collect();
    assert_eq!(members.len(), 2, "{members:?}");
    for member in &members {
        assert!(
            world.send(ask("GET", member)).has("BEGIN:VEVENT"),
            "{member}"
        );
        assert_eq!(world.send(ask("DELETE", member)).status, 403);
    }
    world.send(ask("DELETE", &format!("{CALENDAR}a.ics")));
    let gone = world.send(sync(union, &token(&reply), ""));
    assert_eq!(gone.responses(), [members[0].as_str()]);
    assert!(gone.has("404"));
}
