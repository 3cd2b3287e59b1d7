//! How often to look for changes.

use chrono::TimeDelta;

/// How eagerly to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Somebody looks at the window, or something takes place soon.
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

/// What the pace follows from. What nobody knows is `false`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that know nothing of each other"
)]
pub struct Situation {
    /// The window is open.
    pub window_open: bool,
    /// Something takes place within minutes.
    pub soon: bool,
    /// The computer runs on its battery.
    pub on_battery: bool,
    /// Nobody has touched the computer for a while, or the screen is locked.
    pub away: bool,
}

impl Situation {
    /// What takes place soon is worth the battery, and is looked after even when nobody is there: the phone shows it too.
    /// An open window is worth it only when somebody looks.
    pub fn pace(self) -> Pace {
        if self.soon || (self.window_open && !self.away) {
            Pace::Eager
        } else if self.on_battery || self.away {
            Pace::Slow
        } else {
            Pace::Normal
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_follows_from_who_looks_and_what_comes() {
        let calm = Situation::default();
        assert_eq!(calm.pace(), Pace::Normal);
        let window_open = Situation {
            window_open: true,
            ..calm
        };
        assert_eq!(window_open.pace(), Pace::Eager);
        let nobody_looks = Situation {
            away: true,
            ..window_open
        };
        assert_eq!(nobody_looks.pace(), Pace::Slow);
        let on_battery = Situation {
            on_battery: true,
            ..calm
        };
        assert_eq!(on_battery.pace(), Pace::Slow);
        let before_a_visit = Situation {
            soon: true,
            away: true,
            ..on_battery
        };
        assert_eq!(before_a_visit.pace(), Pace::Eager);
    }
}
