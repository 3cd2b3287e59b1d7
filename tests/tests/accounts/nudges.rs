//! Nudges: a provider tells PharmaDOC that something changed, and the companion looks long before it would have polled.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use bridge::accounts::{Accounts, OpenProviders, Surroundings};
use bridge::clock::{Clock as _, ManualClock, SystemClock};
use bridge::config::Config;
use bridge::ids::OsIds;
use bridge::pharmadoc::{Nudges, Pharmadoc, Waker};
use bridge::secrets::Sensitive;
use bridge::sync::Input;
use chrono::TimeDelta;
use companion_tests::browser;
use companion_tests::clients::patience::until;
use companion_tests::sandbox::listen::Scenario;
use companion_tests::sandbox::supabase::LOGIN;
use companion_tests::service::Service;
use companion_tests::stage::{App, Said, Stage};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

fn sign_in_with(stage: &Stage, password: &str) -> Result<Said> {
    let file = stage.password_file(password)?.display().to_string();
    let words = ["pharmadoc", "sign-in", "--user", LOGIN.0];
    stage.bridge(&[&words[..], &["--password-file", &file]].concat())
}

fn sign_in(stage: &Stage) -> Result<()> {
    sign_in_with(stage, LOGIN.1)?.done()?;
    Ok(())
}

/// How many accounts are announced, channels open, and hints not acknowledged.
fn counts(stage: &Stage) -> (usize, usize, usize) {
    stage
        .sandbox
        .with_pharmadoc(|pharmadoc, _| pharmadoc.counts())
}

/// How many watches the service keeps.
fn watches(stage: &Stage, service: Service) -> usize {
    match service {
        Service::Google => stage
            .sandbox
            .with_google(|google, _| google.calendars.watched().count()),
        Service::Microsoft => stage
            .sandbox
            .with_microsoft(|microsoft, _| microsoft.calendars.subscriptions()),
    }
}

/// How many it should keep: one for each calendar, or one for all.
fn wanted(stage: &Stage, service: Service) -> usize {
    match service {
        Service::Google => stage
            .sandbox
            .with_google(|google, _| google.calendars.calendars().count()),
        Service::Microsoft => 1,
    }
}

fn is_told(service: Service) -> Result<()> {
    let stage = Stage::new(Scenario::ClinicWeek)?;
    browser::connect(&stage, service)?;
    stage.bridge(&["sync"])?.done()?;
    sign_in(&stage)?;
    let status = stage.json(&["status", "--json"])?;
    ensure!(
        status["pharmadoc"]["user"] == LOGIN.0,
        "{}",
        status["pharmadoc"]
    );

    let server = stage.run()?;
    let app = App::of(&stage.home, &server);
    let wanted = wanted(&stage, service);
    until("the watches", || {
        Ok((watches(&stage, service) == wanted).then_some(()))
    })?;
    until("the channels", || {
        Ok((counts(&stage) == (1, wanted, 0)).then_some(()))
    })?;

    service.put(&stage.sandbox, service.ward(), "news", "News")?;
    ensure!(counts(&stage).2 == 1, "the provider does not call");
    until("what is new", || {
        for name in app.names("klinik")? {
            let text = app.get("klinik", &name)?.unwrap_or_default();
            if text.contains("SUMMARY:News") {
                return Ok(Some(()));
            }
        }
        Ok(None)
    })?;
    let is_quiet = || Ok((counts(&stage).2 == 0).then_some(()));
    until("the acknowledgement", is_quiet)?;

    // A removed account takes everything with it, here and there.
    stage
        .bridge(&["account", "remove", service.title()])?
        .done()?;
    ensure!(
        watches(&stage, service) == 0,
        "something is left at the provider"
    );
    let is_clear = || Ok((counts(&stage) == (0, 0, 0)).then_some(()));
    until("PharmaDOC to forget the account", is_clear)
}

#[test]
fn google_nudges() -> Result<()> {
    is_told(Service::Google)
}

#[test]
fn microsoft_nudges() -> Result<()> {
    is_told(Service::Microsoft)
}

/// The loop, turned by hand, with a clock in hand.
struct Turning {
    stage: Stage,
    clock: ManualClock,
    runtime: Runtime,
    pharmadoc: Pharmadoc,
    nudges: Nudges,
    inputs: UnboundedReceiver<Input>,
}

impl Turning {
    fn over(service: Service) -> Result<Self> {
        let stage = Stage::new(Scenario::ClinicWeek)?;
        browser::connect(&stage, service)?;
        let folder = stage.home.data_dir();
        let opened = stage.home.open_in(&folder)?;
        let clock = ManualClock::at(SystemClock.now());
        let endpoints = stage.endpoints();
        let around = Surroundings {
            clock: Arc::new(clock.clone()),
            ids: Arc::new(OsIds),
            config_folder: &folder,
            data_folder: &folder,
            endpoints: Some(&endpoints),
        };
        let accounts = Accounts::over(&opened.store, &opened.sealing_key, &around)?;
        let pharmadoc = Pharmadoc::over(&accounts, &Config::default());
        let pharmadoc = pharmadoc.context("nobody says where PharmaDOC is")?;
        let providers = Arc::new(OpenProviders::new(accounts));
        let (tell, inputs) = unbounded_channel();
        let nudges = Nudges::new(pharmadoc.clone(), providers, tell, Waker::default());
        let runtime = Runtime::new()?;
        let password = Sensitive::new(LOGIN.1.to_owned());
        runtime.block_on(pharmadoc.sign_in(LOGIN.0, &password))?;
        Ok(Self {
            stage,
            clock,
            runtime,
            pharmadoc,
            nudges,
            inputs,
        })
    }

    fn turn(&self) -> Result<()> {
        Ok(self.runtime.block_on(self.nudges.turn())?)
    }

    fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
        self.stage.sandbox.advance(by);
    }

    fn nudged(&mut self) -> usize {
        let heard = std::iter::from_fn(|| self.inputs.try_recv().ok());
        heard
            .filter(|input| matches!(input, Input::Nudged(_)))
            .count()
    }
}

fn follows_each_other(service: Service) -> Result<()> {
    let mut turning = Turning::over(service)?;
    turning.turn()?;
    let wanted = wanted(&turning.stage, service);
    ensure!(
        watches(&turning.stage, service) == wanted,
        "nothing is watched"
    );
    turning.turn()?;
    ensure!(
        counts(&turning.stage).1 == wanted,
        "a turn without need opens channels"
    );

    // Four fifths of seven days later: another takes its place, and both work.
    turning.advance(TimeDelta::hours(136));
    turning.turn()?;
    ensure!(
        watches(&turning.stage, service) == 2 * wanted,
        "none takes its place"
    );
    turning.turn()?;
    let left = (watches(&turning.stage, service), counts(&turning.stage).1);
    ensure!(left == (wanted, wanted), "{left:?}");

    let stage = &turning.stage;
    service.put(&stage.sandbox, service.ward(), "news", "News")?;
    turning.turn()?;
    ensure!(turning.nudged() == 1, "the new one does not call");
    turning.turn()?;
    ensure!(turning.nudged() == 0, "it was heard twice");

    turning.runtime.block_on(turning.pharmadoc.sign_out())?;
    ensure!(counts(&turning.stage) == (0, 0, 0), "something is left");
    Ok(())
}

#[test]
fn watches_of_google_follow_each_other() -> Result<()> {
    follows_each_other(Service::Google)
}

#[test]
fn subscriptions_of_microsoft_follow_each_other() -> Result<()> {
    follows_each_other(Service::Microsoft)
}

#[test]
fn a_session_goes_on_and_a_withdrawn_one_stops_nothing_else() -> Result<()> {
    let turning = Turning::over(Service::Google)?;
    turning.turn()?;
    for _ in 0..4 {
        turning.advance(TimeDelta::minutes(50));
        turning.turn()?;
    }
    turning
        .stage
        .sandbox
        .with_supabase(|supabase, _| supabase.withdraw());
    turning.advance(TimeDelta::minutes(50));
    ensure!(turning.turn().is_err(), "nobody is signed in");
    turning.stage.bridge(&["sync"])?.done()?;
    Ok(())
}

#[test]
fn a_wrong_password_is_told_and_signing_out_ends_the_session() -> Result<()> {
    let stage = Stage::new(Scenario::Empty)?;
    sign_in_with(&stage, "guessed")?.failed(&["does not know this address"])?;
    sign_in(&stage)?;
    stage.bridge(&["pharmadoc", "sign-out"])?.done()?;
    let goes_on = stage
        .sandbox
        .with_supabase(|supabase, _| supabase.has_session());
    ensure!(!goes_on, "the session goes on");
    let status = stage.json(&["status", "--json"])?;
    ensure!(
        status["pharmadoc"]["user"].is_null(),
        "{}",
        status["pharmadoc"]
    );
    Ok(())
}
