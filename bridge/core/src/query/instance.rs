//! One instance of a series as a component of its own (RFC 4791 section 9.6.5).
//!
//! Times with a zone become UTC, so that no `VTIMEZONE` is needed; dates and floating times have no zone to lose and
//! stay as they are. The end is always written as a time: `P1D` after a start in UTC would be wrong twice a year.

use super::render::can_recur;
use crate::{
    ical::{CalendarObject, Component, ComponentKind, NewProperty, Property},
    recur::{
        Occurrence, TimeKind,
        moment::Reader,
        value::{date_text, local_text, utc_text},
    },
    time::Instant,
    tz::{Zone, Zones, civil},
};
use chrono::NaiveDateTime;

/// What an instance may not have, or gets anew.
const REPLACED: [&str; 9] = [
    "RRULE",
    "RDATE",
    "EXDATE",
    "EXRULE",
    "RECURRENCE-ID",
    "DTSTART",
    "DTEND",
    "DUE",
    "DURATION",
];

/// Whether [`times`] says it instead.
pub(super) fn is_replaced(property: &Property<'_>) -> bool {
    REPLACED.iter().any(|name| property.is(name))
}

/// Whether a component is placed in time by itself, and so is known by its instances.
pub(super) fn has_time(component: &Component<'_>) -> bool {
    let placed = ["DTSTART", "DUE", "RECURRENCE-ID"];
    can_recur(component.kind()) && placed.iter().any(|name| component.property(name).is_some())
}

/// The properties that place an instance in time.
pub(super) fn times(
    component: &Component<'_>,
    instance: &Occurrence,
) -> Vec<(&'static str, NewProperty)> {
    let mut times = Vec::new();
    let mut add = |name, kind, at, local| times.push((name, written(name, kind, at, local)));
    let todo = component.kind() == ComponentKind::Todo;
    let due_only = todo && component.property("DTSTART").is_none();
    if !due_only {
        add(
            "DTSTART",
            instance.kind,
            instance.start,
            instance.local_start,
        );
    }
    if due_only || has_end(component, instance) {
        let name = if todo { "DUE" } else { "DTEND" };
        add(name, instance.kind, instance.end, instance.local_end);
    }
    if let Some(original) = instance.recurrence_id {
        add("RECURRENCE-ID", original.kind, original.at, original.local);
    }
    times
}

/// Whether the end of an instance has to be written: stated by the component, or its own (`RDATE` with a period).
fn has_end(component: &Component<'_>, instance: &Occurrence) -> bool {
    let stated = ["DTEND", "DUE", "DURATION"];
    let lasts = instance.kind != TimeKind::Date && instance.start < instance.end;
    component.kind() != ComponentKind::Journal
        && (lasts || stated.iter().any(|name| component.property(name).is_some()))
}

fn written(name: &str, kind: TimeKind, at: Instant, local: NaiveDateTime) -> NewProperty {
    match kind {
        TimeKind::Date => NewProperty::raw(name, &date_text(local)).param("VALUE", "DATE"),
        TimeKind::Floating => NewProperty::raw(name, &local_text(local)),
        TimeKind::Zoned | TimeKind::Utc => NewProperty::raw(name, &utc_text(at)),
    }
}

/// Any other property that has a `TZID`, in UTC; `None` for those without or that cannot be read.
pub(super) fn without_zone(
    property: &Property<'_>,
    object: &CalendarObject<'_>,
    default_zone: &Zone,
) -> Option<NewProperty> {
    property.param("TZID")?;
    let mut reader = Reader::new(Zones::new(object, default_zone));
    let moments = reader.moments(property);
    let in_utc = moments
        .iter()
        .map(|(moment, _)| utc_text(civil::instant(moment.utc())));
    let in_utc: Vec<_> = in_utc.collect();
    let readable = !in_utc.is_empty() && moments.iter().all(|(_, length)| length.is_none());
    readable.then(|| NewProperty::raw(&property.name(), &in_utc.join(",")))
}
