//! Reads the components of an object into series: a master, what makes it recur, and its overrides.
//!
//! Components belong together when they share kind and UID. An override without a master stands for itself; a second
//! master of one UID is a series of its own.

use std::collections::BTreeMap;

use crate::{
    ical::{CalendarObject, Component, ComponentKind, Property},
    ids::Uid,
};

use super::{
    Problem, TimeKind,
    moment::{Length, Moment, Reader},
    rule::Rule,
    shape::Shape,
};

/// More rules than this in one component are left out.
const MOST_RULES: usize = 16;

/// When one component takes place the first time, and how long.
#[derive(Clone, Debug)]
pub(crate) struct Timing {
    pub(crate) start: Moment,
    pub(crate) length: Length,
    pub(crate) shape: Shape,
    /// The index among the object's components.
    pub(crate) component: usize,
}

/// A component without `RECURRENCE-ID`.
#[derive(Clone, Debug)]
pub(crate) struct Master {
    pub(crate) timing: Timing,
    pub(crate) rules: Vec<Rule>,
    pub(crate) exclusion_rules: Vec<Rule>,
    pub(crate) dates: Vec<(Moment, Option<Length>)>,
    pub(crate) exclusions: Vec<Moment>,
}

/// A component with `RECURRENCE-ID`.
#[derive(Clone, Debug)]
pub(crate) struct Override {
    pub(crate) timing: Timing,
    pub(crate) id: Moment,
    pub(crate) this_and_future: bool,
}

/// All components of one UID.
#[derive(Clone, Debug, Default)]
pub(crate) struct Series {
    pub(crate) master: Option<Master>,
    pub(crate) overrides: Vec<Override>,
}

/// The properties of one component that say when it takes place.
#[derive(Default)]
struct Times<'o> {
    start: Option<Property<'o>>,
    end: Option<Property<'o>>,
    due: Option<Property<'o>>,
    duration: Option<Property<'o>>,
    id: Option<Property<'o>>,
    rules: Vec<Property<'o>>,
    exclusion_rules: Vec<Property<'o>>,
    dates: Vec<Property<'o>>,
    exclusions: Vec<Property<'o>>,
}

impl Series {
    /// The series of an object, in the order of their first components.
    pub(crate) fn of_object(object: &CalendarObject<'_>, reader: &mut Reader<'_>) -> Vec<Self> {
        let mut first_of: BTreeMap<(ComponentKind, Option<Uid>), usize> = BTreeMap::new();
        let mut all: Vec<Self> = Vec::new();
        for (index, component) in object.components().enumerate() {
            let kind = component.kind();
            if !matches!(
                kind,
                ComponentKind::Event | ComponentKind::Todo | ComponentKind::Journal
            ) {
                continue;
            }
            let times = Times::of(&component);
            let id = times.id.as_ref().and_then(|id| reader.moment(id));
            let own = times.timing(kind, index, reader);
            let Some(timing) = own.or_else(|| id.as_ref().map(|id| Timing::at_id(id, index)))
            else {
                continue;
            };
            let at = *first_of.entry((kind, component.uid())).or_insert(all.len());
            let second_master =
                id.is_none() && all.get(at).is_some_and(|series| series.master.is_some());
            let at = if second_master { all.len() } else { at };
            if at == all.len() {
                all.push(Self::default());
            }
            let Some(series) = all.get_mut(at) else {
                continue;
            };
            match id {
                Some(id) => series.overrides.push(Override {
                    timing,
                    id,
                    this_and_future: times.is_this_and_future(),
                }),
                None => series.master = Some(times.master(timing, reader)),
            }
        }
        all
    }
}

impl Timing {
    /// Of an override that says which instance it is and nothing about time, as cancellations do.
    fn at_id(id: &Moment, component: usize) -> Self {
        let date = id.kind == TimeKind::Date;
        Self {
            start: id.clone(),
            length: if date { Length::ONE_DAY } else { Length::NONE },
            shape: Shape::Plain,
            component,
        }
    }
}

impl<'o> Times<'o> {
    /// Collects the properties in one pass.
    fn of(component: &Component<'o>) -> Self {
        let mut times = Self::default();
        for property in component.properties() {
            let single = [
                ("DTSTART", &mut times.start),
                ("DTEND", &mut times.end),
                ("DUE", &mut times.due),
                ("DURATION", &mut times.duration),
                ("RECURRENCE-ID", &mut times.id),
            ];
            for (name, first) in single {
                if first.is_none() && property.is(name) {
                    *first = Some(property);
                }
            }
            let lists = [
                ("RRULE", &mut times.rules),
                ("EXRULE", &mut times.exclusion_rules),
                ("RDATE", &mut times.dates),
                ("EXDATE", &mut times.exclusions),
            ];
            for (name, list) in lists {
                if property.is(name) {
                    list.push(property);
                }
            }
        }
        times
    }

    fn is_this_and_future(&self) -> bool {
        let range = self.id.as_ref().and_then(|id| id.param("RANGE"));
        range.is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE"))
    }

    /// Start and length by the kind of component; `None` when it takes place at no time of its own.
    fn timing(
        &self,
        kind: ComponentKind,
        component: usize,
        reader: &mut Reader<'_>,
    ) -> Option<Timing> {
        let todo = kind == ComponentKind::Todo;
        let start = self.start.as_ref().and_then(|start| reader.moment(start));
        let end = if todo {
            self.due.as_ref()
        } else {
            self.end.as_ref()
        };
        let end = end.and_then(|end| reader.moment(end));
        let timing = |start, length, shape| Timing {
            start,
            length,
            shape,
            component,
        };
        let Some(start) = start else {
            if todo {
                return end.map(|due| timing(due, Length::NONE, Shape::TodoDueOnly));
            }
            if kind == ComponentKind::Event {
                reader.note(Problem::NoStart);
            }
            return None;
        };
        let duration = self
            .duration
            .as_ref()
            .filter(|_| kind != ComponentKind::Journal);
        let duration = duration.and_then(|duration| reader.duration(duration));
        let date = start.kind == TimeKind::Date;
        let (length, shape) = match (end, duration) {
            (Some(end), _) if kind != ComponentKind::Journal => {
                let shape = if todo { Shape::TodoDue } else { Shape::Plain };
                (reader.between(&start, &end), shape)
            }
            (_, Some(length)) if todo => (length, Shape::TodoLasting),
            (_, Some(Length::Nominal(length))) if date && length.days == 0 => {
                (Length::ONE_DAY, Shape::Plain) // a day cannot last hours (RFC 5545 section 3.6.1)
            }
            (_, Some(length)) => (length, Shape::Plain),
            (_, None) if date && !todo => (Length::ONE_DAY, Shape::Plain),
            (_, None) => (Length::NONE, Shape::Plain),
        };
        Some(timing(start, length, shape))
    }

    fn master(&self, timing: Timing, reader: &mut Reader<'_>) -> Master {
        let mut dates = Vec::new();
        for property in &self.dates {
            dates.extend(reader.moments(property));
        }
        let mut exclusions = Vec::new();
        for property in &self.exclusions {
            exclusions.extend(
                reader
                    .moments(property)
                    .into_iter()
                    .map(|(moment, _)| moment),
            );
        }
        Master {
            rules: read_rules(&self.rules, reader),
            exclusion_rules: read_rules(&self.exclusion_rules, reader),
            dates,
            exclusions,
            timing,
        }
    }
}

fn read_rules(properties: &[Property<'_>], reader: &mut Reader<'_>) -> Vec<Rule> {
    if properties.len() > MOST_RULES {
        reader.note(Problem::TooManyRules);
    }
    let mut rules = Vec::new();
    for property in properties.iter().take(MOST_RULES) {
        match Rule::read(&property.value()) {
            Ok((rule, clean)) => {
                if !clean {
                    reader.note(Problem::RulePartIgnored);
                }
                rules.push(rule);
            }
            Err(_) => reader.note(Problem::UnusableRule),
        }
    }
    rules
}
