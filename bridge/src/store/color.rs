//! The colour of a calendar: Apple's `calendar-color`, which every client writes and reads.

use super::properties::{self, Owner, Property};
use super::{CalendarId, ReadTx, StoreError, WriteTx};

const APPLE: &str = "http://apple.com/ns/ical/";
const NAME: &str = "calendar-color";

/// The colour of this calendar as `#rrggbb`, where it has been given one.
///
/// # Errors
/// Those of the database.
pub fn of(tx: &ReadTx<'_>, calendar: CalendarId) -> Result<Option<String>, StoreError> {
    let element = properties::get(tx, Owner::Calendar(calendar), APPLE, NAME)?;
    Ok(element.as_deref().and_then(read))
}

/// Gives a calendar this colour, `#rrggbb`. The caller gives it a new ctag.
///
/// # Errors
/// Those of the database.
pub fn set(tx: &mut WriteTx<'_>, calendar: CalendarId, rgb: &str) -> Result<(), StoreError> {
    let property = Property {
        namespace: APPLE.to_owned(),
        name: NAME.to_owned(),
        xml: format!("<A:{NAME} xmlns:A=\"{APPLE}\">{rgb}</A:{NAME}>"),
    };
    properties::set(tx, Owner::Calendar(calendar), &property)
}

/// The colour in the stored element, without the transparency that Apple adds as a fourth pair of digits.
fn read(xml: &str) -> Option<String> {
    let text = xml.split_once('>')?.1.split('<').next()?.trim();
    let digits = text.strip_prefix('#')?;
    let hex = digits.chars().all(|digit| digit.is_ascii_hexdigit());
    let rgb = digits
        .get(..6)
        .filter(|_| hex && matches!(digits.len(), 6 | 8))?;
    Some(format!("#{}", rgb.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_from_what_clients_store() {
        let element = |value: &str| {
            format!("<C:calendar-color xmlns:C=\"{APPLE}\">{value}</C:calendar-color>")
        };
        assert_eq!(read(&element("#2A7DE1FF")).as_deref(), Some("#2a7de1"));
        assert_eq!(read(&element(" #2a7de1 ")).as_deref(), Some("#2a7de1"));
        for odd in ["red", "#12", "#gggggg", "", "#ä€aa"] {
            assert_eq!(read(&element(odd)), None, "{odd}");
        }
    }
}
