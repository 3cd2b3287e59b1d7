//! Apple's properties of a calendar, which every client writes and reads: one line of text in an element.

use bridge_core::dav::{Element, Name};

use super::properties::{self, Owner, Property};
use super::{CalendarId, ReadTx, StoreError, WriteTx};

/// The text of this property of a calendar.
pub(super) fn text(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    name: &'static str,
) -> Result<Option<String>, StoreError> {
    let name = Name::apple(name);
    let kept = properties::get(tx, Owner::Calendar(calendar), name.ns(), name.local())?;
    Ok(kept.as_deref().and_then(inside))
}

/// Sets it. The caller gives the calendar a new ctag.
pub(super) fn set(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    name: &'static str,
    text: &str,
) -> Result<(), StoreError> {
    let element = Element::with_text(Name::apple(name), text);
    let property = Property {
        namespace: element.name.ns().to_owned(),
        name: element.name.local().to_owned(),
        xml: element.to_xml(),
    };
    properties::set(tx, Owner::Calendar(calendar), &property)
}

fn inside(xml: &str) -> Option<String> {
    let element = Element::from_xml(xml).ok()?;
    Some(element.text().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_found_in_what_a_client_set() {
        let set = Element::with_text(Name::apple("calendar-order"), " 7 ");
        assert_eq!(inside(&set.to_xml()).as_deref(), Some("7"));
        assert_eq!(inside("<A:calendar-order/>"), None);
    }
}
