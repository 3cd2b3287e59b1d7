//! The simulation as a program: `cargo xtask sim` builds and starts it.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, bail};
use clap::Parser;
use companion_tests::sim::{Bug, Family, Figures, Plan, Violation, run, shrink, trace};

/// Runs the simulation. With `--seed` (or `SIM_SEED`) one run with everything that happens in it.
#[derive(Debug, Parser)]
#[command(name = "sim")]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 500)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// How many steps each.
    #[arg(long, default_value_t = 100)]
    steps: usize,
    /// This seed alone, with its trace, shrunk if it fails.
    #[arg(long, env = "SIM_SEED")]
    seed: Option<u64>,
    /// At this kind of service alone: `caldav`, `google` or `microsoft`; by turns without.
    #[arg(long)]
    family: Option<Family>,
    /// A deliberate bug, by its name; `all` tries each and says at which seed it is found.
    #[arg(long)]
    flaw: Option<String>,
}

impl Arguments {
    fn family_of(&self, seed: u64) -> Family {
        self.family.unwrap_or_else(|| Family::of(seed))
    }

    fn plan(&self, seed: u64) -> Plan {
        Plan::new(self.family_of(seed), seed, self.steps)
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let bugs: Vec<Option<Bug>> = match arguments.flaw.as_deref() {
        None => vec![None],
        Some(name) => Bug::all()
            .filter(|bug| name == "all" || bug.to_string() == name)
            .map(Some)
            .collect(),
    };
    if let Some(seed) = arguments.seed {
        return replay(&arguments.plan(seed), bugs.first().copied().flatten());
    }
    let mut failed = false;
    for bug in bugs {
        let batch = Batch::run(&arguments, bug);
        failed |= batch.report(&arguments, bug)?;
    }
    if failed {
        bail!("the simulation found what it should not, or did not find what it should");
    }
    Ok(())
}

/// One run, told in full; a failing one is shrunk first.
fn replay(plan: &Plan, bug: Option<Bug>) -> Result<()> {
    let (seed, mut plan) = (plan.seed, plan.clone());
    if let Err(found) = run(&plan, bug) {
        plan = shrink(&plan, bug, &found);
    }
    let (outcome, told) = trace(&plan, bug);
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:?}", plan.setting)?;
    for line in told {
        writeln!(out, "{line}")?;
    }
    match outcome {
        Ok(figures) => writeln!(out, "seed {seed}: {figures:?}")?,
        Err(violation) => {
            writeln!(out, "\nseed {seed}, {} steps:", plan.steps.len())?;
            for step in &plan.steps {
                writeln!(out, "  {step:?}")?;
            }
            bail!("{violation}");
        }
    }
    Ok(())
}

/// Many seeds, on all cores.
#[derive(Default)]
struct Batch {
    next: AtomicU64,
    runs: Mutex<Vec<(u64, Figures)>>,
    failures: Mutex<Vec<(u64, Violation)>>,
}

impl Batch {
    fn run(arguments: &Arguments, bug: Option<Bug>) -> Self {
        let batch = Self::default();
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| batch.work(arguments, bug));
            }
        });
        batch
    }

    fn work(&self, arguments: &Arguments, bug: Option<Bug>) {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= arguments.seeds || (bug.is_some() && !lock(&self.failures).is_empty()) {
                return;
            }
            let seed = arguments.from + number;
            if bug.is_some_and(|bug| !bug.is_at(arguments.family_of(seed))) {
                continue;
            }
            match run(&arguments.plan(seed), bug) {
                Ok(figures) => lock(&self.runs).push((seed, figures)),
                Err(violation) => lock(&self.failures).push((seed, violation)),
            }
        }
    }

    /// Says what was found; whether that is a failure.
    fn report(&self, arguments: &Arguments, bug: Option<Bug>) -> Result<bool> {
        let mut out = std::io::stdout().lock();
        let mut failures = lock(&self.failures).clone();
        failures.sort_by_key(|(seed, _)| *seed);
        if let Some(bug) = bug {
            match failures.first() {
                Some((seed, violation)) => writeln!(out, "{bug}: seed {seed}: {violation}")?,
                None => writeln!(out, "{bug}: NOT FOUND in {} seeds", arguments.seeds)?,
            }
            return Ok(failures.is_empty());
        }
        for (seed, violation) in &failures {
            let family = arguments.family_of(*seed);
            writeln!(out, "SIM_SEED={seed} --family {family}: {violation}")?;
        }
        let runs = lock(&self.runs);
        let mut rounds: Vec<u32> = runs.iter().map(|(_, run)| run.rounds_to_rest).collect();
        rounds.sort_unstable();
        let share = |share: usize| rounds.get(rounds.len() * share / 100).copied();
        let sum = |of: fn(&Figures) -> u64| runs.iter().map(|(_, run)| of(run)).sum::<u64>();
        writeln!(
            out,
            "{} seeds, {} violations; {} edits, {} requests, {} faults, {} crashes, {} writes; \
             rounds to rest: median {:?}, 99 % {:?}, most {:?}",
            runs.len() + failures.len(),
            failures.len(),
            sum(|run| run.edits),
            sum(|run| run.requests),
            sum(|run| run.faults),
            sum(|run| run.crashes),
            sum(|run| run.writes),
            share(50),
            share(99),
            rounds.last(),
        )?;
        Ok(!failures.is_empty())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
