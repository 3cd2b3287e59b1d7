//! The crate `ical-rs`, written by others, sees the same lines and the same tree.

use bridge_core::ical::{CalendarObject, Component, ProblemKind};
use ical::tree::{
    cst::{IcalCst, IcalItem},
    line::IcalLine,
};

use super::samples;

/// A line as both readers see it: how deep it is, and its parts without folds.
type Seen = (usize, String, Vec<(String, usize)>, Vec<u8>);

fn theirs(component: &IcalCst<'_>, depth: usize, seen: &mut Vec<Seen>) {
    let line = |line: &IcalLine<'_>| {
        let params = line.params.iter();
        let params = params
            .map(|param| (param.name.get().to_owned(), param.values.len()))
            .collect();
        (
            depth,
            line.name.get().to_owned(),
            params,
            line.raw_value().into_owned(),
        )
    };
    let (mut properties, mut children) = (Vec::new(), Vec::new());
    for item in &component.items {
        match item {
            IcalItem::Prop(property) => properties.push(line(property)),
            IcalItem::Component(child) => children.push(child),
            IcalItem::Opaque(_) => {}
        }
    }
    seen.append(&mut properties);
    for child in children {
        theirs(child, depth + 1, seen);
    }
}

fn ours(component: &Component<'_>, depth: usize, seen: &mut Vec<Seen>) {
    for property in component.properties() {
        let params = property.params();
        let params = params
            .map(|param| (param.name().into_owned(), param.values().count()))
            .collect();
        let name = property.name().into_owned();
        seen.push((depth, name, params, property.value_octets().into_owned()));
    }
    for child in component.children() {
        ours(&child, depth + 1, seen);
    }
}

/// Whether both readers can be expected to see the same tree: a broken one is mended in different ways, and a head
/// that is no UTF-8 is left alone there and read as Latin-1 here.
fn comparable(object: &CalendarObject<'_>) -> bool {
    !object.problems().iter().any(|problem| {
        matches!(
            problem.kind,
            ProblemKind::MissingEnd
                | ProblemKind::StrayEnd
                | ProblemKind::OutsideCalendar
                | ProblemKind::NotUtf8
                | ProblemKind::TooDeep
        )
    })
}

#[test]
fn an_independent_reader_sees_the_same_lines() {
    let (mut compared, mut lines) = (0, 0);
    for sample in samples::all() {
        let object = CalendarObject::read(&sample.octets);
        if !comparable(&object) {
            continue;
        }
        let mark = sample.octets.strip_prefix(b"\xEF\xBB\xBF");
        let recovery = IcalCst::parse_recovering(mark.unwrap_or(&sample.octets));
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for root in object.roots() {
            ours(&root, 0, &mut left);
        }
        for calendar in &recovery.calendars {
            theirs(calendar, 0, &mut right);
        }
        assert_eq!(left, right, "{}", sample.name);
        compared += 1;
        lines += left.len();
    }
    println!("{compared} files and {lines} lines agree");
    assert!(compared > 20);
}
