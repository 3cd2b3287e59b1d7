//! What a client may store, and what it is told when it may not.

use bridge_core::{
    ical::{
        CalendarObject, ComponentKind, ComponentSet, Limits, Precondition, Summary, Transparency,
        check_storable,
    },
    ids::Uid,
};

use super::samples;

fn store(text: &str) -> Result<Summary, (Precondition, String)> {
    check_storable(
        text.as_bytes(),
        ComponentSet::EVENTS_AND_TODOS,
        Limits::default(),
    )
    .map_err(|refusal| (refusal.precondition(), refusal.to_string()))
}

fn calendar(body: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n")
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\r\n{lines}END:VEVENT\r\n")
}

#[test]
fn structure_is_strict() {
    use Precondition::{
        MaxResourceSize, SupportedCalendarComponent, SupportedCalendarData, ValidCalendarData,
        ValidCalendarObjectResource,
    };
    let one = event("UID:1\r\n");
    for (precondition, text) in [
        (ValidCalendarData, String::new()),
        (ValidCalendarData, "<html></html>".into()),
        (ValidCalendarData, "{\"@type\": \"Event\"}".into()),
        (ValidCalendarData, one.clone()),
        (
            ValidCalendarData,
            calendar(&one).replace("END:VCALENDAR\r\n", ""),
        ),
        (
            ValidCalendarData,
            calendar(&one).replace("END:VEVENT\r\n", ""),
        ),
        (ValidCalendarData, calendar(&format!("{one}END:VEVENT\r\n"))),
        (ValidCalendarData, format!("X:1\r\n{}", calendar(&one))),
        (
            ValidCalendarData,
            calendar(&event("UID:1\r\nSUMMARY:a\u{1}\r\n")),
        ),
        (
            ValidCalendarData,
            calendar(&event(
                &("BEGIN:A\r\n".repeat(40) + &"END:A\r\n".repeat(40)),
            )),
        ),
        (ValidCalendarData, calendar(&one.repeat(1_000))),
        (MaxResourceSize, calendar(&event(&"X:\n".repeat(200_000)))),
        (SupportedCalendarData, calendar(&one).replace("2.0", "1.0")),
        (ValidCalendarObjectResource, calendar(&one).repeat(2)),
        (
            ValidCalendarObjectResource,
            calendar(&format!("METHOD:REQUEST\r\n{one}")),
        ),
        (ValidCalendarObjectResource, calendar("")),
        (
            ValidCalendarObjectResource,
            calendar("BEGIN:VTIMEZONE\r\nTZID:A\r\nEND:VTIMEZONE\r\n"),
        ),
        (ValidCalendarObjectResource, calendar(&event(""))),
        (ValidCalendarObjectResource, calendar(&event("UID: \r\n"))),
        (ValidCalendarObjectResource, calendar(&one.repeat(2))),
        (
            ValidCalendarObjectResource,
            calendar(&(one.clone() + &event("UID:2\r\nRECURRENCE-ID:20260302\r\n"))),
        ),
        (
            ValidCalendarObjectResource,
            calendar(&(one.clone() + &one.replace("VEVENT", "VTODO"))),
        ),
        (
            SupportedCalendarComponent,
            calendar(&one.replace("VEVENT", "VJOURNAL")),
        ),
        (
            ValidCalendarObjectResource,
            calendar(&one.replace("VEVENT", "X-PARTY")),
        ),
    ] {
        let (found, message) = store(&text).expect_err(&text);
        assert_eq!(found, precondition, "{message}\n{text:.300}");
    }
}

#[test]
fn octets_that_are_no_text_are_refused_with_their_line() {
    let octets = calendar(&event("UID:1\r\nSUMMARY:@\r\n")).replace('@', "\u{fffd}");
    let octets: Vec<u8> = octets
        .into_bytes()
        .into_iter()
        .filter(|o| *o != 0xBF)
        .collect();
    let refusal = check_storable(&octets, ComponentSet::ALL, Limits::default()).unwrap_err();
    assert_eq!(refusal.precondition(), Precondition::ValidCalendarData);
    assert_eq!(
        refusal.to_string(),
        "line 5 is not UTF-8; send the object in UTF-8"
    );
}

#[test]
fn what_a_program_lays_beside_an_event_is_stored_with_it() {
    let rider = "BEGIN:X-PARTY\r\nX-GUESTS:7\r\nEND:X-PARTY\r\n";
    for body in [
        format!("{rider}{}", event("UID:1\r\n")),
        format!("{}{rider}", event("UID:1\r\n")),
    ] {
        let summary = store(&calendar(&body)).expect("stored");
        assert_eq!(summary.kind, ComponentKind::Event);
        assert_eq!(summary.uid, Uid::new("1"));
    }
}

#[test]
fn a_fold_inside_a_character_is_stored() {
    let octets = samples::octets("folded-inside-utf8.ics");
    let summary = check_storable(octets, ComponentSet::ALL, Limits::default());
    assert!(summary.is_ok(), "{summary:?}");
}

#[test]
fn size_is_limited() {
    let text = calendar(&event("UID:1\r\n"));
    let limit = |octets| Limits {
        octets,
        ..Limits::default()
    };
    let check = |octets| check_storable(text.as_bytes(), ComponentSet::ALL, limit(octets));
    assert!(check(text.len()).is_ok());
    let refusal = check(text.len() - 1).unwrap_err();
    assert_eq!(refusal.precondition(), Precondition::MaxResourceSize);
}

#[test]
fn values_are_liberal() {
    for name in [
        "odd-values.ics",
        "lines-without-colon.ics",
        "duplicates.ics",
        "line-feeds.ics",
        "mixed-line-ends.ics",
        "byte-order-mark.ics",
        "no-final-line-break.ics",
        "blank-lines-between.ics",
        "lower-case.ics",
        "folded-names.ics",
        "windows-zone.ics",
        "long-lines.ics",
        "todo.ics",
    ] {
        assert!(
            store(&samples::text(name)).is_ok(),
            "{name}: {:?}",
            store(&samples::text(name))
        );
    }
    let only_overrides = event("UID:1\r\nRECURRENCE-ID:20260302\r\n");
    assert!(store(&calendar(&only_overrides)).is_ok());
    let without_version = calendar(&event("UID:1\r\n")).replace("VERSION:2.0\r\n", "");
    assert!(store(&without_version).is_ok());
}

#[test]
fn the_summary_is_what_the_store_indexes() {
    let summary = store(&samples::text("series-with-overrides.ics")).expect("storable");
    assert_eq!(summary.uid, Uid::new("1@fixtures.example"));
    assert_eq!(summary.kind, ComponentKind::Event);
    assert_eq!(
        summary.summary.as_ref().map(|s| s.reveal().as_str()),
        Some("Case conference")
    );
    assert!(summary.recurring && summary.overridden);
    assert_eq!(
        (summary.status.clone(), summary.transp),
        (None, Transparency::Opaque)
    );
    assert!(!format!("{summary:?}").contains("conference"));

    let free = event("UID:1\r\nTRANSP:transparent\r\nSTATUS:cancelled\r\n");
    let summary = store(&calendar(&free)).expect("storable");
    assert_eq!(summary.transp, Transparency::Transparent);
    assert_eq!(summary.status.as_deref(), Some("CANCELLED"));
    assert!(!summary.recurring && !summary.overridden);
}

#[test]
fn a_sum_can_be_drawn_of_whatever_has_a_uid() {
    for sample in samples::all() {
        let object = CalendarObject::read(&sample.octets);
        let summary = Summary::of(&object);
        assert_eq!(summary.is_some(), object.uid().is_some(), "{}", sample.name);
    }
}
