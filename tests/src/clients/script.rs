//! A helper script of `tests/clients/`: drives a library in its own language, one JSON line per call and answer.
//!
//! A call is `["function", {arguments}]`; the answer `{"ok": value}` or `{"error": "what happened"}`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::patience::PATIENCE;

/// The path of a helper script.
pub fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("clients")
        .join(name)
}

/// A running script; ends when dropped.
#[derive(Debug)]
pub struct Script {
    child: Child,
    stdin: ChildStdin,
    answers: Receiver<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Ok(Value),
    Error(String),
}

impl Script {
    /// Starts it; what it writes to stderr shows up beside the test.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("{command:?} does not start"))?;
        let stdin = child.stdin.take().context("no stdin")?;
        let stdout = BufReader::new(child.stdout.take().context("no stdout")?);
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            let lines = stdout.lines().map_while(Result::ok);
            lines
                .take_while(|line| sender.send(line.clone()).is_ok())
                .for_each(drop);
        });
        Ok(Self {
            child,
            stdin,
            answers,
        })
    }

    /// Calls one of its functions.
    ///
    /// # Errors
    /// What the function raised; or the script is gone, or slower than anyone would wait.
    pub fn call<T: DeserializeOwned>(&mut self, function: &str, arguments: &Value) -> Result<T> {
        let call = serde_json::to_string(&(function, arguments))?;
        writeln!(self.stdin, "{call}")
            .with_context(|| format!("{function}: the script is gone"))?;
        let line = self.answers.recv_timeout(PATIENCE);
        let line = line.with_context(|| format!("{function}: no answer"))?;
        match serde_json::from_str(&line).with_context(|| format!("{function}: {line}"))? {
            Answer::Ok(value) => serde_json::from_value(value).context("an unexpected answer"),
            Answer::Error(what) => bail!("{function}: {what}"),
        }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // One that has ended already needs no killing.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
