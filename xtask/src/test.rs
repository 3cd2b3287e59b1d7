//! `cargo xtask test`: every test, from a fresh clone, in the order in which a mistake is cheapest to find.
//!
//! One set of features and packages for all of it (`--workspace`, with the interface inside the app), so that
//! nothing is compiled twice. Tests that need a desktop, an app or a calendar client get a private session and
//! find what they drive through the environment:
//!
//! | variable | value |
//! |---|---|
//! | `COMPANION_APP` | the app, `pharmadoc-companion` |
//! | `COMPANION_BRIDGE` | `pharmadoc-bridge` |
//! | `COMPANION_VENV` | the Python clients (`bin/vdirsyncer`, `bin/python`) |
//! | `COMPANION_MUST` | `1`: everything is installed, so a missing program is a failure, never a skip |
//!
//! Integration tests of `tests/` named `interop` drive official client libraries, `client_*` real clients and `window*`
//! the app; each has a phase of its own. All others belong to the engine.

use std::cell::OnceCell;
use std::ffi::OsString;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::command::Run;
use crate::install::Installing;
use crate::phases::{self, Phase};
use crate::run::EVERYTHING;
use crate::session::Session;
use crate::{install, needs, place, run, sim, tidy};

/// Runs every phase, or those named.
///
/// # Errors
/// The first phase that fails.
pub(crate) fn test(only: &[&str], installing: Installing) -> Result<()> {
    let stage = Stage::default();
    let phases = vec![
        Phase::new("format", "the code is formatted", || {
            Run::cargo("fmt")?.args(["--all", "--check"]).run()
        }),
        Phase::new("tidy", "the house rules hold", tidy::tidy),
        Phase::new("install", "what the tests need is here", || {
            install_all(installing)
        }),
        Phase::new("ui", "the interface: types, lints, tests, build", || {
            ui(installing)
        }),
        Phase::new("build", "engine, app and tests compile", build),
        Phase::new("lint", "clippy has nothing to say", lint),
        Phase::new("engine", "the engine's own tests", || {
            stage.cargo_test(&["--lib", "--bins"], Kind::Engine)
        }),
        Phase::new("docs", "the examples in the documentation run", || {
            Run::cargo("test")?.args(EVERYTHING).arg("--doc").run()
        }),
        Phase::new(
            "sim",
            "500 seeds of the simulation, and its bugs found",
            || {
                let options = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
                sim::sim(&options("--seeds 500 --steps 60"), installing)?;
                sim::sim(&options("--flaw all --seeds 2000 --steps 60"), installing)
            },
        ),
        Phase::new(
            "interop",
            "official client libraries know the sandbox, a strict server knows us",
            || {
                install::npm(install::INTEROP, installing)?;
                stage.cargo_test(&[], Kind::Interop)
            },
        ),
        Phase::new("clients", "real calendar apps read and write", || {
            stage.cargo_test(&[], Kind::Client)
        }),
        Phase::new("window", "the real window shows the real feed", || {
            stage.cargo_test(&[], Kind::Window)
        }),
    ];
    phases::run(phases, only)
}

fn install_all(installing: Installing) -> Result<()> {
    let lists = [
        needs::APT_ENGINE,
        needs::APT_WINDOW,
        needs::APT_SESSION,
        needs::APT_TESTS,
    ];
    install::apt(&lists, installing)?;
    install::npm(install::INTERFACE, installing)?;
    install::npm(install::INTEROP, installing)?;
    install::python(installing).map(drop)
}

/// The interface's own checks; its build goes into the app.
pub(crate) fn ui(installing: Installing) -> Result<()> {
    install::npm(install::INTERFACE, installing)?;
    for script in ["lint", "test", "build"] {
        Run::new(install::npm_program())?
            .within("ui")?
            .args(["run", "--silent", script])
            .run()?;
    }
    Ok(())
}

fn build() -> Result<()> {
    Run::cargo("build")?
        .args(EVERYTHING)
        .args(["--bins", "--tests"])
        .run()
}

fn lint() -> Result<()> {
    let deny = ["--all-targets", "--", "-D", "warnings"];
    Run::cargo("clippy")?.args(EVERYTHING).args(deny).run()
}

/// Which phase an integration test belongs to, told by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Engine,
    Interop,
    Client,
    Window,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            _ if name.starts_with("interop") => Self::Interop,
            _ if name.starts_with("client_") => Self::Client,
            _ if name.starts_with("window") => Self::Window,
            _ => Self::Engine,
        }
    }
}

/// The private session of the tests, started when the first of them needs it.
#[derive(Default)]
struct Stage(OnceCell<Session>);

impl Stage {
    fn session(&self) -> Result<&Session> {
        if let Some(session) = self.0.get() {
            return Ok(session);
        }
        let session = Session::start().context("the private session does not start")?;
        Ok(self.0.get_or_init(|| session))
    }

    fn cargo_test(&self, targets: &[&str], kind: Kind) -> Result<()> {
        let named = integration_tests()?
            .into_iter()
            .filter(|name| Kind::of(name) == kind);
        let named: Vec<String> = named.flat_map(|name| ["--test".to_owned(), name]).collect();
        if named.is_empty() && targets.is_empty() {
            crate::say::line("    none yet");
            return Ok(());
        }
        let session = cfg!(target_os = "linux")
            .then(|| self.session())
            .transpose()?;
        Run::cargo("test")?
            .args(EVERYTHING)
            .args(targets)
            .args(named)
            .envs(session.map_or(&[], Session::variables))
            .envs(&what_tests_drive()?)
            .run()
    }
}

fn what_tests_drive() -> Result<Vec<(&'static str, Option<OsString>)>> {
    Ok(vec![
        (
            "COMPANION_APP",
            Some(place::binary("pharmadoc-companion")?.into()),
        ),
        (
            "COMPANION_BRIDGE",
            Some(place::binary("pharmadoc-bridge")?.into()),
        ),
        ("COMPANION_VENV", Some(place::target()?.join("venv").into())),
        ("COMPANION_MUST", Some("1".into())),
    ])
}

/// The names of all integration tests of the workspace.
fn integration_tests() -> Result<Vec<String>> {
    let metadata = tidy::metadata()?;
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("no packages")?;
    let targets = packages
        .iter()
        .filter_map(|package| package.get("targets")?.as_array())
        .flatten();
    let tests = targets.filter(|target| {
        let kinds = target.get("kind").and_then(Value::as_array);
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "test"))
    });
    Ok(tests
        .filter_map(|test| Some(test.get("name")?.as_str()?.to_owned()))
        .collect())
}

/// The engine alone, without the app: what `check` runs.
///
/// # Errors
/// When a test fails.
pub(crate) fn engine() -> Result<()> {
    run::engine_packages(Run::cargo("test")?)
        .args(["--lib", "--bins", "--tests"])
        .run()
}
