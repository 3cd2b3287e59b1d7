//! Apple's properties of a calendar, which every client writes and reads: one line of text in an element.

use super::properties::{self, Owner, Property};
use super::{CalendarId, ReadTx, StoreError, WriteTx};

const NAMESPACE: &str = "http://apple.com/ns/ical/";

/// The text of this property of a calendar.
pub(super) fn text(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    name: &str,
) -> Result<Option<String>, StoreError> {
    let element = properties::get(tx, Owner::Calendar(calendar), NAMESPACE, name)?;
    Ok(element.as_deref().and_then(inside))
}

/// Sets it. The caller gives the calendar a new ctag, and no text that would have to be escaped.
pub(super) fn set(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    name: &str,
    text: &str,
) -> Result<(), StoreError> {
    let property = Property {
        namespace: NAMESPACE.to_owned(),
        name: name.to_owned(),
        xml: format!("<A:{name} xmlns:A=\"{NAMESPACE}\">{text}</A:{name}>"),
    };
    properties::set(tx, Owner::Calendar(calendar), &property)
}

fn inside(xml: &str) -> Option<String> {
    let text = xml.split_once('>')?.1.split('<').next()?;
    Some(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_found_whatever_prefix_a_client_used() {
        let xml = format!("<C:calendar-order xmlns:C=\"{NAMESPACE}\"> 7 </C:calendar-order>");
        assert_eq!(inside(&xml).as_deref(), Some("7"));
        assert_eq!(inside("<A:calendar-order/>").as_deref(), Some(""));
    }
}
