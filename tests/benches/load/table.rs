//! The report as Markdown.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Result;

use crate::peer::RADICALE;
use crate::{Report, Row};

const MIB: f64 = 1024.0 * 1024.0;

/// The whole of `docs/bench.md`.
pub(crate) fn markdown(report: &Report, machine: &str) -> Result<String> {
    let mut out = String::new();
    head(&mut out, report, machine)?;
    requests(&mut out, report)?;
    growth(&mut out, report)?;
    pure(&mut out, report)?;
    memory(&mut out, report)?;
    Ok(out)
}

fn head(out: &mut String, report: &Report, machine: &str) -> Result<()> {
    writeln!(out, "# Measurements\n")?;
    writeln!(
        out,
        "What the CalDAV server of the Companion (pharmadoc-bridge {}) costs, beside Radicale {RADICALE} and beside a \
         bare HTTP server. Made by `cargo xtask bench`; do not edit.\n\n{machine}\n",
        env!("CARGO_PKG_VERSION")
    )?;
    writeln!(
        out,
        "{} realistic events, {:.1} MB: series, moved and cancelled occurrences, five zones with their definitions, \
         alarms, attendees, all-day and floating events. The generator is `tests/src/dataset`.\n",
        report.events,
        count(report.octets) / 1e6
    )?;
    writeln!(
        out,
        "CPU is user and kernel time of the server process per request, sent one after the other; wall is the middle \
         time until the client had the whole answer. Our server keeps its connection and stores in an encrypted \
         database with `synchronous=FULL`; Radicale closes its connection after each answer and stores plain files.\n"
    )?;
    Ok(())
}

fn requests(out: &mut String, report: &Report) -> Result<()> {
    writeln!(out, "## Requests\n")?;
    writeln!(
        out,
        "| request | hits | answer kB | wall ms | CPU ms | aim | met | Radicale CPU ms | its hits | ratio |"
    )?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|---|--:|--:|--:|")?;
    for row in &report.rows {
        let Row { case, ours, theirs } = row;
        let aim = case.aim();
        let peer = match theirs {
            Ok(theirs) => format!(
                "{:.2} | {} | {:.0}×",
                ms(theirs.cpu),
                hits(theirs.members),
                ms(theirs.cpu) / ms(ours.cpu).max(1e-6)
            ),
            Err(_) => "none | | ".to_owned(),
        };
        writeln!(
            out,
            "| {} | {} | {:.1} | {:.3} | {:.3} | {} | {} | {peer} |",
            case.title(),
            hits(ours.members),
            count(ours.octets) / 1e3,
            ms(ours.wall),
            ms(ours.cpu),
            aim.map_or_else(String::new, |aim| format!("{aim}")),
            aim.map_or("", |aim| verdict(ms(ours.cpu) <= aim)),
        )?;
    }
    failures(out, report)?;
    bare(out, report)
}

/// Why there are cells without a number.
fn failures(out: &mut String, report: &Report) -> Result<()> {
    for row in &report.rows {
        if let Err(why) = &row.theirs {
            writeln!(
                out,
                "\nNo figure of Radicale for \"{}\": {why}",
                row.case.title()
            )?;
        }
    }
    Ok(())
}

fn bare(out: &mut String, report: &Report) -> Result<()> {
    let floor = ms(report.bare_get.cpu);
    let get = report.rows.first().map_or(0.0, |row| ms(row.ours.cpu));
    let ratio = get / floor.max(1e-6);
    writeln!(
        out,
        "\nA bare hyper server answers the same GET with {floor:.3} ms of CPU: ours takes {ratio:.1}× as much \
         (aim 6×, {}). Eight clients filled the calendar with {:.0} acknowledged PUTs per second.\n\n\
         What is left: a GET reads the password's hash and the object in two transactions of the encrypted database. A \
         PUT encrypts some seven pages, is handed to a worker and to the writer, and waits for the disk. Both lie close \
         to their aims, on either side as the machine is quiet or busy.\n",
        verdict(ratio <= 6.0),
        report.filled_per_second
    )?;
    Ok(())
}

fn growth(out: &mut String, report: &Report) -> Result<()> {
    writeln!(out, "## The cost of a month follows its hits\n")?;
    writeln!(
        out,
        "The same 300 hits in November 2026 while the calendar around them grows:\n"
    )?;
    writeln!(
        out,
        "| objects in the calendar | hits | etags, CPU ms | expanded, CPU ms |"
    )?;
    writeln!(out, "|--:|--:|--:|--:|")?;
    for point in &report.growth {
        writeln!(
            out,
            "| {} | {} | {:.2} | {:.2} |",
            point.objects,
            point.etags.members,
            ms(point.etags.cpu),
            ms(point.expanded.cpu)
        )?;
    }
    writeln!(out)?;
    Ok(())
}

fn pure(out: &mut String, report: &Report) -> Result<()> {
    writeln!(out, "## The pure core, one thread\n")?;
    writeln!(out, "| work | speed | aim | met |")?;
    writeln!(out, "|---|--:|--:|---|")?;
    let speeds = &report.pure;
    writeln!(
        out,
        "| read and write objects | {:.1} MB/s | 25 MB/s | {} |",
        speeds.read_write / 1e6,
        verdict(speeds.read_write >= 25e6)
    )?;
    writeln!(
        out,
        "| check an object before it is stored | {:.1} MB/s | | |",
        speeds.check / 1e6
    )?;
    writeln!(
        out,
        "| index an object for the store | {:.0} objects/s | | |",
        speeds.index
    )?;
    writeln!(
        out,
        "| expand a daily series in its zone | {:.0} occurrences/s | 1000000 | {} |\n",
        speeds.expand,
        verdict(speeds.expand >= 1e6)
    )?;
    Ok(())
}

fn memory(out: &mut String, report: &Report) -> Result<()> {
    writeln!(out, "## Memory after the load\n")?;
    writeln!(out, "| server | resident MiB | peak MiB | aim | met |")?;
    writeln!(out, "|---|--:|--:|--:|---|")?;
    let ours = report.ours;
    writeln!(
        out,
        "| pharmadoc-bridge | {:.1} | {:.1} | 40 | {} |",
        octets(ours.now) / MIB,
        octets(ours.peak) / MIB,
        verdict(octets(ours.now) <= 40.0 * MIB)
    )?;
    if let Some(theirs) = report.theirs {
        writeln!(
            out,
            "| Radicale | {:.1} | {:.1} | | |",
            octets(theirs.now) / MIB,
            octets(theirs.peak) / MIB
        )?;
    }
    if octets(ours.now) > 40.0 * MIB {
        writeln!(
            out,
            "\nMost of what lies above the aim is in nobody's use: the C library keeps, for each thread, what the last \
             large answer took. With `MALLOC_ARENA_MAX=1` it keeps one such share instead of several."
        )?;
    }
    Ok(())
}

fn verdict(met: bool) -> &'static str {
    if met { "yes" } else { "**no**" }
}

fn hits(members: usize) -> String {
    match members {
        0 => String::new(),
        members => members.to_string(),
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "a number for people to read")]
fn count(number: usize) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "a number for people to read")]
fn octets(number: u64) -> f64 {
    number as f64
}
