//! On what and when it was measured.

use std::fs;

use anyhow::{Context as _, Result};
use bridge::clock::{Clock as _, SystemClock};

/// One line for the head of the table.
pub(crate) fn describe() -> Result<String> {
    let cpus = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unnamed processor", |(_, model)| model);
    let cores = std::thread::available_parallelism()?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let load = fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().context("no load")?;
    Ok(format!(
        "{date}, {cores} cores of {model}, Linux {kernel}, load average at the end {load}",
        date = SystemClock.now().format("%Y-%m-%d"),
        kernel = kernel.trim(),
    ))
}
