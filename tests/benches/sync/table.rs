//! The table of the sync bench.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};
use bridge::clock::{Clock as _, SystemClock};

use crate::Report;
use crate::cost::Cost;

pub(crate) fn markdown(report: &Report) -> Result<String> {
    let load = fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().context("no load")?;
    let mut text = format!(
        "# What syncing costs\n\n\
         Made by `cargo xtask bench`; do not edit. {}, {} cores, load average at the end {load}.\n\n\
         {} realistic events ({:.1} MB) at a real Radicale, brought here by `pharmadoc-bridge sync` into its encrypted \
         database and by vdirsyncer into a folder of files. CPU is user and kernel time of the process; one round is one \
         process.\n\n\
         | round | companion CPU ms | wall ms | peak MiB | vdirsyncer CPU ms | wall ms | peak MiB | CPU ratio |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|\n",
        SystemClock.now().format("%Y-%m-%d"),
        std::thread::available_parallelism()?,
        report.events,
        mebi(report.octets) * 1.048_576,
    );
    for row in &report.rows {
        let ratio = millis(row.theirs.cpu) / millis(row.ours.cpu).max(0.1);
        writeln!(
            text,
            "| {} | {} | {} | {ratio:.1}× |",
            row.title,
            cells(row.ours),
            cells(row.theirs),
        )?;
    }
    writeln!(
        text,
        "| starting alone (`status`) | {} | | | | |\n\n\
         A running companion starts once; its rounds cost what is left of a line without the last one. The aims: at most \
         1 s and 80 MiB for the first round, 10 ms for one without a change, 20 ms for one change.",
        cells(report.start),
    )?;
    clouds(&mut text, report)?;
    Ok(text)
}

fn clouds(text: &mut String, report: &Report) -> Result<()> {
    text.push_str(
        "\n## Google and Outlook\n\n\
         What of the same events these services have a form for, at the sandbox over TLS. Aims: at most 2 s for the first round, one \
         request per calendar and one for the list in a round without a change.\n\n\
         | service | events | first round, CPU ms | wall ms | peak MiB | requests | nothing changed, CPU ms | wall ms | peak MiB | \
         requests |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for cloud in &report.clouds {
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            cloud.title,
            cloud.events,
            cells(cloud.first),
            cloud.first_requests,
            cells(cloud.nothing),
            cloud.nothing_requests,
        )?;
    }
    Ok(())
}

fn cells(cost: Cost) -> String {
    let peak = usize::try_from(cost.peak).unwrap_or(usize::MAX);
    format!(
        "{:.0} | {:.0} | {:.1}",
        millis(cost.cpu),
        millis(cost.wall),
        mebi(peak)
    )
}

fn millis(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "a number for people to read")]
fn mebi(octets: usize) -> f64 {
    octets as f64 / 1_048_576.0
}
