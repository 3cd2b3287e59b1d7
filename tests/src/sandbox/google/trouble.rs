//! What goes wrong: quotas and failures, by Google's reasons.

use std::collections::VecDeque;

use bridge_core::time::Instant;

use super::answer::{Refusal, refusal};

/// What goes wrong at the moment.
#[derive(Clone, Debug, Default)]
pub struct Trouble {
    wait_until: Option<Instant>,
    failing: VecDeque<(u16, String)>,
}

impl Trouble {
    /// Asks everybody to wait until then (403 `rateLimitExceeded`, with `Retry-After`).
    pub fn throttle(&mut self, until: Instant) {
        self.wait_until = Some(until);
    }

    /// The next `count` requests fail with this status, for this reason.
    pub fn fail(&mut self, count: usize, status: u16, reason: &str) {
        let failure = (status, reason.to_owned());
        self.failing.extend(std::iter::repeat_n(failure, count));
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
                return Some(refusal(403, "rateLimitExceeded").after(seconds));
            }
            self.wait_until = None;
        }
        let (status, reason) = self.failing.pop_front()?;
        Some(refusal(status, &reason))
    }
}
