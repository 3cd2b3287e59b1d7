//! What could not be taken as it is written. Kinds only, never content: these texts reach logs and screens.

use std::fmt;

/// Something in the times of an object that had to be left out or guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Problem {
    /// A component that needs a start has none that can be read.
    NoStart,
    /// A date, time, period or duration is not one.
    UnreadableTime,
    /// The end lies before the start; the length is taken as none.
    EndBeforeStart,
    /// A part of a recurrence rule is unreadable and was left out.
    RulePartIgnored,
    /// A recurrence rule cannot be used at all.
    UnusableRule,
    /// More recurrence rules in one component than are looked at.
    TooManyRules,
    /// The zone was guessed from a name.
    GuessedZone,
    /// The zone is unknown; the calendar's zone stands in.
    UnknownZone,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoStart => "a component has no readable start; it takes place at no time",
            Self::UnreadableTime => "a date or time cannot be read; it was left out",
            Self::EndBeforeStart => "the end is before the start; it was taken as having no length",
            Self::RulePartIgnored => "a part of a recurrence rule cannot be read; it was left out",
            Self::UnusableRule => {
                "a recurrence rule cannot be used; only the first instance is known"
            }
            Self::TooManyRules => "too many recurrence rules; the last ones were left out",
            Self::GuessedZone => "the time zone was guessed from its name",
            Self::UnknownZone => "the time zone is unknown; the calendar's own was used",
        })
    }
}
