//! When somebody has no time: the busy intervals of calendar objects (RFC 4791 section 7.10).
//!
//! An event blocks its time unless it is transparent, cancelled or marked free by Exchange; tentative and out-of-office
//! times keep their kind. All-day and floating events lie in the calendar's zone. The answer is sorted and disjoint:
//! where events overlap the stronger kind holds. No title, place or person can get in here: only times go out.

use crate::{
    ical::{CalendarObject, Component, ComponentKind},
    recur::{self, Allowance, Limits, budget::Budget},
    time::{Instant, Span, TimeRange},
    tz::Zone,
};

mod merge;
mod text;
mod vfreebusy;

pub use text::{Header, to_vfreebusy};

/// How a stretch of time is blocked; later kinds are stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BusyKind {
    /// Not decided yet (`BUSY-TENTATIVE`).
    Tentative,
    /// Taken (`BUSY`).
    Busy,
    /// Away (`BUSY-UNAVAILABLE`).
    Unavailable,
}

/// A blocked stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusyInterval {
    /// From when until when.
    pub span: Span,
    /// How.
    pub kind: BusyKind,
}

/// The blocked time in a range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FreeBusy {
    /// Sorted, disjoint, clipped to the range; neighbours that touch differ in kind.
    pub intervals: Vec<BusyInterval>,
    /// Where a limit cut the answer: from here on everything counts as [`BusyKind::Unavailable`].
    pub truncated: Option<Instant>,
}

/// The blocked time that the objects of one calendar make in `range`; `zone` is the calendar's.
pub fn free_busy<'o, 'a: 'o>(
    objects: impl IntoIterator<Item = &'o CalendarObject<'a>>,
    range: TimeRange,
    zone: &Zone,
    allowance: &mut Allowance,
) -> FreeBusy {
    let mut answer = FreeBusy::default();
    let mut intervals = Vec::new();
    for object in objects {
        let Limits { instances, steps } = allowance.limits();
        let mut budget = Budget::new(steps);
        let expansion = recur::expand_within(object, range, zone, instances, &mut budget);
        allowance.take_steps(&budget);
        allowance.take_instances(&expansion);
        let kinds: Vec<_> = object
            .components()
            .map(|component| blocks(&component))
            .collect();
        if let Some(cut) = expansion.truncated
            && kinds.iter().any(Option::is_some)
        {
            answer.truncated = Some(answer.truncated.map_or(cut, |known| known.min(cut)));
            intervals.push(unknown(cut, range));
        }
        intervals.extend(expansion.occurrences.iter().filter_map(|occurrence| {
            let kind = kinds.get(occurrence.component).copied().flatten()?;
            let span = Span {
                start: occurrence.start,
                end: occurrence.end,
            };
            Some(BusyInterval { span, kind })
        }));
        vfreebusy::collect(object, zone, &mut intervals);
    }
    answer.intervals = merge::merged(intervals, range);
    answer
}

/// What could not be worked out is not offered as free.
fn unknown(from: Instant, range: TimeRange) -> BusyInterval {
    let span = Span {
        start: from,
        end: range.end.unwrap_or(Instant::MAX_UTC),
    };
    BusyInterval {
        span,
        kind: BusyKind::Unavailable,
    }
}

/// How the instances of a component block time; `None` when they do not.
fn blocks(component: &Component<'_>) -> Option<BusyKind> {
    if component.kind() != ComponentKind::Event {
        return None;
    }
    let word = |name: &str| {
        let property = component.property(name);
        property.map(|property| property.value().trim().to_ascii_uppercase())
    };
    let status = word("STATUS");
    let transparency = word("TRANSP");
    if status.as_deref() == Some("CANCELLED") || transparency.as_deref() == Some("TRANSPARENT") {
        return None;
    }
    let shown_as = word("X-MICROSOFT-CDO-BUSYSTATUS");
    match shown_as.as_deref() {
        // Who sets TRANSP:OPAQUE beside an older "free" has changed their mind in a program that knows only TRANSP.
        Some("FREE" | "WORKINGELSEWHERE") if transparency.is_none() => None,
        Some("OOF") => Some(BusyKind::Unavailable),
        Some("TENTATIVE") => Some(BusyKind::Tentative),
        _ if status.as_deref() == Some("TENTATIVE") => Some(BusyKind::Tentative),
        _ => Some(BusyKind::Busy),
    }
}
