//! What a component means for a time range: the tables of RFC 4791 section 9.9 as half-open spans.
//!
//! Some rows of the tables include a border that the others exclude. iCalendar times are whole seconds, so "`end` may
//! equal it" is the same as a span that begins one second earlier, and every row becomes one comparison of spans.

/// Which row of which table holds for the instances of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `VEVENT`, all rows, and `VJOURNAL`: start inclusive, end exclusive; no length counts at its start.
    Plain,
    /// `VTODO` with `DTSTART` and `DURATION`: the end counts too.
    TodoLasting,
    /// `VTODO` with `DTSTART` and `DUE`.
    TodoDue,
    /// `VTODO` with `DUE` alone: up to the due time, which counts as an end only.
    TodoDueOnly,
}

impl Shape {
    /// The span in seconds that overlaps exactly the ranges that the row accepts.
    pub(crate) fn span(self, start: i64, end: i64) -> (i64, i64) {
        match self {
            Self::Plain => (start, end),
            Self::TodoLasting if start == end => (start - 1, start + 1),
            Self::TodoLasting => (start, end + 1),
            Self::TodoDue => (start.min(end - 1), end.max(start + 1)),
            Self::TodoDueOnly => (end - 1, end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        time::{Span, TimeRange},
        tz::civil,
    };

    /// The rows as the RFC prints them, with `s` and `e` for the range.
    fn as_printed(shape: Shape, start: i64, end: i64, s: i64, e: i64) -> bool {
        match shape {
            Shape::Plain if start == end => s <= start && e > start,
            Shape::Plain => s < end && e > start,
            Shape::TodoLasting => s <= end && (e > start || e >= end),
            Shape::TodoDue => (s < end || s <= start) && (e > start || e >= end),
            Shape::TodoDueOnly => s < end && e >= end,
        }
    }

    #[test]
    fn spans_say_what_the_tables_say() {
        for shape in [
            Shape::Plain,
            Shape::TodoLasting,
            Shape::TodoDue,
            Shape::TodoDueOnly,
        ] {
            for (start, end) in [(10, 10), (10, 11), (10, 15)] {
                for s in 5..20 {
                    for e in s + 1..22 {
                        let range = TimeRange::new(civil::instant(s), civil::instant(e));
                        let (from, until) = shape.span(start, end);
                        let span = Span {
                            start: civil::instant(from),
                            end: civil::instant(until),
                        };
                        let expected = as_printed(shape, start, end, s, e);
                        assert_eq!(
                            range.overlaps(span),
                            expected,
                            "{shape:?} {start}-{end} in {s}-{e}"
                        );
                    }
                }
            }
        }
    }
}
