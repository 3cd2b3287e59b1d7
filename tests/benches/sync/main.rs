//! The sync bench: what it costs to bring 10,000 realistic events from a real Radicale here, to find that nothing
//! changed, and to find one change; beside vdirsyncer in the same run. Writes `docs/bench-sync.md`.
//!
//! Each round is a process of its own, as a person starts it, and CPU time is that of the process; what the companion
//! needs to start and to open its database is measured apart, because a running companion does it once.
//! `BENCH_EVENTS` changes the number of events and `BENCH_SYNC_TABLE` the file that is written.

mod clouds;
mod cost;
mod table;

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use companion_tests::clients::vdirsyncer::Vdirsyncer;
use companion_tests::dataset::{Object, realistic};
use companion_tests::process::{Home, run};
use companion_tests::servers::{self, RealServer};
use companion_tests::service::Service;

use clouds::Cloud;
use cost::{Cost, cost_of};

const SEED: u64 = 20_261_125;
/// The last part of the calendar's path at the server.
const CALENDAR: &str = "ward";
/// Short rounds are measured so often; a tick of the kernel's clock is 10 ms.
const ROUNDS: u32 = 10;

/// What a round costs both of them.
pub(crate) struct Row {
    pub(crate) title: &'static str,
    pub(crate) ours: Cost,
    pub(crate) theirs: Cost,
}

/// Everything that the table tells.
pub(crate) struct Report {
    pub(crate) events: usize,
    pub(crate) octets: usize,
    /// Starting, opening the database and saying how everything is.
    pub(crate) start: Cost,
    pub(crate) rows: Vec<Row>,
    pub(crate) clouds: Vec<Cloud>,
}

fn main() -> Result<()> {
    let events = match env::var("BENCH_EVENTS") {
        Ok(count) => count.parse().context("BENCH_EVENTS")?,
        Err(_) => 10_000,
    };
    let objects = realistic(SEED, events);
    let mut report = measure(&objects)?;
    for service in [Service::Google, Service::Microsoft] {
        report.clouds.push(clouds::measure(service, &objects)?);
    }
    let text = table::markdown(&report)?;
    let file = table_file();
    fs::write(&file, &text).with_context(|| format!("{}", file.display()))?;
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

fn measure(objects: &[Object]) -> Result<Report> {
    let server = servers::radicale()?.context("Radicale is not installed")?;
    let path = server.make_calendar(CALENDAR)?;
    server.fill(&path, objects)?;
    let home = connected(&server)?;
    let other = Vdirsyncer::configure(&server.url(), server.credentials(), CALENDAR, None)?;
    let ours = || companion(&home, "sync");
    let theirs = || -> Result<Command> {
        let mut command = other.command();
        command.arg("sync");
        Ok(command)
    };
    let first = Row {
        title: "all of it for the first time",
        ours: cost_of(1, ours)?,
        theirs: cost_of(1, theirs)?,
    };
    let nothing = Row {
        title: "nothing changed",
        ours: cost_of(ROUNDS, ours)?,
        theirs: cost_of(2, theirs)?,
    };
    let object = objects.first().context("no events")?;
    let edit = |number: u32| -> Result<()> {
        let text = String::from_utf8_lossy(&object.octets);
        let text = text.replace("SUMMARY:", &format!("SUMMARY:Edit {number} of "));
        server.put(&format!("{path}{}", object.name), text.as_bytes())
    };
    edit(1)?;
    let one = Row {
        title: "one event changed at the server",
        ours: cost_of(1, ours)?,
        theirs: cost_of(1, theirs)?,
    };
    Ok(Report {
        events: objects.len(),
        octets: objects.iter().map(|object| object.octets.len()).sum(),
        start: cost_of(ROUNDS, || companion(&home, "status"))?,
        rows: vec![first, nothing, one],
        clouds: Vec::new(),
    })
}

/// The companion with this word, as quiet as it is for its users.
fn companion(home: &Home, word: &str) -> Result<Command> {
    let mut command = home.command(&[word])?;
    command.env("RUST_LOG", "warn");
    Ok(command)
}

/// An installation that is connected to the server, before its first round.
fn connected(server: &RealServer) -> Result<Home> {
    let home = Home::new()?;
    fs::create_dir_all(home.data_dir())?;
    let password = home.data_dir().join("server-password");
    fs::write(&password, &server.credentials().password)?;
    let (url, password) = (server.url(), password.display().to_string());
    let mut add = home.command(&["account", "add", "caldav", &url])?;
    add.args(["--user", &server.credentials().login]).args([
        "--password-file",
        &password,
        "--calendar",
        CALENDAR,
    ]);
    run(&mut add)?;
    Ok(home)
}

fn table_file() -> PathBuf {
    match env::var_os("BENCH_SYNC_TABLE") {
        Some(path) => path.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/bench-sync.md"),
    }
}
