//! `kill -9` of the real `pharmadoc-bridge run` while it syncs: nothing is lost, nothing is doubled, and it is ready again
//! within two seconds (safety D1, D2, E1, E5).
//!
//! Each round an app writes into the feed, somebody else writes at the server, and the process is killed at a random
//! moment between the two. The dead database is checked each time; every so many rounds everything comes to rest, and
//! both sides must hold the same: what was acknowledged to the app, what others wrote, each once. `SYNC_KILLS` and
//! `CRASH_SEED` set the length and the writes; only the moment of the kill cannot be replayed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use companion_tests::load::changes;
use companion_tests::process::Server;
use companion_tests::sandbox::control::Order;
use companion_tests::sandbox::listen::Scenario;
use companion_tests::stage::{App, Stage, event, events};
use companion_tests::stopwatch::{Stopwatch, drain_for};
use companion_tests::trial::{READY_WITHIN, setting, starts_are_quick};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// Objects that others write; the app has as many of its own.
const THEIRS: usize = 100;
/// Writes of the app in one round.
const WRITES: usize = 12;
/// Every so many rounds everything comes to rest.
const REST: u64 = 10;
/// Every so many rounds something is deleted; more often would look like an accident (rule D3).
const DELETION: u64 = 25;
const CALENDAR: &str = "praxis";

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

/// The whole run.
struct Trial {
    stage: Stage,
    rng: StdRng,
    /// What each object of the app may be by now: more than one title only after an unanswered write.
    ours: BTreeMap<String, Vec<Title>>,
    /// What each object of the others is.
    theirs: BTreeMap<String, Title>,
    acknowledged: usize,
    unanswered: usize,
    by_others: usize,
    slow_starts: u64,
    watch: Stopwatch,
}

/// A write of the app.
struct Write {
    name: String,
    title: Title,
}

impl Trial {
    fn begin(seed: u64) -> Result<Self> {
        let stage = Stage::connected(Scenario::Orders(events(CALENDAR, THEIRS)))?;
        let theirs = (0..THEIRS).map(|number| {
            let title = Some(format!("Event {number}"));
            (format!("e{number}.ics"), title)
        });
        Ok(Self {
            theirs: theirs.collect(),
            stage,
            rng: StdRng::seed_from_u64(seed),
            ours: BTreeMap::new(),
            acknowledged: 0,
            unanswered: 0,
            by_others: 0,
            slow_starts: 0,
            watch: Stopwatch::start(),
        })
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

    /// Somebody else edits, makes and now and then deletes.
    fn others_write(&mut self, round: u64) -> Result<()> {
        for _ in 0..3 {
            let name = format!("e{}.ics", self.rng.random_range(0..2 * THEIRS));
            let title = format!("Theirs in round {round}");
            self.stage.order(Order::Put {
                calendar: CALENDAR.to_owned(),
                object: event(name.trim_end_matches(".ics"), &title),
                name: name.clone(),
            })?;
            self.theirs.insert(name, Some(title));
            self.by_others += 1;
        }
        if round.is_multiple_of(DELETION) {
            let there = self.theirs.iter().find(|(_, title)| title.is_some());
            let name = there
                .map(|(name, _)| name.clone())
                .context("nothing left")?;
            self.stage.order(Order::Delete {
                calendar: CALENDAR.to_owned(),
                name: name.clone(),
            })?;
            self.theirs.insert(name, None);
        }
        Ok(())
    }

    fn plan(&mut self, round: u64) -> Vec<Write> {
        let mut writes: Vec<Write> = (0..WRITES)
            .map(|number| Write {
                name: format!("a{}.ics", self.rng.random_range(0..THEIRS)),
                title: Some(format!("Ours {number} in round {round}")),
            })
            .collect();
        let certain = |titles: &Vec<Title>| matches!(&titles[..], [Some(_)]);
        let there = self.ours.iter().find(|(_, titles)| certain(titles));
        if let Some((name, _)) = there.filter(|_| round.is_multiple_of(DELETION)) {
            writes.insert(
                0,
                Write {
                    name: name.clone(),
                    title: None,
                },
            );
        }
        writes
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
            let titles = self
                .ours
                .entry(write.name.clone())
                .or_insert_with(|| vec![None]);
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
        let remote = self.at_the_server()?;
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
        let strange = remote
            .keys()
            .find(|name| !self.ours.contains_key(*name) && !self.theirs.contains_key(*name));
        ensure!(strange.is_none(), "{strange:?} is nobody's");
        let here = self.in_the_feed()?;
        ensure!(
            here == remote,
            "the feed has {here:?}, the server {remote:?}"
        );
        Ok(())
    }

    /// The objects of the server by their names here; every UID once.
    fn at_the_server(&self) -> Result<BTreeMap<String, String>> {
        let mut uids = BTreeSet::new();
        let mut found = BTreeMap::new();
        for name in self.stage.remote_names(CALENDAR) {
            let text = self.stage.remote(CALENDAR, &name).unwrap_or_default();
            let uid = value(&text, "UID:").context("no UID")?;
            ensure!(uids.insert(uid.clone()), "{uid} is there twice");
            found.insert(
                format!("{uid}.ics"),
                value(&text, "SUMMARY:").unwrap_or_default(),
            );
        }
        Ok(found)
    }

    fn in_the_feed(&self) -> Result<BTreeMap<String, String>> {
        let server = self.stage.run()?;
        let app = App::of(&self.stage.home, &server);
        let login = &self.stage.home.credentials().login;
        let mut connection = server.connect(self.stage.home.credentials())?;
        let path = format!("/dav/calendars/{login}/{CALENDAR}/");
        let listed = changes(&mut connection, &path, "")?;
        let mut found = BTreeMap::new();
        for member in &listed.members {
            let text = app.get(CALENDAR, member.name())?.context("it was listed")?;
            let uid = value(&text, "UID:").context("no UID")?;
            let before = found.insert(
                format!("{uid}.ics"),
                value(&text, "SUMMARY:").unwrap_or_default(),
            );
            ensure!(before.is_none(), "{uid} is in the feed twice");
        }
        Ok(found)
    }
}

/// Writes until the process is gone; says how many writes were acknowledged.
fn write_all(app: &App, writes: &[Write], acknowledged: &Sender<()>) -> usize {
    for (number, write) in writes.iter().enumerate() {
        let written = match &write.title {
            Some(title) => {
                let text = event(write.name.trim_end_matches(".ics"), title);
                app.put(CALENDAR, &write.name, &text)
            }
            None => app.delete(CALENDAR, &write.name),
        };
        if written.is_err() {
            return number;
        }
        // Whoever counts has counted enough.
        acknowledged.send(()).ok();
    }
    writes.len()
}

fn value(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.map(|value| value.trim().to_owned())
}
