//! Starting other programs: what is run is shown, a failure names the program and what it said.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{place, say};

/// A program with its arguments, built up and then run to its end.
pub(crate) struct Run {
    command: Command,
    shown: String,
}

impl Run {
    /// A program found on the `PATH`, started in the root of the project.
    ///
    /// # Errors
    /// When the root of the project is gone.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Result<Self> {
        let program = program.as_ref();
        let mut command = Command::new(program);
        command.current_dir(place::root()?);
        let name = Path::new(program).file_name().unwrap_or(program);
        Ok(Self {
            command,
            shown: name.to_string_lossy().into_owned(),
        })
    }

    /// Cargo, the one that started us, with the lock file as the law.
    ///
    /// # Errors
    /// As [`Run::new`].
    pub(crate) fn cargo(verb: &str) -> Result<Self> {
        let run = Self::new(place::cargo())?.arg(verb);
        Ok(if verb == "fmt" {
            run
        } else {
            run.arg("--locked")
        })
    }

    /// One more argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&argument.as_ref().to_string_lossy());
        self.command.arg(argument);
        self
    }

    /// More arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// One variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Many variables; `None` removes one.
    pub(crate) fn envs(mut self, variables: &[(&'static str, Option<OsString>)]) -> Self {
        for (name, value) in variables {
            match value {
                Some(value) => self.command.env(name, value),
                None => self.command.env_remove(name),
            };
        }
        self
    }

    /// Another folder to start in, relative to the root of the project.
    ///
    /// # Errors
    /// When the root of the project is gone.
    pub(crate) fn within(mut self, folder: &str) -> Result<Self> {
        self.command.current_dir(place::root()?.join(folder));
        Ok(self)
    }

    /// Shows the command, runs it with our terminal, and wants success.
    ///
    /// # Errors
    /// When the program is missing or ends with anything but 0.
    pub(crate) fn run(mut self) -> Result<()> {
        say::line(&format!("    $ {}", self.shown));
        let status = self
            .command
            .status()
            .with_context(|| format!("cannot start `{}`", self.shown))?;
        if !status.success() {
            bail!("`{}` failed ({status})", self.shown);
        }
        Ok(())
    }

    /// Shows the command and runs it in silence; what it complained of is told when it fails.
    ///
    /// # Errors
    /// As [`Run::read`].
    pub(crate) fn run_quietly(self) -> Result<()> {
        say::line(&format!("    $ {}", self.shown));
        self.read().map(drop)
    }

    /// Runs it in silence and returns what it wrote to standard output.
    ///
    /// # Errors
    /// When the program is missing or fails; what it wrote to standard error is part of the message.
    pub(crate) fn read(mut self) -> Result<String> {
        let output = self
            .command
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot start `{}`", self.shown))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!(
                "`{}` failed ({}): {}",
                self.shown,
                output.status,
                said.trim()
            );
        }
        String::from_utf8(output.stdout).with_context(|| format!("`{}` wrote no text", self.shown))
    }

    /// Whether it can be started and succeeds, in silence.
    pub(crate) fn succeeds(mut self) -> bool {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// The command itself, for those who start it and go on.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }
}
