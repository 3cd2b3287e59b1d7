//! What each kind of client sees and may do: the truth in its privileges, and nothing behind it.

use crate::world::{Ask, PORT, World, ask, bare, event, propfind, put, report};

fn stored() -> World {
    let world = World::new();
    world.put_event(
        "/dav/calendars/doctor/calendar/a.ics",
        &event("a", 3, "Secret title"),
    );
    let todo = event("t", 3, "Secret task")
        .replace("VEVENT", "VTODO")
        .replace("DTEND", "DUE");
    world.put_event("/dav/calendars/doctor/tasks/t.ics", &todo);
    world
}

/// F28.
#[test]
fn a_read_only_client_is_told_so_and_held_to_it() {
    let world = stored();
    let path = "/dav/calendars/reader/calendar/";
    let reply = world.send(propfind(path, "0", "<D:current-user-privilege-set/>").by("reader"));
    assert!(reply.has("<D:read/>"));
    // Thunderbird takes any of these, `write-properties` too, for leave to edit.
    for privilege in [
        "write",
        "write-content",
        "write-properties",
        "bind",
        "unbind",
        "all",
    ] {
        assert!(!reply.has(&format!("<D:{privilege}/>")), "{privilege}");
    }
    let object = format!("{path}a.ics");
    let writes = [
        (put(&object, &event("a", 3, "x")), "write-content"),
        (
            put(&format!("{path}b.ics"), &event("b", 3, "x")),
            "write-content",
        ),
        (ask("DELETE", &object), "unbind"),
        (
            ask("MOVE", &object).header("destination", &format!("{path}c.ics")),
            "unbind",
        ),
        (
            ask("COPY", &object).header("destination", &format!("{path}c.ics")),
            "bind",
        ),
        (ask("DELETE", path), "unbind"),
    ];
    for (write, privilege) in writes {
        let reply = world.send(write.by("reader"));
        assert_eq!(reply.status, 403);
        assert!(
            reply.has("need-privileges") && reply.has(&format!("<D:{privilege}/>")),
            "{}",
            reply.text()
        );
    }
    assert!(
        world
            .send(ask("GET", &object).by("reader"))
            .has("Secret title")
    );
    let own = world.send(propfind(
        "/dav/calendars/doctor/calendar/",
        "0",
        "<D:current-user-privilege-set/>",
    ));
    assert!(own.has("<D:write-content/>") && own.has("<D:bind/>"));
}

/// F50.
#[test]
fn a_busy_only_client_sees_when_and_never_what() {
    let world = stored();
    let path = "/dav/calendars/busy/calendar/";
    let read = |ask: Ask| world.send(ask.by("busy"));
    let got = read(ask("GET", &format!("{path}a.ics")));
    assert!(got.has("SUMMARY:Busy") && got.has("DTSTART:20261103T100000Z") && !got.has("Secret"));
    assert_eq!(
        read(ask("GET", "/dav/calendars/busy/tasks/t.ics")).status,
        404,
        "a task is no busy time"
    );
    assert!(!read(ask("GET", path)).has("Secret"));
    let listed = read(propfind(path, "1", "<D:getetag/>"));
    assert_eq!(
        listed.responses(),
        [path.to_owned(), format!("{path}a.ics")]
    );
    let search = |text: &str| {
        let filter = format!(
            "<D:prop><C:calendar-data/></D:prop><C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter \
             name=\"VEVENT\"><C:prop-filter name=\"SUMMARY\"><C:text-match>{text}</C:text-match></C:prop-filter>\
             </C:comp-filter></C:comp-filter></C:filter>"
        );
        read(report(path, "C:calendar-query", &filter))
    };
    assert!(
        search("secret").responses().is_empty(),
        "a filter cannot be used to guess titles"
    );
    assert_eq!(search("busy").responses().len(), 1);
    let multiget = format!("<D:prop><C:calendar-data/></D:prop><D:href>{path}a.ics</D:href>");
    assert!(!read(report(path, "C:calendar-multiget", &multiget)).has("Secret"));
    assert_eq!(read(put(&format!("{path}a.ics"), got.text())).status, 403);
    let copy = ask("COPY", &format!("{path}a.ics")).header("destination", &format!("{path}z.ics"));
    assert_eq!(read(copy).status, 403);
    assert_eq!(
        read(ask("MKCALENDAR", "/dav/calendars/busy/x/")).status,
        403
    );
}

/// F51.
#[test]
fn a_pharmadoc_client_sees_bookings_alone() {
    let world = stored();
    let home = world.send(propfind("/dav/calendars/visits/", "1", "<D:displayname/>").by("visits"));
    assert_eq!(
        home.responses(),
        ["/dav/calendars/visits/", "/dav/calendars/visits/pharmadoc/"]
    );
    let other = world.send(ask("GET", "/dav/calendars/visits/calendar/a.ics").by("visits"));
    assert_eq!(other.status, 404);
}

/// F52.
#[test]
fn a_subscription_needs_its_token_and_shows_its_view() {
    let world = stored();
    let get = |token: &str| {
        let path = format!("/ics/{token}.ics");
        world.send(bare("GET", &path).header("host", &format!("localhost:{PORT}")))
    };
    let whole = get("token-of-doctor");
    assert_eq!(
        (whole.status, whole.header("content-type")),
        (200, "text/calendar; charset=utf-8")
    );
    assert_eq!(whole.text().matches("Secret title").count(), 1);
    let busy = get("token-of-busy");
    assert!(busy.has("SUMMARY:Busy") && !busy.has("Secret"));
    assert_eq!(get("guess").status, 404);
    let cached = bare("GET", "/ics/token-of-doctor.ics")
        .header("host", &format!("localhost:{PORT}"))
        .header("if-none-match", whole.header("etag"));
    assert_eq!(world.send(cached).status, 304);
    let page = bare("GET", "/ics/token-of-doctor.ics")
        .header("host", &format!("localhost:{PORT}"))
        .header("sec-fetch-site", "cross-site");
    assert_eq!(world.send(page).status, 403);
    let write =
        bare("PUT", "/ics/token-of-doctor.ics").header("host", &format!("localhost:{PORT}"));
    assert_eq!(world.send(write).status, 405);
}
