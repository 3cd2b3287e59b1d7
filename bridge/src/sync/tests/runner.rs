//! The loop around the engine: that things are done, and that nothing is done in between.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};
use chrono::TimeDelta;
use tokio::sync::broadcast;

use super::cloud::Cloud;
use super::world::{World, event, id};
use crate::clock::ManualClock;
use crate::provider::{
    CalendarProvider, ChangePage, ErrorKind, Fetched, ProviderError, RemoteCalendar, Stored,
};
use crate::store::accounts::AccountId;
use crate::sync::runner::{self, Providers, Running};
use crate::sync::{Answer, Call, Input, News};

/// The table as a provider that is called.
#[derive(Clone, Default)]
struct Called(Arc<Mutex<Cloud>>);

impl Called {
    fn with<T>(&self, look: impl FnOnce(&mut Cloud) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn answer(&self, call: Call) -> Result<Answer, ProviderError> {
        self.with(|cloud| cloud.answer(call))
    }
}

fn other<T>(_: Answer) -> Result<T, ProviderError> {
    panic!("the answer of another call")
}

#[async_trait]
impl CalendarProvider for Called {
    async fn list_calendars(&self) -> Result<Vec<RemoteCalendar>, ProviderError> {
        match self.answer(Call::ListCalendars)? {
            Answer::Calendars(list) => Ok(list),
            answer => other(answer),
        }
    }

    async fn changes(
        &self,
        calendar: &RemoteId,
        since: Option<&SyncToken>,
    ) -> Result<ChangePage, ProviderError> {
        let (calendar, since) = (calendar.clone(), since.cloned());
        match self.answer(Call::Changes { calendar, since })? {
            Answer::Changes(page) => Ok(page),
            answer => other(answer),
        }
    }

    async fn get(
        &self,
        calendar: &RemoteId,
        ids: &[RemoteId],
    ) -> Result<Vec<Fetched>, ProviderError> {
        let (calendar, ids) = (calendar.clone(), ids.to_vec());
        match self.answer(Call::Get { calendar, ids })? {
            Answer::Objects(objects) => Ok(objects),
            answer => other(answer),
        }
    }

    async fn create(
        &self,
        calendar: &RemoteId,
        id: &RemoteId,
        octets: &[u8],
    ) -> Result<Stored, ProviderError> {
        let call = Call::Create {
            calendar: calendar.clone(),
            id: id.clone(),
            octets: octets.to_vec(),
        };
        match self.answer(call)? {
            Answer::Stored(stored) => Ok(stored),
            answer => other(answer),
        }
    }

    async fn update(
        &self,
        _: &RemoteId,
        _: &RemoteId,
        _: &[u8],
        _: &RemoteEtag,
    ) -> Result<Stored, ProviderError> {
        panic!("a provider with a defect")
    }

    async fn delete(
        &self,
        calendar: &RemoteId,
        id: &RemoteId,
        if_match: &RemoteEtag,
    ) -> Result<(), ProviderError> {
        let call = Call::Delete {
            calendar: calendar.clone(),
            id: id.clone(),
            if_match: if_match.clone(),
        };
        self.answer(call).map(drop)
    }
}

#[async_trait]
impl Providers for Called {
    async fn provider(&self, _: AccountId) -> Result<Arc<dyn CalendarProvider>, ProviderError> {
        Ok(Arc::new(self.clone()))
    }
}

struct Stage {
    world: World,
    cloud: Called,
    clock: ManualClock,
    running: Running,
    news: broadcast::Receiver<News>,
}

impl Stage {
    /// Starts the loop over a world and waits for its first round.
    async fn start(mut world: World) -> Self {
        let cloud = Called(Arc::new(Mutex::new(std::mem::take(&mut world.cloud))));
        let clock = ManualClock::at(world.now);
        let providers = Arc::new(cloud.clone());
        let engine = world.new_engine();
        let running = runner::start(engine, &world.store, providers, Arc::new(clock.clone()));
        let news = running.news();
        let mut stage = Self {
            world,
            cloud,
            clock,
            running,
            news,
        };
        stage.round_ended().await;
        stage
    }

    async fn round_ended(&mut self) {
        while !matches!(self.news.recv().await.unwrap(), News::RoundEnded(_)) {}
    }

    /// Tells it to look, and waits until it has.
    async fn look(&mut self) {
        self.running.tell(Input::SyncNow {
            account: None,
            full: false,
        });
        self.round_ended().await;
    }

    async fn stop(self) -> (World, Called) {
        self.running.stop().await;
        let mut world = self.world;
        world.cloud = self.cloud.with(std::mem::take);
        (world, self.cloud)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_runs_and_a_change_here_is_sent_at_once() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "t"));
    let mut stage = Stage::start(world).await;
    assert_eq!(stage.world.here("a"), Some(event("a", "t")));
    stage.world.edit("b", &event("b", "made here"));
    // The store tells the loop; the round that was asked for ends after the write.
    stage.look().await;
    let (world, _) = stage.stop().await;
    assert_eq!(world.there("b"), Some(event("b", "made here")));
    world.assert_at_rest();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_ran_ahead_of_the_other_one_means_that_the_computer_slept() {
    let mut stage = Stage::start(World::new()).await;
    let before = stage.cloud.with(|cloud| cloud.count("ListCalendars"));
    stage.clock.advance(TimeDelta::hours(8));
    // Anything wakes the loop; that time has passed makes it look.
    stage.running.tell(Input::LocalChange);
    stage.round_ended().await;
    let after = stage.cloud.with(|cloud| cloud.count("ListCalendars"));
    assert_eq!((before, after), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_dies_is_a_failed_call_and_the_loop_goes_on() {
    let mut world = World::new();
    world.shelf().put(&id("a"), &event("a", "old"));
    let mut stage = Stage::start(world).await;
    stage.world.edit("a", &event("a", "new"));
    stage.look().await;
    stage.look().await;
    let (world, _) = stage.stop().await;
    let intents = world.intents();
    assert_eq!(intents.len(), 1);
    assert_eq!(intents[0].problem.as_deref(), Some("unreadable-answer"));
    assert!(
        intents[0].sent.is_some(),
        "E5: nobody knows whether it was done"
    );
}

/// No account has a provider.
struct Nobody;

#[async_trait]
impl Providers for Nobody {
    async fn provider(&self, _: AccountId) -> Result<Arc<dyn CalendarProvider>, ProviderError> {
        Err(ProviderError::new(
            ErrorKind::Unauthenticated,
            "no password",
        ))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f5_an_account_without_a_provider_waits_for_the_doctor() {
    let mut world = World::new();
    let clock = Arc::new(ManualClock::at(world.now));
    let engine = world.new_engine();
    let running = runner::start(engine, &world.store, Arc::new(Nobody), clock);
    let mut news = running.news();
    while !matches!(news.recv().await.unwrap(), News::RoundEnded(_)) {}
    running.stop().await;
    let trouble = world.account().trouble.unwrap();
    assert_eq!(
        (trouble.problem.as_str(), trouble.needs_user),
        ("password-refused", true)
    );
}
