//! `cargo xtask sim`: the simulation, optimised, over many seeds; `--seed` replays one with everything that happens in it.

use anyhow::Result;

use crate::command::Run;
use crate::install::Installing;
use crate::{install, needs, place, run};

/// Builds the simulation and hands it the options.
///
/// # Errors
/// When it cannot be built, or breaks a rule.
pub(crate) fn sim(options: &[String], installing: Installing) -> Result<()> {
    install::apt(&[needs::APT_ENGINE], installing)?;
    run::engine_packages(Run::cargo("build")?)
        .args(["--profile", "bench", "--bin", "sim"])
        .run()?;
    Run::new(place::target()?.join("release").join("sim"))?
        .args(options)
        .run()
}
