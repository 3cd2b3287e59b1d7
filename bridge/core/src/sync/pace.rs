//! How often to look for changes.

use chrono::TimeDelta;

/// How eagerly to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// A window is open, or a visit is near.
    Eager,
    /// As always.
    #[default]
    Normal,
    /// On battery, or nobody is there.
    Slow,
}

impl Pace {
    /// From the end of one round to the beginning of the next.
    pub fn interval(self) -> TimeDelta {
        match self {
            Self::Eager => TimeDelta::minutes(1),
            Self::Normal => TimeDelta::minutes(5),
            Self::Slow => TimeDelta::minutes(15),
        }
    }
}
