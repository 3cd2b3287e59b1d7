//! What was odd about a calendar object: kind and line, never content.

use std::fmt;

/// At most this many problems are listed for one object; the rest would say nothing new.
pub(super) const MOST_PROBLEMS: usize = 256;

/// One oddity met while reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is odd.
    pub kind: ProblemKind,
    /// The physical line where it is, from 1.
    pub line: usize,
}

impl Problem {
    /// How much the reading suffered.
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.kind)
    }
}

/// How much the reading suffered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Against the letter of the standard, but there is only one way to read it.
    Harmless,
    /// The meaning had to be guessed.
    Guessed,
    /// Kept, but not read.
    Unread,
}

/// The kinds of oddities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// There is nothing but blank lines.
    Empty,
    /// A byte order mark stands before the first line.
    ByteOrderMark,
    /// Lines end with a line feed alone; named once.
    BareLineFeed,
    /// The octets are no UTF-8; they are read as Latin-1.
    NotUtf8,
    /// A fold in the middle of a character: UTF-8 only once unfolded.
    FoldInCharacter,
    /// A control character that RFC 5545 section 3.1 does not allow.
    ControlCharacter,
    /// A line without a colon.
    NoColon,
    /// A name with other characters than letters, digits and `-`.
    BadName,
    /// A component that is never closed.
    MissingEnd,
    /// An `END` without its `BEGIN`.
    StrayEnd,
    /// A component or property outside any `VCALENDAR`.
    OutsideCalendar,
    /// Components nested deeper than any calendar needs.
    TooDeep,
}

impl ProblemKind {
    /// How much the reading suffered.
    pub fn severity(self) -> Severity {
        match self {
            Self::Empty | Self::ByteOrderMark | Self::BareLineFeed | Self::FoldInCharacter => {
                Severity::Harmless
            }
            Self::NotUtf8
            | Self::ControlCharacter
            | Self::MissingEnd
            | Self::StrayEnd
            | Self::BadName
            | Self::OutsideCalendar => Severity::Guessed,
            Self::NoColon | Self::TooDeep => Severity::Unread,
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "there is nothing in it",
            Self::ByteOrderMark => "a byte order mark stands before the first line",
            Self::BareLineFeed => "lines end with a line feed alone",
            Self::NotUtf8 => "not UTF-8, read as Latin-1",
            Self::FoldInCharacter => "folded in the middle of a character",
            Self::ControlCharacter => "a control character",
            Self::NoColon => "a line without a colon",
            Self::BadName => "a property name with characters that names may not have",
            Self::MissingEnd => "a component that is never closed",
            Self::StrayEnd => "an END without its BEGIN",
            Self::OutsideCalendar => "something outside VCALENDAR",
            Self::TooDeep => "components nested too deep",
        })
    }
}
