//! Instants and ranges. Every range is half-open: the start belongs to it, the end does not.

use chrono::{DateTime, Utc};

/// An instant on the UTC time line.
pub type Instant = DateTime<Utc>;

/// A stretch of time from `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first instant.
    pub start: Instant,
    /// The first instant after it; equal to `start` for something without length.
    pub end: Instant,
}

/// A range that may be open at either end (RFC 4791 section 9.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// The first instant, or `None` for "since ever".
    pub start: Option<Instant>,
    /// The first instant after it, or `None` for "for ever".
    pub end: Option<Instant>,
}

impl TimeRange {
    /// The range that holds all time.
    pub const ALL: Self = Self {
        start: None,
        end: None,
    };

    /// A range closed at both ends.
    pub fn new(start: Instant, end: Instant) -> Self {
        Self {
            start: Some(start),
            end: Some(end),
        }
    }

    /// Whether `span` touches this range by the rules of RFC 4791 section 9.9: a span without length counts
    /// when it lies inside or on the range's start, any other when the two really overlap.
    pub fn overlaps(&self, span: Span) -> bool {
        let begins_before_end = self.end.is_none_or(|end| span.start < end);
        let ends_after_start = self.start.is_none_or(|start| {
            span.end > start || (span.start == span.end && span.start >= start)
        });
        begins_before_end && ends_after_start
    }
}

impl From<Span> for TimeRange {
    fn from(span: Span) -> Self {
        Self::new(span.start, span.end)
    }
}
