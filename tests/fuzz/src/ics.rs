//! Calendar objects: written as they were read, edited in one place only, merged without loss, stripped to busy times
//! without a trace.

use bridge_core::ical::redact::busy_only;
use bridge_core::ical::{
    CalendarObject, Component, ComponentId, ComponentSet, Limits, NewProperty, check_storable,
};
use bridge_core::merge::{Side, three_way};

/// A text that no input has.
const MARK: &str = "wandering-albatross, 7; \u{e4}";

/// Reads, checks, walks, edits and redacts one object.
pub fn run(octets: &[u8]) {
    let object = CalendarObject::read(octets);
    assert_eq!(
        object.to_bytes(),
        octets,
        "reading and writing is not the identity"
    );
    for problem in object.problems() {
        drop(format!("{problem:?} {:?}", problem.severity()));
    }
    object.roots().for_each(|root| walk(&root));
    if let Ok(summary) = check_storable(octets, ComponentSet::ALL, Limits::default()) {
        assert_eq!(object.uid().as_ref(), Some(&summary.uid));
    }
    redacted(&object);
    merged(&object);
    let subjects: Vec<_> = object.subjects().map(|subject| subject.id()).collect();
    // One of them per input: which one moves with its length, and there are many inputs.
    if let Some(id) = subjects.get(octets.len() % subjects.len().max(1)) {
        edited(octets, *id);
    }
}

fn walk(component: &Component<'_>) {
    drop((
        component.name(),
        component.kind(),
        component.uid(),
        component.line(),
    ));
    component.recurrence_id();
    for property in component.properties() {
        drop((
            property.name(),
            property.value(),
            property.text(),
            property.text_list(),
        ));
        drop(property.logical());
        for param in property.params() {
            drop((param.name(), param.values().count()));
        }
    }
    component.children().for_each(|child| walk(&child));
}

/// A new title is read back, and taking it away again leaves everything else alone.
fn edited(octets: &[u8], id: ComponentId) {
    let mut object = CalendarObject::read(octets);
    let had = object
        .component(id)
        .map_or(0, |component| component.all("X-FUZZ").count());
    if object.add(id, &NewProperty::text("X-FUZZ", MARK)).is_err() {
        assert_eq!(
            object.to_bytes(),
            octets,
            "a refused edit changed something"
        );
        return;
    }
    let written = object.to_bytes();
    let again = CalendarObject::read(&written);
    let component = again.component(id).expect("the component is still there");
    assert_eq!(component.all("X-FUZZ").count(), had + 1);
    assert!(
        component
            .all("X-FUZZ")
            .any(|property| property.text() == MARK)
    );
    if object.set_text(id, "SUMMARY", MARK).is_ok() {
        let written = object.to_bytes();
        let again = CalendarObject::read(&written);
        let title = again
            .component(id)
            .and_then(|component| component.property("SUMMARY"));
        assert_eq!(title.expect("a title").text(), MARK);
    }
}

/// Nothing but "Busy" is left of titles, and what is left is a calendar again.
fn redacted(object: &CalendarObject<'_>) {
    let busy = busy_only(object, b"salt");
    let busy = CalendarObject::read(&busy);
    assert!(busy.problems().is_empty(), "{:?}", busy.problems());
    for subject in busy.subjects() {
        for title in subject.all("SUMMARY") {
            assert_eq!(title.text(), "Busy");
        }
        for private in [
            "DESCRIPTION",
            "LOCATION",
            "ATTENDEE",
            "ORGANIZER",
            "URL",
            "COMMENT",
        ] {
            assert!(subject.property(private).is_none(), "{private} left in");
        }
    }
}

/// Two sides that each added something of their own lose nothing; three texts that have nothing to do with each other
/// merge into something all the same.
fn merged(object: &CalendarObject<'_>) {
    let base = object.octets();
    let storable = check_storable(base, ComponentSet::ALL, Limits::default()).is_ok();
    if let Some(id) = object.subjects().map(|subject| subject.id()).next() {
        let local = with(base, id, "X-LOCAL");
        let remote = with(base, id, "X-REMOTE");
        let merged = three_way(base, &local, &remote, Side::Remote);
        if storable && local != base && remote != base {
            let result = CalendarObject::read(&merged.octets);
            let has = |name| {
                result
                    .subjects()
                    .any(|subject| subject.property(name).is_some())
            };
            assert!(
                has("X-LOCAL") && has("X-REMOTE"),
                "an addition was lost: {:?}",
                merged.conflicts
            );
        }
    }
    let mut parts = base.splitn(3, |&octet| octet == 0);
    if let (Some(base), Some(local), Some(remote)) = (parts.next(), parts.next(), parts.next()) {
        three_way(base, local, remote, Side::Local);
    }
}

fn with(octets: &[u8], id: ComponentId, name: &str) -> Vec<u8> {
    let mut object = CalendarObject::read(octets);
    // An object that cannot be edited is merged as it is.
    object.add(id, &NewProperty::text(name, MARK)).ok();
    object.into_bytes()
}
