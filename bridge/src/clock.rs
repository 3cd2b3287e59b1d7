//! The only place that reads the clock. Everybody else is handed the time.

use std::sync::{Arc, Mutex, PoisonError};

use bridge_core::time::Instant;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The instant it is now.
    fn now(&self) -> Instant;
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    fn now(&self) -> Instant {
        chrono::Utc::now()
    }
}

/// A clock that stands still until it is moved, for tests and demonstrations.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<Instant>>);

impl ManualClock {
    /// A clock that shows `now` until told otherwise.
    pub fn at(now: Instant) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Moves the clock, forward or back, to `now`.
    pub fn set(&self, now: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves the clock by `step`.
    pub fn advance(&self, step: chrono::TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += step;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
