//! How eagerly the engine looks for changes, told anew whenever what that follows from changes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bridge_core::sync::{Pace, Situation};
use bridge_core::time::{Instant, TimeRange};
use bridge_core::tz::Zone;
use chrono::TimeDelta;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::interval;

use crate::agenda::agenda;
use crate::clock::Clock;
use crate::store::{Store, StoreError};
use crate::sync::Input;

/// What begins within this time takes place soon.
const SOON: TimeDelta = TimeDelta::minutes(20);
/// How often that is looked at; no more often than the calendars themselves.
const BETWEEN: Duration = Duration::from_mins(5);

/// What is known, and what the engine was told last.
#[derive(Clone)]
pub(super) struct Eagerness {
    known: Arc<Mutex<(Situation, Pace)>>,
    tell: UnboundedSender<Input>,
}

impl Eagerness {
    /// Nothing is known yet; the engine goes at this pace.
    pub(super) fn new(pace: Pace, tell: UnboundedSender<Input>) -> Self {
        let known = Arc::new(Mutex::new((Situation::default(), pace)));
        Self { known, tell }
    }

    /// Something is known now; the engine is told when another pace follows.
    pub(super) fn learn(&self, change: impl FnOnce(&mut Situation)) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (situation, told) = &mut *known;
        change(situation);
        let pace = situation.pace();
        if pace != *told {
            *told = pace;
            // When the loop has ended, nobody needs to know.
            drop(self.tell.send(Input::Pace(pace)));
        }
    }

    /// Looks again and again whether something takes place soon.
    pub(super) async fn look_ahead(self, store: Store, clock: Arc<dyn Clock>) {
        let mut looks = interval(BETWEEN);
        while !self.tell.is_closed() {
            looks.tick().await;
            let (store, now) = (store.clone(), clock.now());
            let looked = tokio::task::spawn_blocking(move || takes_place_soon(&store, now)).await;
            match looked {
                Ok(Ok(soon)) => self.learn(|situation| situation.soon = soon),
                Ok(Err(error)) => tracing::debug!(%error, "nobody knows what takes place soon"),
                Err(error) => tracing::error!(%error, "looking ahead died"),
            }
        }
    }
}

/// Whether anything with a time of day begins soon.
fn takes_place_soon(store: &Store, now: Instant) -> Result<bool, StoreError> {
    let range = TimeRange::new(now, now + SOON);
    let entries = store.read(|tx| agenda(tx, range, &Zone::Utc))?;
    let mut timed = entries.iter().filter(|entry| !entry.all_day);
    Ok(timed.any(|entry| entry.span.start >= now))
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    #[test]
    fn the_engine_is_told_when_it_matters_and_not_again() {
        let (tell, mut told) = unbounded_channel();
        let eagerness = Eagerness::new(Pace::Normal, tell);
        eagerness.learn(|situation| situation.on_battery = true);
        eagerness.learn(|situation| situation.away = true);
        eagerness.learn(|situation| situation.soon = true);
        eagerness.learn(|situation| situation.soon = false);
        let heard = std::iter::from_fn(|| told.try_recv().ok());
        let heard: Vec<String> = heard.map(|input| format!("{input:?}")).collect();
        assert_eq!(heard, ["Pace(Slow)", "Pace(Eager)", "Pace(Slow)"]);
    }
}
