//! Who an event is and which version of it: `iCalUID`, `created`, `updated`, `sequence`. All of it is minted by Google and
//! never written, but for the UID of an object that was made here: Google takes an id or an `iCalUID` with a new event,
//! not both, so that UID travels as a private extended property.

use serde_json::json;

use super::{Event, Group, Say, Show};
use crate::{projection::Inexpressible, recur::value, time::Instant};

/// The private extended property that holds the UID of an object made here.
pub(in crate::google) const UID_KEY: &str = "pharmadocUid";

pub(super) const GROUP: Group = Group {
    properties: &["UID", "RECURRENCE-ID"],
    members: &[],
    show,
    say,
};

/// The UID of an event: the one it was made with here, Google's own otherwise.
pub(super) fn uid(event: &Event) -> String {
    let private = event.extended_properties.as_ref().map(|all| &all.private);
    let own = private.and_then(|private| private.get(UID_KEY));
    own.or(event.ical_uid.as_ref()).unwrap_or(&event.id).clone()
}

fn show(event: &Event, show: &mut Show<'_>) {
    show.out.text("UID", show.uid);
    let created = event.created.as_deref().and_then(instant);
    let updated = event.updated.as_deref().and_then(instant).or(created);
    // Never the present: the same event has to be the same octets.
    let stamp = updated.unwrap_or(Instant::UNIX_EPOCH);
    show.out.raw("DTSTAMP", &value::utc_text(stamp));
    for (name, at) in [("CREATED", created), ("LAST-MODIFIED", updated)] {
        if let Some(at) = at {
            show.out.raw(name, &value::utc_text(at));
        }
    }
    if let Some(sequence) = event.sequence {
        show.out.raw("SEQUENCE", &sequence.to_string());
    }
}

fn instant(text: &str) -> Option<Instant> {
    let at = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    Some(at.to_utc())
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(_: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    Ok(())
}

/// The members that give a new event its UID.
pub(super) fn own_uid(uid: &str) -> serde_json::Value {
    json!({ "private": { UID_KEY: uid } })
}
