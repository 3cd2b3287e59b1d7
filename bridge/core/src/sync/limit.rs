//! When deletions look like an accident (rule D3).

use chrono::TimeDelta;

/// Deletions that arrive here within this time are counted together.
pub const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// A second complete listing this much later is believed.
pub const CONFIRMED_AFTER: TimeDelta = TimeDelta::seconds(60);

/// So many are always believed.
const HARMLESS: usize = 10;

/// Where deletions are known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Somebody said of each that it is deleted.
    Named,
    /// They are missing in a complete listing of so many objects.
    MissingIn(usize),
}

/// Whether `deletions` of `known` objects are so many that they are held until they are confirmed: more than ten and
/// more than a quarter, or everything that a listing should have shown.
pub fn suspicious(known: usize, deletions: usize, evidence: Evidence) -> bool {
    let emptied = evidence == Evidence::MissingIn(0) && deletions > 0;
    emptied || deletions > HARMLESS.max(known / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d3_more_than_ten_and_more_than_a_quarter_look_like_an_accident() {
        let cases = [
            (0, 0, Evidence::Named, false),
            (5, 5, Evidence::Named, false),
            (10, 10, Evidence::MissingIn(3), false),
            (11, 11, Evidence::Named, true),
            (40, 10, Evidence::Named, false),
            (40, 11, Evidence::Named, true),
            (100, 25, Evidence::MissingIn(75), false),
            (100, 26, Evidence::MissingIn(74), true),
            (103, 25, Evidence::Named, false),
            (10_000, 2_500, Evidence::Named, false),
            (10_000, 2_501, Evidence::Named, true),
        ];
        for (known, deletions, evidence, expected) in cases {
            let found = suspicious(known, deletions, evidence);
            assert_eq!(found, expected, "{deletions} of {known}, {evidence:?}");
        }
    }

    #[test]
    fn d3_an_empty_listing_is_never_believed_at_once() {
        assert!(suspicious(1, 1, Evidence::MissingIn(0)));
        assert!(!suspicious(0, 0, Evidence::MissingIn(0)));
    }
}
