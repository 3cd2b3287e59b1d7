//! Logical lines as ranges of octets (RFC 5545 section 3.1).
//!
//! A logical line is one or more physical lines: a line that starts with a space or a tab continues the one before
//! it, and a `QUOTED-PRINTABLE` value of vCalendar 1.0 goes on after a trailing `=`. Nothing is copied and nothing is
//! dropped: octets that belong to no line (blank lines, stray indentation, a byte order mark) lie between the ranges.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// How the physical lines of one logical line hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// One physical line.
    Whole,
    /// Line break and one space or tab.
    Folded,
    /// `=` and line break, the soft break of quoted-printable.
    Soft,
}

/// One logical line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// The first octet of the name.
    pub(super) start: usize,
    /// The octet after the name.
    pub(super) name_end: usize,
    /// The colon before the value; none in a line that is no property.
    pub(super) colon: Option<usize>,
    /// The end of the content, before the last line break.
    pub(super) end: usize,
    /// The octet after the last line break.
    pub(super) next: usize,
    /// The number of its first physical line, from 1.
    pub(super) number: usize,
    /// How it was wrapped.
    pub(super) join: Join,
}

impl Line {
    /// Whether the name is `name`, without regard to case.
    pub(super) fn is(&self, octets: &[u8], name: &str) -> bool {
        let raw = slice(octets, self.start, self.name_end);
        unfold(raw, self.join).eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value as it stands on the wire, folds taken out; nothing for a line without a colon.
    pub(super) fn value<'o>(&self, octets: &'o [u8]) -> Cow<'o, [u8]> {
        let start = self.colon.map_or(self.end, |colon| colon + 1);
        unfold(slice(octets, start, self.end), self.join)
    }
}

/// The octets from `start` up to `end`; nothing when the range is not there.
pub(super) fn slice(octets: &[u8], start: usize, end: usize) -> &[u8] {
    octets.get(start..end).unwrap_or_default()
}

/// Takes the breaks out of a piece of a logical line; borrows when there are none.
pub(super) fn unfold(raw: &[u8], join: Join) -> Cow<'_, [u8]> {
    if join == Join::Whole || memchr(b'\n', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut logical = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(feed) = memchr(b'\n', rest) {
        let (piece, tail) = rest.split_at(feed);
        let piece = piece.strip_suffix(b"\r").unwrap_or(piece);
        let (piece, skip) = match join {
            Join::Soft => (piece.strip_suffix(b"=").unwrap_or(piece), 1),
            Join::Folded | Join::Whole => (piece, 2),
        };
        logical.extend_from_slice(piece);
        rest = tail.get(skip..).unwrap_or_default();
    }
    logical.extend_from_slice(rest);
    Cow::Owned(logical)
}

/// Reads the logical lines one after the other, from `at` on.
pub(super) struct Lines<'o> {
    octets: &'o [u8],
    at: usize,
    number: usize,
}

impl<'o> Lines<'o> {
    pub(super) fn new(octets: &'o [u8], at: usize) -> Self {
        Self {
            octets,
            at,
            number: 1,
        }
    }

    /// The physical line at the cursor: the end of its content and the start of the next one.
    fn physical(&self) -> (usize, usize) {
        let rest = slice(self.octets, self.at, self.octets.len());
        let Some(feed) = memchr(b'\n', rest) else {
            return (self.octets.len(), self.octets.len());
        };
        let end = self.at + feed;
        let crlf = feed > 0 && self.octets.get(end - 1) == Some(&b'\r');
        (end - usize::from(crlf), end + 1)
    }

    fn step(&mut self, next: usize) {
        self.at = next;
        self.number += 1;
    }

    /// The end and the follower of a folded line whose first physical line was just passed.
    fn continued(&mut self, mut end: usize) -> (usize, Join) {
        let mut join = Join::Whole;
        while matches!(self.octets.get(self.at), Some(b' ' | b'\t')) {
            let next;
            (end, next) = self.physical();
            self.step(next);
            join = Join::Folded;
        }
        (end, join)
    }

    /// The end of a quoted-printable value whose first physical line ended in `=`.
    fn softly_continued(&mut self, mut end: usize) -> usize {
        while self.at < self.octets.len() && self.octets.get(end - 1) == Some(&b'=') {
            let next;
            (end, next) = self.physical();
            let empty = end == self.at;
            self.step(next);
            if empty {
                break;
            }
        }
        end
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        loop {
            if self.at >= self.octets.len() {
                return None;
            }
            let (end, next) = self.physical();
            let content = slice(self.octets, self.at, end);
            let indent = content
                .iter()
                .take_while(|octet| matches!(octet, b' ' | b'\t' | b'\r'))
                .count();
            let (start, number) = (self.at + indent, self.number);
            self.step(next);
            if indent == content.len() {
                continue;
            }
            let soft = content.ends_with(b"=") && is_quoted_printable(self.octets, start, end);
            let (end, join) = if soft {
                (self.softly_continued(end), Join::Soft)
            } else {
                self.continued(end)
            };
            let (name_end, colon) = split_head(self.octets, start, end);
            return Some(Line {
                start,
                name_end,
                colon,
                end,
                next: self.at,
                number,
                join,
            });
        }
    }
}

/// The end of the name, and the colon that ends the parameters.
///
/// That is the first colon outside double quotes (RFC 5545 section 3.2); with unbalanced quotes the first one at
/// all, so that one lost quote does not swallow the value.
fn split_head(octets: &[u8], start: usize, end: usize) -> (usize, Option<usize>) {
    let content = slice(octets, start, end);
    let Some(name_len) = memchr2(b':', b';', content) else {
        return (end, None);
    };
    let name_end = start + name_len;
    if content.get(name_len) == Some(&b':') {
        return (name_end, Some(name_end));
    }
    let mut quoted = false;
    for mark in memchr::memchr2_iter(b':', b'"', content) {
        if content.get(mark) == Some(&b'"') {
            quoted = !quoted;
        } else if !quoted {
            return (name_end, Some(start + mark));
        }
    }
    (name_end, memchr(b':', content).map(|colon| start + colon))
}

/// Whether the head of this physical line says that the value is quoted-printable.
fn is_quoted_printable(octets: &[u8], start: usize, end: usize) -> bool {
    let (name_end, Some(colon)) = split_head(octets, start, end) else {
        return false;
    };
    slice(octets, name_end, colon)
        .split(|&octet| octet == b';')
        .any(|param| {
            param.eq_ignore_ascii_case(b"QUOTED-PRINTABLE")
                || param.eq_ignore_ascii_case(b"ENCODING=QUOTED-PRINTABLE")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logical(octets: &str) -> Vec<(usize, String)> {
        let octets = octets.as_bytes();
        let text = |line: &Line| {
            String::from_utf8(unfold(slice(octets, line.start, line.end), line.join).into_owned())
                .expect("UTF-8")
        };
        Lines::new(octets, 0)
            .map(|line| (line.number, text(&line)))
            .collect()
    }

    fn check(octets: &str, expected: &[(usize, &str)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(number, text)| (*number, (*text).to_owned()))
            .collect();
        assert_eq!(logical(octets), expected, "{octets:?}");
    }

    #[test]
    fn a_line_that_starts_with_space_or_tab_continues_the_one_before() {
        check("A:1\r\n 2\r\n\t3\r\nB:4\r\n", &[(1, "A:123"), (4, "B:4")]);
        check("A:1\n 2\nB:3", &[(1, "A:12"), (3, "B:3")]);
        check("A:1\r\n \r\n 2\r\n", &[(1, "A:12")]);
        check("A\r\n BC:1\r\n", &[(1, "ABC:1")]);
    }

    #[test]
    fn blank_lines_and_stray_indentation_belong_to_no_line() {
        check("\r\n\r\nA:1\r\n\r\n  B:2\r\n", &[(3, "A:1"), (5, "B:2")]);
        check("", &[]);
        check("\r\n \r\n", &[]);
    }

    #[test]
    fn a_lone_carriage_return_ends_no_line() {
        check("A:1\rB:2\r", &[(1, "A:1\rB:2\r")]);
    }

    #[test]
    fn quoted_printable_goes_on_after_an_equals_sign() {
        check(
            "A;ENCODING=QUOTED-PRINTABLE:x=\r\ny=\r\nz\r\nB:1\r\n",
            &[(1, "A;ENCODING=QUOTED-PRINTABLE:xyz"), (4, "B:1")],
        );
        check(
            "A;ENCODING=BASE64:eA==\r\nB:1\r\n",
            &[(1, "A;ENCODING=BASE64:eA=="), (2, "B:1")],
        );
        check("A;QUOTED-PRINTABLE:x=", &[(1, "A;QUOTED-PRINTABLE:x=")]);
    }

    #[test]
    fn the_value_starts_after_the_first_colon_outside_quotes() {
        let value = |octets: &str| {
            let line = Lines::new(octets.as_bytes(), 0).next().expect("a line");
            String::from_utf8(line.value(octets.as_bytes()).into_owned()).expect("UTF-8")
        };
        assert_eq!(value("A;B=\"c:d;e\":f:g"), "f:g");
        assert_eq!(value("A;B=\"c:d"), "d");
        assert_eq!(value("A;B=\"c:\r\n d\"\r\n :f\r\n g"), "fg");
        assert_eq!(value("A"), "");
    }
}
