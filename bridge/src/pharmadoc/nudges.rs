//! The loop: keeps the watches, hears what providers told the platform, and tells the sync which account to look at.
//!
//! A nudge is a hint. Lost, doubled or late ones cost nothing but time, because polling goes on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;

use super::Pharmadoc;
use crate::provider::{ProviderError, RetryAfter};
use crate::store::integrations;
use crate::sync::Input;
use crate::sync::runner::Providers;

/// How often the platform is asked when nothing wakes us.
const PAUSE: Duration = Duration::from_secs(30);
/// The longest pause after failures.
const LONGEST: Duration = Duration::from_mins(15);

/// Pages of hints that are read at once; one that gives the same again and again must not keep us.
const MOST_PAGES: usize = 20;

/// Wakes the loop: something was changed here, or the platform has news.
#[derive(Clone, Debug, Default)]
pub struct Waker(Arc<Notify>);

impl Waker {
    /// Wakes it.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// The loop.
pub struct Nudges {
    pharmadoc: Pharmadoc,
    providers: Arc<dyn Providers>,
    inputs: UnboundedSender<Input>,
    waker: Waker,
}

impl Nudges {
    /// A loop that tells `inputs`.
    pub fn new(
        pharmadoc: Pharmadoc,
        providers: Arc<dyn Providers>,
        inputs: UnboundedSender<Input>,
        waker: Waker,
    ) -> Self {
        Self {
            pharmadoc,
            providers,
            inputs,
            waker,
        }
    }

    /// Runs until the sync has ended.
    pub async fn run(self) {
        let mut pause = PAUSE;
        while !self.inputs.is_closed() {
            if matches!(self.pharmadoc.doctor(), Ok(Some(_))) {
                pause = match self.turn().await {
                    Ok(()) => PAUSE,
                    Err(error) => {
                        tracing::info!(%error, "nudges do not work at the moment; the calendars are polled");
                        self.longer(pause, &error)
                    }
                };
            }
            // Woken or not, it is the same that has to be looked at.
            drop(timeout(pause, self.waker.0.notified()).await);
        }
    }

    fn longer(&self, pause: Duration, error: &ProviderError) -> Duration {
        let now = self.pharmadoc.accounts.clock.now();
        let asked = match error.retry_after {
            Some(RetryAfter::Delay(wait)) => wait,
            Some(RetryAfter::At(at)) => at - now,
            None => TimeDelta::zero(),
        };
        let asked = asked.to_std().unwrap_or_default();
        asked.max(pause.saturating_mul(2)).min(LONGEST)
    }

    /// One look: the watches are brought to where they should be, and what providers told is passed on.
    ///
    /// # Errors
    /// The first thing that did not work; the rest was tried.
    pub async fn turn(&self) -> Result<(), ProviderError> {
        let kept = self.pharmadoc.keep_watches(self.providers.as_ref()).await;
        let heard = self.hear().await;
        kept.and(heard)
    }

    /// Passes on what providers told.
    async fn hear(&self) -> Result<(), ProviderError> {
        let api = self.pharmadoc.api();
        for _ in 0..MOST_PAGES {
            let hints = api.hints().await?;
            if hints.is_empty() {
                break;
            }
            let named: BTreeSet<&str> = hints
                .iter()
                .filter_map(|hint| hint.integration.as_deref())
                .collect();
            for name in named {
                if let Some(account) = self.pharmadoc.read(|tx| integrations::account(tx, name))? {
                    // When the sync has ended, nobody needs to know.
                    drop(self.inputs.send(Input::Nudged(account)));
                }
            }
            api.acknowledge(&hints).await?;
        }
        Ok(())
    }
}
