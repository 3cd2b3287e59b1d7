//! Completions and the manual page, made from the same description as the help.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::output::{self, Failure};

/// Prints the completions for a shell.
pub(crate) fn completions(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(shell, &mut command, "pharmadoc-bridge", &mut script);
    output::octets(&script)
}

/// Prints the manual page: the program and, below it, every command.
pub(crate) fn man() -> Result<(), Failure> {
    let mut command = Arguments::command();
    command.build();
    let mut page = Vec::new();
    render(&command, &mut page)?;
    output::octets(&page)
}

/// A command, then those below it.
fn render(command: &clap::Command, page: &mut Vec<u8>) -> Result<(), Failure> {
    clap_mangen::Man::new(command.clone())
        .render(page)
        .map_err(Failure::Output)?;
    command
        .get_subcommands()
        .try_for_each(|sub| render(sub, page))
}
