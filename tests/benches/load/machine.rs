//! On what and when it was measured, and what else the machine did meanwhile.

use std::fs;
use std::process::id;
use std::time::Duration;

use anyhow::{Context as _, Result};
use bridge::clock::{Clock as _, SystemClock};
use companion_tests::process::{cpu_of, cpu_of_children};
use companion_tests::stopwatch::Stopwatch;

/// Others that take less than this share of the machine are not worth a warning.
const QUIET: f64 = 0.05;

/// The machine as it was before anything was measured.
pub(crate) struct Machine {
    load: String,
    busy: Duration,
    own: Duration,
    watch: Stopwatch,
}

impl Machine {
    /// Looks at the machine before the first measurement.
    pub(crate) fn at_start() -> Result<Self> {
        Ok(Self {
            load: load()?,
            busy: busy()?,
            own: own()?,
            watch: Stopwatch::start(),
        })
    }

    /// The lines about it for the head of the table, once every measured server has ended.
    pub(crate) fn describe(&self) -> Result<String> {
        let cpus = fs::read_to_string("/proc/cpuinfo")?;
        let model = cpus
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
            .map_or("an unnamed processor", |(_, model)| model);
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
        let cores = std::thread::available_parallelism()?;
        let others = self.others(u32::try_from(cores.get())?)?;
        let caution = if others < QUIET {
            ""
        } else {
            " Wall times are therefore longer than on a quiet machine, and CPU times too: the caches were shared."
        };
        Ok(format!(
            "{day}, {cores} cores of {model}, Linux {kernel}. Load average {start} at the start, {end} at the end; \
             other programs took {percent:.0} % of the cores meanwhile.{caution}",
            day = SystemClock.now().format("%Y-%m-%d"),
            kernel = kernel.trim(),
            start = self.load,
            end = load()?,
            percent = others * 100.0,
        ))
    }

    /// The share of all cores that neither the bench nor its servers used.
    fn others(&self, cores: u32) -> Result<f64> {
        let busy = busy()?.saturating_sub(self.busy);
        let own = own()?.saturating_sub(self.own);
        let all = self.watch.elapsed() * cores;
        Ok(busy.saturating_sub(own).as_secs_f64() / all.as_secs_f64())
    }
}

/// The load average of the last minute.
fn load() -> Result<String> {
    let load = fs::read_to_string("/proc/loadavg")?;
    Ok(load.split(' ').next().context("no load")?.to_owned())
}

/// CPU time of the bench and of the servers that it started and that have ended.
fn own() -> Result<Duration> {
    Ok(cpu_of(id())? + cpu_of_children()?)
}

/// CPU time of everything since the machine was started (`man 5 proc_stat`): user, nice and system, then, after idle and
/// waiting, interrupts.
fn busy() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/stat")?;
    let cpu = stat.lines().next().context("no cpu line")?;
    let ticks = cpu
        .split_whitespace()
        .skip(1)
        .map(str::parse)
        .collect::<Result<Vec<u64>, _>>()?;
    let [user, nice, system, _idle, _waiting, irq, softirq, ..] = ticks.as_slice() else {
        anyhow::bail!("the cpu line is too short");
    };
    Ok(Duration::from_millis(
        (user + nice + system + irq + softirq) * 10,
    ))
}
