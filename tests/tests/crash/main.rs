//! Safety D1: what a client was told is saved survives `kill -9` of the real server at any moment.
//!
//! Each round eight clients write over kept-alive connections, the server is killed at a random moment under
//! them, the dead database is checked, and a new server must be ready (within two seconds, as a rule) and hold every
//! acknowledged write with its octets, no acknowledged deletion, and report all of it to a client that asks with a
//! sync-token from before. `CRASH_ROUNDS` and `CRASH_SEED` set the length and the writes; only the moment of
//! the kill cannot be replayed.

mod writer;

use std::collections::BTreeMap;
use std::fs;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use companion_tests::load::{changes, make_calendar};
use companion_tests::multistatus::MultiStatus;
use companion_tests::process::{Home, Profile, Server};
use companion_tests::stopwatch::{Stopwatch, drain_for};
use companion_tests::trial::{READY_WITHIN, setting, starts_are_quick};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use writer::{Scope, Writer};

const CLIENTS: usize = 8;
/// Every so many rounds all objects are compared, an old sync-token is used and a start is killed as well.
const THOROUGH: u64 = 10;

#[test]
fn d1_every_acknowledged_write_survives_kill_9() -> Result<()> {
    let rounds = setting("CRASH_ROUNDS", 500)?;
    let seed = setting("CRASH_SEED", 20_261_125)?;
    println!("{rounds} rounds, CRASH_SEED={seed}");
    let mut trial = Trial::begin(seed)?;
    for round in 1..=rounds {
        trial
            .round(round)
            .with_context(|| format!("round {round} of CRASH_SEED={seed}"))?;
    }
    println!(
        "{} kills, {} acknowledged writes, {} unanswered; {} starts took more than {READY_WITHIN:?}; {:?} in all",
        trial.kills,
        trial.acknowledged,
        trial.unanswered,
        trial.slow_starts,
        trial.watch.elapsed(),
    );
    starts_are_quick(trial.slow_starts, rounds)
}

/// The whole run: one data folder, eight clients, a server that is killed again and again.
struct Trial {
    home: Home,
    path: String,
    rng: StdRng,
    writers: Vec<Writer>,
    server: Option<Server>,
    /// The token after the last check, and an older one with the names changed since.
    token: String,
    old: (String, Vec<String>),
    kills: u64,
    acknowledged: usize,
    unanswered: usize,
    slow_starts: u64,
    watch: Stopwatch,
}

impl Trial {
    fn begin(seed: u64) -> Result<Self> {
        let home = Home::new()?;
        let server = home.start(Profile::Dev)?;
        let mut connection = server.connect(home.credentials())?;
        let path = make_calendar(&mut connection, &home.credentials().login, "work")?;
        let token = changes(&mut connection, &path, "")?
            .sync_token
            .context("no sync-token")?;
        Ok(Self {
            home,
            path,
            rng: StdRng::seed_from_u64(seed),
            writers: (0..CLIENTS)
                .map(|number| Writer::new(number, seed))
                .collect(),
            server: Some(server),
            old: (token.clone(), Vec::new()),
            token,
            kills: 0,
            acknowledged: 0,
            unanswered: 0,
            slow_starts: 0,
            watch: Stopwatch::start(),
        })
    }

    fn round(&mut self, round: u64) -> Result<()> {
        self.write_and_kill()?;
        self.check_dead_database()?;
        let thorough = round.is_multiple_of(THOROUGH);
        if thorough {
            self.kill_a_start()?;
        }
        let server = self.home.start(Profile::Dev)?;
        self.slow_starts += u64::from(server.ready_after() > READY_WITHIN);
        self.verify(&server, if thorough { Scope::All } else { Scope::Touched })?;
        self.check_listings(&server, thorough)?;
        self.server = Some(server);
        Ok(())
    }

    fn write_and_kill(&mut self) -> Result<()> {
        let server = self.server.take().context("no server")?;
        let enough = self.rng.random_range(CLIENTS..8 * CLIENTS);
        let jitter = Duration::from_micros(self.rng.random_range(0..4_000));
        let (acknowledged, acknowledgements) = channel();
        let (path, home) = (self.path.as_str(), &self.home);
        let seen = thread::scope(|scope| -> Result<usize> {
            let mut running = Vec::new();
            for writer in &mut self.writers {
                writer.begin_round();
                let connection = server.connect(home.credentials())?;
                let acknowledged = acknowledged.clone();
                running.push(scope.spawn(move || writer.write(connection, path, &acknowledged)));
            }
            drop(acknowledged);
            let mut seen = wait_for(&acknowledgements, enough);
            seen += drain_for(&acknowledgements, jitter);
            server.kill()?;
            for writer in running {
                writer.join().ok().context("a client panicked")??;
            }
            Ok(seen + acknowledgements.iter().count())
        })?;
        self.acknowledged += seen;
        self.kills += 1;
        Ok(())
    }

    /// Opens a copy of what the kill left, so that the recovery under test stays the server's own.
    fn check_dead_database(&self) -> Result<()> {
        let copy = tempfile::tempdir()?;
        for entry in fs::read_dir(self.home.data_dir())? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::copy(entry.path(), copy.path().join(entry.file_name()))?;
            }
        }
        self.home.check_database_in(copy.path())
    }

    /// Kills a server that is just starting.
    fn kill_a_start(&mut self) -> Result<()> {
        let mut child = self.home.serve(Profile::Dev)?.spawn()?;
        let (_held, nothing) = channel::<()>();
        drain_for(
            &nothing,
            Duration::from_micros(self.rng.random_range(0..60_000)),
        );
        child.kill()?;
        child.wait()?;
        self.kills += 1;
        Ok(())
    }

    fn verify(&mut self, server: &Server, scope: Scope) -> Result<()> {
        let (path, home) = (self.path.as_str(), &self.home);
        self.unanswered += self
            .writers
            .iter()
            .filter(|writer| writer.is_uncertain())
            .count();
        thread::scope(|threads| {
            let mut running = Vec::new();
            for writer in &mut self.writers {
                running.push(threads.spawn(move || {
                    let mut connection = server.connect(home.credentials())?;
                    writer.verify(&mut connection, path, scope)
                }));
            }
            for writer in running {
                writer.join().ok().context("a client panicked")??;
            }
            Ok(())
        })
    }

    /// The listing holds exactly what must be there, and the tokens from before report every change.
    fn check_listings(&mut self, server: &Server, thorough: bool) -> Result<()> {
        let mut connection = server.connect(self.home.credentials())?;
        let expected: BTreeMap<&str, &str> =
            self.writers.iter().flat_map(Writer::expected).collect();
        let everything = changes(&mut connection, &self.path, "")?;
        let listed: BTreeMap<&str, &str> = etags(&everything).collect();
        ensure!(
            listed == expected,
            "the listing differs: {listed:?} instead of {expected:?}"
        );

        let touched: Vec<String> = self
            .writers
            .iter()
            .flat_map(|writer| writer.touched().iter().cloned())
            .collect();
        let since = changes(&mut connection, &self.path, &self.token)?;
        reports_all(&since, &touched, &expected)?;
        self.old.1.extend(touched);
        if thorough {
            let since = changes(&mut connection, &self.path, &self.old.0)?;
            reports_all(&since, &self.old.1, &expected).context("an older token")?;
        }
        self.token = since.sync_token.context("no sync-token")?;
        if thorough {
            self.old = (self.token.clone(), Vec::new());
        }
        Ok(())
    }
}

/// Waits until so many acknowledgements have come, or all clients have stopped.
fn wait_for(acknowledgements: &Receiver<()>, enough: usize) -> usize {
    acknowledgements.iter().take(enough).count()
}

fn etags(answer: &MultiStatus) -> impl Iterator<Item = (&str, &str)> {
    let present = answer
        .members
        .iter()
        .filter(|member| member.status != Some(404));
    present.map(|member| (member.name(), member.etag.as_deref().unwrap_or_default()))
}

/// Every touched name is reported as it is now. One that was made and deleted since the token may be missing
/// (RFC 6578 section 3.5.2).
fn reports_all(
    answer: &MultiStatus,
    touched: &[String],
    expected: &BTreeMap<&str, &str>,
) -> Result<()> {
    let reported: BTreeMap<&str, Option<&str>> = answer
        .members
        .iter()
        .map(|member| (member.name(), member.etag.as_deref()))
        .collect();
    for name in touched {
        let now = expected.get(name.as_str()).copied();
        match reported.get(name.as_str()) {
            Some(etag) => ensure!(*etag == now, "{name}: reported {etag:?}, is {now:?}"),
            None => ensure!(
                now.is_none(),
                "{name}: changed since the token, but not reported"
            ),
        }
    }
    Ok(())
}
