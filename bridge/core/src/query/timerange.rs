//! Time ranges of what has no start of its own: tasks known by `COMPLETED` and `CREATED`, and `VFREEBUSY`
//! (RFC 4791 section 9.9).

use crate::{
    ical::{CalendarObject, Component, ComponentKind},
    recur::moment::Reader,
    tz::civil,
};

/// The spans in UTC seconds of the components that no series holds, each with the component's index.
pub(crate) fn spans_without_start(
    object: &CalendarObject<'_>,
    reader: &mut Reader<'_>,
) -> Vec<(usize, (i64, i64))> {
    let mut spans = Vec::new();
    for (index, component) in object.components().enumerate() {
        match component.kind() {
            ComponentKind::Todo => spans.extend(todo(&component, reader).map(|span| (index, span))),
            ComponentKind::FreeBusy => {
                let own = free_busy(&component, reader);
                spans.extend(own.into_iter().map(|span| (index, span)));
            }
            _ => {}
        }
    }
    spans
}

/// A task without `DTSTART` and `DUE`: the last four rows of its table.
fn todo(component: &Component<'_>, reader: &mut Reader<'_>) -> Option<(i64, i64)> {
    let mut at = |name| {
        component
            .property(name)
            .and_then(|property| reader.moment(&property))
    };
    let placed = at("DTSTART")
        .or_else(|| at("DUE"))
        .or_else(|| at("RECURRENCE-ID"));
    if placed.is_some() {
        return None;
    }
    let completed = at("COMPLETED").map(|moment| moment.utc());
    let created = at("CREATED").map(|moment| moment.utc());
    Some(match (completed, created) {
        (Some(completed), Some(created)) => {
            (completed.min(created) - 1, completed.max(created) + 1)
        }
        (Some(completed), None) => (completed - 1, completed + 1),
        (None, Some(created)) => (created, civil::LAST),
        (None, None) => (civil::FIRST, civil::LAST),
    })
}

/// A `VFREEBUSY`: its own stretch with both ends, or else its periods.
fn free_busy(component: &Component<'_>, reader: &mut Reader<'_>) -> Vec<(i64, i64)> {
    let mut at = |name| {
        component
            .property(name)
            .and_then(|property| reader.moment(&property))
    };
    if let (Some(start), Some(end)) = (at("DTSTART"), at("DTEND")) {
        return vec![(start.utc(), end.utc() + 1)];
    }
    let periods = component
        .all("FREEBUSY")
        .map(|property| reader.periods(&property));
    periods.flatten().collect()
}
