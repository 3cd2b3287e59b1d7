//! Where things are: the root of the project, the target folder, what the builds put there.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the project: the folder above this crate.
///
/// # Errors
/// When the sources have moved since this command was compiled.
pub(crate) fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().context("xtask lies at the root of a disk")?;
    root.canonicalize()
        .with_context(|| format!("{} is gone; run `cargo xtask` again", root.display()))
}

/// Cargo's target folder, `CARGO_TARGET_DIR` respected.
///
/// # Errors
/// As [`root`].
pub(crate) fn target() -> Result<PathBuf> {
    let root = root()?;
    Ok(match std::env::var_os("CARGO_TARGET_DIR") {
        Some(elsewhere) => root.join(elsewhere),
        None => root.join("target"),
    })
}

/// A program of the workspace as the development build leaves it.
///
/// # Errors
/// As [`root`].
pub(crate) fn binary(name: &str) -> Result<PathBuf> {
    Ok(target()?
        .join("debug")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// The cargo that started us, so that the same toolchain goes on.
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
