//! The loop around the engine: carries out what it wants done and hands it what happened. No rule lives here.
//!
//! It wakes for an input, an answer, a change of the store, or the time the engine named; never in between. The engine
//! itself runs on a thread that may block.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bridge_core::time::Instant;
use chrono::TimeDelta;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::{Id, JoinError, JoinHandle, JoinSet, spawn_blocking};
use tokio::time::{Instant as Monotonic, sleep_until};

use super::call::{Answer, Call, CallId, Effect, Input, News};
use super::engine::Engine;
use crate::clock::Clock;
use crate::provider::{CalendarProvider, ErrorKind, ProviderError};
use crate::store::accounts::AccountId;
use crate::store::{Changed, Store};

/// After an error of the store: it goes on by itself once there is room again.
const STORE_PAUSE: Duration = Duration::from_secs(10);
/// The wall clock ran ahead of the other one by more: the computer slept, or its clock was set.
const SLEPT: TimeDelta = TimeDelta::seconds(10);
/// News that a slow listener may lag behind.
const REMEMBERED_NEWS: usize = 256;

/// Where the providers of the accounts come from.
#[async_trait]
pub trait Providers: Send + Sync {
    /// The provider of an account. Called for each call, so it should be kept.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] when there is no password, and those of signing in.
    async fn provider(
        &self,
        account: AccountId,
    ) -> Result<Arc<dyn CalendarProvider>, ProviderError>;
}

/// The running sync. Dropping it ends it at once; what is under way is looked at the next time.
#[derive(Debug)]
pub struct Running {
    inputs: mpsc::UnboundedSender<Input>,
    news: broadcast::Sender<News>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    /// Tells the engine something.
    pub fn tell(&self, input: Input) {
        // When it has ended, nobody needs to know.
        drop(self.inputs.send(input));
    }

    /// The way to tell it something, for those who have only that to do.
    pub fn inputs(&self) -> mpsc::UnboundedSender<Input> {
        self.inputs.clone()
    }

    /// Listens for news from now on.
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    /// Ends it. Calls under way are given up; whether they had an effect is looked at the next time.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        // A defect of the loop has been reported where it happened.
        drop((&mut self.task).await);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts the loop on the present runtime; its first round begins at once.
pub fn start(
    engine: Engine,
    store: &Store,
    providers: Arc<dyn Providers>,
    clock: Arc<dyn Clock>,
) -> Running {
    let (inputs, received) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel();
    let news = broadcast::Sender::new(REMEMBERED_NEWS);
    let runner = Runner {
        engine: Some(engine),
        inputs: received,
        changes: store.subscribe(),
        providers,
        seen: (clock.now(), Monotonic::now()),
        clock,
        news: news.clone(),
        calls: JoinSet::new(),
        ids: HashMap::new(),
        wake: Some(Monotonic::now()),
    };
    Running {
        inputs,
        news,
        stop: Some(stop),
        task: tokio::spawn(runner.run(stopped)),
    }
}

type Answered = (CallId, Result<Answer, ProviderError>);

struct Runner {
    /// Away only while it works.
    engine: Option<Engine>,
    inputs: mpsc::UnboundedReceiver<Input>,
    changes: broadcast::Receiver<Changed>,
    providers: Arc<dyn Providers>,
    clock: Arc<dyn Clock>,
    news: broadcast::Sender<News>,
    calls: JoinSet<Answered>,
    /// Which task does which call, should it die.
    ids: HashMap<Id, CallId>,
    wake: Option<Monotonic>,
    /// What both clocks showed when we last looked.
    seen: (Instant, Monotonic),
}

impl Runner {
    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        loop {
            let input = tokio::select! {
                _ = &mut stopped => return,
                input = self.next() => input,
            };
            let Some(input) = input else { return };
            if self.has_slept() && !matches!(input, Input::Asleep) {
                self.handle(Input::Awake).await;
            }
            self.handle(input).await;
        }
    }

    /// The next thing that happens; nothing when nothing can happen any more.
    async fn next(&mut self) -> Option<Input> {
        let wake = self.wake;
        let due = async {
            match wake {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            input = self.inputs.recv() => input,
            Some(done) = self.calls.join_next_with_id() => Some(self.done(done)),
            changed = self.changes.recv() => match changed {
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {
                    // One look sees all that changed until now.
                    self.changes = self.changes.resubscribe();
                    Some(Input::LocalChange)
                }
                Err(broadcast::error::RecvError::Closed) => None,
            },
            () = due => Some(Input::Tick),
        }
    }

    fn done(&mut self, done: Result<(Id, Answered), JoinError>) -> Input {
        match done {
            Ok((task, (call, result))) => {
                self.ids.remove(&task);
                Input::Done { call, result }
            }
            // Given up, and forgotten by the engine; or a defect, which must not leave it waiting.
            Err(error) => match self.ids.remove(&error.id()) {
                Some(call) if error.is_panic() => {
                    tracing::error!(%error, "a call of a provider died");
                    let died =
                        ProviderError::new(ErrorKind::UnreadableAnswer, "a defect").unknown();
                    Input::Done {
                        call,
                        result: Err(died),
                    }
                }
                Some(_) | None => Input::Tick,
            },
        }
    }

    /// Compares the two clocks: only one of them goes on while the computer sleeps.
    fn has_slept(&mut self) -> bool {
        let now = (self.clock.now(), Monotonic::now());
        let (wall, monotonic) = std::mem::replace(&mut self.seen, now);
        let awake = TimeDelta::from_std(now.1 - monotonic).unwrap_or(TimeDelta::MAX);
        now.0 - wall > awake.checked_add(&SLEPT).unwrap_or(TimeDelta::MAX)
    }

    async fn handle(&mut self, input: Input) {
        let Some(mut engine) = self.engine.take() else {
            return;
        };
        // The engine forgets its calls then.
        let forgets = matches!(input, Input::Asleep | Input::AccountsChanged);
        let now = self.clock.now();
        let worked = spawn_blocking(move || {
            let effects = engine.handle(input, now);
            (engine, effects)
        });
        let Ok((engine, effects)) = worked.await else {
            tracing::error!("the sync engine died; sync starts again with the program");
            return;
        };
        self.engine = Some(engine);
        if forgets {
            self.calls.abort_all();
            self.ids.clear();
        }
        self.wake = None;
        match effects {
            Ok(effects) => effects
                .into_iter()
                .for_each(|effect| self.carry_out(effect, now)),
            Err(error) => {
                tracing::warn!(%error, "sync waits for the store");
                self.wake = Some(Monotonic::now() + STORE_PAUSE);
            }
        }
    }

    fn carry_out(&mut self, effect: Effect, now: Instant) {
        match effect {
            Effect::Call { id, account, call } => {
                let providers = Arc::clone(&self.providers);
                let task = self.calls.spawn(async move {
                    let result = match providers.provider(account).await {
                        Ok(provider) => ask(provider.as_ref(), call).await,
                        Err(error) => Err(error),
                    };
                    (id, result)
                });
                self.ids.insert(task.id(), id);
            }
            Effect::WakeAt(at) => {
                let pause = (at - now).to_std().unwrap_or(Duration::ZERO);
                self.wake = Some(Monotonic::now() + pause);
            }
            // Nobody listening is no error.
            Effect::News(news) => drop(self.news.send(news)),
        }
    }
}

/// Calls the provider.
///
/// # Errors
/// Those of the provider.
pub async fn ask(provider: &dyn CalendarProvider, call: Call) -> Result<Answer, ProviderError> {
    match call {
        Call::ListCalendars => provider.list_calendars().await.map(Answer::Calendars),
        Call::Changes { calendar, since } => {
            let page = provider.changes(&calendar, since.as_ref()).await;
            page.map(Answer::Changes)
        }
        Call::Get { calendar, ids } => provider.get(&calendar, &ids).await.map(Answer::Objects),
        Call::Create {
            calendar,
            id,
            octets,
        } => {
            let stored = provider.create(&calendar, &id, &octets).await;
            stored.map(Answer::Stored)
        }
        Call::Update {
            calendar,
            id,
            octets,
            if_match,
        } => {
            let stored = provider.update(&calendar, &id, &octets, &if_match).await;
            stored.map(Answer::Stored)
        }
        Call::Delete {
            calendar,
            id,
            if_match,
        } => {
            let deleted = provider.delete(&calendar, &id, &if_match).await;
            deleted.map(|()| Answer::Deleted)
        }
    }
}
