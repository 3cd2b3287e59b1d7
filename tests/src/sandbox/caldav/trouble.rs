//! What goes wrong at the server: it asks to wait, or fails for a while.

use std::collections::VecDeque;

use bridge_core::time::Instant;
use bytes::Bytes;
use chrono::TimeDelta;
use http::{Response, StatusCode, header};

use super::answer;

/// What goes wrong at the moment.
#[derive(Clone, Debug, Default)]
pub struct Trouble {
    wait_until: Option<Instant>,
    failing: VecDeque<u16>,
    /// What the next listing of a calendar says that is not true.
    lie: Option<Lie>,
    /// The beginning of the minute that is counted, and the requests in it.
    minute: Option<(Instant, u32)>,
}

/// A listing that is not what is there, answered as if it were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Nothing is in it.
    Empty,
    /// The later part is missing.
    Half,
    /// Everything is there, in another order.
    Backwards,
    /// Everything is there, twice.
    Twice,
}

impl Lie {
    /// What becomes of a listing.
    pub fn told<T: Clone>(self, mut list: Vec<T>) -> Vec<T> {
        match self {
            Self::Empty => list.clear(),
            Self::Half => list.truncate(list.len() / 2),
            Self::Backwards => list.reverse(),
            Self::Twice => list.extend(list.clone()),
        }
        list
    }

    /// Whether something that is there is not shown.
    pub fn hides(self) -> bool {
        matches!(self, Self::Empty | Self::Half)
    }
}

impl Trouble {
    /// The next listing of a calendar tells a lie.
    pub fn lie(&mut self, lie: Lie) {
        self.lie = Some(lie);
    }

    /// Asks everybody to wait until then (429 with `Retry-After`).
    pub fn throttle(&mut self, until: Instant) {
        self.wait_until = Some(until);
    }

    /// The next `count` requests fail with this status.
    pub fn fail(&mut self, count: usize, status: u16) {
        self.failing.extend(std::iter::repeat_n(status, count));
    }

    /// What the next listing says that is not true; it is said once.
    pub fn take_lie(&mut self) -> Option<Lie> {
        self.lie.take()
    }

    /// Nothing goes wrong any more.
    pub fn end(&mut self) {
        *self = Self::default();
    }

    /// What a request meets before anybody looks at it.
    pub(super) fn meet(&mut self, now: Instant) -> Option<Response<Bytes>> {
        if let Some(until) = self.wait_until {
            if now < until {
                return Some(wait(until - now));
            }
            self.wait_until = None;
        }
        let status = StatusCode::from_u16(self.failing.pop_front()?).ok()?;
        Some(answer::status(status))
    }

    /// Counts a request against a limit per minute.
    pub(super) fn count(&mut self, limit: u32, now: Instant) -> Option<Response<Bytes>> {
        let (start, count) = self
            .minute
            .filter(|(start, _)| now >= *start && now - *start < TimeDelta::minutes(1))
            .unwrap_or((now, 0));
        self.minute = Some((start, count + 1));
        (count >= limit).then(|| wait(start + TimeDelta::minutes(1) - now))
    }
}

fn wait(left: TimeDelta) -> Response<Bytes> {
    let seconds = left.num_seconds().max(1).to_string();
    let headers = [(header::RETRY_AFTER, seconds.as_str())];
    answer::with(StatusCode::TOO_MANY_REQUESTS, &headers, "")
}
