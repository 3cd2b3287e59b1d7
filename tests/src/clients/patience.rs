//! Waiting for what an app does in its own time, in one place.
//!
//! A desktop app polls, draws and uploads when it likes and tells nobody when it is done. The only honest way to
//! wait for it is to look again and again, until what a person would wait for is there or a deadline has passed.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::stopwatch::Stopwatch;

/// How long an app may take for one step. Generous, for a loaded machine: it is spent only when a test fails.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// How long to leave the app alone between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Looks until there is something to see.
///
/// # Errors
/// When looking fails, or nothing is there after [`PATIENCE`]; the message then names `what` was waited for.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let watch = Stopwatch::start();
    loop {
        if let Some(seen) = look().with_context(|| format!("waiting for {what}"))? {
            return Ok(seen);
        }
        if watch.left_of(PATIENCE).is_zero() {
            bail!("waited {} s in vain for {what}", PATIENCE.as_secs());
        }
        pause();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "between two looks, as the module says; no result depends on it"
)]
fn pause() {
    std::thread::sleep(BETWEEN_LOOKS);
}
