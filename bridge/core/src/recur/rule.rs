//! A recurrence rule as a value: RFC 5545 section 3.3.10 with the `SKIP` of RFC 7529.
//!
//! Reading is tolerant: a part or a number that makes no sense is left out and reported, because one odd rule must not
//! hide a patient's appointment. Only a rule without a usable `FREQ` is no rule.

mod read;

/// How often the periods of a rule come, shortest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Freq {
    Secondly,
    Minutely,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// One entry of `BYDAY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weekday {
    /// Which of these weekdays in the month or year, from its end when negative; `None` means every one.
    pub(crate) ordinal: Option<i64>,
    /// Monday is 0.
    pub(crate) weekday: i64,
}

/// The end a rule states, in the form it is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// A day number; the whole day belongs to the series.
    Date(i64),
    /// A civil second in the zone of `DTSTART`.
    Local(i64),
    /// A UTC second.
    Utc(i64),
}

/// What to do with a day that a month does not have (RFC 7529 section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Skip {
    Omit,
    Backward,
    Forward,
}

/// A decoded rule. Lists are sorted and free of duplicates; an empty list means the part is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) freq: Freq,
    /// At least 1.
    pub(crate) interval: i64,
    pub(crate) count: Option<u64>,
    pub(crate) until: Option<Until>,
    pub(crate) by_second: Vec<i64>,
    pub(crate) by_minute: Vec<i64>,
    pub(crate) by_hour: Vec<i64>,
    pub(crate) by_day: Vec<Weekday>,
    pub(crate) by_month_day: Vec<i64>,
    pub(crate) by_year_day: Vec<i64>,
    pub(crate) by_week_no: Vec<i64>,
    pub(crate) by_month: Vec<i64>,
    pub(crate) by_set_pos: Vec<i64>,
    /// Monday is 0.
    pub(crate) week_start: i64,
    pub(crate) skip: Skip,
}

/// Why a rule, or a part of it, could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RuleError {
    /// There is no `FREQ`, or not one of the seven.
    #[error("the rule has no usable FREQ")]
    Freq,
    /// `RSCALE` names a calendar other than the Gregorian.
    #[error("the rule counts in a calendar other than the Gregorian")]
    Scale,
}

impl Rule {
    /// A rule of this frequency with no other part.
    pub(crate) fn every(freq: Freq) -> Self {
        Self {
            freq,
            interval: 1,
            count: None,
            until: None,
            by_second: Vec::new(),
            by_minute: Vec::new(),
            by_hour: Vec::new(),
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_year_day: Vec::new(),
            by_week_no: Vec::new(),
            by_month: Vec::new(),
            by_set_pos: Vec::new(),
            week_start: 0,
            skip: Skip::Omit,
        }
    }

    /// Whether every period holds exactly one instance, `DTSTART` plus a whole number of steps.
    pub(crate) fn is_plain_step(&self) -> bool {
        self.freq <= Freq::Weekly
            && self.by_second.is_empty()
            && self.by_minute.is_empty()
            && self.by_hour.is_empty()
            && self.by_day.is_empty()
            && self.by_month_day.is_empty()
            && self.by_year_day.is_empty()
            && self.by_month.is_empty()
            && self.by_set_pos.is_empty()
    }
}
