//! Work in named phases: one line when each begins, one when it ends with the time it took, and it stops at the
//! first that fails.

use anyhow::{Context, Result, bail};

use crate::say;

/// One step of `test` or `check`.
pub(crate) struct Phase<'a> {
    /// Short, typed by people: `cargo xtask test lint`.
    pub(crate) name: &'static str,
    /// What it shows when it passes.
    pub(crate) what: &'static str,
    /// The work.
    pub(crate) work: Box<dyn FnMut() -> Result<()> + 'a>,
}

impl<'a> Phase<'a> {
    pub(crate) fn new(
        name: &'static str,
        what: &'static str,
        work: impl FnMut() -> Result<()> + 'a,
    ) -> Self {
        Self {
            name,
            what,
            work: Box::new(work),
        }
    }
}

/// Runs the phases in their order; with `only`, those alone.
///
/// # Errors
/// The first failure, with the name of its phase; or an unknown name in `only`.
pub(crate) fn run(mut phases: Vec<Phase<'_>>, only: &[&str]) -> Result<()> {
    if let Some(unknown) = only
        .iter()
        .find(|name| phases.iter().all(|phase| phase.name != **name))
    {
        say::list(
            phases
                .iter()
                .map(|phase| format!("{:<10} {}", phase.name, phase.what)),
        );
        bail!("there is no phase `{unknown}`; the list above names them");
    }
    let whole = say::Stopwatch::start();
    let mut done = Vec::new();
    for phase in &mut phases {
        if !only.is_empty() && !only.contains(&phase.name) {
            continue;
        }
        say::heading(&format!("{}: {}", phase.name, phase.what));
        let watch = say::Stopwatch::start();
        let outcome = (phase.work)();
        let took = watch.read();
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        say::line(&format!("<== {}: {word} after {took}", phase.name));
        done.push(format!("{:<10} {word:<7} {took}", phase.name));
        if outcome.is_err() {
            say::list(&done);
        }
        outcome.with_context(|| format!("stopped at phase `{}`", phase.name))?;
    }
    say::heading(&format!("all phases passed in {}", whole.read()));
    say::list(&done);
    Ok(())
}
