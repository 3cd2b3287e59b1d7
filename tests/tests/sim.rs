//! The simulation, not optimised: seeds that failed once, some fresh ones, and deliberate bugs that it has to find.
//!
//! The 500 seeds of CI and the rarer bugs run optimised (`cargo xtask test sim`); `cargo xtask sim --seed N` replays one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use bridge::sync::Flaw;
use companion_tests::sim::{Bug, Family, Plan, Violation, run};

/// Seeds that found a bug once, with the steps they ran. What they found is in `docs/simulation.md`.
const REGRESSIONS: [(u64, usize); 12] = [
    (3, 60),
    (7, 60),
    (24, 60),
    (26, 60),
    (27, 60),
    (41, 60),
    (47, 60),
    (57, 60),
    (108, 60),
    (111, 60),
    (129, 60),
    (177, 60),
];

/// Runs seeds on all cores until one fails, or all have run.
fn first_failure(
    seeds: std::ops::Range<u64>,
    steps: usize,
    bug: Option<Bug>,
) -> Option<(u64, Violation)> {
    let next = AtomicU64::new(seeds.start);
    let found = Mutex::new(None);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while lock(&found).is_none() {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    if bug.is_some_and(|bug| !bug.is_at(Family::of(seed))) {
                        continue;
                    }
                    if let Err(violation) = run(&Plan::new(Family::of(seed), seed, steps), bug) {
                        lock(&found).get_or_insert((seed, violation));
                    }
                }
            });
        }
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same at services in JSON.
const REGRESSIONS_IN_JSON: [(Family, u64, usize); 8] = [
    (Family::Google, 1534, 60),
    (Family::Google, 1909, 60),
    (Family::Google, 2407, 100),
    (Family::Google, 4276, 100),
    (Family::Google, 5635, 100),
    (Family::Microsoft, 1949, 100),
    (Family::Microsoft, 6767, 100),
    (Family::Microsoft, 8675, 100),
];

#[test]
fn seeds_that_failed_once_hold() {
    let caldav = REGRESSIONS.map(|(seed, steps)| (Family::Caldav, seed, steps));
    for (family, seed, steps) in caldav.into_iter().chain(REGRESSIONS_IN_JSON) {
        if let Err(violation) = run(&Plan::new(family, seed, steps), None) {
            panic!("SIM_SEED={seed} --family {family} --steps {steps}: {violation}");
        }
    }
}

#[test]
fn the_rules_hold_for_fresh_seeds() {
    if let Some((seed, violation)) = first_failure(1_000..1_030, 60, None) {
        panic!("SIM_SEED={seed} --steps 60: {violation}");
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    for family in Family::ALL {
        let plan = Plan::new(family, 12, 60);
        assert_eq!(run(&plan, None), run(&plan, None));
        let (_, one) = companion_tests::sim::trace(&plan, None);
        let (_, two) = companion_tests::sim::trace(&plan, None);
        assert_eq!(one, two);
    }
}

/// Those that take hundreds of seeds are left to the optimised program (`cargo xtask test sim`, all of them).
const RARE: [Flaw; 4] = [
    Flaw::TornListingBelieved,
    Flaw::NoDeletionLimit,
    Flaw::EmptyListingBelieved,
    Flaw::HeldDeletionsApplied,
];

#[test]
fn deliberate_bugs_are_found() {
    let rare = |bug: &Bug| matches!(bug, Bug::Engine(flaw) if RARE.contains(flaw));
    for bug in Bug::all().filter(|bug| !rare(bug)) {
        let found = first_failure(0..2_000, 60, Some(bug));
        assert!(found.is_some(), "{bug} is not found in 2,000 seeds");
    }
}
