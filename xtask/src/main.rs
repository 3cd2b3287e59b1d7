//! The project's own commands: `cargo xtask run | test | check | bench | docs | tidy`.
//!
//! Everything a newcomer or CI has to do lives here, in Rust, so that it works the same on every system and needs
//! no second tool. `run` and `test` install what a bare Debian or Ubuntu machine with Rust and Node lacks and say
//! what and why (`needs.rs` is the one list). Nothing here is part of what is shipped.

mod bench;
mod check;
mod cloud;
mod command;
mod demo;
mod docs;
mod install;
mod needs;
mod phases;
mod place;
mod run;
mod say;
mod screenshot;
mod session;
mod signals;
mod sim;
mod test;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::install::Installing;
use crate::run::{Face, World};

const USAGE: &str = "\
usage: cargo xtask COMMAND [OPTIONS]

  run        install what is missing, build, and start the sandbox cloud and the companion connected to it
             --headless     no window, even where there is a display
             --real         without the sandbox: with your own data, keychain and accounts
  test       install what is missing and run every test, the ones with real clients and a real window included
             PHASE..        only these phases (`cargo xtask test help` names them)
  check      formatting, lints, engine tests, doc links, licences and advisories, tidy: what a change must pass
  bench      the benchmarks and the load bench
  sim        the simulation of sync, optimised (500 seeds of 100 steps; a broken rule names its seed)
             --seeds N --from N --steps N --flaw NAME|all
             --seed N   one seed with everything that happens in it, shrunk if it fails
  docs       the API documentation of the engine, opened in the browser
  screenshot pictures of the real window and tray for the README, taken in a private session
  tidy       the house rules that no compiler checks

  --no-install   with any of them: install nothing, say what is missing and stop";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::problem(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    // Its options have values, and belong to the program it starts.
    if let Some(("sim", options)) = arguments
        .split_first()
        .map(|(command, options)| (command.as_str(), options))
    {
        let never = |option: &&String| *option != "--no-install";
        let installing = Flags(options.iter().map(String::as_str).collect()).installing();
        let options: Vec<String> = options.iter().filter(never).cloned().collect();
        return sim::sim(&options, installing);
    }
    let (flags, words): (Vec<&str>, Vec<&str>) = arguments
        .iter()
        .map(String::as_str)
        .partition(|word| word.starts_with('-'));
    let flags = Flags(flags);
    let Some((command, rest)) = words.split_first() else {
        say::line(USAGE);
        if flags.0.iter().all(|flag| matches!(*flag, "-h" | "--help")) && !flags.0.is_empty() {
            return Ok(());
        }
        bail!("name a command");
    };
    match *command {
        "run" => {
            flags.only(&["--headless", "--real", "--no-install"])?;
            let face = if flags.has("--headless") {
                Face::Headless
            } else {
                Face::WhateverFits
            };
            let world = if flags.has("--real") {
                World::Real
            } else {
                World::Sandbox
            };
            run::run(face, world, flags.installing())
        }
        "test" => {
            flags.only(&["--no-install"])?;
            test::test(rest, flags.installing())
        }
        "check" => {
            flags.only(&["--no-install"])?;
            check::check(flags.installing())
        }
        "bench" => {
            flags.only(&["--no-install"])?;
            bench::bench(flags.installing())
        }
        "screenshot" => {
            flags.only(&["--no-install"])?;
            screenshot::screenshot(flags.installing())
        }
        "docs" => flags.only(&[]).and_then(|()| docs::open()),
        "tidy" => flags.only(&[]).and_then(|()| tidy::tidy()),
        "help" => {
            say::line(USAGE);
            Ok(())
        }
        other => bail!("there is no command `{other}`; `cargo xtask help` lists them"),
    }
}

/// The words of the command line that begin with a dash.
struct Flags<'a>(Vec<&'a str>);

impl Flags<'_> {
    fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }

    fn only(&self, known: &[&str]) -> Result<()> {
        match self.0.iter().find(|flag| !known.contains(flag)) {
            Some(flag) => bail!("`{flag}` is not an option of this command; `cargo xtask help`"),
            None => Ok(()),
        }
    }

    fn installing(&self) -> Installing {
        if self.has("--no-install") {
            Installing::Never
        } else {
            Installing::WhatIsMissing
        }
    }
}
