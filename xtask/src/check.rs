//! `cargo xtask check`: what every change has to pass, without a webview: quick enough to run before each commit.

use anyhow::Result;

use crate::command::Run;
use crate::install::Installing;
use crate::phases::{self, Phase};
use crate::{docs, install, needs, run, say, test, tidy};

/// Runs the phases.
///
/// # Errors
/// The first phase that fails.
pub(crate) fn check(installing: Installing) -> Result<()> {
    install::apt(&[needs::APT_ENGINE], installing)?;
    let phases = vec![
        Phase::new("format", "the code is formatted", || {
            Run::cargo("fmt")?.args(["--all", "--check"]).run()
        }),
        Phase::new("tidy", "the house rules hold", tidy::tidy),
        Phase::new("lint", "clippy has nothing to say", || {
            let deny = ["-p", "xtask", "--all-targets", "--", "-D", "warnings"];
            run::engine_packages(Run::cargo("clippy")?).args(deny).run()
        }),
        Phase::new("engine", "the engine's own tests", test::engine),
        Phase::new(
            "docs",
            "no link in the documentation is broken",
            docs::check,
        ),
        Phase::new(
            "deny",
            "licences, advisories and sources of the dependencies",
            || deny(installing),
        ),
    ];
    phases::run(phases, &[])
}

/// cargo-deny has to be compiled the first time; nothing else here needs a tool that Rust does not bring.
fn deny(installing: Installing) -> Result<()> {
    if !install::has_program("cargo-deny") {
        if installing == Installing::Never {
            say::line("    skipped: cargo-deny is not installed and nothing may be (--no-install)");
            return Ok(());
        }
        say::line("    cargo-deny is missing; compiling it takes some minutes, once");
        Run::cargo("install")?.arg("cargo-deny").run()?;
    }
    let checks = ["licenses", "bans", "sources"];
    Run::new("cargo-deny")?
        .args(["--all-features", "check"])
        .args(checks)
        .run()?;
    // The advisories are a repository of their own; a machine that cannot reach it is told so, not failed.
    if Run::new("cargo-deny")?.args(["fetch", "db"]).succeeds() {
        return Run::new("cargo-deny")?
            .args(["--all-features", "check", "advisories"])
            .run();
    }
    say::line("    not checked: the advisory database cannot be reached from here");
    Ok(())
}
