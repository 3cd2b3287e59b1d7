//! How what has no form at the provider survives the next download.

use crate::merge::{Side, three_way};

/// The text to agree on when the provider says something new: what it changed between `said_before` and `says_now` is
/// taken from it, everything else stays as it was agreed. Where both have a word on the same field, the provider's
/// stands: it is what other people see.
///
/// `said_before` is the old source as text, `agreed` the text readers here have.
pub fn overlay(said_before: &[u8], agreed: &[u8], says_now: &[u8]) -> Vec<u8> {
    three_way(said_before, agreed, says_now, Side::Remote).octets
}
