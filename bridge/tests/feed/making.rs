//! MKCALENDAR (RFC 4791 section 5.3.1), extended MKCOL (RFC 5689), and DELETE of calendars.

use crate::world::{NAMESPACES, World, ask, event, propfind, put};

const NEW: &str = "/dav/calendars/doctor/new/";

/// F25.
#[test]
fn a_calendar_is_made_with_its_properties_and_listed_under_the_same_address() {
    let world = World::new();
    let body = format!(
        "<C:mkcalendar {NAMESPACES}><D:set><D:prop><D:displayname>Erinnerungen</D:displayname>\
         <A:calendar-color>#1BADF8FF</A:calendar-color><C:supported-calendar-component-set>\
         <C:comp name=\"VTODO\"/></C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>"
    );
    assert_eq!(
        world
            .send(ask("MKCALENDAR", "/dav/calendars/doctor/new").body(body))
            .status,
        201
    );
    let wanted = "<D:displayname/><A:calendar-color/><C:supported-calendar-component-set/>";
    let home = world.send(propfind("/dav/calendars/doctor/", "1", wanted));
    assert!(home.responses().contains(&NEW));
    assert!(home.has("Erinnerungen") && home.has("#1BADF8FF"));
    let event = world.send(put(&format!("{NEW}a.ics"), &event("a", 3, "x")));
    assert!(event.has("supported-calendar-component"));
    let again = world.send(ask("MKCALENDAR", NEW));
    assert_eq!(again.status, 405);
    assert!(again.has("resource-must-be-null"));
}

#[test]
fn mkcol_makes_calendars_and_nothing_else() {
    let world = World::new();
    let mkcol = |types: &str| {
        let body = format!(
            "<D:mkcol {NAMESPACES}><D:set><D:prop><D:resourcetype>{types}</D:resourcetype>\
             <D:displayname>X</D:displayname></D:prop></D:set></D:mkcol>"
        );
        world.send(ask("MKCOL", NEW).body(body))
    };
    assert!(mkcol("<D:collection/>").has("valid-resourcetype"));
    assert!(world.send(ask("MKCOL", NEW)).has("valid-resourcetype"));
    assert_eq!(mkcol("<D:collection/><C:calendar/>").status, 201);
    assert_eq!(world.send(ask("MKCOL", NEW).body("not xml")).status, 400);
}

#[test]
fn a_calendar_lives_in_the_own_home_and_nowhere_else() {
    let world = World::new();
    for path in [
        "/x/",
        "/dav/calendars/doctor/calendar/inner/",
        "/dav/calendars/doctor/a/b.ics",
    ] {
        let reply = world.send(ask("MKCALENDAR", path));
        assert!(reply.has("calendar-collection-location-ok"), "{path}");
    }
    assert_eq!(
        world
            .send(ask("MKCALENDAR", "/dav/calendars/reader/x/"))
            .status,
        403
    );
    let reader = world.send(ask("MKCALENDAR", "/dav/calendars/reader/x/").by("reader"));
    assert_eq!(reader.status, 403);
    assert!(reader.has("<D:bind/>"));
}

/// F25.
#[test]
fn a_calendar_with_a_bad_property_is_not_made() {
    let world = World::new();
    let body = format!(
        "<C:mkcalendar {NAMESPACES}><D:set><D:prop><C:calendar-timezone>no zone</C:calendar-timezone>\
         </D:prop></D:set></C:mkcalendar>"
    );
    assert!(
        world
            .send(ask("MKCALENDAR", NEW).body(body))
            .has("valid-calendar-data")
    );
    assert_eq!(world.send(propfind(NEW, "0", "")).status, 404);
}

/// F27.
#[test]
fn only_local_calendars_can_be_deleted() {
    let world = World::new();
    world.send(ask("MKCALENDAR", NEW));
    world.put_event(&format!("{NEW}a.ics"), &event("a", 3, "x"));
    assert_eq!(world.send(ask("DELETE", NEW)).status, 204);
    assert_eq!(world.send(ask("GET", &format!("{NEW}a.ics"))).status, 404);
    assert_eq!(world.send(ask("DELETE", NEW)).status, 404);
    for view in ["everything", "pharmadoc"] {
        let reply = world.send(ask("DELETE", &format!("/dav/calendars/doctor/{view}/")));
        assert_eq!(reply.status, 403);
        assert!(reply.has("<D:unbind/>"));
    }
}
