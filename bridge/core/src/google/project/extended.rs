//! The mark of our own booking, in `extendedProperties.private`, and the mark of an absence. Other extended properties
//! stay in the source.

use serde_json::json;

use super::{Event, Group, Say, Show, kinds};
use crate::projection::Inexpressible;

const BOOKING: &str = "X-PHARMADOC-BOOKING";
const BOOKING_KEY: &str = "pharmadocBooking";

pub(super) const GROUP: Group = Group {
    properties: &[BOOKING],
    members: &["extendedProperties"],
    show,
    say,
};

fn show(event: &Event, show: &mut Show<'_>) {
    let private = event.extended_properties.as_ref().map(|all| &all.private);
    if let Some(booking) = private.and_then(|private| private.get(BOOKING_KEY)) {
        show.out.text(BOOKING, booking);
    }
    if kinds::is_away(event) {
        show.out.raw("X-MICROSOFT-CDO-BUSYSTATUS", "OOF");
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a group")]
fn say(say: &mut Say<'_, '_>) -> Result<(), Inexpressible> {
    if let Some(booking) = say.text(BOOKING) {
        say.set(
            "extendedProperties",
            json!({ "private": { BOOKING_KEY: booking } }),
        );
    }
    Ok(())
}
