//! The fuzz targets in every test run: the seeds, the inputs that once went wrong, and a few thousand mutations that
//! follow from a seed. The long hunts are libFuzzer's (`tests/fuzz`); this keeps what they found from coming back.

#[expect(
    clippy::expect_used,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a target panics when a promise is broken, tells a person what is slow, and is public to libFuzzer's binaries"
)]
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use companion_tests::stopwatch::Stopwatch;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use targets::cost;

/// Tests are not optimised: what is slow here may be quick in libFuzzer's build, which is held to the limit itself.
const LIMIT: Duration = cost::LIMIT.saturating_mul(4);
/// Mutating one target ends after this time, however far it got: a slow machine does less, not longer.
const BUDGET: Duration = Duration::from_secs(5);
const MUTATIONS: usize = 3_000;

#[test]
fn xml_bodies() -> Result<()> {
    exercise("xml", targets::xml::run)
}

#[test]
fn calendar_objects() -> Result<()> {
    exercise("ics", targets::ics::run)
}

#[test]
fn header_fields_and_paths() -> Result<()> {
    exercise("headers", targets::headers::run)
}

#[test]
fn recurrence() -> Result<()> {
    exercise("expansion", targets::expansion::run)
}

#[test]
fn a_slow_input_is_a_finding() {
    assert!(kept(Duration::ZERO, targets::headers::run, b"\"a1\"").is_err());
    assert!(kept(LIMIT, targets::headers::run, b"\"a1\"").is_ok());
}

fn exercise(target: &str, run: fn(&[u8])) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seeds = inputs(&root.join("fuzz/seeds").join(target))?;
    let found = inputs(&root.join("corpora/fuzz").join(target))?;
    for (path, octets) in seeds.iter().chain(&found) {
        kept(LIMIT, run, octets).with_context(|| format!("{}", path.display()))?;
    }
    mutate(target, run, &seeds)
}

/// All files of a folder in the order of their names; none when there is no such folder.
fn inputs(folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<PathBuf>>>()?;
    paths.sort();
    paths
        .into_iter()
        .map(|path| Ok((path.clone(), fs::read(path)?)))
        .collect()
}

#[expect(clippy::print_stdout, reason = "tells a person how much was tried")]
fn mutate(target: &str, run: fn(&[u8]), seeds: &[(PathBuf, Vec<u8>)]) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(20_261_125);
    let watch = Stopwatch::start();
    let mut done = 0;
    while done < MUTATIONS && watch.elapsed() < BUDGET {
        let octets = mutation(&mut rng, seeds);
        if let Err(error) = kept(LIMIT, run, &octets) {
            let input = std::env::temp_dir().join(format!("fuzz-{target}-{done}"));
            fs::write(&input, &octets)?;
            return Err(error).with_context(|| format!("the input is kept in {}", input.display()));
        }
        done += 1;
    }
    println!(
        "{target}: {} seeds, {done} mutations in {:?}",
        seeds.len(),
        watch.elapsed()
    );
    ensure!(done > 0, "no mutation was tried");
    Ok(())
}

/// Whether the target kept its promises for this input, and to its time.
fn kept(limit: Duration, run: fn(&[u8]), octets: &[u8]) -> Result<()> {
    let outcome = catch_unwind(AssertUnwindSafe(|| cost::within(limit, run, octets)));
    ensure!(outcome.is_ok(), "a promise was broken (the panic is above)");
    Ok(())
}

/// A seed with a few octets changed, cut, doubled, or crossed with another seed.
fn mutation(rng: &mut StdRng, seeds: &[(PathBuf, Vec<u8>)]) -> Vec<u8> {
    let pick = |rng: &mut StdRng| {
        let index = rng.random_range(0..seeds.len().max(1));
        seeds
            .get(index)
            .map(|(_, octets)| octets.clone())
            .unwrap_or_default()
    };
    let mut octets = pick(rng);
    for _ in 0..rng.random_range(1..5) {
        let (from, to) = part(rng, octets.len());
        match rng.random_range(0..5) {
            0 => octets
                .get_mut(from..to)
                .unwrap_or_default()
                .fill(rng.random()),
            1 => drop(octets.drain(from..to)),
            2 => {
                let copy = octets.get(from..to).unwrap_or_default().to_vec();
                drop(octets.splice(to..to, copy));
            }
            3 => {
                let other = pick(rng);
                let (start, end) = part(rng, other.len());
                let piece = other.get(start..end).unwrap_or_default().to_vec();
                drop(octets.splice(from..to, piece));
            }
            _ => {
                if let Some(octet) = octets.get_mut(from) {
                    *octet ^= 1 << rng.random_range(0..8);
                }
            }
        }
    }
    octets
}

fn part(rng: &mut StdRng, length: usize) -> (usize, usize) {
    let from = rng.random_range(0..=length);
    let to = (from + rng.random_range(0..=40)).min(length);
    (from, to)
}
