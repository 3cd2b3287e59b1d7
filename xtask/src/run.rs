//! `cargo xtask run`: from a fresh clone to a running companion, connected to the sandbox cloud with a doctor's week in
//! it; with `--real`, to the accounts of whoever runs it.
//!
//! Where there is a display the window opens; elsewhere the same engine runs headless and the terminal shows
//! what the window would: the address, the accounts, the agenda. Ctrl-C ends either.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, IsTerminal as _};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::cloud::Cloud;
use crate::command::Run;
use crate::demo::{Demo, LOGIN};
use crate::install::Installing;
use crate::{install, needs, place, say, signals};

/// What the person wants to look at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// The window where there is a display, the terminal elsewhere.
    WhateverFits,
    /// The terminal.
    Headless,
}

/// Whose calendars.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum World {
    /// Those of the sandbox cloud.
    Sandbox,
    /// Those of whoever runs it, in their own data folder and keychain.
    Real,
}

/// Installs, builds, starts; returns when the program has ended.
///
/// # Errors
/// When something cannot be installed or built, or the program fails.
pub(crate) fn run(face: Face, world: World, installing: Installing) -> Result<()> {
    install::apt(&[needs::APT_ENGINE], installing)?;
    let shows_window = face == Face::WhateverFits && has_display();
    if shows_window {
        build_all(installing)?;
    } else {
        build_engine()?;
    }
    if world == World::Real {
        return if shows_window {
            show_window(&[])
        } else {
            serve_on_the_terminal(&[])
        };
    }
    say::heading("starting the sandbox cloud");
    let cloud = Cloud::start()?;
    let demo = Demo::make(&cloud)?;
    if shows_window {
        return show_window(&demo.options());
    }
    let mut options = demo.options();
    options.extend(["--login".into(), LOGIN.into(), "--password-file".into()]);
    options.push(demo.password_file().into());
    say::line(&format!(
        "\n    Any calendar app can be connected (CalDAV): login {LOGIN}, password demo, of this demonstration alone"
    ));
    if std::io::stdout().is_terminal() {
        serve_on_the_terminal(&options)
    } else {
        serve(&demo, &options)
    }
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(not(target_os = "linux")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The packages that need no webview.
pub(crate) fn engine_packages(run: Run) -> Run {
    run.args(["-p", "bridge-core", "-p", "bridge", "-p", "companion-tests"])
}

/// The headless half: no webview is built for it.
fn build_engine() -> Result<()> {
    say::heading("building the engine (the first time takes some minutes)");
    let packages = engine_packages(Run::cargo("build")?);
    packages.arg("--bins").run()
}

/// The set of packages and features of everything that is built with the window in it, so that `run` and `test`
/// compile nothing twice. `custom-protocol` makes the app serve the built interface itself.
pub(crate) const EVERYTHING: [&str; 3] = [
    "--workspace",
    "--features",
    "pharmadoc-companion/custom-protocol",
];

/// The interface, then the app around it and the engine beside it.
pub(crate) fn build_all(installing: Installing) -> Result<()> {
    install::apt(&[needs::APT_WINDOW], installing)?;
    install::npm(install::INTERFACE, installing)?;
    say::heading("building the window (the first time takes some minutes)");
    Run::new(install::npm_program())?
        .within("ui")?
        .args(["run", "--silent", "build"])
        .run()?;
    // With one test among the targets cargo settles the features as it does for all tests.
    let targets = ["--bins", "--test", "window"];
    Run::cargo("build")?.args(EVERYTHING).args(targets).run()
}

fn show_window(options: &[OsString]) -> Result<()> {
    say::heading("the companion runs: see its window; Ctrl-C ends it");
    let mut app = Run::new(place::binary("pharmadoc-companion")?)?
        .args(options)
        .into_command();
    let mut app = app.spawn().context("the companion does not start")?;
    let status = signals::wait(&mut app)?;
    if !status.success() && !ended_by_us(status) {
        bail!("the companion ended with {status}");
    }
    Ok(())
}

/// `pharmadoc-bridge run` shows everything itself.
fn serve_on_the_terminal(options: &[OsString]) -> Result<()> {
    say::heading("the companion runs without its window; Ctrl-C ends it");
    let mut server = Run::new(place::binary("pharmadoc-bridge")?)?
        .arg("run")
        .args(options)
        .into_command();
    let mut server = server.spawn().context("the engine does not start")?;
    ended_well(signals::wait(&mut server)?)
}

/// Starts `pharmadoc-bridge run` for a script, shows its ready line and what a person wants to know next.
fn serve(demo: &Demo, options: &[OsString]) -> Result<()> {
    say::heading("no display: the companion runs without its window; Ctrl-C ends it");
    let mut server = Run::new(place::binary("pharmadoc-bridge")?)?
        .arg("run")
        .args(options)
        .into_command();
    let mut server = server
        .stdout(Stdio::piped())
        .spawn()
        .context("the engine does not start")?;
    let output = server.stdout.take().context("no output to read")?;
    let mut ready = String::new();
    BufReader::new(output).read_line(&mut ready)?;
    if ready.trim().is_empty() {
        bail!(
            "the engine ended before it was ready ({}); its message is above",
            server.wait()?
        );
    }
    say::line(ready.trim());
    if let Err(problem) = show_view(demo, &ready) {
        say::problem(&format!("{problem:#}"));
    }
    ended_well(signals::wait(&mut server)?)
}

fn ended_well(status: std::process::ExitStatus) -> Result<()> {
    if !status.success() && !ended_by_us(status) {
        bail!("the engine ended with {status}");
    }
    say::line("\nended");
    Ok(())
}

/// The terminal view: address, login, agenda.
fn show_view(demo: &Demo, ready: &str) -> Result<()> {
    let ready: Value = serde_json::from_str(ready).context("the ready line is not JSON")?;
    let address = |name: &str| {
        ready
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or("off")
            .to_owned()
    };
    say::line(&format!(
        "\n    Add this address to any calendar app (CalDAV):\n\n\
         \x20       address    {}\n        or         {}\n        login      {LOGIN}\n        \
         password   demo   (of this demonstration alone)\n\n    Coming up:\n",
        address("http"),
        address("https"),
    ));
    let agenda = Run::new(place::binary("pharmadoc-bridge")?)?
        .arg("agenda")
        .args(demo.options())
        .read()
        .context("the agenda cannot be shown")?;
    say::list(agenda.lines());
    Ok(())
}

/// Ctrl-C is how a person ends it: not a failure.
#[cfg(unix)]
fn ended_by_us(status: std::process::ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    matches!(
        status.signal(),
        Some(signal_hook::consts::SIGINT | signal_hook::consts::SIGTERM)
    )
}

#[cfg(not(unix))]
fn ended_by_us(_status: std::process::ExitStatus) -> bool {
    false
}
