//! `eventType`: what Google makes itself is shown and never changed from here.

use crate::google::wire::Event;

/// Whether an event of this kind may be changed at all. A kind that is not known here may not.
pub(super) fn is_writable(event: &Event) -> bool {
    matches!(
        event.kind.as_deref(),
        None | Some("default" | "outOfOffice")
    )
}

/// Whether an event of this kind never takes up time.
pub(super) fn is_never_busy(event: &Event) -> bool {
    matches!(event.kind.as_deref(), Some("workingLocation" | "birthday"))
}

/// Whether the owner is away during the event.
pub(super) fn is_away(event: &Event) -> bool {
    event.kind.as_deref() == Some("outOfOffice")
}
