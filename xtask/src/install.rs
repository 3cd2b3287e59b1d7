//! Installing what a bare machine lacks, and nothing else: says what and why, then does it.
//!
//! Debian packages through apt (with sudo when we are not root), npm packages from the lock file, Python clients
//! into `target/venv`. Elsewhere than on Debian and Ubuntu the apt part is left to the reader of the README.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::Run;
use crate::needs::{NODE, Need, PYTHON};
use crate::{place, say};

/// Whether a command may install something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Installing {
    /// The usual: install what is missing, saying so.
    WhatIsMissing,
    /// `--no-install`: a locked machine. What is missing is named, and the command stops.
    Never,
}

/// Makes sure that the Debian packages of these lists are there.
///
/// # Errors
/// When apt fails, or when something is missing and nothing may be installed.
pub(crate) fn apt(lists: &[&[Need]], installing: Installing) -> Result<()> {
    if !Run::new("dpkg-query")?.arg("--version").succeeds() {
        return Ok(()); // no Debian: macOS, Windows, another Linux
    }
    let missing: Vec<&Need> = lists
        .iter()
        .copied()
        .flatten()
        .filter(|need| !has_package(need.name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    say::heading(&format!("{} Debian packages are missing", missing.len()));
    say::list(missing.iter().map(|need| need.line()));
    let names: Vec<&str> = missing.iter().map(|need| need.name).collect();
    if installing == Installing::Never {
        bail!(
            "nothing may be installed here (--no-install); please install: {}",
            names.join(" ")
        );
    }
    say::line("    they come with what they need themselves; this takes a minute or two");
    apt_get(&["-q", "update"])?;
    let mut arguments = vec!["-yq", "--no-install-recommends", "install"];
    arguments.extend(&names);
    apt_get(&arguments)
}

fn has_package(name: &str) -> bool {
    Run::new("dpkg-query")
        .and_then(|run| run.args(["-W", "-f=${Status}", name]).read())
        .is_ok_and(|status| status.contains("ok installed"))
}

/// Its hundreds of lines say nothing to anybody unless it fails. Another apt may be at work (unattended upgrades on a
/// fresh machine): wait five minutes for its lock.
fn apt_get(arguments: &[&str]) -> Result<()> {
    let run = if is_root()? {
        Run::new("env")?
    } else {
        say::line("    apt needs the administrator: sudo may ask for your password");
        Run::new("sudo")?.arg("env")
    };
    run.arg("DEBIAN_FRONTEND=noninteractive")
        .args([
            "apt-get",
            "-o",
            "DPkg::Lock::Timeout=300",
            "-o",
            "Dpkg::Use-Pty=0",
        ])
        .args(arguments)
        .run_quietly()
        .context("apt could not install; try the line above by hand to see why")
}

fn is_root() -> Result<bool> {
    Ok(Run::new("id")?.arg("-u").read()?.trim() == "0")
}

/// The folder of the interface.
pub(crate) const INTERFACE: &str = "ui";
/// The folder of the official client libraries that judge the sandbox.
pub(crate) const INTEROP: &str = "tests/interop";

/// Makes sure that the npm packages of a folder are those of its lock file.
///
/// # Errors
/// When Node is missing or too old, or npm fails.
pub(crate) fn npm(folder: &str, installing: Installing) -> Result<()> {
    node_is_new_enough()?;
    let root = place::root()?.join(folder);
    let lock = root.join("package-lock.json");
    let installed = root.join("node_modules/.package-lock.json");
    if is_newer(&installed, &lock) {
        return Ok(());
    }
    say::heading(&format!(
        "the npm packages of {folder} are missing or older than its package-lock.json"
    ));
    if installing == Installing::Never {
        bail!("nothing may be installed here (--no-install); please run `npm ci` in {folder}/");
    }
    Run::new(npm_program())?
        .within(folder)?
        .args(["ci", "--no-audit", "--no-fund"])
        .run()
}

/// npm is a script on Windows, and scripts are not found without their ending.
pub(crate) fn npm_program() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

fn node_is_new_enough() -> Result<()> {
    let (major, minor) = NODE;
    let advice =
        format!("install Node {major}.{minor} or newer (nodejs.org, or your system's packages)");
    let said = Run::new("node")?
        .arg("--version")
        .read()
        .with_context(|| advice.clone())?;
    let mut numbers = said
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(has)), Some(Ok(has_minor))) if (has, has_minor) >= (major, minor) => Ok(()),
        _ => bail!("Node {} is too old; {advice}", said.trim()),
    }
}

fn is_newer(this: &Path, than: &Path) -> bool {
    let modified = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    matches!((modified(this), modified(than)), (Some(this), Some(than)) if this >= than)
}

/// Makes sure that `target/venv` holds the pinned Python packages, and returns its folder.
///
/// # Errors
/// When Python or pip fails, or when something is missing and nothing may be installed.
pub(crate) fn python(installing: Installing) -> Result<PathBuf> {
    let venv = place::target()?.join("venv");
    let names: Vec<&str> = PYTHON.iter().map(|need| need.name).collect();
    let wanted = names.join(
        "
",
    );
    let stamp = venv.join("installed.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(venv);
    }
    say::heading("Python packages are missing in target/venv");
    say::list(PYTHON.iter().map(Need::line));
    if installing == Installing::Never {
        bail!("nothing may be installed here (--no-install); without it they go into target/venv");
    }
    Run::new("python3")?.args(["-m", "venv"]).arg(&venv).run()?;
    let program = venv.join(if cfg!(windows) {
        "Scripts/pip.exe"
    } else {
        "bin/pip"
    });
    Run::new(program)?
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .args(&names)
        .run()?;
    std::fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(venv)
}

/// Whether a program is on the `PATH`.
pub(crate) fn has_program(name: &str) -> bool {
    let Some(path) = std::env::var_os("PATH") else {
        return false;
    };
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}
