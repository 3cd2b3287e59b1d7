//! `cargo xtask bench`: the benchmarks of the pure core and the load bench of the server, beside Radicale.

use anyhow::Result;

use crate::command::Run;
use crate::install::Installing;
use crate::{install, needs, place, run};

/// Installs what is missing and runs them all.
///
/// # Errors
/// When something cannot be built or a bench fails.
pub(crate) fn bench(installing: Installing) -> Result<()> {
    install::apt(&[needs::APT_ENGINE, needs::APT_TESTS], installing)?;
    let venv = install::python(installing)?;
    // The same packages both times, so that nothing is compiled twice.
    run::engine_packages(Run::cargo("build")?)
        .args(["--profile", "bench", "--bin", "pharmadoc-bridge"])
        .run()?;
    let server = place::target()?.join("release").join("pharmadoc-bridge");
    run::engine_packages(Run::cargo("bench")?)
        .arg("--benches")
        .env("COMPANION_VENV", venv)
        .env("COMPANION_BRIDGE", server)
        .run()
}
