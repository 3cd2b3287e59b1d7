//! The colour of a calendar: Apple's `calendar-color`, which every client writes and reads.

use super::{CalendarId, ReadTx, StoreError, WriteTx, apple};

const NAME: &str = "calendar-color";

/// The colour of this calendar as `#rrggbb`, where it has been given one.
///
/// # Errors
/// Those of the database.
pub fn of(tx: &ReadTx<'_>, calendar: CalendarId) -> Result<Option<String>, StoreError> {
    let text = apple::text(tx, calendar, NAME)?;
    Ok(text.as_deref().and_then(read))
}

/// Gives a calendar this colour, `#rrggbb`. The caller gives it a new ctag.
///
/// # Errors
/// Those of the database.
pub fn set(tx: &mut WriteTx<'_>, calendar: CalendarId, rgb: &str) -> Result<(), StoreError> {
    apple::set(tx, calendar, NAME, rgb)
}

/// The colour in the stored text, without the transparency that Apple adds as a fourth pair of digits.
fn read(text: &str) -> Option<String> {
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
        assert_eq!(read("#2A7DE1FF").as_deref(), Some("#2a7de1"));
        assert_eq!(read("#2a7de1").as_deref(), Some("#2a7de1"));
        for odd in ["red", "#12", "#gggggg", "", "#ä€aa"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
