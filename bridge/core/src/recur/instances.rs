//! The instances of one series in a window: rules and dates, minus exceptions, with overrides laid over them.
//!
//! Rules are walked only where an instance could touch the window; overrides are few and all looked at, because one may
//! have been moved from anywhere to anywhere. An override stands even where an `EXDATE` takes its original out.

use chrono::SubsecRound as _;

use super::{
    TimeKind,
    budget::Budget,
    exceptions::{Exceptions, Key},
    moment::Length,
    rule::{Rule, Until},
    segment::Segment,
    series::{Master, Override, Series, Timing},
    walk::{Start, Walk},
};
use crate::{
    time::TimeRange,
    tz::{
        civil::{self, DAY},
        timeline::Clock,
    },
};

/// A range in UTC seconds, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: i64,
    pub(crate) until: i64,
}

impl From<TimeRange> for Window {
    fn from(range: TimeRange) -> Self {
        let rounded_up =
            |end: crate::time::Instant| end.timestamp() + i64::from(end != end.trunc_subsecs(0));
        Self {
            from: range.start.map_or(civil::FIRST, |start| start.timestamp()),
            until: range.end.map_or(civil::LAST, rounded_up),
        }
    }
}

impl Window {
    /// As [`TimeRange::overlaps`].
    pub(crate) fn overlaps(self, (from, until): (i64, i64)) -> bool {
        from < self.until && (until > self.from || (from == until && from >= self.from))
    }
}

/// The start of an instance before any override.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Original {
    pub(crate) civil: i64,
    pub(crate) utc: i64,
    pub(crate) kind: TimeKind,
}

/// One instance, in seconds; pairs are start and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instance {
    pub(crate) utc: (i64, i64),
    pub(crate) civil: (i64, i64),
    pub(crate) kind: TimeKind,
    pub(crate) original: Option<Original>,
    pub(crate) component: usize,
    /// What time ranges are compared with.
    pub(crate) span: (i64, i64),
}

/// The instances found in a window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// In the order of their starts.
    pub(crate) instances: Vec<Instance>,
    /// Where a limit cut them: what starts from this UTC second on may be missing.
    pub(crate) cut: Option<i64>,
    /// Whether the series goes on after the window.
    pub(crate) goes_on: bool,
}

impl Series {
    /// The instances that touch a window, at most `most`.
    pub(crate) fn instances(&self, window: Window, most: usize, budget: &mut Budget) -> Found {
        let mut found = Found::default();
        if let Some(master) = &self.master {
            found = Search::new(master, &self.overrides, window, most, budget).run();
        }
        for change in &self.overrides {
            let instance = self.overridden(change);
            if window.overlaps(instance.span) {
                found.instances.push(instance);
            } else if instance.span.0 >= window.until {
                found.goes_on = true;
            }
        }
        found.instances.sort_by_key(|instance| instance.utc);
        if let Some(first_left_out) = found.instances.get(most) {
            found.cut_at(first_left_out.utc.0);
        }
        if let Some(cut) = found.cut {
            found.instances.retain(|instance| instance.utc.0 < cut);
        }
        found
    }

    /// The components that supply an instance touching a window.
    pub(crate) fn components_in(
        &self,
        window: Window,
        most: usize,
        budget: &mut Budget,
    ) -> Vec<usize> {
        // One instance tells, unless overrides with a range divide the series.
        let divided = self.overrides.iter().any(|change| change.this_and_future);
        let most = if divided { most } else { 1 };
        let search = |master| Search::new(master, &self.overrides, window, most, budget).run();
        let found = self.master.as_ref().map(search).unwrap_or_default();
        let overridden = self.overrides.iter().map(|change| self.overridden(change));
        let overridden = overridden.filter(|instance| window.overlaps(instance.span));
        found
            .instances
            .into_iter()
            .chain(overridden)
            .map(|instance| instance.component)
            .collect()
    }

    /// The components of overrides whose original instance would touch a window.
    pub(crate) fn replaced_in(&self, window: Window) -> Vec<usize> {
        let Some(master) = &self.master else {
            return Vec::new();
        };
        let mut segment = Segment::of_master(&master.timing);
        let replaced = self.overrides.iter().filter(|change| {
            let original = self.overridden(change).original;
            let unchanged = original.map(|original| segment.place(original, None));
            unchanged.is_some_and(|instance| window.overlaps(instance.span))
        });
        replaced.map(|change| change.timing.component).collect()
    }

    /// The instance an override describes.
    fn overridden(&self, change: &Override) -> Instance {
        let series = self
            .master
            .as_ref()
            .map_or(&change.timing, |master| &master.timing);
        let kind = match &self.master {
            Some(master) => master.timing.start.kind,
            None => change.id.kind,
        };
        let (civil, utc) = match &self.master {
            Some(_) => {
                let mut clock = series.start.zone.clock();
                Key::of(&change.id, series, &mut clock).start(series, &mut clock)
            }
            None => (change.id.civil, change.id.utc()),
        };
        let start = &change.timing.start;
        let own = Original {
            civil: start.civil,
            utc: start.utc(),
            kind: start.kind,
        };
        let mut instance = Segment::of_master(&change.timing).place(own, None);
        instance.original = Some(Original { civil, utc, kind });
        instance
    }
}

impl Found {
    fn cut_at(&mut self, utc: i64) {
        self.cut = Some(self.cut.map_or(utc, |cut| cut.min(utc)));
    }
}

/// The search for the instances of a master that no override replaces.
struct Search<'s, 'b> {
    master: &'s Master,
    window: Window,
    /// The civil seconds between which rules are walked.
    walked: (i64, i64),
    segments: Vec<Segment>,
    taken_out: Exceptions,
    replaced: Exceptions,
    clock: Clock,
    most: usize,
    budget: &'b mut Budget,
    found: Found,
}

impl<'s, 'b> Search<'s, 'b> {
    fn new(
        master: &'s Master,
        overrides: &[Override],
        window: Window,
        most: usize,
        budget: &'b mut Budget,
    ) -> Self {
        let mut clock = master.timing.start.zone.clock();
        let mut key = |moment| Key::of(moment, &master.timing, &mut clock);
        let taken_out = master.exclusions.iter().map(&mut key).collect();
        let replaced = overrides.iter().map(|change| key(&change.id)).collect();
        let segments = segments(&master.timing, overrides);
        Self {
            master,
            window,
            walked: clock.locals_within(reach(window, &segments)),
            segments,
            taken_out,
            replaced,
            clock,
            most,
            budget,
            found: Found::default(),
        }
    }

    fn run(mut self) -> Found {
        self.collect_exclusion_rules();
        let start = &self.master.timing.start;
        if self.master.rules.is_empty() {
            self.consider(start.civil, start.utc(), None);
        }
        for rule in &self.master.rules {
            self.walk(rule);
        }
        self.add_dates();
        self.remove_doubles();
        if !self.master.recurs() && self.replaced.is_empty() {
            for instance in &mut self.found.instances {
                instance.original = None;
            }
        }
        self.found
    }

    /// Walks one rule through the reach of the window.
    fn walk(&mut self, rule: &Rule) {
        let end = End::of(rule, &self.master.timing, &mut self.clock);
        let start = self.master.timing.start.civil;
        let mut walk = Walk::new(rule.clone(), start, end.civil, Start::IsFirst);
        walk.skip_to(self.walked.0);
        let before = self.found.instances.len();
        while let Some(civil) = walk.next(self.budget) {
            if civil > self.walked.1 {
                self.found.goes_on = true;
                return;
            }
            let utc = self.clock.utc(civil);
            if end.utc.is_some_and(|end| utc > end) {
                continue;
            }
            self.consider(civil, utc, None);
            if self.found.instances.len() - before > self.most {
                self.cut(civil);
                return;
            }
        }
        if self.budget.is_exhausted() {
            self.cut(walk.position());
        }
    }

    /// Adds the instance with this original start, unless it is taken out, replaced or outside the window.
    fn consider(&mut self, civil: i64, utc: i64, length: Option<Length>) {
        if self.taken_out.contains(civil, utc) || self.replaced.contains(civil, utc) {
            return;
        }
        let kind = self.master.timing.start.kind;
        let after = self.segments.partition_point(|segment| segment.from <= utc);
        if let Some(segment) = self.segments.get_mut(after.saturating_sub(1)) {
            let instance = segment.place(Original { civil, utc, kind }, length);
            if self.window.overlaps(instance.span) {
                self.found.instances.push(instance);
            } else if instance.span.0 >= self.window.until {
                self.found.goes_on = true;
            }
        }
    }

    /// Adds the instances of `RDATE`.
    fn add_dates(&mut self) {
        let timing = &self.master.timing;
        let mut dates = Vec::with_capacity(self.master.dates.len());
        for (moment, length) in &self.master.dates {
            let (civil, utc) =
                Key::of(moment, timing, &mut self.clock).start(timing, &mut self.clock);
            dates.push((utc, civil, *length));
        }
        dates.sort_unstable_by_key(|(utc, civil, _)| (*utc, *civil));
        let before = self.found.instances.len();
        for (utc, civil, length) in dates {
            self.consider(civil, utc, length);
            let too_many = self.found.instances.len() - before > self.most;
            if too_many || !self.budget.spend(1) {
                self.cut(civil);
                return;
            }
        }
    }

    /// Takes out what the deprecated `EXRULE` names (RFC 2445 section 4.8.5.2).
    fn collect_exclusion_rules(&mut self) {
        for rule in &self.master.exclusion_rules {
            let end = End::of(rule, &self.master.timing, &mut self.clock);
            let start = self.master.timing.start.civil;
            let mut walk = Walk::new(rule.clone(), start, end.civil, Start::IsBound);
            walk.skip_to(self.walked.0);
            let mut instants = Vec::new();
            while let Some(civil) = walk.next(self.budget) {
                if civil > self.walked.1 {
                    break;
                }
                instants.push(self.clock.utc(civil));
            }
            instants.retain(|utc| end.utc.is_none_or(|end| *utc <= end));
            self.taken_out.extend(instants);
            if self.budget.is_exhausted() {
                self.cut(walk.position());
            }
        }
    }

    /// Several rules and dates may name one instance: it counts once, with the length of its own if it has one.
    fn remove_doubles(&mut self) {
        let start = |instance: &Instance| instance.original.map(|original| original.utc);
        self.found.instances.sort_by_key(start);
        self.found.instances.dedup_by(|later, earlier| {
            let double = start(later) == start(earlier);
            if double && !self.master.dates.is_empty() {
                *earlier = *later; // dates are added after the rules
            }
            double
        });
    }

    /// Notes that originals from a civil second on may be missing.
    fn cut(&mut self, civil: i64) {
        let utc = self.clock.utc(civil);
        let in_gap = self.clock.local(utc) != civil;
        let shifted = self
            .segments
            .iter()
            .map(|segment| segment.shift)
            .min()
            .unwrap_or(0)
            .min(0);
        let slack = if in_gap || self.segments.len() > 1 {
            DAY
        } else {
            0
        };
        self.found.cut_at(utc.saturating_add(shifted) - slack);
    }
}

impl Master {
    /// Whether there can be more than one instance.
    pub(crate) fn recurs(&self) -> bool {
        !self.rules.is_empty() || !self.dates.is_empty()
    }
}

/// The last instance `UNTIL` allows.
struct End {
    /// As a civil second of the series that bounds the walk, a little late where `utc` is exact.
    civil: Option<i64>,
    /// As a UTC second.
    utc: Option<i64>,
}

impl End {
    /// Reads `UNTIL` for a series. Its form should be that of `DTSTART`; where it is not: a date includes its whole
    /// day, and a time bounds an all-day series by its date as written.
    fn of(rule: &Rule, series: &Timing, clock: &mut Clock) -> Self {
        let all_day = series.start.kind == TimeKind::Date;
        let (civil, utc) = match rule.until {
            None => (None, None),
            Some(Until::Date(day)) => (Some(day * DAY + DAY - 1), None),
            Some(Until::Local(at) | Until::Utc(at)) if all_day => (Some(at), None),
            Some(Until::Local(at)) => (Some(at), None),
            Some(Until::Utc(at)) => (Some(clock.local(at) + DAY), Some(at)),
        };
        Self { civil, utc }
    }
}

/// The segments of a series, ordered by where they begin.
fn segments(series: &Timing, overrides: &[Override]) -> Vec<Segment> {
    let mut segments = vec![Segment::of_master(series)];
    let lasting = overrides.iter().filter(|change| change.this_and_future);
    segments.extend(lasting.map(|change| Segment::of_override(change, series)));
    segments.sort_by_key(|segment| segment.from);
    segments
}

/// The UTC seconds between which an original start can lead to an instance in the window.
fn reach(window: Window, segments: &[Segment]) -> (i64, i64) {
    let earlier = segments
        .iter()
        .map(|s| s.shift.saturating_add(s.length.at_most()))
        .max();
    let later = segments.iter().map(|s| s.shift).min();
    (
        window.from.saturating_sub(earlier.unwrap_or(0)),
        window.until.saturating_sub(later.unwrap_or(0)),
    )
}
