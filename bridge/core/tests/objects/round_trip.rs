//! Every octet survives reading and writing.

use bridge_core::ical::{CalendarObject, ProblemKind};
use proptest::prelude::*;

use super::samples;

#[test]
fn every_file_comes_back_octet_for_octet() {
    for sample in samples::all() {
        let object = CalendarObject::read(&sample.octets);
        assert!(object.to_bytes() == sample.octets, "{}", sample.name);
    }
}

#[test]
fn every_octet_of_a_component_is_in_its_own_octets() {
    for sample in samples::all() {
        let object = CalendarObject::read(&sample.octets);
        for component in object.components() {
            let again = CalendarObject::read(component.octets());
            let inside = again.roots().next().expect("a component");
            let names = |properties: Vec<_>| -> Vec<Vec<u8>> { properties };
            assert_eq!(
                names(
                    component
                        .properties()
                        .map(|p| p.logical().into_owned())
                        .collect()
                ),
                names(
                    inside
                        .properties()
                        .map(|p| p.logical().into_owned())
                        .collect()
                ),
                "{}",
                sample.name
            );
            assert_eq!(
                component.children().count(),
                inside.children().count(),
                "{}",
                sample.name
            );
        }
    }
}

fn problems(name: &str) -> Vec<(usize, ProblemKind)> {
    let object = CalendarObject::read(samples::octets(name));
    object
        .problems()
        .iter()
        .map(|problem| (problem.line, problem.kind))
        .collect()
}

#[test]
fn oddities_are_listed_with_their_line() {
    for (name, expected) in [
        ("plain-event.ics", &[][..]),
        ("series-with-overrides.ics", &[]),
        (
            "folded-inside-utf8.ics",
            &[
                (8, ProblemKind::FoldInCharacter),
                (11, ProblemKind::FoldInCharacter),
            ],
        ),
        ("empty.ics", &[(1, ProblemKind::Empty)]),
        ("blank-lines-only.ics", &[(1, ProblemKind::Empty)]),
        ("byte-order-mark.ics", &[(1, ProblemKind::ByteOrderMark)]),
        ("line-feeds.ics", &[(1, ProblemKind::BareLineFeed)]),
        (
            "latin-1.ics",
            &[(8, ProblemKind::NotUtf8), (9, ProblemKind::NotUtf8)],
        ),
        (
            "missing-end.ics",
            &[
                (7, ProblemKind::MissingEnd),
                (3, ProblemKind::MissingEnd),
                (1, ProblemKind::MissingEnd),
            ],
        ),
        (
            "crossed-ends.ics",
            &[
                (6, ProblemKind::MissingEnd),
                (9, ProblemKind::StrayEnd),
                (15, ProblemKind::StrayEnd),
            ],
        ),
        ("bare-event.ics", &[(1, ProblemKind::OutsideCalendar)]),
        (
            "lines-without-colon.ics",
            &[(9, ProblemKind::NoColon), (10, ProblemKind::BadName)],
        ),
        (
            "control-characters.ics",
            &[(8, ProblemKind::ControlCharacter)],
        ),
        (
            "carriage-returns-only.ics",
            &[
                (1, ProblemKind::OutsideCalendar),
                (1, ProblemKind::MissingEnd),
            ],
        ),
    ] {
        assert_eq!(problems(name), expected, "{name}");
    }
}

proptest! {
    #[test]
    fn anything_comes_back(octets in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(CalendarObject::read(&octets).to_bytes(), octets);
    }

    #[test]
    fn mutated_files_come_back(
        file in 0..64_usize,
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let samples = samples::own();
        let mut octets = samples[file % samples.len()].octets.clone();
        for (at, octet) in cuts {
            if octets.is_empty() {
                break;
            }
            let at = at.index(octets.len());
            match octet % 3 {
                0 => octets[at] = octet,
                1 => drop(octets.remove(at)),
                _ => octets.insert(at, b"\r\n :;\"=\\"[usize::from(octet) % 8]),
            }
        }
        let object = CalendarObject::read(&octets);
        prop_assert_eq!(object.octets(), octets.as_slice());
        for component in object.components() {
            for property in component.properties() {
                prop_assert!(octets.len() >= property.octets().len());
                let _ = (property.text(), property.params().map(|p| p.values().count()).sum::<usize>());
            }
        }
    }
}
