//! PROPFIND and PROPPATCH (RFC 4918 sections 9.1 and 9.2).

use crate::world::{Ask, NAMESPACES, World, ask, event, propfind};

const CALENDAR: &str = "/dav/calendars/doctor/calendar/";
/// One that a client makes without a zone; the first calendar has that of the computer.
const ZONELESS: &str = "/dav/calendars/doctor/zoneless/";

fn proppatch(path: &str, inside: &str) -> Ask {
    ask("PROPPATCH", path).body(format!(
        "<D:propertyupdate {NAMESPACES}>{inside}</D:propertyupdate>"
    ))
}

fn set(path: &str, props: &str) -> Ask {
    proppatch(path, &format!("<D:set><D:prop>{props}</D:prop></D:set>"))
}

/// F11.
#[test]
fn what_is_unknown_is_404_in_its_own_propstat_or_left_out_when_asked() {
    let world = World::new();
    let wanted = "<D:displayname/><D:quota-used-bytes/><X:odd xmlns:X=\"urn:x\"/>";
    let full = world.send(propfind(CALENDAR, "0", wanted));
    assert!(full.has("<D:displayname>Calendar</D:displayname>"));
    assert!(
        full.has(
            "<D:quota-used-bytes/><odd xmlns=\"urn:x\"/></D:prop><D:status>HTTP/1.1 404 Not Found"
        ),
        "{}",
        full.text()
    );
    for (name, value) in [("prefer", "return=minimal"), ("brief", "t")] {
        let brief = world.send(propfind(CALENDAR, "0", wanted).header(name, value));
        assert!(
            brief.has("Calendar</D:displayname>") && !brief.has("404"),
            "{name}"
        );
    }
}

#[test]
fn no_body_asks_for_everything_and_propname_for_the_names() {
    let world = World::new();
    world.put_event(&format!("{CALENDAR}a.ics"), &event("a", 3, "x"));
    let all = world.send(ask("PROPFIND", &format!("{CALENDAR}a.ics")).header("depth", "0"));
    for name in [
        "getetag",
        "getcontenttype",
        "getcontentlength",
        "getlastmodified",
        "creationdate",
    ] {
        assert!(all.has(&format!("<D:{name}>")), "{name}");
    }
    assert!(!all.has("calendar-data") && !all.has("404"));
    let names = ask("PROPFIND", CALENDAR)
        .header("depth", "0")
        .body("<D:propfind xmlns:D=\"DAV:\"><D:propname/></D:propfind>");
    let names = world.send(names);
    assert!(names.has("<CS:getctag/>") && names.has("<D:sync-token/>"));
}

#[test]
fn apples_home_question_is_answered_without_an_error() {
    let world = World::new();
    let wanted = "<D:add-member/><CS:allowed-sharing-modes/><A:autoprovisioned/><A:calendar-color/>\
        <A:calendar-order/><C:calendar-description/><C:calendar-timezone/><D:current-user-privilege-set/>\
        <C:default-alarm-vevent-date/><C:default-alarm-vevent-datetime/><D:displayname/><CS:getctag/>\
        <CS:invite/><A:language-code/><D:owner/><CS:pre-publish-url/><CS:push-transports/><CS:pushkey/>\
        <D:quota-available-bytes/><D:resource-id/><D:resourcetype/><C:schedule-calendar-transp/>\
        <C:schedule-default-calendar-URL/><CS:source/><C:supported-calendar-component-set/>\
        <C:supported-calendar-component-sets/><D:supported-report-set/><D:sync-token/>";
    let reply = world.send(propfind("/dav/calendars/doctor/", "1", wanted));
    assert_eq!(reply.status, 207);
    assert_eq!(reply.responses().len(), 5);
    assert!(reply.has("<C:calendar-query/>") && reply.has("<D:sync-collection/>"));
    assert!(reply.has("<C:opaque/>"));
    assert!(!reply.has("schedule-inbox"));
}

#[test]
fn what_a_client_sets_is_echoed_as_it_was_set() {
    let world = World::new();
    let props = "<A:calendar-color symbolic-color=\"custom\">#FF8800AA</A:calendar-color>\
        <A:calendar-order>7</A:calendar-order><D:displayname>Praxis &amp; mehr</D:displayname>\
        <X:own xmlns:X=\"urn:x\" X:a=\"1\" xml:lang=\"de\">a<X:b/>c</X:own>";
    assert_eq!(world.send(set(CALENDAR, props)).status, 207);
    let world = world.restart();
    let wanted = "<A:calendar-color/><A:calendar-order/><D:displayname/><own xmlns=\"urn:x\"/>";
    let reply = world.send(propfind(CALENDAR, "0", wanted));
    assert!(
        reply.has("<A:calendar-color symbolic-color=\"custom\">#FF8800AA</A:calendar-color>"),
        "{}",
        reply.text()
    );
    assert!(reply.has("<D:displayname>Praxis &amp; mehr</D:displayname>"));
    assert!(reply.has("xml:lang=\"de\"") && reply.has("<b/>c"));
    let remove = proppatch(
        CALENDAR,
        "<D:remove><D:prop><A:calendar-order/><A:never-set/></D:prop></D:remove>",
    );
    assert!(world.send(remove).has("200 OK"));
    assert!(
        world
            .send(propfind(CALENDAR, "0", "<A:calendar-order/>"))
            .has("404")
    );
}

/// F26.
#[test]
fn a_proppatch_happens_as_a_whole_or_not_at_all() {
    let world = World::new();
    let reply = world.send(set(
        CALENDAR,
        "<A:calendar-order>3</A:calendar-order><D:getetag>x</D:getetag>",
    ));
    assert_eq!(reply.status, 207);
    assert!(reply.has("403 Forbidden") && reply.has("<D:cannot-modify-protected-property/>"));
    assert!(
        reply.has("<A:calendar-order/></D:prop><D:status>HTTP/1.1 424"),
        "{}",
        reply.text()
    );
    assert!(
        world
            .send(propfind(CALENDAR, "0", "<A:calendar-order/>"))
            .has("404")
    );
    let components = "<C:supported-calendar-component-set><C:comp name=\"VTODO\"/></C:supported-calendar-component-set>";
    assert!(
        world
            .send(set(CALENDAR, components))
            .has("cannot-modify-protected-property")
    );
    world.put_event(&format!("{CALENDAR}a.ics"), &event("a", 3, "x"));
    assert!(
        world
            .send(set(
                &format!("{CALENDAR}a.ics"),
                "<D:displayname>x</D:displayname>"
            ))
            .has("403")
    );
    assert_eq!(
        world
            .send(set("/dav/calendars/doctor/none/", "<A:x/>"))
            .status,
        404
    );
}

/// F26.
#[test]
fn apple_may_leave_notes_on_a_read_only_calendar_and_they_are_its_own() {
    let world = World::new();
    let at = |login: &str| format!("/dav/calendars/{login}/calendar/");
    let props = "<A:calendar-color>#00FF00</A:calendar-color><A:calendar-order>1</A:calendar-order>\
        <C:default-alarm-vevent-date>BEGIN:VALARM</C:default-alarm-vevent-date><C:calendar-timezone>x</C:calendar-timezone>\
        <D:displayname>Mine</D:displayname>";
    let reply = world.send(set(&at("reader"), props).by("reader"));
    assert!(reply.has("200 OK") && !reply.has("403"), "{}", reply.text());
    let wanted = "<A:calendar-color/><D:displayname/>";
    let own = world.send(propfind(&at("reader"), "0", wanted).by("reader"));
    assert!(own.has("#00FF00") && own.has("Mine"));
    let others = world.send(propfind(&at("doctor"), "0", wanted));
    assert!(!others.has("#00FF00") && others.has("<D:displayname>Calendar<"));
    let view = world.send(set(
        "/dav/calendars/doctor/everything/",
        "<A:calendar-color>#0000FF</A:calendar-color>",
    ));
    assert!(view.has("200 OK"));
}

#[test]
fn the_calendars_zone_is_checked_and_used() {
    let world = World::new();
    world.send(ask("MKCALENDAR", ZONELESS));
    let bad = world.send(set(
        ZONELESS,
        "<C:calendar-timezone>BEGIN:VCALENDAR END:VCALENDAR</C:calendar-timezone>",
    ));
    assert!(bad.has("valid-calendar-data"), "{}", bad.text());
    assert!(
        world
            .send(set(
                ZONELESS,
                "<C:calendar-timezone-id>Mars/X</C:calendar-timezone-id>"
            ))
            .has("valid-timezone")
    );
    let floating = event("f", 3, "x")
        .replace("T100000Z", "T233000")
        .replace("T110000Z", "T234500");
    world.put_event(&format!("{ZONELESS}f.ics"), &floating);
    let query = || {
        crate::world::report(
            ZONELESS,
            "C:calendar-query",
            "<D:prop><D:getetag/></D:prop><C:filter>\
            <C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\"><C:time-range \
            start=\"20261104T070000Z\" end=\"20261104T080000Z\"/></C:comp-filter></C:comp-filter></C:filter>",
        )
    };
    assert_eq!(world.send(query()).responses().len(), 0);
    assert!(
        world
            .send(set(
                ZONELESS,
                "<C:calendar-timezone-id>America/Los_Angeles</C:calendar-timezone-id>"
            ))
            .has("200 OK")
    );
    assert_eq!(world.send(query()).responses().len(), 1);
    assert!(
        world
            .send(propfind(ZONELESS, "0", "<C:calendar-timezone-id/>"))
            .has("America/Los_Angeles")
    );
}

/// F26.
#[test]
fn the_two_names_of_a_zone_agree() {
    let world = World::new();
    let (by_name, by_rules) = ("C:calendar-timezone-id", "C:calendar-timezone");
    let both = format!("<{by_name}/><{by_rules}/>");
    let calendars = [
        ("doctor", CALENDAR.to_owned()),
        ("reader", "/dav/calendars/reader/calendar/".to_owned()),
    ];
    for (login, calendar) in &calendars {
        let said = |property: &str, value: &str| {
            let one = format!("<{property}>{value}</{property}>");
            let reply = world.send(set(calendar, &one).by(login));
            assert!(!reply.has("HTTP/1.1 4"), "{}", reply.text());
            let read = world.send(propfind(calendar, "0", &both).by(login));
            assert!(!read.has("404"), "{}", read.text());
            let (name, rules) = (read.element(by_name), read.element(by_rules));
            (name.to_owned(), rules.replace("&#13;", ""))
        };
        let (name, rules) = said(by_name, "Asia/Kolkata");
        assert_eq!(name, "Asia/Kolkata");
        assert!(rules.contains("TZID:Asia/Kolkata\n") && rules.contains("TZOFFSETTO:+0530\n"));
        let (_, rules) = said(by_name, "UTC");
        assert!(rules.contains("TZID:UTC\n") && rules.contains("TZOFFSETTO:+0000\n"));
        let vienna = rules.replace("TZID:UTC", "TZID:Europe/Vienna");
        assert_eq!(
            said(by_rules, &vienna),
            ("Europe/Vienna".to_owned(), vienna.clone())
        );
        let (name, rules) = said(by_name, "America/New_York");
        assert_eq!(name, "America/New_York");
        assert!(rules.contains("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\n"));
    }
}
