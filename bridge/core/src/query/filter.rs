//! Evaluates the tree of filters (RFC 4791 section 9.7).
//!
//! A filter with conditions holds when *one* component, property or parameter fulfils all of them. So a text match with
//! `negate-condition` asks for one property that does not contain the text; what is absent matches `is-not-defined` only.

use std::cell::RefCell;

use super::{alarm, takes_place};
use crate::{
    dav::{
        CompFilter, CompTest, Match, ParamFilter, ParamTest, PropFilter, PropTest, TextMatch,
        ValueTest,
    },
    ical::{CalendarObject, Component, Property},
    recur::{TimeKind, budget::Budget, instances::Window, moment::Reader},
    time::TimeRange,
    tz::{Zone, Zones, civil::DAY},
};

/// One object under test.
pub(super) struct Test<'t> {
    pub(super) object: &'t CalendarObject<'t>,
    pub(super) default_zone: &'t Zone,
    /// The most instances that are looked at.
    pub(super) most: usize,
    /// The steps that all time ranges of the filter share, so that many of them cost no more than one.
    pub(super) budget: RefCell<Budget>,
}

impl Test<'_> {
    /// The outermost filter, about `VCALENDAR`.
    pub(super) fn calendar(&self, filter: &CompFilter) -> bool {
        let named: Vec<_> = self
            .object
            .roots()
            .filter(|root| root.is(&filter.name))
            .collect();
        match &filter.test {
            CompTest::IsNotDefined => named.is_empty(),
            CompTest::Matches {
                time_range,
                props,
                comps,
            } => named.iter().any(|calendar| {
                let in_range = time_range.is_none_or(|range| !self.components_in(range).is_empty());
                in_range
                    && props.iter().all(|filter| self.property(filter, calendar))
                    && comps.iter().all(|filter| self.component(filter))
            }),
        }
    }

    fn components_in(&self, range: TimeRange) -> std::collections::BTreeSet<usize> {
        let budget = &mut self.budget.borrow_mut();
        takes_place::components_in(self.object, range, self.default_zone, self.most, budget)
    }

    /// A filter about the components inside the calendar.
    fn component(&self, filter: &CompFilter) -> bool {
        let mut named = self
            .object
            .components()
            .enumerate()
            .filter(|(_, component)| component.is(&filter.name));
        match &filter.test {
            CompTest::IsNotDefined => named.next().is_none(),
            CompTest::Matches {
                time_range,
                props,
                comps,
            } => {
                let in_range = time_range.map(|range| self.components_in(range));
                named.any(|(index, component)| {
                    in_range
                        .as_ref()
                        .is_none_or(|in_range| in_range.contains(&index))
                        && props.iter().all(|filter| self.property(filter, &component))
                        && comps
                            .iter()
                            .all(|filter| self.inner(filter, index, &component))
                })
            }
        }
    }

    /// A filter about the components inside a component: alarms, above all.
    fn inner(&self, filter: &CompFilter, index: usize, parent: &Component<'_>) -> bool {
        let mut named = parent.children().filter(|child| child.is(&filter.name));
        match &filter.test {
            CompTest::IsNotDefined => named.next().is_none(),
            CompTest::Matches {
                time_range,
                props,
                comps,
            } => named.any(|child| {
                let rings = |range| alarm::rings_in(self, index, &child, range);
                time_range.is_none_or(rings)
                    && props.iter().all(|filter| self.property(filter, &child))
                    && comps.iter().all(|filter| self.inner(filter, index, &child))
            }),
        }
    }

    fn property(&self, filter: &PropFilter, component: &Component<'_>) -> bool {
        let mut named = component.all(&filter.name);
        match &filter.test {
            PropTest::IsNotDefined => named.next().is_none(),
            PropTest::Matches { value, params } => named.any(|property| {
                value
                    .as_ref()
                    .is_none_or(|value| self.value(value, &property))
                    && params.iter().all(|filter| parameter(filter, &property))
            }),
        }
    }

    fn value(&self, test: &ValueTest, property: &Property<'_>) -> bool {
        match test {
            ValueTest::Text(wanted) => wanted.matches(&property.text()),
            ValueTest::TimeRange(range) => self.time(property, *range),
        }
    }

    /// Whether a time the property holds lies in a range; a date is its whole day.
    fn time(&self, property: &Property<'_>, range: TimeRange) -> bool {
        let mut reader = Reader::new(Zones::new(self.object, self.default_zone));
        let window = Window::from(range);
        let moments = reader.moments(property);
        moments.into_iter().any(|(moment, length)| {
            let start = moment.utc();
            let mut clock = moment.zone.clock();
            let end = match length {
                Some(length) => length.end(moment.civil, start, &mut clock).1,
                None if moment.kind == TimeKind::Date => clock.utc(moment.civil + DAY),
                None => start,
            };
            window.overlaps((start, end))
        })
    }
}

fn parameter(filter: &ParamFilter, property: &Property<'_>) -> bool {
    let named = || property.params().filter(|param| param.is(&filter.name));
    match &filter.test {
        ParamTest::IsNotDefined => named().next().is_none(),
        ParamTest::IsDefined => named().next().is_some(),
        ParamTest::Text(text) => {
            let values: Vec<_> = named()
                .flat_map(|param| param.values().collect::<Vec<_>>())
                .collect();
            !values.is_empty() && passes(text, values.iter().map(AsRef::as_ref))
        }
    }
}

/// Whether a list of values passes as one: one contains the text, or none does.
fn passes<'v>(text: &TextMatch, mut values: impl Iterator<Item = &'v str>) -> bool {
    match text.wanted() {
        Match::Contains => values.any(|value| text.matches(value)),
        Match::ContainsNot => values.all(|value| text.matches(value)),
    }
}
