//! Blocked time as the `VFREEBUSY` that a free-busy-query is answered with (RFC 4791 section 7.10).

use super::{BusyInterval, BusyKind};
use crate::{
    ical::{LineEnd, NewProperty, PRODID},
    ids::Uid,
    recur::value::utc_text,
    time::{Instant, Span},
};

/// What a `VFREEBUSY` says beside the blocked time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its `UID`.
    pub uid: Uid,
    /// When it is made.
    pub stamp: Instant,
    /// The range it speaks about.
    pub range: Span,
}

/// Writes one calendar with one `VFREEBUSY`.
pub fn to_vfreebusy(intervals: &[BusyInterval], header: &Header) -> Vec<u8> {
    let mut lines = vec![
        NewProperty::raw("BEGIN", "VCALENDAR"),
        NewProperty::raw("VERSION", "2.0"),
        NewProperty::raw("PRODID", PRODID),
        NewProperty::raw("BEGIN", "VFREEBUSY"),
        NewProperty::text("UID", header.uid.as_str()),
        NewProperty::raw("DTSTAMP", &utc_text(header.stamp)),
        NewProperty::raw("DTSTART", &utc_text(header.range.start)),
        NewProperty::raw("DTEND", &utc_text(header.range.end)),
    ];
    for kind in [BusyKind::Busy, BusyKind::Unavailable, BusyKind::Tentative] {
        let of_kind = intervals.iter().filter(|interval| interval.kind == kind);
        let periods: Vec<_> = of_kind.map(|interval| period(interval.span)).collect();
        if !periods.is_empty() {
            let property = NewProperty::raw("FREEBUSY", &periods.join(","));
            lines.push(property.param("FBTYPE", kind.fbtype()));
        }
    }
    lines.push(NewProperty::raw("END", "VFREEBUSY"));
    lines.push(NewProperty::raw("END", "VCALENDAR"));
    let mut out = Vec::new();
    for line in lines {
        line.write(LineEnd::CrLf, &mut out);
    }
    out
}

fn period(span: Span) -> String {
    format!("{}/{}", utc_text(span.start), utc_text(span.end))
}

impl BusyKind {
    /// Its name as a `FBTYPE` (RFC 5545 section 3.2.9).
    pub fn fbtype(self) -> &'static str {
        match self {
            Self::Tentative => "BUSY-TENTATIVE",
            Self::Busy => "BUSY",
            Self::Unavailable => "BUSY-UNAVAILABLE",
        }
    }
}
