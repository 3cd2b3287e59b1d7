//! An edit changes one logical line and nothing else.

use bridge_core::ical::{CalendarObject, Component, EditError, LineEnd, NewProperty};
use proptest::prelude::*;

use super::samples;

/// A title with everything that needs care: escapes, folding, characters of several octets.
const TITLE: &str = "Besprechung, Teil 2; \"größer\" \\ länger\nund mit einer zweiten Zeile, die über die Falte reicht 🩺";

/// Splits octets into logical lines the simplest way: a line that starts with a space or tab belongs to the one
/// before. Written apart from the reader, to judge it.
fn logical_lines(octets: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for physical in octets.split_inclusive(|&octet| octet == b'\n') {
        let continues = matches!(physical.first(), Some(b' ' | b'\t'));
        match lines.last_mut() {
            Some(last) if continues => last.extend_from_slice(physical),
            _ => lines.push(physical.to_vec()),
        }
    }
    lines
}

fn first_event<'o>(object: &'o CalendarObject<'_>) -> Option<Component<'o>> {
    object.components().find(|component| component.is("VEVENT"))
}

fn changed_lines(before: &[u8], after: &[u8]) -> usize {
    let (before, after) = (logical_lines(before), logical_lines(after));
    assert_eq!(before.len(), after.len(), "the number of lines");
    before
        .iter()
        .zip(&after)
        .filter(|(before, after)| before != after)
        .count()
}

#[test]
fn a_new_title_changes_one_logical_line_in_every_file() {
    let mut edited = 0;
    for sample in samples::all() {
        let mut object = CalendarObject::read(&sample.octets);
        let Some(event) = first_event(&object) else {
            continue;
        };
        let soft = |title: &[u8]| {
            title
                .windows(2)
                .any(|pair| pair == b"=\r" || pair == b"=\n")
        };
        let Some(title) = event.property("SUMMARY") else {
            continue;
        };
        if soft(title.octets()) {
            continue;
        }
        let at = event.id();
        object.set_text(at, "SUMMARY", TITLE).expect("a current id");
        let title = first_event(&object).and_then(|event| event.property("SUMMARY"));
        assert_eq!(title.expect("a title").text(), TITLE, "{}", sample.name);
        assert_eq!(
            changed_lines(&sample.octets, object.octets()),
            1,
            "{}",
            sample.name
        );
        edited += 1;
    }
    println!("{edited} titles set");
    assert!(edited > 20);
}

#[test]
fn what_is_added_and_removed_again_leaves_no_trace() {
    for sample in samples::all() {
        let mut object = CalendarObject::read(&sample.octets);
        let Some(event) = first_event(&object).filter(Component::is_closed) else {
            continue;
        };
        if event.property("X-ADDED").is_some() {
            continue;
        }
        let at = event.id();
        object
            .add(at, &NewProperty::text("X-ADDED", TITLE))
            .expect("a current id");
        let lines = (
            logical_lines(&sample.octets).len(),
            logical_lines(object.octets()).len(),
        );
        assert_eq!(lines.0 + 1, lines.1, "{}", sample.name);
        let at = first_event(&object).expect("the event").id();
        assert_eq!(object.remove(at, "x-added"), Ok(1), "{}", sample.name);
        assert!(object.octets() == sample.octets, "{}", sample.name);
    }
}

fn edit(name: &str, edit: impl FnOnce(&mut CalendarObject<'_>)) -> (String, String) {
    let before = samples::text(name);
    let mut object = CalendarObject::read(before.as_bytes());
    edit(&mut object);
    let after = String::from_utf8(object.into_bytes()).expect("UTF-8");
    (before, after)
}

#[test]
fn parameters_stay_unless_others_are_given() {
    let (before, after) = edit("parameters.ics", |object| {
        let at = object.master().expect("an event").id();
        object.set_text(at, "summary", "New").expect("a current id");
    });
    let old = "X-NOTE=\"a;b:c,d\":Parameters of every shape\r\n";
    assert_eq!(
        after,
        before
            .replace(old, "X-NOTE=\"a;b:c,d\":New\r\n")
            .replace("SUMMARY;", "summary;")
    );

    let (before, after) = edit("parameters.ics", |object| {
        let at = object.master().expect("an event").id();
        let title = NewProperty::text("SUMMARY", "Neu").param("LANGUAGE", "de");
        object.set(at, &title).expect("a current id");
    });
    let old = "SUMMARY;LANGUAGE=en;X-NOTE=\"a;b:c,d\":Parameters of every shape\r\n";
    assert_eq!(after, before.replace(old, "SUMMARY;LANGUAGE=de:Neu\r\n"));
}

#[test]
fn an_override_is_chosen_by_its_recurrence_id() {
    let (before, after) = edit("series-with-overrides.ics", |object| {
        let moved = |component: &Component<'_>| {
            component
                .recurrence_id()
                .is_some_and(|id| id.value == "20260330T090000")
        };
        let at = object.overrides().find(moved).expect("an override").id();
        object
            .set_value(at, "DTEND", "20260330T123000")
            .expect("a current id");
    });
    assert_eq!(
        after,
        before.replace("Berlin:20260330T120000", "Berlin:20260330T123000")
    );
}

#[test]
fn a_property_is_added_before_the_components_inside() {
    let (before, after) = edit("alarms.ics", |object| {
        let at = object.master().expect("an event").id();
        object
            .set_text(at, "LOCATION", "Room 4")
            .expect("a current id");
    });
    assert_eq!(
        after,
        before.replacen("BEGIN:VALARM", "LOCATION:Room 4\r\nBEGIN:VALARM", 1)
    );
}

#[test]
fn components_are_added_and_removed_whole() {
    let alarm = b"BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT1H\r\nEND:VALARM";
    let (before, after) = edit("line-feeds.ics", |object| {
        let at = object.master().expect("an event").id();
        object.add_component(at, alarm).expect("a component");
    });
    let inserted = "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT1H\nEND:VALARM\nEND:VEVENT";
    assert_eq!(after, before.replace("END:VEVENT", inserted));

    let (before, after) = edit("series-with-overrides.ics", |object| {
        let at = object.overrides().next().expect("an override").id();
        object.remove_component(at).expect("a current id");
    });
    let object = CalendarObject::read(before.as_bytes());
    let removed = object
        .overrides()
        .next()
        .expect("an override")
        .octets()
        .to_vec();
    let removed = String::from_utf8(removed).expect("UTF-8");
    assert_eq!(after, before.replace(&removed, ""));
}

#[test]
fn an_edit_at_the_torn_end_of_a_file_closes_the_line_before() {
    let mut object = CalendarObject::read(b"BEGIN:VEVENT\nUID:1");
    let at = object.roots().next().expect("an event").id();
    object
        .add(at, &NewProperty::text("SUMMARY", "a"))
        .expect("a current id");
    assert_eq!(object.octets(), b"BEGIN:VEVENT\nUID:1\nSUMMARY:a\n");
}

#[test]
fn ids_from_before_an_edit_are_refused() {
    let text = samples::text("plain-event.ics");
    let mut object = CalendarObject::read(text.as_bytes());
    let at = object.master().expect("an event").id();
    let title = object.master().and_then(|event| event.property("SUMMARY"));
    let title = title.expect("a title").id();
    object.set_text(at, "SUMMARY", "a").expect("a current id");
    let after = object.to_bytes();
    assert_eq!(object.set_text(at, "SUMMARY", "b"), Err(EditError::Stale));
    assert_eq!(object.remove_property(title), Err(EditError::Stale));
    assert_eq!(object.remove_component(at), Err(EditError::Stale));
    assert_eq!(object.octets(), after);
}

#[test]
fn only_one_whole_component_can_be_added() {
    let text = samples::text("plain-event.ics");
    let mut object = CalendarObject::read(text.as_bytes());
    let at = object.master().expect("an event").id();
    for not_one in [
        "",
        "SUMMARY:a",
        "BEGIN:VALARM",
        "X:1\nBEGIN:VALARM\nEND:VALARM",
        "BEGIN:VALARM\nEND:VALARM\nX:1",
        "BEGIN:A\nEND:A\nBEGIN:B\nEND:B",
        "END:VEVENT",
    ] {
        let added = object.add_component(at, not_one.as_bytes());
        assert_eq!(added, Err(EditError::NotAComponent), "{not_one:?}");
    }
}

#[test]
fn a_quoted_printable_title_becomes_plain_text() {
    let (_, after) = edit("quoted-printable.vcs", |object| {
        let event = object.master().expect("an event");
        assert_eq!(
            event.property("SUMMARY").expect("a title").text(),
            "Grüße, and more"
        );
        let at = event.id();
        object
            .set_text(at, "SUMMARY", "Grüße")
            .expect("a current id");
    });
    assert!(
        after.contains("\r\nSUMMARY:Grüße\r\nDESCRIPTION;"),
        "{after}"
    );
}

proptest! {
    #[test]
    fn any_text_can_be_a_title(title in any::<String>(), file in 0..64_usize) {
        let samples = samples::own();
        let sample = &samples[file % samples.len()];
        let mut object = CalendarObject::read(&sample.octets);
        let Some(event) = first_event(&object) else { return Ok(()) };
        let (at, count) = (event.id(), event.properties().count());
        let had_title = event.property("SUMMARY").is_some();
        object.set_text(at, "SUMMARY", &title).expect("a current id");
        let event = first_event(&object).expect("the event");
        prop_assert_eq!(event.properties().count(), count + usize::from(!had_title));
        let readable: String = title.replace("\r\n", "\n").replace('\r', "\n");
        let readable: String =
            readable.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
        let new_title = event.property("SUMMARY").expect("a title");
        prop_assert_eq!(new_title.text(), readable);
        for physical in new_title.octets().split(|&octet| octet == b'\n') {
            prop_assert!(physical.strip_suffix(b"\r").unwrap_or(physical).len() <= 75);
        }
    }
}

#[test]
fn line_ends_are_those_of_the_file() {
    let line_end = |octets: &[u8]| CalendarObject::read(octets).line_end();
    assert_eq!(line_end(b"A:1\nB:1\r\n"), LineEnd::Lf);
    assert_eq!(line_end(b"A:1\r\n"), LineEnd::CrLf);
    assert_eq!(line_end(b""), LineEnd::CrLf);
}
