//! `pharmadoc-bridge`: the engine of the Companion without a window.
//!
//! One file per command. Answers go to standard output, everything else to standard error; 0 is done, 1 failed
//! with a message that names the fix, 2 wrong usage.

mod account;
mod agenda;
mod arguments;
mod browser;
mod client;
mod conflicts;
mod defaults;
mod deletions;
mod export;
mod generate;
mod health;
mod import;
mod installation;
mod output;
mod pharmadoc;
mod progress;
mod serve;
mod status;
mod sync;
mod view;
mod wait;

use std::process::ExitCode;

use bridge::companion::Duty;
use clap::Parser as _;

use arguments::{Arguments, Command};
use output::Failure;

fn main() -> ExitCode {
    // Wrong usage ends in here with 2, `--help` and `--version` with 0.
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let common = arguments.common;
    match arguments.command {
        Command::Serve(serve) => serve::serve(&common, &serve, Duty::Serve),
        Command::Run(serve) => serve::serve(&common, &serve, Duty::Run),
        Command::Account { command } => account::account(&common, command),
        Command::Pharmadoc { command } => pharmadoc::pharmadoc(&common, command),
        Command::Sync(sync) => sync::sync(&common, &sync),
        Command::Conflicts { command } => conflicts::conflicts(&common, &command),
        Command::Deletions { command } => deletions::deletions(&common, &command),
        Command::Client { command } => client::client(&common, command),
        Command::Import(import) => import::import(&common, &import),
        Command::Export(export) => export::export(&common, &export),
        Command::Agenda(agenda) => agenda::agenda(&common, &agenda),
        Command::Status(status) => status::status(&common, &status),
        Command::Completions { shell } => generate::completions(shell),
        Command::Man => generate::man(),
    }
}
