//! The blocked time that a stored `VFREEBUSY` states (RFC 5545 section 3.6.4).

use super::{BusyInterval, BusyKind};
use crate::{
    ical::{CalendarObject, ComponentKind, Property},
    recur::moment::Reader,
    time::Span,
    tz::{Zone, Zones, civil},
};

/// Adds the periods of an object's `VFREEBUSY` components.
pub(super) fn collect(object: &CalendarObject<'_>, zone: &Zone, intervals: &mut Vec<BusyInterval>) {
    let mut reader = Reader::new(Zones::new(object, zone));
    for component in object
        .components()
        .filter(|c| c.kind() == ComponentKind::FreeBusy)
    {
        for property in component.all("FREEBUSY") {
            let Some(kind) = kind(&property) else {
                continue;
            };
            for (start, end) in reader.periods(&property) {
                let span = Span {
                    start: civil::instant(start),
                    end: civil::instant(end),
                };
                intervals.push(BusyInterval { span, kind });
            }
        }
    }
}

/// What `FBTYPE` says; an unknown type is busy (RFC 5545 section 3.2.9).
fn kind(property: &Property<'_>) -> Option<BusyKind> {
    let kind = property
        .param("FBTYPE")
        .map(|kind| kind.to_ascii_uppercase());
    match kind.as_deref() {
        Some("FREE") => None,
        Some("BUSY-TENTATIVE") => Some(BusyKind::Tentative),
        Some("BUSY-UNAVAILABLE") => Some(BusyKind::Unavailable),
        _ => Some(BusyKind::Busy),
    }
}
