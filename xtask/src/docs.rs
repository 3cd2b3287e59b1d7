//! `cargo xtask docs`: the API documentation of the engine, and the check that none of its links is broken.

use anyhow::Result;

use crate::command::Run;

fn engine_docs() -> Result<Run> {
    let packages = ["-p", "bridge-core", "-p", "bridge", "--lib", "--no-deps"];
    Ok(Run::cargo("doc")?
        .args(packages)
        .arg("--document-private-items"))
}

/// Builds the documentation and opens it in the browser.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn open() -> Result<()> {
    engine_docs()?.arg("--open").run()
}

/// Builds the documentation with every warning as an error.
///
/// # Errors
/// When a link is broken.
pub(crate) fn check() -> Result<()> {
    engine_docs()?.env("RUSTDOCFLAGS", "-D warnings").run()
}
