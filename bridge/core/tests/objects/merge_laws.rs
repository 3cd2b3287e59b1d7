//! Laws that every merge obeys, over generated edits of generated objects.

use std::collections::BTreeSet;

use bridge_core::{
    ical::{CalendarObject, Component, ComponentId, NewProperty},
    merge::{Side, three_way},
};
use proptest::{collection::vec, prelude::*, sample::select};

use super::samples;

/// A small edit of an object.
#[derive(Clone, Debug)]
enum Edit {
    Set(usize, &'static str, String),
    Remove(usize, &'static str),
    Attendee(usize, u8, &'static str),
    Except(usize, u8),
    Category(usize, u8),
    Alarm(usize, u8),
    Drop(usize),
    Override(u8),
}

const NAMES: [&str; 8] = [
    "SUMMARY",
    "LOCATION",
    "DESCRIPTION",
    "X-ODD",
    "RRULE",
    "DTSTART",
    "DTEND",
    "STATUS",
];

fn edit() -> impl Strategy<Value = Edit> {
    let component = 0..4_usize;
    prop_oneof![
        4 => (component.clone(), select(&NAMES[..]), "[a-zA-Z ü,;]{0,90}").prop_map(|(c, n, v)| Edit::Set(c, n, v)),
        2 => (component.clone(), select(&NAMES[..])).prop_map(|(c, n)| Edit::Remove(c, n)),
        2 => (component.clone(), 0..4_u8, select(&["ACCEPTED", "DECLINED"][..])).prop_map(|(c, a, p)| Edit::Attendee(c, a, p)),
        1 => (component.clone(), 0..6_u8).prop_map(|(c, d)| Edit::Except(c, d)),
        1 => (component.clone(), 0..4_u8).prop_map(|(c, k)| Edit::Category(c, k)),
        1 => (component.clone(), 0..4_u8).prop_map(|(c, a)| Edit::Alarm(c, a)),
        1 => (1..4_usize).prop_map(Edit::Drop),
        1 => (0..4_u8).prop_map(Edit::Override),
    ]
}

/// The id of the nth component that is no zone.
fn component(object: &CalendarObject<'_>, n: usize) -> Option<ComponentId> {
    object.subjects().nth(n).map(|component| component.id())
}

/// The id of the calendar.
fn calendar(object: &CalendarObject<'_>) -> Option<ComponentId> {
    let mut calendars = object.calendars();
    calendars.next().map(|calendar| calendar.id())
}

/// Makes the edit; one that fits nowhere does nothing.
fn apply(object: &mut CalendarObject<'_>, edit: &Edit) {
    let done = match edit {
        Edit::Set(n, name, text) => component(object, *n).map(|at| object.set_text(at, name, text)),
        Edit::Remove(n, name) => component(object, *n).map(|at| object.remove(at, name).map(drop)),
        Edit::Attendee(n, who, partstat) => component(object, *n).map(|at| {
            let who = format!("mailto:{who}@a.example");
            let old = object.component(at).and_then(|c| {
                let mut all = c.all("ATTENDEE");
                all.find(|attendee| attendee.value() == who)
                    .map(|attendee| attendee.id())
            });
            let new = NewProperty::raw("ATTENDEE", &who).param("PARTSTAT", partstat);
            match old {
                Some(old) => object.replace(old, &new),
                None => object.add(at, &new),
            }
        }),
        Edit::Except(n, day) => component(object, *n).map(|at| {
            object.add(
                at,
                &NewProperty::raw("EXDATE", &format!("2026040{day}T090000Z")),
            )
        }),
        Edit::Category(n, which) => component(object, *n).map(|at| {
            object.add(
                at,
                &NewProperty::text("CATEGORIES", &format!("category {which}")),
            )
        }),
        Edit::Alarm(n, minutes) => component(object, *n).map(|at| {
            let alarm = format!("BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT{minutes}M\nEND:VALARM\n");
            object.add_component(at, alarm.as_bytes())
        }),
        Edit::Drop(n) => component(object, *n).map(|at| object.remove_component(at)),
        Edit::Override(day) => calendar(object).map(|at| {
            let id = format!("2026050{day}T090000Z");
            let new = format!(
                "BEGIN:VEVENT\nUID:1@fixtures.example\nRECURRENCE-ID:{id}\nDTSTART:{id}\nEND:VEVENT"
            );
            object.add_component(at, new.as_bytes())
        }),
    };
    done.transpose().expect("a current id");
}

fn edited(base: &str, edits: &[Edit]) -> Vec<u8> {
    let mut object = CalendarObject::read(base.as_bytes());
    for edit in edits {
        apply(&mut object, edit);
    }
    object.into_bytes()
}

/// Every line of an object with the place it stands in, in no order.
fn lines(octets: &[u8]) -> BTreeSet<(String, Vec<u8>)> {
    fn walk(component: &Component<'_>, path: &str, lines: &mut BTreeSet<(String, Vec<u8>)>) {
        let id = component
            .recurrence_id()
            .map_or_else(String::new, |id| id.value);
        let trigger = component
            .property("TRIGGER")
            .map_or_else(String::new, |t| t.value().into_owned());
        let path = format!("{path}/{}{id}{trigger}", component.name());
        for property in component.properties() {
            let name = property.name().to_ascii_uppercase();
            if ["EXDATE", "CATEGORIES"].contains(&name.as_str()) {
                for item in property.text_list() {
                    lines.insert((path.clone(), format!("{name}:{item}").into_bytes()));
                }
            } else {
                lines.insert((path.clone(), property.logical().into_owned()));
            }
        }
        component
            .children()
            .for_each(|child| walk(&child, &path, lines));
    }
    let mut all = BTreeSet::new();
    CalendarObject::read(octets)
        .roots()
        .for_each(|root| walk(&root, "", &mut all));
    all
}

fn base() -> impl Strategy<Value = String> {
    select(
        &[
            "plain-event.ics",
            "series-with-overrides.ics",
            "alarms.ics",
            "parameters.ics",
            "line-feeds.ics",
            "unknown-things.ics",
        ][..],
    )
    .prop_map(samples::text)
}

fn sides() -> impl Strategy<Value = (String, Vec<u8>, Vec<u8>, Side)> {
    let side = select(&[Side::Local, Side::Remote][..]);
    (base(), vec(edit(), 0..6), vec(edit(), 0..6), side).prop_map(|(base, local, remote, side)| {
        let (local, remote) = (edited(&base, &local), edited(&base, &remote));
        (base, local, remote, side)
    })
}

proptest! {
    #[test]
    fn both_the_same_is_no_merge((base, local, _, side) in sides()) {
        let merged = three_way(base.as_bytes(), &local, &local, side);
        prop_assert_eq!(merged.octets, local);
        prop_assert!(merged.conflicts.is_empty());
    }

    #[test]
    fn one_side_unchanged_gives_the_other_octet_for_octet((base, local, _, side) in sides()) {
        for (left, right) in [(&local[..], base.as_bytes()), (base.as_bytes(), &local[..])] {
            let merged = three_way(base.as_bytes(), left, right, side);
            prop_assert_eq!(&merged.octets, &local);
            prop_assert!(merged.conflicts.is_empty());
        }
    }

    #[test]
    fn one_side_only_refolded_gives_the_other_octet_for_octet((base, local, _, side) in sides()) {
        let refolded = base.replacen("SUMMARY:", "SUMM\r\n ARY:", 1);
        for (left, right) in [(&local[..], refolded.as_bytes()), (refolded.as_bytes(), &local[..])] {
            let merged = three_way(base.as_bytes(), left, right, side);
            if lines(&local) != lines(base.as_bytes()) {
                prop_assert_eq!(&merged.octets, &local);
            }
            prop_assert!(merged.conflicts.is_empty());
        }
    }

    #[test]
    fn merging_again_changes_nothing((base, local, remote, side) in sides()) {
        let merged = three_way(base.as_bytes(), &local, &remote, side);
        for (left, right) in [(&merged.octets, &remote), (&local, &merged.octets)] {
            let again = three_way(base.as_bytes(), left, right, side);
            prop_assert_eq!(lines(&again.octets), lines(&merged.octets));
        }
    }

    #[test]
    fn no_line_is_lost_without_a_word((base, local, remote, side) in sides()) {
        let merged = three_way(base.as_bytes(), &local, &remote, side);
        let (before, after) = (lines(base.as_bytes()), lines(&merged.octets));
        let lost: String = merged.conflicts.iter().map(|conflict| {
            let lost = CalendarObject::read(conflict.lost.reveal());
            String::from_utf8_lossy(&lost.to_bytes()).replace("\r\n", "\n").replace("\n ", "")
        }).collect();
        for (mine, other) in [(lines(&local), lines(&remote)), (lines(&remote), lines(&local))] {
            for added in mine.difference(&before) {
                let line = String::from_utf8_lossy(&added.1);
                let reported = lost.contains(&*line);
                let reported_item = line.starts_with("EXDATE") && merged.conflicts.iter().any(|c| c.field == "EXDATE");
                prop_assert!(after.contains(added) || reported || reported_item, "{:?}", added);
            }
            // What neither touched is still there, unless the component around it went.
            for kept in before.intersection(&mine).filter(|line| other.contains(*line)) {
                prop_assert!(after.contains(kept), "{:?}", kept);
            }
        }
    }

    #[test]
    fn nothing_is_invented((base, local, remote, side) in sides()) {
        let merged = three_way(base.as_bytes(), &local, &remote, side);
        let (local, remote) = (lines(&local), lines(&remote));
        for line in lines(&merged.octets) {
            prop_assert!(local.contains(&line) || remote.contains(&line), "{:?}", line);
        }
    }

    #[test]
    fn the_two_sides_are_treated_alike((base, local, remote, side) in sides()) {
        let one = three_way(base.as_bytes(), &local, &remote, side);
        let two = three_way(base.as_bytes(), &remote, &local, side.other());
        prop_assert_eq!(lines(&one.octets), lines(&two.octets));
    }
}
