//! `kill -9` of the real `pharmadoc-bridge run` while it syncs and refreshes tokens, with an account of each kind: nothing is
//! lost, nothing is doubled, nobody is signed out, and it is ready again within two seconds (safety D1, D2, E1, E5, F1).
//!
//! Each round every access token ends, an app writes into the feed, somebody else writes at the servers, and the process is
//! killed at a random moment between the two. The dead database is checked each time; every so many rounds everything comes
//! to rest, and both sides must hold the same: what was acknowledged to the app, what others wrote, each once. `SYNC_KILLS`
//! and `CRASH_SEED` set the length and the writes; only the moment of the kill cannot be replayed.

mod side;

use std::collections::BTreeMap;
use std::fs;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use companion_tests::browser;
use companion_tests::load::changes;
use companion_tests::process::Server;
use companion_tests::sandbox::listen::Scenario;
use companion_tests::service::Service;
use companion_tests::stage::{App, Stage, event, item};
use companion_tests::stopwatch::{Stopwatch, drain_for};
use companion_tests::trial::{READY_WITHIN, setting, starts_are_quick};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::Value;

use crate::side::{Side, by_name, summary};

/// Objects that others write on each side; the app has as many of its own.
const THEIRS: usize = 50;
/// Writes of the app in one round.
const WRITES: usize = 15;
/// Every so many rounds everything comes to rest.
const REST: u64 = 10;
/// Every so many rounds something is deleted; more often would look like an accident (rule D3).
const DELETION: u64 = 25;

#[test]
fn nothing_is_lost_or_doubled_by_kill_9_during_sync() -> Result<()> {
    let rounds = setting("SYNC_KILLS", 500)?;
    let seed = setting("CRASH_SEED", 20_261_126)?;
    println!("{rounds} rounds, CRASH_SEED={seed}");
    let mut trial = Trial::begin(seed)?;
    for round in 1..=rounds {
        let outcome = trial.round(round);
        outcome.with_context(|| format!("round {round} of CRASH_SEED={seed}"))?;
    }
    trial.rest()?;
    println!(
        "{rounds} kills, {} writes acknowledged, {} unanswered, {} by others; {} starts took more than \
         {READY_WITHIN:?}; {:?} in all",
        trial.acknowledged,
        trial.unanswered,
        trial.by_others,
        trial.slow_starts,
        trial.watch.elapsed(),
    );
    starts_are_quick(trial.slow_starts, rounds)
}

/// The title of an object; none when it is not there.
type Title = Option<String>;

/// A calendar with its far side.
struct Calendar {
    side: Side,
    /// Its name in the feed.
    name: String,
    /// What each object of the app may be by now: more than one title only after an unanswered write.
    ours: BTreeMap<String, Vec<Title>>,
    /// What each object of the others is.
    theirs: BTreeMap<String, Title>,
}

/// The whole run.
struct Trial {
    stage: Stage,
    rng: StdRng,
    calendars: Vec<Calendar>,
    acknowledged: usize,
    unanswered: usize,
    by_others: usize,
    slow_starts: u64,
    watch: Stopwatch,
}

/// A write of the app.
struct Write {
    /// Which of the calendars.
    at: usize,
    calendar: String,
    name: String,
    title: Title,
}

impl Trial {
    fn begin(seed: u64) -> Result<Self> {
        let stage = Stage::new(Scenario::Empty)?;
        stage.add(&["--calendar", "Praxis"])?.done()?;
        browser::connect(&stage, Service::Google)?;
        browser::connect(&stage, Service::Microsoft)?;
        let mut trial = Self {
            calendars: Vec::new(),
            stage,
            rng: StdRng::seed_from_u64(seed),
            acknowledged: 0,
            unanswered: 0,
            by_others: 0,
            slow_starts: 0,
            watch: Stopwatch::start(),
        };
        let status = trial.stage.json(&["status", "--json"])?;
        for side in Side::ALL {
            let mut calendar = Calendar {
                name: name_in_the_feed(&status, side)?,
                side,
                ours: BTreeMap::new(),
                theirs: BTreeMap::new(),
            };
            for number in 0..THEIRS {
                calendar.put_theirs(&trial.stage, number, 0)?;
            }
            trial.calendars.push(calendar);
        }
        trial.stage.bridge(&["sync"])?.done()?;
        Ok(trial)
    }

    fn round(&mut self, round: u64) -> Result<()> {
        self.others_write(round)?;
        let server = self.stage.run()?;
        self.slow_starts += u64::from(server.ready_after() > READY_WITHIN);
        let writes = self.plan(round);
        self.write_and_kill(server, &writes)?;
        self.check_dead_database()?;
        if round.is_multiple_of(REST) {
            self.rest()?;
        }
        Ok(())
    }

    /// Somebody else edits, makes and now and then deletes; and every access token ends.
    fn others_write(&mut self, round: u64) -> Result<()> {
        for calendar in &mut self.calendars {
            calendar.side.expire(&self.stage);
            for _ in 0..2 {
                let number = self.rng.random_range(0..2 * THEIRS);
                calendar.put_theirs(&self.stage, number, round)?;
                self.by_others += 1;
            }
            if round.is_multiple_of(DELETION) {
                calendar.delete_one_of_theirs(&self.stage)?;
            }
        }
        Ok(())
    }

    fn plan(&mut self, round: u64) -> Vec<Write> {
        let mut writes = Vec::new();
        for at in 0..WRITES {
            let at = at % self.calendars.len();
            let name = format!("a{}", self.rng.random_range(0..THEIRS));
            let number = writes.len();
            let title = Some(format!("{name} write {number} in round {round}"));
            writes.extend(self.write(at, name, title));
        }
        if round.is_multiple_of(DELETION) {
            for at in 0..self.calendars.len() {
                let there = self.calendars.get(at).and_then(Calendar::certain);
                let deletion = there.and_then(|name| self.write(at, name, None));
                writes.splice(0..0, deletion);
            }
        }
        writes
    }

    fn write(&self, at: usize, name: String, title: Title) -> Option<Write> {
        let calendar = self.calendars.get(at)?.name.clone();
        Some(Write {
            at,
            calendar,
            name,
            title,
        })
    }

    /// The app writes; after some acknowledgements and a random moment more the process is killed.
    fn write_and_kill(&mut self, server: Server, writes: &[Write]) -> Result<()> {
        let enough = self.rng.random_range(0..writes.len());
        let moment = Duration::from_micros(self.rng.random_range(0..60_000));
        let app = App::of(&self.stage.home, &server);
        let (acknowledged, seen) = channel();
        let answered = thread::scope(|scope| -> Result<usize> {
            let writing = scope.spawn(move || write_all(&app, writes, &acknowledged));
            seen.iter().take(enough).for_each(drop);
            drain_for(&seen, moment);
            server.kill()?;
            writing.join().ok().context("the app panicked")
        })?;
        self.acknowledged += answered;
        for (number, write) in writes.iter().enumerate().take(answered + 1) {
            let calendar = self.calendars.get_mut(write.at).context("no calendar")?;
            let titles = calendar.ours.entry(write.name.clone());
            let titles = titles.or_insert_with(|| vec![None]);
            if number < answered {
                titles.clear();
            } else {
                self.unanswered += 1;
            }
            titles.push(write.title.clone());
        }
        Ok(())
    }

    /// A copy of what the kill left, so that the recovery under test stays the process's own.
    fn check_dead_database(&self) -> Result<()> {
        let copy = tempfile::tempdir()?;
        for entry in fs::read_dir(self.stage.home.data_dir())? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::copy(entry.path(), copy.path().join(entry.file_name()))?;
            }
        }
        self.stage.home.check_database_in(copy.path())
    }

    /// Everything is synced; then both sides hold the same, and that is what must be there.
    fn rest(&mut self) -> Result<()> {
        self.stage.bridge(&["sync"])?.done()?;
        let server = self.stage.run()?;
        for calendar in &mut self.calendars {
            let remote = calendar.side.titles(&self.stage)?;
            calendar
                .settle(&remote)
                .with_context(|| format!("at {}", calendar.side.account()))?;
            let here = in_the_feed(&self.stage, &server, &calendar.name)?;
            ensure!(
                here == remote,
                "the feed has {here:?}, the server {remote:?}"
            );
        }
        Ok(())
    }
}

impl Calendar {
    /// An object of the others.
    fn put_theirs(&mut self, stage: &Stage, number: usize, round: u64) -> Result<()> {
        let name = format!("e{number}");
        let title = format!("{name} in round {round}");
        self.side.put(stage, &name, &title)?;
        self.theirs.insert(name, Some(title));
        Ok(())
    }

    fn delete_one_of_theirs(&mut self, stage: &Stage) -> Result<()> {
        let there = self.theirs.iter_mut().find(|(_, title)| title.is_some());
        let (name, title) = there.context("nothing left")?;
        self.side.delete(stage, name)?;
        *title = None;
        Ok(())
    }

    /// An object of the app that is certainly there.
    fn certain(&self) -> Option<String> {
        let certain = |titles: &Vec<Title>| matches!(&titles[..], [Some(_)]);
        let mut ours = self.ours.iter();
        let there = ours.find(|(_, titles)| certain(titles));
        there.map(|(name, _)| name.clone())
    }

    /// What is at the server must be there; then there is no doubt any more.
    fn settle(&mut self, remote: &BTreeMap<String, String>) -> Result<()> {
        for (name, titles) in &mut self.ours {
            let title = remote.get(name).cloned();
            ensure!(
                titles.contains(&title),
                "{name} is {title:?}, not one of {titles:?}"
            );
            *titles = vec![title];
        }
        for (name, title) in &self.theirs {
            let found = remote.get(name);
            ensure!(
                found == title.as_ref(),
                "{name} is {found:?}, not {title:?}"
            );
        }
        let known = |name: &String| self.ours.contains_key(name) || self.theirs.contains_key(name);
        let strange = remote.keys().find(|name| !known(name));
        ensure!(strange.is_none(), "{strange:?} is nobody's");
        Ok(())
    }
}

/// What the calendar of an account is called in the feed.
fn name_in_the_feed(status: &Value, side: Side) -> Result<String> {
    let accounts = status.get("accounts").context("no accounts")?;
    let account = item(accounts, "name", side.account())?;
    let calendars = account.get("calendars").and_then(Value::as_array);
    let mut chosen = calendars
        .into_iter()
        .flatten()
        .filter_map(|one| one.get("name")?.as_str());
    let name = chosen.next().context("no calendar is chosen")?;
    Ok(name.to_owned())
}

/// The titles of what the feed has.
fn in_the_feed(stage: &Stage, server: &Server, calendar: &str) -> Result<BTreeMap<String, String>> {
    let app = App::of(&stage.home, server);
    let login = &stage.home.credentials().login;
    let mut connection = server.connect(stage.home.credentials())?;
    let path = format!("/dav/calendars/{login}/{calendar}/");
    let listed = changes(&mut connection, &path, "")?;
    let texts = listed.members.iter().map(|member| {
        let text = app.get(calendar, member.name()).ok()??;
        summary(&text)
    });
    by_name(texts)
}

/// Writes until the process is gone; says how many writes were acknowledged.
fn write_all(app: &App, writes: &[Write], acknowledged: &Sender<()>) -> usize {
    for (number, write) in writes.iter().enumerate() {
        let file = format!("{}.ics", write.name);
        let written = match &write.title {
            Some(title) => app.put(&write.calendar, &file, &event(&write.name, title)),
            None => app.delete(&write.calendar, &file),
        };
        if written.is_err() {
            return number;
        }
        // Whoever counts has counted enough.
        acknowledged.send(()).ok();
    }
    writes.len()
}
