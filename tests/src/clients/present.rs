//! Whether an app is installed, and what follows if not.
//!
//! `cargo xtask test` installs every app and sets `COMPANION_MUST=1`: a missing one is a failure then. Whoever runs
//! a test alone on another machine gets a loud skip that names the missing package instead.

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

/// Something that an app needs, and the package that brings it.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    probe: Probe,
    package: &'static str,
}

#[derive(Clone, Copy, Debug)]
enum Probe {
    File(&'static str),
    Python {
        interpreter: &'static str,
        statement: &'static str,
    },
}

impl Part {
    /// A file, absolute or relative to the folder of the Python packages.
    pub const fn file(file: &'static str, package: &'static str) -> Self {
        Self {
            probe: Probe::File(file),
            package,
        }
    }

    /// A Python module: `statement` runs without an error. `interpreter` as in [`Part::file`].
    pub const fn python(
        interpreter: &'static str,
        statement: &'static str,
        package: &'static str,
    ) -> Self {
        Self {
            probe: Probe::Python {
                interpreter,
                statement,
            },
            package,
        }
    }

    fn is_here(&self) -> bool {
        match self.probe {
            Probe::File(file) => venv().join(file).exists(),
            Probe::Python {
                interpreter,
                statement,
            } => {
                let mut python = Command::new(venv().join(interpreter));
                let run = python
                    .args(["-c", statement])
                    .stderr(Stdio::null())
                    .status();
                run.is_ok_and(|status| status.success())
            }
        }
    }
}

/// Whether all parts of an app are here.
///
/// # Errors
/// When one is missing although `COMPANION_MUST` says that everything is installed.
pub fn is_present(app: &str, parts: &[Part]) -> Result<bool> {
    let missing = parts.iter().filter(|part| !part.is_here());
    let packages: Vec<&str> = missing.map(|part| part.package).collect();
    if packages.is_empty() {
        return Ok(true);
    }
    let packages = packages.join(", ");
    let message = format!("{app} is not installed; `cargo xtask test` installs it ({packages})");
    if env::var_os("COMPANION_MUST").is_some_and(|must| must == "1") {
        bail!("{message}");
    }
    writeln!(std::io::stderr(), "SKIPPED: {message}")?;
    Ok(false)
}

/// The folder of the Python packages: `COMPANION_VENV`, or where `cargo xtask test` makes it.
pub fn venv() -> PathBuf {
    match env::var_os("COMPANION_VENV") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/venv"),
    }
}
