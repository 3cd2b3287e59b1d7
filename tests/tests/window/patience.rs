//! Waiting for what cannot tell by itself: looked at again and again, with an end.

use std::future::Future;
use std::time::Duration;

use anyhow::{Result, bail};

/// Longer than any part takes on a busy machine; nothing waits for it when all is well.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);
/// How often something is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// Tries again until it works; the last failure is told when it never does.
pub(crate) async fn until<T, F>(what: &str, mut attempt: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut glances = tokio::time::interval(GLANCE);
    let mut last = None;
    let trying = async {
        loop {
            glances.tick().await;
            match attempt().await {
                Ok(done) => return done,
                Err(failure) => last = Some(failure),
            }
        }
    };
    if let Ok(done) = tokio::time::timeout(PATIENCE, trying).await {
        return Ok(done);
    }
    let last = last.map_or_else(String::new, |failure| format!("{failure:#}"));
    bail!("{what}: {last}")
}
