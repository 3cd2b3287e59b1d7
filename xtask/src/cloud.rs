//! The sandbox cloud as a process of its own: what the demonstration is connected to. It ends when this is dropped.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{place, signals};

/// A running sandbox.
pub(crate) struct Cloud {
    process: Child,
    /// Its ready line, which is also what `--endpoints` takes.
    pub(crate) ready: String,
}

impl Cloud {
    /// Starts the sandbox with its week of a doctor.
    ///
    /// # Errors
    /// When it ends before it is ready.
    pub(crate) fn start() -> Result<Self> {
        let mut process = Command::new(place::binary("sandbox")?)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("the sandbox does not start")?;
        let output = process.stdout.take().context("no output to read")?;
        let mut ready = String::new();
        BufReader::new(output).read_line(&mut ready)?;
        if ready.trim().is_empty() {
            bail!("the sandbox ended before it was ready; its message is above");
        }
        Ok(Self { process, ready })
    }

    /// The user name or the password of the CalDAV account.
    ///
    /// # Errors
    /// When the ready line does not tell.
    pub(crate) fn caldav(&self, field: &str) -> Result<String> {
        let line: Value = serde_json::from_str(&self.ready).context("the sandbox's ready line")?;
        let value = line.pointer(&format!("/caldav/{field}"));
        let value = value.and_then(Value::as_str);
        Ok(value.with_context(|| format!("no {field}"))?.to_owned())
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        signals::end(&mut self.process);
    }
}
