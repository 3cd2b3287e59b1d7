//! Time ranges of what has no start of its own: tasks known by `COMPLETED` and `CREATED`, and `VFREEBUSY`
//! (RFC 4791 section 9.9).

use crate::{
    ical::{CalendarObject, Component, ComponentKind},
    recur::moment::Reader,
    time::Span,
    tz::civil,
};

/// The spans of the components that no series holds.
pub(crate) fn spans_without_start(
    object: &CalendarObject<'_>,
    reader: &mut Reader<'_>,
) -> Vec<Span> {
    object
        .components()
        .flat_map(|component| match component.kind() {
            ComponentKind::Todo => todo(&component, reader).into_iter().collect(),
            ComponentKind::FreeBusy => free_busy(&component, reader),
            _ => Vec::new(),
        })
        .map(|(from, until)| Span {
            start: civil::instant(from),
            end: civil::instant(until),
        })
        .collect()
}

/// A task without `DTSTART` and `DUE`: the last four rows of its table.
fn todo(component: &Component<'_>, reader: &mut Reader<'_>) -> Option<(i64, i64)> {
    let mut at = |name| {
        component
            .property(name)
            .and_then(|property| reader.moment(&property))
    };
    if at("DTSTART")
        .or_else(|| at("DUE"))
        .or_else(|| at("RECURRENCE-ID"))
        .is_some()
    {
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
    let mut spans = Vec::new();
    for property in component.all("FREEBUSY") {
        for (start, length) in reader.moments(&property) {
            let utc = start.utc();
            let end = length.map(|length| length.end(start.civil, utc, &mut start.zone.clock()).1);
            spans.extend(end.map(|end| (utc, end)));
        }
    }
    spans
}
