//! What trials of many rounds share: how they are set, and how soon a start after a crash must be ready.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

/// A start after a kill is ready within this time.
pub const READY_WITHIN: Duration = Duration::from_secs(2);
/// A busy machine delays a start now and then; a recovery that is slow is slow every time.
const SLOW_ONE_IN: u64 = 20;

/// A number from the environment, or the usual one.
///
/// # Errors
/// When the variable holds no number.
pub fn setting(name: &str, default: u64) -> Result<u64> {
    match std::env::var(name) {
        Ok(value) => value.parse().with_context(|| format!("{name}={value}")),
        Err(_) => Ok(default),
    }
}

/// Hardly any of the starts took longer than [`READY_WITHIN`].
///
/// # Errors
/// When more than one in twenty did.
pub fn starts_are_quick(slow: u64, rounds: u64) -> Result<()> {
    ensure!(
        slow * SLOW_ONE_IN <= rounds,
        "{slow} of {rounds} starts took more than {READY_WITHIN:?}"
    );
    Ok(())
}
