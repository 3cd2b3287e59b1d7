//! Literal requests against the real server on a loopback socket, and the answers as they came.
//!
//! Each file in `cases/` is one case: what it shows, the section of the standard that says so, what is there
//! beforehand, and the request as it goes over the wire. The answer is compared with the snapshot in `snapshots/`,
//! in which only what changes from run to run is replaced by a name. No client library stands between the test and the
//! server, so what is proved here are octets.
//!
//! `cargo test -p companion-tests --test protocol` runs all; `PROTOCOL=put` only those whose name contains `put`.

mod case;
mod stage;
mod volatile;
mod wire;

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use anyhow::{Context as _, Result};
use case::{Case, Step};
use stage::Stage;
use volatile::Volatile;

/// How many cases there must be at least.
const AT_LEAST: usize = 200;
/// How many cases run at the same time.
const LANES: usize = 2;

#[test]
fn every_answer_is_the_one_that_was_reviewed() {
    let wanted = env::var("PROTOCOL").unwrap_or_default();
    let mut cases = case::all().expect("the cases can be read");
    cases.retain(|case| case.name.contains(&wanted));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(LANES)
        .enable_all()
        .build()
        .expect("a runtime");
    let failed = Mutex::new(BTreeSet::new());
    let queue = Mutex::new(cases.iter());
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                while let Some(case) = next(&queue) {
                    let outcome = catch_unwind(AssertUnwindSafe(|| check(case, runtime.handle())));
                    if outcome.is_err() {
                        failed.lock().expect("a lock").insert(case.name.clone());
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("a lock");
    assert!(
        failed.is_empty(),
        "{} of {} cases differ: {failed:#?}",
        failed.len(),
        cases.len()
    );
}

#[test]
fn the_collection_is_complete() {
    let cases = case::all().expect("the cases can be read");
    let names: BTreeSet<_> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "every name is unique");
    assert!(cases.len() >= AT_LEAST, "there are {} cases", cases.len());
    for case in &cases {
        let is_named = case.proves.starts_with("RFC ") || case.proves.starts_with("safety ");
        assert!(is_named, "{} names no section: {}", case.name, case.proves);
        assert!(
            case.shows.ends_with('.'),
            "{} says in a sentence what it shows",
            case.name
        );
    }
}

fn next<'c>(queue: &Mutex<std::slice::Iter<'c, Case>>) -> Option<&'c Case> {
    queue.lock().ok()?.next()
}

fn check(case: &Case, runtime: &tokio::runtime::Handle) {
    let answers = answers(case, runtime).unwrap_or_else(|error| panic!("{}: {error:#}", case.name));
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(format!("{}: {}", case.proves, case.shows));
    settings.bind(|| insta::assert_snapshot!(case.name.as_str(), answers));
}

/// Plays the case on a server of its own and returns what it answered.
fn answers(case: &Case, runtime: &tokio::runtime::Handle) -> Result<String> {
    let mut stage = Stage::set(runtime)?;
    let mut seen = String::new();
    for step in &case.steps {
        match step {
            Step::Before(request) => {
                let octets = request.octets(&stage).context("a preparing request")?;
                let answer = wire::exchange(stage.address(), &octets)?;
                let status = wire::status(&answer);
                anyhow::ensure!(
                    (200..300).contains(&status),
                    "a preparing request got {status}"
                );
                stage.note_answer(&answer);
            }
            Step::Remember { name, what } => stage.remember(name, what)?,
            Step::Request(request) => {
                let octets = request.octets(&stage)?;
                let answer = wire::exchange(stage.address(), &octets)?;
                stage.note_answer(&answer);
                writeln!(seen, "> {}", request.line())?;
                seen.push_str(&wire::readable(&answer));
                seen.push('\n');
            }
        }
    }
    Ok(Volatile::new(stage.address().port()).hide(&seen))
}
