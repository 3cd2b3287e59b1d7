//! Who an event is and which version of it: `iCalUId`, `createdDateTime`, `lastModifiedDateTime`, all minted by Graph.
//!
//! Graph gives every occurrence an `iCalUId` of its own, and none to choose for anybody. The UID of an object is that of
//! its series; one that was made here keeps the UID it was made with in an extended property, beside the mark of our own
//! booking and the name of its object here.

use serde_json::{Value, json};

use super::{Event, Group, Say, Show};
use crate::{
    projection::{Fields, Inexpressible},
    recur::value,
    time::Instant,
};

/// The extended property that holds the UID of an object made here, by its full id at Graph.
pub(in crate::graph) const UID_ID: &str =
    "String {6f3b5e0a-9d4c-4b1e-8a57-2c1d0f9e7b43} Name pharmadocUid";
/// The extended property that holds the id of our booking.
const BOOKING_ID: &str = "String {6f3b5e0a-9d4c-4b1e-8a57-2c1d0f9e7b43} Name pharmadocBooking";
/// The extended property that holds the name of an object made here, which Graph knows by an id of its own.
pub(in crate::graph) const NAME_ID: &str =
    "String {6f3b5e0a-9d4c-4b1e-8a57-2c1d0f9e7b43} Name pharmadocName";
/// Our own extended properties.
pub(in crate::graph) const OWN_IDS: [&str; 3] = [UID_ID, BOOKING_ID, NAME_ID];
/// The member that carries extended properties.
pub(super) const EXTENDED: &str = "singleValueExtendedProperties";

const BOOKING: &str = "X-PHARMADOC-BOOKING";

pub(super) const GROUP: Group = Group {
    says: &[(BOOKING, &[EXTENDED])],
    show,
    say,
};

/// The UID of an event: the one it was made with here, Graph's own otherwise.
pub(super) fn uid(event: &Event) -> String {
    let own = extended(event, UID_ID).or(event.ical_uid.as_deref());
    own.unwrap_or(&event.id).to_owned()
}

/// The name of the object that was made here as this event.
pub(in crate::graph) fn own_name(event: &Event) -> Option<&str> {
    extended(event, NAME_ID).filter(|name| !name.is_empty())
}

fn extended<'e>(event: &'e Event, id: &str) -> Option<&'e str> {
    let mut all = event.single_value_extended_properties.iter();
    all.find(|one| one.id.eq_ignore_ascii_case(id))?
        .value
        .as_deref()
}

fn show(event: &Event, show: &mut Show<'_>) {
    show.out.text("UID", show.uid);
    let created = event.created_date_time.as_deref().and_then(instant);
    let modified = event.last_modified_date_time.as_deref().and_then(instant);
    let modified = modified.or(created);
    // Never the present: the same event has to be the same octets.
    let stamp = modified.unwrap_or(Instant::UNIX_EPOCH);
    show.out.raw("DTSTAMP", &value::utc_text(stamp));
    for (name, at) in [("CREATED", created), ("LAST-MODIFIED", modified)] {
        if let Some(at) = at {
            show.out.raw(name, &value::utc_text(at));
        }
    }
    if let Some(booking) = extended(event, BOOKING_ID) {
        show.out.text(BOOKING, booking);
    }
}

pub(super) fn instant(text: &str) -> Option<Instant> {
    let at = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    Some(at.to_utc())
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    let booking = say.text(BOOKING);
    if !booking.is_empty() {
        say.set(EXTENDED, json!([{ "id": BOOKING_ID, "value": booking }]));
    }
    Ok(())
}

/// The extended property that gives a new event its UID.
pub(super) fn own_uid(uid: &str) -> Value {
    json!({ "id": UID_ID, "value": uid })
}

/// Gives a new event the name of its object.
pub(in crate::graph) fn set_name(fields: &mut Fields, name: &str) {
    let own = fields.entry(EXTENDED).or_insert_with(|| json!([]));
    if let Some(own) = own.as_array_mut() {
        own.push(json!({ "id": NAME_ID, "value": name }));
    }
}
