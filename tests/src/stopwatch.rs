//! The only clock of the tests: it measures and it waits until a deadline, it never decides what is right.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// A running stopwatch.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring now.
    #[expect(
        clippy::disallowed_methods,
        reason = "measuring is what this module is for"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// What is left of `limit`, zero when it has passed.
    pub fn left_of(self, limit: Duration) -> Duration {
        limit.saturating_sub(self.elapsed())
    }
}

/// Takes everything that arrives on `events` for as long as `span` lasts and counts it.
///
/// Ends early only when every sender is gone. This is how a test lets a random moment pass while work goes on.
pub fn drain_for<T>(events: &Receiver<T>, span: Duration) -> usize {
    let watch = Stopwatch::start();
    let mut seen = 0;
    loop {
        match events.recv_timeout(watch.left_of(span)) {
            Ok(_) => seen += 1,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return seen,
        }
    }
}
