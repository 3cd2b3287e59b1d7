//! The real app, driven as a person drives it: through its window by WebDriver, through its tray by the message bus.
//!
//! `WebKitWebDriver` (Debian's `webkit2gtk-driver`) starts the app that `COMPANION_APP` names. The desktop around it
//! is whatever this process lives in; `cargo xtask test` gives a private one with an unlocked keychain. Where
//! something is missing the test says so and passes, unless `COMPANION_MUST=1` promises that nothing is.

mod accounts;
mod browser;
mod deciding;
mod desk;
mod feed;
mod figures;
mod in_browser;
mod keychain;
mod living;
mod page;
mod patience;
mod program;
mod sandbox;
mod tray;
mod tray_host;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// The app to drive, or `None` when this machine has none and need not.
pub(crate) fn app() -> Result<Option<PathBuf>> {
    let missing = match env::var_os("COMPANION_APP") {
        None => "COMPANION_APP names no app; `cargo xtask test window` builds it and sets it",
        Some(app) if !Path::new(&app).exists() => "the app that COMPANION_APP names is not there",
        Some(_) if !has_program("WebKitWebDriver") => {
            "WebKitWebDriver is missing (Debian: webkit2gtk-driver)"
        }
        Some(app) => return Ok(Some(app.into())),
    };
    if env::var_os("COMPANION_MUST").is_some_and(|must| must == "1") {
        bail!("{missing}");
    }
    say_not_run(missing);
    Ok(None)
}

#[expect(
    clippy::print_stderr,
    reason = "a test that did not run must be seen to have not run"
)]
fn say_not_run(missing: &str) {
    eprintln!("not run: {missing}");
}

pub(crate) fn has_program(name: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(name).is_file())
}
