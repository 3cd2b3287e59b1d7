//! REPORT: calendar-query, calendar-multiget, free-busy-query, and what macOS asks at set-up (RFC 4791 section 7,
//! RFC 3253 section 3.8, RFC 3744 section 9).

use crate::world::{Reply, World, ask, event, report};

const CALENDAR: &str = "/dav/calendars/doctor/calendar/";
/// One that a client makes without a zone; the first calendar has that of the computer.
const ZONELESS: &str = "/dav/calendars/doctor/zoneless/";

fn with_events() -> World {
    let world = World::new();
    for day in [3, 10, 17] {
        let uid = format!("day-{day}");
        world.put_event(
            &format!("{CALENDAR}{uid}.ics"),
            &event(&uid, day, &format!("On {day}")),
        );
    }
    world
}

fn query(filter: &str, props: &str) -> crate::world::Ask {
    let inside = format!(
        "<D:prop>{props}</D:prop><C:filter><C:comp-filter name=\"VCALENDAR\">{filter}</C:comp-filter></C:filter>"
    );
    report(CALENDAR, "C:calendar-query", &inside)
}

fn on(day: u32) -> String {
    format!(
        "<C:comp-filter name=\"VEVENT\"><C:time-range start=\"202611{day:02}T000000Z\" \
         end=\"202611{day:02}T235959Z\"/></C:comp-filter>"
    )
}

/// F30.
#[test]
fn a_time_range_finds_what_takes_place_in_it() {
    let world = with_events();
    let reply = world.send(query(&on(10), "<D:getetag/><C:calendar-data/>"));
    assert_eq!(reply.status, 207);
    assert_eq!(reply.responses(), [format!("{CALENDAR}day-10.ics")]);
    assert!(
        reply.has("SUMMARY:On 10&#13;\n"),
        "the data are the stored octets"
    );
    let open_ended =
        "<C:comp-filter name=\"VEVENT\"><C:time-range start=\"20261109T000000Z\"/></C:comp-filter>";
    assert_eq!(
        world
            .send(query(open_ended, "<D:getetag/>"))
            .responses()
            .len(),
        2
    );
    assert!(
        world
            .send(query(&on(11), "<D:getetag/>"))
            .responses()
            .is_empty()
    );
}

#[test]
fn filters_on_properties_and_kinds_are_evaluated() {
    let world = with_events();
    let text = |text: &str, negate: &str| {
        let filter = format!(
            "<C:comp-filter name=\"VEVENT\"><C:prop-filter name=\"SUMMARY\">\
             <C:text-match negate-condition=\"{negate}\">{text}</C:text-match></C:prop-filter></C:comp-filter>"
        );
        world.send(query(&filter, "<D:getetag/>")).responses().len()
    };
    assert_eq!(text("on 1", "no"), 2);
    assert_eq!(text("on 1", "yes"), 1);
    let kind = |name: &str| {
        let filter = format!("<C:comp-filter name=\"{name}\"/>");
        world.send(query(&filter, "<D:getetag/>")).responses().len()
    };
    assert_eq!((kind("VEVENT"), kind("VTODO")), (3, 0));
    let none = "<C:comp-filter name=\"VTODO\"><C:is-not-defined/></C:comp-filter>";
    assert_eq!(world.send(query(none, "<D:getetag/>")).responses().len(), 3);
    assert_eq!(world.send(query("", "<D:getetag/>")).responses().len(), 3);
}

#[test]
fn depth_zero_is_about_the_calendar_alone_and_a_missing_one_about_its_objects() {
    let world = with_events();
    let none = world.send(query("", "<D:getetag/>").header("depth", "0"));
    assert_eq!((none.status, none.responses().len()), (207, 0));
    let object = query(&on(3), "<D:getetag/>").at(&format!("{CALENDAR}day-3.ics"));
    assert_eq!(world.send(object).responses().len(), 1);
}

/// F32.
#[test]
fn a_series_is_expanded_into_its_instances() {
    let world = World::new();
    let weekly = event("w", 3, "weekly").replace("SUMMARY", "RRULE:FREQ=WEEKLY;COUNT=9\r\nSUMMARY");
    world.put_event(&format!("{CALENDAR}w.ics"), &weekly);
    let range = "start=\"20261101T000000Z\" end=\"20261201T000000Z\"";
    let filter = format!("<C:comp-filter name=\"VEVENT\"><C:time-range {range}/></C:comp-filter>");
    let data = format!("<C:calendar-data><C:expand {range}/></C:calendar-data>");
    let reply = world.send(query(&filter, &data));
    assert_eq!(reply.text().matches("BEGIN:VEVENT").count(), 4);
    assert!(!reply.has("RRULE"));
    assert_eq!(reply.text().matches("RECURRENCE-ID").count(), 4);
}

/// F31.
#[test]
fn a_floating_time_is_read_in_the_zone_the_query_brings() {
    let world = World::new();
    world.send(ask("MKCALENDAR", ZONELESS));
    let floating = event("f", 3, "x")
        .replace("T100000Z", "T233000")
        .replace("T110000Z", "T234500");
    world.put_event(&format!("{ZONELESS}f.ics"), &floating);
    let filter = "<C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">\
        <C:time-range start=\"20261104T070000Z\" end=\"20261104T080000Z\"/></C:comp-filter>\
        </C:comp-filter></C:filter>";
    let query = |zone: &str| {
        report(
            ZONELESS,
            "C:calendar-query",
            &format!("<D:prop><D:getetag/></D:prop>{filter}{zone}"),
        )
    };
    assert_eq!(world.send(query("")).responses().len(), 0);
    let there = "<C:timezone-id>America/Los_Angeles</C:timezone-id>";
    assert_eq!(world.send(query(there)).responses().len(), 1);
    let nowhere = world.send(query("<C:timezone-id>Mars/Olympus</C:timezone-id>"));
    assert_eq!(nowhere.status, 403);
    assert!(nowhere.has("valid-timezone"));
}

/// A series whose first instance is on the 3rd of November 2026.
fn series(uid: &str, rule: &str) -> String {
    event(uid, 3, uid).replace("SUMMARY", &format!("RRULE:{rule}\r\nSUMMARY"))
}

fn expanded(until: &str) -> (String, String) {
    let range = format!("start=\"20261101T000000Z\" end=\"{until}\"");
    let filter = format!("<C:comp-filter name=\"VEVENT\"><C:time-range {range}/></C:comp-filter>");
    let data = format!("<C:calendar-data><C:expand {range}/></C:calendar-data>");
    (filter, data)
}

/// What announces that a report left something out, for the calendar.
fn is_cut(reply: &Reply) -> bool {
    let cut = format!(
        "<D:response><D:href>{CALENDAR}</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status>\
         <D:error><D:number-of-matches-within-limits/></D:error></D:response>"
    );
    reply.has(&cut)
}

/// F35.
#[test]
fn a_series_with_more_than_a_thousand_instances_is_cut_and_says_so() {
    let world = World::new();
    world.put_event(&format!("{CALENDAR}s.ics"), &series("s", "FREQ=SECONDLY"));
    let (filter, data) = expanded("20261201T000000Z");
    let reply = world.send(query(&filter, &data));
    assert_eq!(reply.status, 207);
    assert_eq!(reply.text().matches("BEGIN:VEVENT").count(), 1_000);
    assert!(is_cut(&reply));
    let (filter, data) = expanded("20261103T101639Z");
    let reply = world.send(query(&filter, &data));
    assert_eq!(reply.text().matches("BEGIN:VEVENT").count(), 999);
    assert!(!reply.has("Insufficient Storage"));
}

/// F35.
#[test]
fn a_report_with_more_than_ten_thousand_instances_is_cut_and_says_so() {
    let world = World::new();
    let names = (0..11).map(|number| format!("s{number:02}"));
    let hrefs: Vec<String> = names
        .map(|uid| {
            let href = format!("{CALENDAR}{uid}.ics");
            world.put_event(&href, &series(&uid, "FREQ=HOURLY;COUNT=1000"));
            href
        })
        .collect();
    let (filter, data) = expanded("20270301T000000Z");
    let queried = world.send(query(&filter, &data));
    assert_eq!(queried.text().matches("BEGIN:VEVENT").count(), 10_000);
    assert_eq!(
        queried.responses().len(),
        10 + 1,
        "ten objects and the news"
    );
    assert!(is_cut(&queried));

    let wanted = hrefs.iter().map(|href| format!("<D:href>{href}</D:href>"));
    let inside = format!("<D:prop>{data}</D:prop>{}", wanted.collect::<String>());
    let got = world.send(report(CALENDAR, "C:calendar-multiget", &inside));
    assert_eq!(got.text().matches("BEGIN:VEVENT").count(), 10_000);
    assert_eq!(got.responses()[..11], hrefs, "each address has its answer");
    assert_eq!(got.text().matches("507 Insufficient").count(), 1 + 1);
    assert!(is_cut(&got));
}

/// F33.
#[test]
fn multiget_keeps_the_order_and_names_what_is_missing() {
    let world = with_events();
    let hrefs = ["day-17.ics", "gone.ics", "day-3.ics", "%2e%2e"]
        .map(|name| format!("<D:href>{CALENDAR}{name}</D:href>"))
        .concat();
    let inside = format!("<D:prop><D:getetag/><C:calendar-data/></D:prop>{hrefs}");
    let reply = world.send(report(CALENDAR, "C:calendar-multiget", &inside));
    let expected =
        ["day-17.ics", "gone.ics", "day-3.ics", "%2e%2e"].map(|name| format!("{CALENDAR}{name}"));
    assert_eq!(reply.responses(), expected);
    assert_eq!(reply.text().matches("HTTP/1.1 404 Not Found").count(), 2);
    assert_eq!(reply.text().matches("BEGIN:VEVENT").count(), 2);
}

/// F34.
#[test]
fn busy_time_comes_without_a_reason() {
    let world = with_events();
    let range = "<C:time-range start=\"20261101T000000Z\" end=\"20261112T000000Z\"/>";
    let reply = world.send(report(CALENDAR, "C:free-busy-query", range));
    let unfolded = reply.text().replace("\r\n ", "");
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, "text/calendar; charset=utf-8")
    );
    assert!(
        unfolded.contains("20261103T100000Z/20261103T110000Z"),
        "{}",
        reply.text()
    );
    assert!(unfolded.contains("20261110T100000Z/20261110T110000Z"));
    assert!(!reply.has("20261117"));
    assert!(!reply.has("On 10"));
}

#[test]
fn what_macos_asks_at_set_up_is_answered() {
    let world = World::new();
    let principal = "/dav/principals/doctor/";
    let properties = world.send(report(principal, "D:principal-search-property-set", ""));
    assert_eq!(properties.status, 200);
    assert!(properties.has("<D:displayname/>"));

    let search = |text: &str| {
        let inside = format!(
            "<D:property-search><D:prop><D:displayname/></D:prop><D:match>{text}</D:match></D:property-search>\
             <D:prop><C:calendar-home-set/></D:prop>"
        );
        world.send(report(
            "/dav/principals/",
            "D:principal-property-search",
            &inside,
        ))
    };
    assert_eq!(search("DOC").responses(), [principal]);
    assert!(search("nobody").responses().is_empty());

    let expand = "<D:property name=\"current-user-principal\"><D:property name=\"displayname\"/>\
        <D:property name=\"nothing\"/></D:property><D:property name=\"no-such-thing\"/>";
    let reply = world.send(report("/dav/", "D:expand-property", expand));
    let expanded = reply.element("D:current-user-principal");
    assert!(
        expanded.contains("<D:displayname>doctor</D:displayname>"),
        "{}",
        reply.text()
    );
    assert!(expanded.contains("404"));
}

#[test]
fn an_unknown_report_and_a_report_in_the_wrong_place_are_refused_by_name() {
    let world = World::new();
    for ask in [
        report(CALENDAR, "D:version-tree", ""),
        report(
            "/dav/",
            "C:free-busy-query",
            "<C:time-range start=\"20261101T000000Z\" end=\"20261102T000000Z\"/>",
        ),
        report(
            "/dav/",
            "D:sync-collection",
            "<D:sync-token/><D:sync-level>1</D:sync-level><D:prop/>",
        ),
    ] {
        let reply = world.send(ask);
        assert_eq!(reply.status, 403);
        assert!(reply.has("<D:supported-report/>"), "{}", reply.text());
    }
}

#[test]
fn bad_xml_is_refused_with_a_reason() {
    let world = World::new();
    let send = |body: &str| world.send(report(CALENDAR, "x", "").body(body.to_owned()));
    assert_eq!(send("<C:calendar-query").status, 400);
    assert_eq!(send("").status, 400);
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><x>&a;</x>";
    assert!([400, 403].contains(&send(bomb).status));
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert_eq!(send(&deep).status, 413);
}
