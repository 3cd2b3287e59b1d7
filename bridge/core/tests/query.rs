//! calendar-query as a server meets it: the XML of a report on one side, calendar text on the other.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use bridge_core::{
    dav::{CalendarData, Filter, Recurrence, Report, parse_report},
    ical::CalendarObject,
    query,
    recur::{Allowance, Limits},
    time::{Instant, Span},
    tz::Zone,
};
use chrono::NaiveDateTime;

const VIENNA: Zone = Zone::Iana(chrono_tz::Europe::Vienna);

fn at(text: &str) -> Instant {
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ")
        .unwrap()
        .and_utc()
}

fn calendar(components: &str) -> String {
    let lines = components.lines().map(str::trim);
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    let body = lines.join("\r\n");
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{body}\r\nEND:VCALENDAR\r\n")
}

fn filter(inner: &str) -> Filter {
    let body = format!(
        r#"<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/></D:prop>
        <C:filter><C:comp-filter name="VCALENDAR">{inner}</C:comp-filter></C:filter></C:calendar-query>"#
    );
    match parse_report(body.as_bytes()).unwrap() {
        Report::CalendarQuery(query) => query.filter,
        other => panic!("not a query: {other:?}"),
    }
}

fn matches(inner: &str, components: &str) -> bool {
    let text = calendar(components);
    let object = CalendarObject::read(text.as_bytes());
    query::matches(&filter(inner), &object, &VIENNA, &mut Allowance::default())
}

/// A filter about the time range of one kind of component; an open end is written as "-".
fn in_range(name: &str, start: &str, end: &str, components: &str) -> bool {
    let attribute = |name, value| match value {
        "-" => String::new(),
        value => format!(" {name}=\"{value}\""),
    };
    let range = format!(
        "<C:time-range{}{}/>",
        attribute("start", start),
        attribute("end", end)
    );
    matches(
        &format!("<C:comp-filter name=\"{name}\">{range}</C:comp-filter>"),
        components,
    )
}

const VISIT: &str = "BEGIN:VEVENT
    UID:1
    SUMMARY:Ward visit\\, with coffee
    CATEGORIES:Pharma,Visit
    ATTENDEE;PARTSTAT=ACCEPTED;CN=\"Rep, One\":mailto:one@example.com
    DTSTART;TZID=Europe/Vienna:20260302T090000
    DTEND;TZID=Europe/Vienna:20260302T100000
    LAST-MODIFIED:20260101T120000Z
    BEGIN:VALARM
    ACTION:DISPLAY
    TRIGGER:-PT30M
    END:VALARM
    END:VEVENT";

#[test]
fn properties_and_parameters() {
    let event = |inner: &str| {
        matches(
            &format!("<C:comp-filter name=\"VEVENT\">{inner}</C:comp-filter>"),
            VISIT,
        )
    };
    let property = |name: &str, inner: &str| {
        event(&format!(
            "<C:prop-filter name=\"{name}\">{inner}</C:prop-filter>"
        ))
    };
    let text = |text: &str| format!("<C:text-match>{text}</C:text-match>");
    assert!(event(""));
    assert!(matches("", VISIT));
    assert!(!matches("<C:comp-filter name=\"VTODO\"/>", VISIT));
    assert!(matches(
        "<C:comp-filter name=\"VTODO\"><C:is-not-defined/></C:comp-filter>",
        VISIT
    ));
    assert!(property("SUMMARY", &text("visit, WITH")));
    assert!(!property("SUMMARY", &text("coffee house")));
    assert!(property("CATEGORIES", &text("pharma")));
    assert!(!property(
        "SUMMARY",
        "<C:text-match collation=\"i;octet\">ward</C:text-match>"
    ));
    assert!(property(
        "SUMMARY",
        "<C:text-match negate-condition=\"yes\">lunch</C:text-match>"
    ));
    assert!(!property(
        "LOCATION",
        "<C:text-match negate-condition=\"yes\">lunch</C:text-match>"
    ));
    assert!(property("LOCATION", "<C:is-not-defined/>"));
    assert!(!property("SUMMARY", "<C:is-not-defined/>"));
    assert!(property(
        "LAST-MODIFIED",
        "<C:time-range start=\"20260101T000000Z\" end=\"20260102T000000Z\"/>"
    ));
    assert!(!property(
        "LAST-MODIFIED",
        "<C:time-range start=\"20260101T120001Z\"/>"
    ));
    let parameter = |name: &str, inner: &str| {
        property(
            "ATTENDEE",
            &format!("<C:param-filter name=\"{name}\">{inner}</C:param-filter>"),
        )
    };
    assert!(parameter("PARTSTAT", &text("accepted")));
    assert!(parameter("CN", &text("Rep, One")));
    assert!(!parameter("PARTSTAT", &text("declined")));
    assert!(parameter("ROLE", "<C:is-not-defined/>"));
    assert!(!parameter("PARTSTAT", "<C:is-not-defined/>"));
}

#[test]
fn the_properties_are_those_of_the_component_that_takes_place() {
    let series = "BEGIN:VEVENT
        UID:1
        SUMMARY:Visit
        DTSTART:20260302T090000Z
        RRULE:FREQ=WEEKLY
        END:VEVENT
        BEGIN:VEVENT
        UID:1
        RECURRENCE-ID:20260309T090000Z
        SUMMARY:Moved
        DTSTART:20260310T090000Z
        END:VEVENT";
    let moved_in = |start: &str, end: &str| {
        let inner = format!(
            "<C:comp-filter name=\"VEVENT\"><C:time-range start=\"{start}\" end=\"{end}\"/>
             <C:prop-filter name=\"SUMMARY\"><C:text-match>moved</C:text-match></C:prop-filter></C:comp-filter>"
        );
        matches(&inner, series)
    };
    assert!(moved_in("20260310T000000Z", "20260311T000000Z"));
    assert!(!moved_in("20260309T000000Z", "20260310T000000Z"));
    assert!(!moved_in("20260316T000000Z", "20260317T000000Z"));
    // Earlier instances and the override in one range: both components take place.
    assert!(moved_in("20260301T000000Z", "20270101T000000Z"));
}

/// RFC 4791 section 9.9: components by the rows of their tables.
#[test]
fn time_ranges_of_every_kind_of_component() {
    let todo = |lines: &str| format!("BEGIN:VTODO\nUID:1\n{lines}\nEND:VTODO");
    let cases = [
        // Tasks, row by row. The range is the hour 09:00 to 10:00.
        (todo("DTSTART:20260302T080000Z\nDURATION:PT1H"), true), // its end counts
        (todo("DTSTART:20260302T100000Z\nDURATION:PT1H"), false),
        (
            todo("DTSTART:20260302T070000Z\nDUE:20260302T090000Z"),
            false,
        ),
        (todo("DTSTART:20260302T070000Z\nDUE:20260302T090001Z"), true),
        (todo("DTSTART:20260302T090000Z"), true),
        (todo("DTSTART:20260302T100000Z"), false),
        (todo("DUE:20260302T090000Z"), false),
        (todo("DUE:20260302T100000Z"), true),
        (
            todo("COMPLETED:20260302T080000Z\nCREATED:20260302T090000Z"),
            true,
        ),
        (
            todo("COMPLETED:20260302T080000Z\nCREATED:20260302T083000Z"),
            false,
        ),
        (todo("COMPLETED:20260302T100000Z"), true),
        (todo("CREATED:20260302T095959Z"), true),
        (todo("CREATED:20260302T100000Z"), false),
        (todo("SUMMARY:some day"), true),
    ];
    for (component, expected) in cases {
        let got = in_range("VTODO", "20260302T090000Z", "20260302T100000Z", &component);
        assert_eq!(got, expected, "{component}");
    }
    let journal = |lines: &str| format!("BEGIN:VJOURNAL\nUID:1\n{lines}\nEND:VJOURNAL");
    let day = |component: &str| {
        in_range(
            "VJOURNAL",
            "20260302T090000Z",
            "20260302T100000Z",
            component,
        )
    };
    assert!(day(&journal("DTSTART;VALUE=DATE:20260302")));
    assert!(day(&journal("DTSTART:20260302T090000Z")));
    assert!(!day(&journal("DTSTART:20260302T100000Z")));
    assert!(!day(&journal("SUMMARY:no date")));
    let busy = |lines: &str| format!("BEGIN:VFREEBUSY\nUID:1\n{lines}\nEND:VFREEBUSY");
    let in_hour = |component: &str| {
        in_range(
            "VFREEBUSY",
            "20260302T090000Z",
            "20260302T100000Z",
            component,
        )
    };
    assert!(in_hour(&busy(
        "DTSTART:20260302T000000Z\nDTEND:20260302T090000Z"
    )));
    assert!(in_hour(&busy(
        "FREEBUSY:20260302T080000Z/PT1H,20260302T093000Z/PT1H"
    )));
    assert!(!in_hour(&busy("FREEBUSY:20260302T080000Z/PT1H")));
    assert!(!in_hour(&busy("SUMMARY:nothing")));
}

#[test]
fn open_ranges_and_whole_days_in_the_calendars_zone() {
    let day = "BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20260302\nEND:VEVENT";
    // The day in Vienna begins at 23:00 of the day before.
    assert!(in_range("VEVENT", "-", "20260301T230001Z", day));
    assert!(!in_range("VEVENT", "-", "20260301T230000Z", day));
    assert!(in_range("VEVENT", "20260302T225959Z", "-", day));
    assert!(!in_range("VEVENT", "20260302T230000Z", "-", day));
    let endless = "BEGIN:VEVENT\nUID:1\nDTSTART:20260302T090000Z\nRRULE:FREQ=SECONDLY\nEND:VEVENT";
    assert!(in_range("VEVENT", "20990101T000000Z", "-", endless));
}

#[test]
fn alarms_ring_before_their_event_and_again() {
    let rings = |start: &str, end: &str, components: &str| {
        let range = format!("<C:time-range start=\"{start}\" end=\"{end}\"/>");
        let alarm = format!("<C:comp-filter name=\"VALARM\">{range}</C:comp-filter>");
        matches(
            &format!("<C:comp-filter name=\"VEVENT\">{alarm}</C:comp-filter>"),
            components,
        )
    };
    assert!(rings("20260302T073000Z", "20260302T073001Z", VISIT));
    assert!(!rings("20260302T073001Z", "20260302T120000Z", VISIT));
    let again = VISIT.replace(
        "TRIGGER:-PT30M",
        "TRIGGER;RELATED=END:PT5M\nREPEAT:2\nDURATION:PT10M",
    );
    assert!(rings("20260302T092500Z", "20260302T092600Z", &again));
    assert!(!rings("20260302T092600Z", "20260302T120000Z", &again));
    let absolute = VISIT.replace("TRIGGER:-PT30M", "TRIGGER;VALUE=DATE-TIME:20251224T180000Z");
    assert!(rings("20251224T000000Z", "20251225T000000Z", &absolute));
}

fn render(wish: &CalendarData, components: &str) -> String {
    let text = calendar(components);
    let object = CalendarObject::read(text.as_bytes());
    let mut allowance = Allowance::default();
    let octets = query::calendar_data(wish, &object, &VIENNA, &mut allowance);
    assert!(!allowance.is_cut());
    String::from_utf8(octets).unwrap().replace('\r', "")
}

fn expand(start: &str, end: &str, components: &str) -> String {
    let span = Span {
        start: at(start),
        end: at(end),
    };
    let wish = CalendarData {
        recurrence: Recurrence::Expand(span),
        ..CalendarData::default()
    };
    render(&wish, components)
}

#[test]
fn expanded_instances_are_in_utc_and_without_recurrence() {
    let series = "BEGIN:VTIMEZONE
        TZID:Europe/Vienna
        END:VTIMEZONE
        BEGIN:VEVENT
        UID:1
        DTSTART;TZID=Europe/Vienna:20260327T090000
        DURATION:P1D
        RRULE:FREQ=DAILY;COUNT=9
        EXDATE;TZID=Europe/Vienna:20260329T090000
        SUMMARY:Stand-in
        X-REMIND;TZID=Europe/Vienna:20260327T080000
        BEGIN:VALARM
        TRIGGER:-PT15M
        END:VALARM
        END:VEVENT
        BEGIN:VEVENT
        UID:1
        RECURRENCE-ID;TZID=Europe/Vienna:20260330T090000
        DTSTART;TZID=Europe/Vienna:20260330T140000
        SUMMARY:Later
        END:VEVENT";
    insta::assert_snapshot!(expand("20260328T120000Z", "20260330T220000Z", series), @r"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//test//EN
    BEGIN:VEVENT
    DTSTART:20260328T080000Z
    DTEND:20260329T070000Z
    RECURRENCE-ID:20260328T080000Z
    UID:1
    SUMMARY:Stand-in
    X-REMIND:20260327T070000Z
    BEGIN:VALARM
    TRIGGER:-PT15M
    END:VALARM
    END:VEVENT
    BEGIN:VEVENT
    DTSTART:20260330T120000Z
    RECURRENCE-ID:20260330T070000Z
    UID:1
    SUMMARY:Later
    END:VEVENT
    END:VCALENDAR
    ");
}

#[test]
fn dates_and_floating_times_stay_what_they_are() {
    let days = "BEGIN:VEVENT
        UID:1
        DTSTART;VALUE=DATE:20260328
        DTEND;VALUE=DATE:20260329
        RRULE:FREQ=DAILY;COUNT=2
        END:VEVENT
        BEGIN:VEVENT
        UID:2
        DTSTART:20260328T090000
        DTEND:20260328T100000
        END:VEVENT
        BEGIN:VTODO
        UID:3
        DUE;VALUE=DATE:20260329
        END:VTODO
        BEGIN:VTODO
        UID:4
        SUMMARY:Some day
        END:VTODO";
    insta::assert_snapshot!(expand("20260327T000000Z", "20260401T000000Z", days), @r"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//test//EN
    BEGIN:VTODO
    UID:4
    SUMMARY:Some day
    END:VTODO
    BEGIN:VEVENT
    DTSTART;VALUE=DATE:20260328
    DTEND;VALUE=DATE:20260329
    RECURRENCE-ID;VALUE=DATE:20260328
    UID:1
    END:VEVENT
    BEGIN:VEVENT
    DTSTART:20260328T090000
    DTEND:20260328T100000
    UID:2
    END:VEVENT
    BEGIN:VTODO
    DUE;VALUE=DATE:20260329
    UID:3
    END:VTODO
    BEGIN:VEVENT
    DTSTART;VALUE=DATE:20260329
    DTEND;VALUE=DATE:20260330
    RECURRENCE-ID;VALUE=DATE:20260329
    UID:1
    END:VEVENT
    END:VCALENDAR
    ");
}

#[test]
fn a_limited_set_keeps_the_master_and_what_matters() {
    let series = "BEGIN:VEVENT
        UID:1
        DTSTART:20260302T090000Z
        DTEND:20260302T100000Z
        RRULE:FREQ=WEEKLY
        END:VEVENT
        BEGIN:VEVENT
        UID:1
        RECURRENCE-ID:20260309T090000Z
        DTSTART:20260601T090000Z
        SUMMARY:Moved out of the range
        END:VEVENT
        BEGIN:VEVENT
        UID:1
        RECURRENCE-ID:20260608T090000Z
        DTSTART:20260310T090000Z
        SUMMARY:Moved into the range
        END:VEVENT
        BEGIN:VEVENT
        UID:1
        RECURRENCE-ID:20260706T090000Z
        DTSTART:20260706T100000Z
        SUMMARY:Far away
        END:VEVENT";
    let range = Span {
        start: at("20260309T000000Z"),
        end: at("20260316T000000Z"),
    };
    let wish = CalendarData {
        recurrence: Recurrence::LimitSet(range),
        ..CalendarData::default()
    };
    let text = render(&wish, series);
    for (summary, kept) in [
        ("out of", true),
        ("into", true),
        ("Far away", false),
        ("FREQ=WEEKLY", true),
    ] {
        assert_eq!(text.contains(summary), kept, "{summary}");
    }
}

#[test]
fn parts_of_an_object_and_of_its_free_busy() {
    let body = r#"<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data>
        <C:comp name="VCALENDAR"><C:prop name="VERSION"/>
          <C:comp name="VEVENT"><C:prop name="UID"/><C:prop name="SUMMARY" novalue="yes"/><C:comp name="VALARM"><C:allprop/></C:comp></C:comp>
          <C:comp name="VFREEBUSY"><C:allprop/></C:comp></C:comp>
        <C:limit-freebusy-set start="20260302T090000Z" end="20260302T100000Z"/></C:calendar-data></D:prop>
        <C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>"#;
    let Report::CalendarQuery(asked) = parse_report(body.as_bytes()).unwrap() else {
        panic!("not a query");
    };
    let wish = &asked.request.data.unwrap();
    let free_busy = "BEGIN:VFREEBUSY
        UID:2
        FREEBUSY;FBTYPE=BUSY:20260302T080000Z/PT1H,20260302T093000Z/PT1H
        FREEBUSY:20260302T110000Z/PT1H
        END:VFREEBUSY";
    insta::assert_snapshot!(render(wish, &format!("{VISIT}\n{free_busy}")), @r"
    BEGIN:VCALENDAR
    VERSION:2.0
    BEGIN:VEVENT
    UID:1
    SUMMARY:
    BEGIN:VALARM
    ACTION:DISPLAY
    TRIGGER:-PT30M
    END:VALARM
    END:VEVENT
    BEGIN:VFREEBUSY
    UID:2
    FREEBUSY;FBTYPE=BUSY:20260302T093000Z/PT1H
    END:VFREEBUSY
    END:VCALENDAR
    ");
}

/// What a rule that leads nowhere costs is known after as many steps as one object may take.
const NEVER: &str = "BEGIN:VEVENT
    UID:1
    DTSTART:20260301T000000Z
    RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30
    END:VEVENT";

#[test]
fn the_steps_of_one_report_end_over_all_its_objects() {
    let limits = |steps| Limits {
        instances: 10,
        steps,
    };
    let mut allowance = Allowance::new(limits(100), limits(250));
    let text = calendar(NEVER);
    let never = CalendarObject::read(text.as_bytes());
    let in_may = filter(
        "<C:comp-filter name=\"VEVENT\">\
         <C:time-range start=\"20260501T000000Z\" end=\"20260601T000000Z\"/></C:comp-filter>",
    );
    let mut ask = || {
        let passes = query::matches(&in_may, &never, &VIENNA, &mut allowance);
        (passes, allowance.is_cut(), allowance.is_used_up())
    };
    assert_eq!(ask(), (false, true, false), "not decided, and it says so");
    assert_eq!(ask(), (false, true, false));
    assert_eq!(ask(), (false, true, true));
    let text = calendar(VISIT);
    let visit = CalendarObject::read(text.as_bytes());
    assert!(query::matches(&filter(""), &visit, &VIENNA, &mut allowance));
}

#[test]
fn what_does_not_recur_uses_nothing_up() {
    let limits = Limits {
        instances: 2,
        steps: 100,
    };
    let mut allowance = Allowance::new(limits, limits);
    let text = calendar(VISIT);
    let visit = CalendarObject::read(text.as_bytes());
    let span = Span {
        start: at("20260301T000000Z"),
        end: at("20260401T000000Z"),
    };
    let wish = CalendarData {
        recurrence: Recurrence::Expand(span),
        ..CalendarData::default()
    };
    for _ in 0..5 {
        query::calendar_data(&wish, &visit, &VIENNA, &mut allowance);
    }
    assert!(!allowance.is_used_up() && !allowance.is_cut());
}

#[test]
fn a_thousand_copies_of_a_megabyte_are_not_made() {
    let title = "x".repeat(1_000_000);
    let text = calendar(&VISIT.replace(
        "SUMMARY:",
        &format!("RRULE:FREQ=DAILY;COUNT=1000\nDESCRIPTION:{title}\nSUMMARY:"),
    ));
    let object = CalendarObject::read(text.as_bytes());
    let span = Span {
        start: at("20260101T000000Z"),
        end: at("20300101T000000Z"),
    };
    let wish = CalendarData {
        recurrence: Recurrence::Expand(span),
        ..CalendarData::default()
    };
    let mut allowance = Allowance::default();
    let octets = query::calendar_data(&wish, &object, &VIENNA, &mut allowance);
    assert!(octets.len() < 20_000_000, "{} octets", octets.len());
    assert!(allowance.is_cut());
    let written = CalendarObject::read(&octets);
    assert!(written.problems().is_empty() && written.components().count() > 10);
}
