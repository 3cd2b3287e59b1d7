//! A clean end on Ctrl-C: the program we started gets the signal (from the terminal, or from us) and ends in its
//! own way; we wait for it and then take the private session down.

use std::process::{Child, Command, ExitStatus};

use anyhow::{Context, Result};

/// Waits for a program; an interrupt of ours becomes an interrupt of it.
///
/// # Errors
/// When the signals cannot be caught or the program cannot be waited for.
pub(crate) fn wait(child: &mut Child) -> Result<ExitStatus> {
    pass_on(child.id())?;
    child.wait().context("cannot wait for the program")
}

/// Ends a program that we started, so that it can tidy up, and waits for it.
pub(crate) fn end(child: &mut Child) {
    if cfg!(unix) {
        let id = child.id().to_string();
        drop(Command::new("kill").args(["-TERM", &id]).status());
    } else {
        drop(child.kill());
    }
    drop(child.wait());
}

#[cfg(unix)]
fn pass_on(process: u32) -> Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        // The terminal has sent Ctrl-C to the program as well; once more does no harm.
        for _ in signals.forever() {
            drop(
                Command::new("kill")
                    .args(["-TERM", &process.to_string()])
                    .status(),
            );
        }
    });
    Ok(())
}

#[cfg(not(unix))]
fn pass_on(_process: u32) -> Result<()> {
    Ok(()) // the console sends Ctrl-C to every program in it
}
