//! What goes wrong: quotas and failures, by Graph's codes.

use std::collections::VecDeque;

use bridge_core::time::Instant;

use super::answer::{Refusal, refusal};

/// What goes wrong at the moment.
#[derive(Clone, Debug, Default)]
pub struct Trouble {
    wait_until: Option<Instant>,
    /// Each request takes one out; `None` lets it pass.
    failing: VecDeque<Option<(u16, String)>>,
}

impl Trouble {
    /// Asks everybody to wait until then (429 `ApplicationThrottled`, with `Retry-After`).
    pub fn throttle(&mut self, until: Instant) {
        self.wait_until = Some(until);
    }

    /// The next `count` requests fail with this status and code.
    pub fn fail(&mut self, count: usize, status: u16, code: &str) {
        let failure = Some((status, code.to_owned()));
        self.failing.extend(std::iter::repeat_n(failure, count));
    }

    /// The request after `count` others fails with this status and code.
    pub fn fail_after(&mut self, count: usize, status: u16, code: &str) {
        self.failing.extend(std::iter::repeat_n(None, count));
        self.fail(1, status, code);
    }

    /// Nothing goes wrong any more.
    pub fn end(&mut self) {
        *self = Self::default();
    }

    /// What a request meets before anybody looks at it.
    pub(super) fn meet(&mut self, now: Instant) -> Option<Refusal> {
        if let Some(until) = self.wait_until {
            if now < until {
                let seconds = (until - now).num_seconds().max(1);
                return Some(refusal(429, "ApplicationThrottled").after(seconds.to_string()));
            }
            self.wait_until = None;
        }
        let (status, code) = self.failing.pop_front()??;
        Some(refusal(status, &code))
    }
}
