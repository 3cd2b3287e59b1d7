//! Which components of an object take place in a time range (RFC 4791 section 9.9).

use std::collections::BTreeSet;

use super::timerange::spans_without_start;
use crate::{
    ical::CalendarObject,
    recur::{budget::Budget, instances::Window, moment::Reader, series::Series},
    time::TimeRange,
    tz::{Zone, Zones},
};

/// The indices of the components that supply an instance touching `range`, or touch it themselves. Where `most`
/// instances or the budget do not suffice, later components may be missing.
pub(super) fn components_in(
    object: &CalendarObject<'_>,
    range: TimeRange,
    default_zone: &Zone,
    most: usize,
    budget: &mut Budget,
) -> BTreeSet<usize> {
    let mut reader = Reader::new(Zones::new(object, default_zone));
    let window = Window::from(range);
    let mut components = BTreeSet::new();
    for series in Series::of_object(object, &mut reader) {
        components.extend(series.components_in(window, most, budget));
    }
    for (component, span) in spans_without_start(object, &mut reader) {
        if window.overlaps(span) {
            components.insert(component);
        }
    }
    components
}

/// The indices of the overrides that take the place of an instance touching `range`.
pub(super) fn overrides_from(
    object: &CalendarObject<'_>,
    range: TimeRange,
    default_zone: &Zone,
) -> BTreeSet<usize> {
    let mut reader = Reader::new(Zones::new(object, default_zone));
    let series = Series::of_object(object, &mut reader);
    let window = Window::from(range);
    series
        .iter()
        .flat_map(|series| series.replaced_in(window))
        .collect()
}
