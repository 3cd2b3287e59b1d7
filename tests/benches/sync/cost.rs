//! What a command costs: CPU time of it and of all its children, and the most memory one of them ever had.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Result, bail};
use companion_tests::process::{cpu_of_children, memory_of};
use companion_tests::stopwatch::{Stopwatch, drain_for};

/// Between two looks at the memory. The peak only grows, so just the last moments of a process can be missed.
const BETWEEN: Duration = Duration::from_millis(5);

/// The most octets of its output that are shown of a command that failed.
const LONGEST: usize = 4_000;

/// What one round costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// User and kernel time.
    pub(crate) cpu: Duration,
    /// Until it had ended.
    pub(crate) wall: Duration,
    /// Resident memory, in octets.
    pub(crate) peak: u64,
}

/// The mean of so many rounds, and the highest peak.
pub(crate) fn cost_of(rounds: u32, command: impl Fn() -> Result<Command>) -> Result<Cost> {
    let (before, watch) = (cpu_of_children()?, Stopwatch::start());
    let mut peak = 0;
    for _ in 0..rounds {
        peak = peak.max(peak_of(&mut command()?)?);
    }
    Ok(Cost {
        cpu: cpu_of_children()?.saturating_sub(before) / rounds,
        wall: watch.elapsed() / rounds,
        peak,
    })
}

fn peak_of(command: &mut Command) -> Result<u64> {
    let mut said = tempfile::tempfile()?;
    let mut child = command
        .stdout(said.try_clone()?)
        .stderr(said.try_clone()?)
        .spawn()?;
    let (_never_used, never) = mpsc::channel::<()>();
    let mut peak = 0;
    loop {
        peak = peak.max(highest(child.id()));
        if let Some(status) = child.try_wait()? {
            if status.success() {
                return Ok(peak);
            }
            bail!("{command:?}: {status}\n{}", end_of(&mut said)?);
        }
        drain_for(&never, BETWEEN);
    }
}

/// The last of what a command said.
fn end_of(said: &mut File) -> Result<String> {
    let mut text = String::new();
    said.rewind()?;
    said.read_to_string(&mut text)?;
    let from = text.len().saturating_sub(LONGEST);
    let from = text.ceil_char_boundary(from);
    Ok(text.split_off(from))
}

/// The highest peak among a process and what it started; zero when it is gone.
fn highest(pid: u32) -> u64 {
    let own = memory_of(pid).map_or(0, |memory| memory.peak);
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    let below = children
        .split_whitespace()
        .flat_map(str::parse)
        .map(highest);
    below.fold(own, u64::max)
}
