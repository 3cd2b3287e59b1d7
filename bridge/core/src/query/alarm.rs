//! When the alarms of a component ring (RFC 5545 section 3.6.6, RFC 4791 section 9.9).
//!
//! A relative trigger counts from the start or the end of every instance; its days are taken as 24 hours.

use super::filter::Test;
use crate::{
    ical::Component,
    recur::{
        self,
        instances::Window,
        moment::Reader,
        value::{self, Duration},
    },
    time::TimeRange,
    tz::{
        Zones,
        civil::{self, DAY},
    },
};

/// More repetitions than this are not looked at.
const MOST_REPEATS: i64 = 1_000;

/// Whether `alarm`, inside the component with this index, rings in `range`.
pub(super) fn rings_in(
    test: &Test<'_>,
    component: usize,
    alarm: &Component<'_>,
    range: TimeRange,
) -> bool {
    let Some(trigger) = alarm.property("TRIGGER") else {
        return false;
    };
    let mut reader = Reader::new(Zones::new(test.object, test.default_zone));
    let window = Window::from(range);
    let repeats = Repeats::of(alarm);
    let Some(before) = value::duration(&trigger.value()) else {
        let at = reader.moment(&trigger);
        return at.is_some_and(|at| repeats.touch(at.utc(), window));
    };
    let from_end = trigger
        .param("RELATED")
        .is_some_and(|related| related.eq_ignore_ascii_case("END"));
    let offset = seconds(before);
    let reach = offset
        .abs()
        .saturating_add(repeats.count.saturating_mul(repeats.every) + 1);
    let widened = TimeRange {
        start: range
            .start
            .map(|start| civil::instant(start.timestamp().saturating_sub(reach))),
        end: range
            .end
            .map(|end| civil::instant(end.timestamp().saturating_add(reach))),
    };
    let budget = &mut test.budget.borrow_mut();
    let expansion =
        recur::expand_within(test.object, widened, test.default_zone, test.most, budget);
    let mut own = expansion
        .occurrences
        .iter()
        .filter(|occurrence| occurrence.component == component);
    own.any(|occurrence| {
        let anchor = if from_end {
            occurrence.end
        } else {
            occurrence.start
        };
        repeats.touch(anchor.timestamp().saturating_add(offset), window)
    })
}

fn seconds(duration: Duration) -> i64 {
    duration
        .days
        .saturating_mul(DAY)
        .saturating_add(duration.seconds)
}

/// How an alarm repeats: `REPEAT` times more, `DURATION` apart.
struct Repeats {
    count: i64,
    every: i64,
}

impl Repeats {
    fn of(alarm: &Component<'_>) -> Self {
        let count = alarm
            .property("REPEAT")
            .and_then(|count| count.value().trim().parse().ok());
        let every = alarm
            .property("DURATION")
            .and_then(|every| value::duration(&every.value()));
        match (count, every.map(seconds)) {
            (Some(count), Some(every)) if every > 0 => Self {
                count: i64::clamp(count, 0, MOST_REPEATS),
                every,
            },
            _ => Self { count: 0, every: 0 },
        }
    }

    /// Whether one of the rings from `first` on lies in the window.
    fn touch(&self, first: i64, window: Window) -> bool {
        (0..=self.count).any(|n| {
            let at = first.saturating_add(n.saturating_mul(self.every));
            window.overlaps((at, at))
        })
    }
}
