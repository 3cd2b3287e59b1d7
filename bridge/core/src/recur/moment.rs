//! Times with their zone, and lengths: what the properties of a component say once their zones are found.

use crate::{
    ical::Property,
    tz::{Certainty, Zone, Zones, civil::DAY, timeline::Clock},
};

use super::{
    Problem, TimeKind,
    value::{self, Duration, PeriodEnd, Written},
};

/// A time and what it is read with; dates and floating times already have the calendar's zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The civil second as written (midnight for a date).
    pub(crate) civil: i64,
    pub(crate) kind: TimeKind,
    pub(crate) zone: Zone,
}

impl Moment {
    /// The UTC second.
    pub(crate) fn utc(&self) -> i64 {
        match self.kind {
            TimeKind::Utc => self.civil,
            _ => self.zone.clock().utc(self.civil),
        }
    }

    /// The day number of the date as written.
    pub(crate) fn day(&self) -> i64 {
        self.civil.div_euclid(DAY)
    }
}

/// How long an instance lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// So many seconds of real time: what `DTEND` means for timed components.
    Exact(i64),
    /// Days by the calendar, then seconds of real time: `DURATION`, and all-day components.
    Nominal(Duration),
}

impl Length {
    pub(crate) const NONE: Self = Self::Exact(0);
    /// What a date without an end lasts.
    pub(crate) const ONE_DAY: Self = Self::Nominal(Duration {
        days: 1,
        seconds: 0,
    });

    /// The end of an instance as civil and UTC second.
    pub(crate) fn end(self, civil: i64, utc: i64, clock: &mut Clock) -> (i64, i64) {
        match self {
            Self::Exact(seconds) => (civil.saturating_add(seconds), utc.saturating_add(seconds)),
            Self::Nominal(Duration { days: 0, seconds }) => {
                (civil.saturating_add(seconds), utc.saturating_add(seconds))
            }
            Self::Nominal(Duration { days, seconds }) => {
                let civil = civil.saturating_add(days.saturating_mul(DAY));
                let utc = clock.utc(civil);
                (civil.saturating_add(seconds), utc.saturating_add(seconds))
            }
        }
    }

    /// A number of seconds that no instance of this length exceeds.
    pub(crate) fn at_most(self) -> i64 {
        match self {
            Self::Exact(seconds) => seconds,
            Self::Nominal(length) if length.days == 0 => length.seconds,
            // A day by the calendar may be longer than most.
            Self::Nominal(length) => length.days * DAY + length.seconds + DAY,
        }
    }
}

/// Reads the times of one object.
pub(crate) struct Reader<'o> {
    zones: Zones<'o>,
    problems: Vec<Problem>,
    /// Whether an answer depends on the calendar's zone.
    pub(crate) used_default: bool,
}

impl<'o> Reader<'o> {
    pub(crate) fn new(zones: Zones<'o>) -> Self {
        Self {
            zones,
            problems: Vec::new(),
            used_default: false,
        }
    }

    /// Notes a problem once.
    pub(crate) fn note(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// The problems noted so far.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// The zone of the calendar.
    pub(crate) fn default_zone(&self) -> &Zone {
        self.zones.default_zone()
    }

    /// The time a property holds.
    pub(crate) fn moment(&mut self, property: &Property<'_>) -> Option<Moment> {
        let written = value::date_or_time(&property.value());
        if written.is_none() {
            self.note(Problem::UnreadableTime);
        }
        let zone = self.zone_of(property);
        written.map(|written| self.place(written, zone))
    }

    /// The times and periods a property lists.
    pub(crate) fn moments(&mut self, property: &Property<'_>) -> Vec<(Moment, Option<Length>)> {
        let zone = self.zone_of(property);
        let mut moments = Vec::new();
        for text in property.value().split(',') {
            match value::date_or_time(text) {
                Some(written) => moments.push((self.place(written, zone.clone()), None)),
                None => moments.extend(self.period(text, zone.as_ref())),
            }
        }
        moments
    }

    /// The periods a property lists, as UTC seconds; what is no period is left out.
    pub(crate) fn periods(&mut self, property: &Property<'_>) -> Vec<(i64, i64)> {
        let moments = self.moments(property).into_iter();
        moments
            .filter_map(|(start, length)| {
                let utc = start.utc();
                let (_, end) = length?.end(start.civil, utc, &mut start.zone.clock());
                Some((utc, end))
            })
            .collect()
    }

    fn period(&mut self, text: &str, zone: Option<&Zone>) -> Option<(Moment, Option<Length>)> {
        let Some((start, end)) = value::period(text) else {
            self.note(Problem::UnreadableTime);
            return None;
        };
        let start = self.place(start, zone.cloned());
        let length = match end {
            PeriodEnd::After(length) => self.not_negative(Length::Nominal(length)),
            PeriodEnd::At(end) => {
                let end = self.place(end, zone.cloned());
                self.between(&start, &end)
            }
        };
        Some((start, Some(length)))
    }

    /// The duration a property holds.
    pub(crate) fn duration(&mut self, property: &Property<'_>) -> Option<Length> {
        let duration = value::duration(&property.value());
        if duration.is_none() {
            self.note(Problem::UnreadableTime);
        }
        duration.map(|duration| self.not_negative(Length::Nominal(duration)))
    }

    /// The length from a start to an end: days between dates, exact time otherwise.
    pub(crate) fn between(&mut self, start: &Moment, end: &Moment) -> Length {
        if start.kind == TimeKind::Date {
            let days = end.day() - start.day();
            if days < 0 {
                self.note(Problem::EndBeforeStart);
            }
            return Length::Nominal(Duration {
                days: days.max(1),
                seconds: 0,
            });
        }
        let end = match end.kind {
            TimeKind::Date => start.zone.clock().utc(end.civil),
            _ => end.utc(),
        };
        self.not_negative(Length::Exact(end.saturating_sub(start.utc())))
    }

    fn not_negative(&mut self, length: Length) -> Length {
        let negative = match length {
            Length::Exact(seconds) => seconds < 0,
            Length::Nominal(length) => length.days < 0 || length.seconds < 0,
        };
        if negative {
            self.note(Problem::EndBeforeStart);
            return Length::NONE;
        }
        length
    }

    /// The zone the `TZID` of a property names.
    fn zone_of(&mut self, property: &Property<'_>) -> Option<Zone> {
        let tzid = property.param("TZID")?;
        let (zone, certainty) = self.zones.find(&tzid);
        match certainty {
            Certainty::Known => {}
            Certainty::Guess => self.note(Problem::GuessedZone),
            Certainty::Default => {
                self.note(Problem::UnknownZone);
                self.used_default = true;
            }
        }
        Some(zone)
    }

    fn place(&mut self, written: Written, zone: Option<Zone>) -> Moment {
        let (civil, kind, zone) = match (written, zone) {
            (Written::Utc(utc), _) => (utc, TimeKind::Utc, Zone::Utc),
            (Written::Local(local), Some(zone)) => (local, TimeKind::Zoned, zone),
            (Written::Local(local), None) => {
                self.used_default = true;
                (local, TimeKind::Floating, self.default_zone().clone())
            }
            (Written::Date(day), _) => {
                self.used_default = true;
                (day * DAY, TimeKind::Date, self.default_zone().clone())
            }
        };
        Moment { civil, kind, zone }
    }
}
