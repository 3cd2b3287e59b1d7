//! The busy-only copy says when, and nothing else.

use bridge_core::ical::{
    CalendarObject, ComponentSet, Limits, ProblemKind, check_storable, redact,
};

use super::samples;

fn busy(text: &str) -> String {
    let object = CalendarObject::read(text.as_bytes());
    String::from_utf8(redact::busy_only(&object, b"one view")).expect("UTF-8")
}

#[test]
fn times_rules_and_zones_stay() {
    let text = busy(&samples::text("series-with-overrides.ics"));
    for kept in [
        "TZID:Europe/Berlin",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "DTSTART;TZID=Europe/Berlin:20260302T090000",
        "RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=MO",
        "EXDATE;TZID=Europe/Berlin:20260309T090000,20260316T090000",
        "RDATE;VALUE=PERIOD:20260304T080000Z/PT45M,20260305T080000Z/20260305T090000Z",
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260413T090000",
    ] {
        assert!(text.contains(&format!("\r\n{kept}\r\n")), "{kept}\n{text}");
    }
    let storable = check_storable(text.as_bytes(), ComponentSet::ALL, Limits::default());
    let summary = storable.expect("a proper object");
    assert_eq!(
        summary
            .summary
            .map(|title| title.reveal().clone())
            .as_deref(),
        Some("Busy")
    );
}

#[test]
fn nothing_else_stays() {
    let words = [
        "fixtures",
        "conference",
        "Room",
        "samples",
        "mailto",
        "Wei",
        "Practice",
        "Title",
        "title",
        "X-",
        "VALARM",
        "SUMMARY:K",
        "Reminder",
        "soon",
        "MAYBE",
        "GLASS",
        "kept",
        "FORTNIGHTLY",
    ];
    for sample in samples::own() {
        let object = CalendarObject::read(&sample.octets);
        let copy = redact::busy_only(&object, b"one view");
        let copy = String::from_utf8(copy).expect("UTF-8");
        for word in words {
            assert!(!copy.contains(word), "{word} in {}:\n{copy}", sample.name);
        }
        assert_eq!(
            copy.matches("SUMMARY:").count(),
            copy.matches("SUMMARY:Busy\r\n").count()
        );
    }
}

#[test]
fn content_cannot_hide_in_a_time() {
    let text = busy(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;X-A=secret;TZID=Europe/Berlin;VALUE=secret:20260302T090000\r\n\
         DTEND:secret, really\r\nRDATE:AVERYLONGSECRET\r\nSTATUS:secret\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    );
    assert!(!text.to_lowercase().contains("secret"), "{text}");
    let text = busy(
        &samples::text("custom-zone.ics")
            .replace("Customized", "Secret")
            .replace("X-LIC", "X-OLD"),
    );
    assert!(
        !text.contains("Secret") && text.matches("Zone-").count() == 2,
        "{text}"
    );
    let text = busy(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;X-A=1;TZID=Europe/Berlin:20260302T090000\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n",
    );
    assert!(
        text.contains("DTSTART;TZID=Europe/Berlin:20260302T090000\r\n"),
        "{text}"
    );
}

#[test]
fn the_same_uid_is_the_same_in_one_view_and_another_in_the_next() {
    let text = samples::text("plain-event.ics");
    let object = CalendarObject::read(text.as_bytes());
    let uid = |salt: &[u8]| {
        let copy = redact::busy_only(&object, salt);
        CalendarObject::read(&copy).uid().expect("a UID")
    };
    assert_eq!(uid(b"a"), uid(b"a"));
    assert_ne!(uid(b"a"), uid(b"b"));
}

#[test]
fn every_object_can_be_carried_by_xml() {
    let carried =
        |char: char| matches!(char, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    let mut verbatim = 0;
    for sample in samples::all() {
        let object = CalendarObject::read(&sample.octets);
        let text = object.to_text();
        assert!(text.chars().all(carried), "{}", sample.name);
        verbatim += usize::from(text.as_bytes() == sample.octets);
        if object
            .problems()
            .iter()
            .any(|problem| problem.kind == ProblemKind::ControlCharacter)
        {
            continue;
        }
        let again = CalendarObject::read(text.as_bytes());
        let values = |object: &CalendarObject<'_>| -> Vec<String> {
            let properties = object
                .components()
                .flat_map(|c| c.properties().collect::<Vec<_>>());
            properties
                .map(|property| property.value().into_owned())
                .collect()
        };
        assert_eq!(values(&object), values(&again), "{}", sample.name);
    }
    assert!(verbatim > 25);
}

#[test]
fn only_the_odd_line_is_written_anew() {
    let before = b"BEGIN:VEVENT\r\nSUMMARY:Gr\xFC\xDFe\0\r\nX:a\r\n b\r\nDESCRIPTION:\xC3\r\n \xBC\r\nEND:VEVENT\r\n";
    let object = CalendarObject::read(before);
    let after = "BEGIN:VEVENT\r\nSUMMARY:Gr\u{fc}\u{df}e\r\nX:a\r\n b\r\nDESCRIPTION:\u{fc}\r\nEND:VEVENT\r\n";
    assert_eq!(object.to_text(), after);
}

#[test]
fn what_was_no_component_does_not_become_one() {
    let before = b"BEGIN:VEVENT\r\nB\x12EGIN:VALARM\r\nB\rEGIN:VALARM\xFC\r\nEND:VEVENT\r\n";
    let object = CalendarObject::read(before);
    let after =
        "BEGIN:VEVENT\r\nB\u{fffd}EGIN:VALARM\r\nB\u{fffd}EGIN:VALARM\u{fc}\r\nEND:VEVENT\r\n";
    assert_eq!(object.to_text(), after);
}
