//! The load bench: CPU time of the server per request on 10,000 realistic events, beside Radicale and beside a
//! loopback server that does nothing, all in one run on one machine. Writes `docs/bench.md`.
//!
//! CPU time is what is compared, because the machine may be busy with other things; wall times are shown as well.
//! `BENCH_EVENTS` changes the size of the calendar, `BENCH_TABLE` the file that is written, and `BENCH_QUICK` leaves out
//! Radicale and the growing calendars: for trying things out.

mod bare;
mod case;
mod growth;
mod machine;
mod peer;
mod pure;
mod table;

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use companion_tests::dataset::{Object, realistic};

use case::{Case, Measurement, measure};
use machine::Machine;
use peer::Peer;

const SEED: u64 = 20_261_125;

/// Everything that the table tells.
pub(crate) struct Report {
    pub(crate) events: usize,
    pub(crate) octets: usize,
    pub(crate) rows: Vec<Row>,
    pub(crate) bare_get: Measurement,
    pub(crate) filled_per_second: f64,
    pub(crate) ours: companion_tests::process::Memory,
    pub(crate) theirs: Option<companion_tests::process::Memory>,
    pub(crate) growth: Vec<growth::Point>,
    pub(crate) pure: pure::Speeds,
}

/// One case on both servers.
pub(crate) struct Row {
    pub(crate) case: Case,
    pub(crate) ours: Measurement,
    /// Why not, where Radicale cannot do it.
    pub(crate) theirs: Result<Measurement, String>,
}

fn main() -> Result<()> {
    if let Some(file) = env::var_os(bare::ANSWER) {
        return bare::serve(&file);
    }
    let events = match env::var("BENCH_EVENTS") {
        Ok(count) => count.parse().context("BENCH_EVENTS")?,
        Err(_) => 10_000,
    };
    say(&format!("load bench: {events} events"))?;
    let objects = realistic(SEED, events);
    let machine = Machine::at_start()?;
    let report = run(&objects)?;
    let text = table::markdown(&report, &machine.describe()?)?;
    let file = table_file();
    std::fs::write(&file, &text).with_context(|| format!("{}", file.display()))?;
    say(&text)
}

fn run(objects: &[Object]) -> Result<Report> {
    let pure = pure::measure(objects)?;
    say(&format!("core: {pure:?}"))?;
    let is_whole = env::var_os("BENCH_QUICK").is_none();
    let growth = if is_whole {
        growth::measure_all()?
    } else {
        Vec::new()
    };
    let (mut ours, filling) = Peer::bridge(objects)?;
    say(&format!("filled ours in {filling:?}"))?;
    let mut theirs = is_whole.then(|| Peer::radicale(objects)).transpose()?;
    let mut bare = Peer::bare(objects.first().context("no events")?)?;
    let mut rows = Vec::new();
    for case in Case::ALL {
        let row = Row {
            case,
            ours: measure(&mut ours, case, objects)?,
            theirs: beside(theirs.as_mut(), case, objects),
        };
        say(&format!(
            "{}: {:?} | {:?}",
            case.title(),
            row.ours,
            row.theirs
        ))?;
        rows.push(row);
    }
    Ok(Report {
        events: objects.len(),
        octets: objects.iter().map(|object| object.octets.len()).sum(),
        rows,
        bare_get: measure(&mut bare, Case::Get, objects)?,
        filled_per_second: per_second(objects.len(), filling),
        ours: ours.memory()?,
        theirs: theirs.as_ref().map(Peer::memory).transpose()?,
        growth,
        pure,
    })
}

/// The same case on the server beside ours, or why there is no number.
fn beside(peer: Option<&mut Peer>, case: Case, objects: &[Object]) -> Result<Measurement, String> {
    let peer = peer.ok_or("it was left out")?;
    measure(peer, case, objects).map_err(|why| peer.explain(&why))
}

/// How many of something in one second.
#[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
pub(crate) fn per_second(count: usize, time: std::time::Duration) -> f64 {
    count as f64 / time.as_secs_f64().max(1e-9)
}

fn table_file() -> PathBuf {
    match env::var_os("BENCH_TABLE") {
        Some(path) => path.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/bench.md"),
    }
}

fn say(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
