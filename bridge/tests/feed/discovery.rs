//! From the bare address to the calendars (RFC 6764, RFC 5397, RFC 4791 section 6.2).

use crate::world::{PORT, World, ask, bare, propfind, put};

/// F10.
#[test]
fn the_well_known_address_leads_on_with_or_without_a_password() {
    let world = World::new();
    for method in ["GET", "PROPFIND", "OPTIONS"] {
        let request = bare(method, "/.well-known/caldav").header("host", &format!("[::1]:{PORT}"));
        let reply = world.send(request);
        assert_eq!(
            (reply.status, reply.header("location")),
            (307, "/dav/"),
            "{method}"
        );
    }
}

/// F10.
#[test]
fn any_collection_knows_who_asks_and_where_the_calendars_are() {
    let world = World::new();
    let wanted = "<D:current-user-principal/><C:calendar-home-set/><D:resourcetype/>";
    let places = [
        "/",
        "/dav",
        "/dav/",
        "/dav/principals/",
        "/dav/principals/doctor/",
        "/dav/calendars/",
        "/dav/calendars/doctor",
        "/dav/calendars/doctor/calendar/",
    ];
    for path in places {
        let reply = world.send(propfind(path, "0", wanted));
        assert_eq!(reply.status, 207, "{path}");
        assert_eq!(
            reply.element("D:current-user-principal"),
            "<D:href>/dav/principals/doctor/</D:href>",
            "{path}"
        );
        assert_eq!(
            reply.element("C:calendar-home-set"),
            "<D:href>/dav/calendars/doctor/</D:href>",
            "{path}"
        );
        assert!(!reply.has("404"), "{path}: {}", reply.text());
    }
}

#[test]
fn a_new_installation_has_calendars_to_write_to_and_two_views() {
    let world = World::new();
    let reply = world.send(propfind("/dav/calendars/doctor/", "1", "<D:displayname/>"));
    assert_eq!(
        reply.responses(),
        [
            "/dav/calendars/doctor/",
            "/dav/calendars/doctor/calendar/",
            "/dav/calendars/doctor/tasks/",
            "/dav/calendars/doctor/pharmadoc/",
            "/dav/calendars/doctor/everything/",
        ]
    );
}

/// F15.
#[test]
fn the_places_of_another_login_are_closed() {
    let world = World::new();
    for path in [
        "/dav/principals/reader/",
        "/dav/calendars/reader/",
        "/dav/calendars/reader/calendar/",
    ] {
        let reply = world.send(propfind(path, "0", "<D:displayname/>"));
        assert_eq!(reply.status, 403, "{path}");
        assert!(reply.has("need-privileges"), "{path}");
    }
}

/// F13.
#[test]
fn infinite_depth_is_refused_by_name() {
    let world = World::new();
    for request in [propfind("/dav/", "infinity", ""), ask("PROPFIND", "/dav/")] {
        let reply = world.send(request);
        assert_eq!(reply.status, 403);
        assert!(reply.has("<D:propfind-finite-depth/>"), "{}", reply.text());
    }
    assert_eq!(world.send(propfind("/dav/", "2", "")).status, 400);
}

/// F12.
#[test]
fn options_say_what_is_true() {
    let world = World::new();
    let reply = world.send(ask("OPTIONS", "/dav/calendars/doctor/calendar/"));
    assert_eq!(reply.header("dav"), "1, 3, calendar-access, extended-mkcol");
    assert!(reply.body.is_empty());
    for method in ["PUT", "DELETE", "REPORT", "MKCALENDAR"] {
        assert!(reply.header("allow").contains(method), "{method}");
    }
    let view = world.send(ask("OPTIONS", "/dav/calendars/doctor/everything/"));
    assert!(!view.header("allow").contains("PUT"));
    let reader = world.send(ask("OPTIONS", "/dav/calendars/reader/calendar/").by("reader"));
    assert!(!reader.header("allow").contains("PUT"));
}

#[test]
fn thunderbirds_probe_creates_nothing() {
    let world = World::new();
    let probe = put("/", "").header("if-match", "nothing");
    assert_eq!(world.send(probe).status, 405);
    let at_home = put("/dav/calendars/doctor/", "").header("if-match", "nothing");
    assert_eq!(world.send(at_home).status, 405);
    assert_eq!(world.send(ask("HEAD", "/")).status, 200);
}

#[test]
fn a_person_with_a_browser_is_told_what_this_is() {
    let world = World::new();
    let reply = world.send(ask("GET", "/"));
    assert_eq!(reply.status, 200);
    assert!(reply.has("calendar app"));
    assert_eq!(world.send(ask("GET", "/nowhere")).status, 404);
}
