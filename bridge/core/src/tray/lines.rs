//! The lines of what comes: short enough for a menu, in the order of the clock, what lasts all day at the end.

use chrono::NaiveDateTime;

use super::{Event, Moment};
use crate::time::Instant;

/// How many lines a person takes in at a glance.
const MOST_LINES: usize = 6;
/// The longest title, in letters.
const LONGEST_TITLE: usize = 42;
/// The longest line on how everything is, in letters.
pub(super) const LONGEST_STATUS: usize = 64;

/// The lines, and when they will be others.
pub(super) fn coming(events: &[Event], moment: Moment) -> (Vec<String>, Instant) {
    let mut ahead: Vec<&Event> = events
        .iter()
        .filter(|event| is_ahead(event, moment))
        .collect();
    ahead.sort_by_key(|event| (event.all_day, event.span.start, event.span.end));
    let changes_at = ahead.iter().filter_map(|event| turn(event, moment)).min();
    let mut lines: Vec<String> = ahead
        .iter()
        .take(MOST_LINES)
        .map(|event| line(event, moment))
        .collect();
    if let Some(more @ 1..) = ahead.len().checked_sub(MOST_LINES) {
        lines.push(format!("and {more} more"));
    }
    (lines, changes_at.unwrap_or(moment.midnight))
}

/// Not over yet, and of today. Something without length is over as soon as its time is past.
fn is_ahead(event: &Event, moment: Moment) -> bool {
    let span = event.span;
    let not_over = span.end > moment.now || (span.start == span.end && span.start == moment.now);
    not_over && span.start < moment.midnight
}

/// The next time at which its line changes.
fn turn(event: &Event, moment: Moment) -> Option<Instant> {
    let times = [event.span.start, event.span.end, moment.midnight];
    times.into_iter().filter(|at| *at > moment.now).min()
}

fn line(event: &Event, moment: Moment) -> String {
    format!(
        "{}  {}",
        when(event, moment),
        one_line(&event.title, LONGEST_TITLE)
    )
}

fn when(event: &Event, moment: Moment) -> String {
    let (start, end) = event.local;
    let ends = if event.span.end >= moment.midnight {
        "midnight".to_owned()
    } else {
        clock(end)
    };
    if event.all_day {
        "All day".to_owned()
    } else if event.span.start == event.span.end {
        clock(start)
    } else if event.span.start <= moment.now {
        format!("Now – {ends}")
    } else {
        format!("{} – {ends}", clock(start))
    }
}

fn clock(time: NaiveDateTime) -> String {
    time.format("%H:%M").to_string()
}

/// The text in one line of at most `longest` letters.
pub(super) fn one_line(text: &str, longest: usize) -> String {
    let words = text
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(longest.saturating_sub(1)) {
        Some((at, last)) if at + last.len_utf8() < line.len() => {
            let kept = line.get(..at).unwrap_or_default();
            format!("{}…", kept.trim_end())
        }
        _ => line,
    }
}
