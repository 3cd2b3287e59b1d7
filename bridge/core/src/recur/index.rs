//! What a store keeps of an object to answer time ranges without reading it again.

use super::{Limits, Problem, budget::Budget, instances::Window, moment::Reader, series::Series};
use crate::{
    ical::CalendarObject,
    query::timerange,
    time::{Instant, Span},
    tz::{Zone, Zones, civil},
};

/// The times of one object, ready to be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectIndex {
    /// Every span that overlaps "up to `indexed_until`", sorted. A range overlaps one of them (as
    /// [`TimeRange::overlaps`](crate::time::TimeRange::overlaps) says) exactly if the object matches a time range on its
    /// main component (RFC 4791 section 9.9). What matches always has one span over all time.
    pub spans: Vec<Span>,
    /// Up to where the spans are complete: a range that ends later must look at the object itself. `None`: they are all.
    pub indexed_until: Option<Instant>,
    /// Whether the spans hold for this default zone only.
    pub depends_on_default_zone: bool,
    /// What could not be taken as it is written.
    pub problems: Vec<Problem>,
}

/// The spans of an object up to `horizon`, at most about `max` of them.
pub fn index(
    object: &CalendarObject<'_>,
    default_zone: &Zone,
    horizon: Instant,
    max: usize,
) -> ObjectIndex {
    let mut reader = Reader::new(Zones::new(object, default_zone));
    let mut index = ObjectIndex::default();
    let mut budget = Budget::new(Limits::default().steps);
    let window = Window {
        from: civil::FIRST,
        until: horizon.timestamp(),
    };
    for series in Series::of_object(object, &mut reader) {
        let found = series.instances(window, max, &mut budget);
        let end = found.cut.or(found.goes_on.then_some(window.until));
        // A task's span may begin a second before its start.
        index.bound(end.map(|end| civil::instant(end - 1)));
        let spans = found.instances.iter().map(|instance| span(instance.span));
        index.spans.extend(spans);
    }
    let others = timerange::spans_without_start(object, &mut reader);
    let others = others.into_iter().map(|(_, seconds)| span(seconds));
    index.spans.extend(others);
    if let Some(end) = index.indexed_until {
        index.spans.retain(|span| span.start < end);
    }
    index.spans.sort_unstable();
    index.spans.dedup();
    index.depends_on_default_zone = reader.used_default;
    index.problems = reader.into_problems();
    index
}

fn span((start, end): (i64, i64)) -> Span {
    Span {
        start: civil::instant(start),
        end: civil::instant(end),
    }
}

impl ObjectIndex {
    fn bound(&mut self, end: Option<Instant>) {
        if let Some(end) = end {
            self.indexed_until = Some(self.indexed_until.map_or(end, |known| known.min(end)));
        }
    }
}
