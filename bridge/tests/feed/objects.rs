//! PUT, GET, DELETE, COPY, MOVE: octets and etags (RFC 9110, RFC 4791 section 5.3).

use crate::world::{World, ask, event, put};

const CALENDAR: &str = "/dav/calendars/doctor/calendar/";

fn at(name: &str) -> String {
    format!("{CALENDAR}{name}")
}

/// F20.
#[test]
fn what_is_put_comes_back_octet_by_octet_with_the_same_etag() {
    let world = World::new();
    let odd = event("a", 3, "Größe\\, 🩺").replace("SUMMARY", "X-APPLE-ODD;X=\"a:b\":1\r\nSUMMARY");
    let created = world.send(put(&at("a.ics"), &odd));
    assert_eq!(created.status, 201);
    let etag = created.header("etag").to_owned();
    let read = world.send(ask("GET", &at("a.ics")));
    assert_eq!(
        (read.status, read.text(), read.header("etag")),
        (200, odd.as_str(), etag.as_str())
    );
    assert!(
        read.header("content-type")
            .starts_with("text/calendar; charset=utf-8")
    );
    assert!(!read.header("last-modified").is_empty());
    let head = world.send(ask("HEAD", &at("a.ics")));
    assert_eq!((head.status, head.header("etag")), (200, etag.as_str()));
    assert!(head.body.is_empty());
    let cached = world.send(ask("GET", &at("a.ics")).header("if-none-match", &etag));
    assert_eq!((cached.status, cached.body.len()), (304, 0));
    let replaced = world.send(put(&at("a.ics"), &event("a", 4, "later")));
    assert_eq!(replaced.status, 204);
    assert_ne!(replaced.header("etag"), etag);
}

/// F14.
#[test]
fn a_name_is_what_it_means_and_not_how_it_is_spelt() {
    let world = World::new();
    world.put_event(&at("a%40b%20C.ics"), &event("a", 3, "x"));
    assert_eq!(world.send(ask("GET", &at("a@b%20C.ics"))).status, 200);
    assert_eq!(world.send(ask("GET", &at("a@b%20c.ics"))).status, 404);
    let listed = world.send(crate::world::propfind(CALENDAR, "1", "<D:getetag/>"));
    assert!(
        listed
            .responses()
            .contains(&"/dav/calendars/doctor/calendar/a%40b%20C.ics")
    );
}

/// F22.
#[test]
fn each_thing_that_cannot_be_stored_has_its_precondition() {
    let world = World::new();
    let good = event("a", 3, "x");
    let two_uids = good.replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\r\nUID:b\r\nDTSTAMP:20261101T000000Z\r\n\
        DTSTART:20261103T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR",
    );
    let bad = [
        ("nonsense".to_owned(), "valid-calendar-data"),
        (good.replace("END:VCALENDAR\r\n", ""), "valid-calendar-data"),
        (
            good.replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:REQUEST"),
            "valid-calendar-object-resource",
        ),
        (two_uids, "valid-calendar-object-resource"),
        (
            good.replace("UID:a\r\n", ""),
            "valid-calendar-object-resource",
        ),
        (
            good.replace("VEVENT", "VJOURNAL"),
            "supported-calendar-component",
        ),
    ];
    for (ics, precondition) in bad {
        let reply = world.send(put(&at("bad.ics"), &ics));
        assert_eq!(reply.status, 403, "{precondition}");
        assert!(reply.has(precondition), "{precondition}: {}", reply.text());
    }
    let vcard = put(&at("bad.ics"), &good).header("content-type", "text/vcard");
    assert!(world.send(vcard).has("supported-calendar-data"));
    let latin_1 = ask("PUT", &at("bad.ics")).body(b"BEGIN:VCALENDAR\r\nX:\xfc\r\n".to_vec());
    assert_eq!(world.send(latin_1).status, 403);
    assert_eq!(
        world.send(ask("GET", &at("bad.ics"))).status,
        404,
        "nothing was kept"
    );
}

/// F23.
#[test]
fn a_second_object_with_the_same_uid_is_told_where_the_first_is() {
    let world = World::new();
    world.put_event(&at("a.ics"), &event("same", 3, "x"));
    let reply = world.send(put(&at("b.ics"), &event("same", 3, "x")));
    assert_eq!(reply.status, 409);
    assert_eq!(
        reply.element("C:no-uid-conflict"),
        "<D:href>/dav/calendars/doctor/calendar/a.ics</D:href>"
    );
    world.put_event(&at("c.ics"), &event("c", 3, "x"));
    assert_eq!(
        world
            .send(put(&at("c.ics"), &event("other", 3, "x")))
            .status,
        409
    );
}

#[test]
fn there_must_be_a_calendar_to_put_things_into() {
    let world = World::new();
    let ics = event("a", 3, "x");
    assert_eq!(
        world
            .send(put("/dav/calendars/doctor/none/a.ics", &ics))
            .status,
        409
    );
    let deep = put("/dav/calendars/doctor/calendar/x/a.ics", &ics);
    assert_eq!(world.send(deep).status, 405);
    assert_eq!(world.send(put(&at(&"n".repeat(300)), &ics)).status, 414);
}

#[test]
fn deleting_leaves_nothing_and_the_second_time_there_is_nothing() {
    let world = World::new();
    world.put_event(&at("a.ics"), &event("a", 3, "x"));
    assert_eq!(world.send(ask("DELETE", &at("a.ics"))).status, 204);
    assert_eq!(world.send(ask("DELETE", &at("a.ics"))).status, 404);
    assert_eq!(world.send(ask("GET", &at("a.ics"))).status, 404);
    assert_eq!(
        world.send(ask("DELETE", "/dav/calendars/doctor/")).status,
        405
    );
}

/// F24.
#[test]
fn copy_and_move_stay_at_home_and_keep_the_etag() {
    let world = World::new();
    assert_eq!(
        world
            .send(ask("MKCALENDAR", "/dav/calendars/doctor/other/"))
            .status,
        201
    );
    let etag = world.put_event(&at("a.ics"), &event("a", 3, "x"));
    let to = "/dav/calendars/doctor/other/b.ics";
    let go = |method: &str, to: &str| ask(method, &at("a.ics")).header("destination", to);

    let copied = world.send(go("COPY", &format!("http://localhost:8008{to}")));
    assert_eq!((copied.status, copied.header("etag")), (201, etag.as_str()));
    assert_eq!(
        world.send(go("COPY", to).header("overwrite", "F")).status,
        412
    );
    assert_eq!(world.send(go("MOVE", to)).status, 204);
    assert_eq!(world.send(ask("GET", &at("a.ics"))).status, 404);
    assert_eq!(world.send(ask("GET", to)).header("etag"), etag);
    assert_eq!(world.send(go("MOVE", to)).status, 404);

    world.put_event(&at("a.ics"), &event("a", 3, "x"));
    assert_eq!(
        world
            .send(go("MOVE", "http://elsewhere.example/x.ics"))
            .status,
        502
    );
    assert_eq!(
        world
            .send(go("MOVE", "/dav/calendars/reader/calendar/x.ics"))
            .status,
        403
    );
    assert_eq!(
        world
            .send(go("MOVE", "/dav/calendars/doctor/none/x.ics"))
            .status,
        409
    );
    assert_eq!(
        world
            .send(go("MOVE", "/dav/calendars/doctor/everything/x.ics"))
            .status,
        403
    );
    assert_eq!(
        world
            .send(go("MOVE", "/dav/calendars/doctor/../x.ics"))
            .status,
        400
    );
    assert_eq!(world.send(go("MOVE", &at("a.ics"))).status, 403);
    assert_eq!(world.send(ask("MOVE", &at("a.ics"))).status, 400);
}

#[test]
fn a_whole_calendar_can_be_read_at_once() {
    let world = World::new();
    let zone = "BEGIN:VTIMEZONE\r\nTZID:Here\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n\
        TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT";
    for uid in ["a", "b"] {
        let ics = event(uid, 3, uid).replacen("BEGIN:VEVENT", zone, 1);
        world.put_event(&at(&format!("{uid}.ics")), &ics);
    }
    let reply = world.send(ask("GET", CALENDAR));
    assert_eq!(reply.status, 200);
    assert_eq!(reply.text().matches("BEGIN:VEVENT").count(), 2);
    assert_eq!(reply.text().matches("BEGIN:VTIMEZONE").count(), 1);
    assert_eq!(reply.text().matches("BEGIN:VCALENDAR").count(), 1);
    let again = ask("GET", CALENDAR).header("if-none-match", reply.header("etag"));
    assert_eq!(world.send(again).status, 304);
}
