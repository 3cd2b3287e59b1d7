//! Changes to a text, collected first and made in one go.

use std::ops::Range;

use crate::ical::{CalendarObject, LineEnd};

/// What will be exchanged in the octets of one object.
pub(super) struct Patch<'o> {
    octets: &'o [u8],
    end: LineEnd,
    exchanges: Vec<(Range<usize>, Vec<u8>)>,
}

impl<'o> Patch<'o> {
    pub(super) fn new(object: &'o CalendarObject<'_>) -> Self {
        Self {
            octets: object.octets(),
            end: object.line_end(),
            exchanges: Vec::new(),
        }
    }

    /// How lines end in the text to be patched.
    pub(super) fn line_end(&self) -> LineEnd {
        self.end
    }

    /// Puts whole lines in the place of others.
    pub(super) fn replace(&mut self, old: Range<usize>, lines: &[u8]) {
        let mut lines = self.end.apply(lines);
        let open = |at: usize| at > 0 && self.octets.get(at - 1) != Some(&b'\n');
        if old.is_empty() && open(old.start) {
            lines.splice(0..0, self.end.octets().iter().copied());
        }
        self.exchanges.push((old, lines));
    }

    /// Inserts whole lines.
    pub(super) fn insert(&mut self, at: usize, lines: &[u8]) {
        self.replace(at..at, lines);
    }

    /// Takes lines away.
    pub(super) fn remove(&mut self, old: Range<usize>) {
        self.exchanges.push((old, Vec::new()));
    }

    /// The patched text.
    pub(super) fn apply(mut self) -> Vec<u8> {
        self.exchanges
            .sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = Vec::with_capacity(self.octets.len() + 256);
        let mut at = 0;
        for (range, lines) in self.exchanges {
            out.extend_from_slice(self.octets.get(at..range.start).unwrap_or_default());
            out.extend_from_slice(&lines);
            at = at.max(range.end);
        }
        out.extend_from_slice(self.octets.get(at..).unwrap_or_default());
        out
    }
}
