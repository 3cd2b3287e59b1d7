//! The app as a process: started, listened to, told to end.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

use crate::feed::FeedAt;
use crate::patience::{PATIENCE, until};

/// The app over a data folder of its own, with a key file in it.
pub(crate) struct Program {
    child: Child,
    lines: Receiver<Value>,
    folder: TempDir,
}

impl Program {
    /// Starts it in the tray on the message bus at `bus`.
    pub(crate) fn start(app: &Path, folder: TempDir, bus: &str, words: &[&str]) -> Result<Self> {
        let mut child = command(app, folder.path(), bus)
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .context("the app does not start")?;
        let output = BufReader::new(child.stdout.take().context("no output")?);
        let (say, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Ok(value) = serde_json::from_str(&line) {
                    drop(say.send(value));
                }
            }
        });
        Ok(Self {
            child,
            lines,
            folder,
        })
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Waits for the line that says where the feed is.
    pub(crate) fn feed(&self) -> Result<FeedAt> {
        let line = self.lines.recv_timeout(PATIENCE).context("no ready line")?;
        let http = line.get("http").and_then(Value::as_str);
        FeedAt::parse(http.with_context(|| format!("no address in {line}"))?)
    }

    /// Waits for the line that says that the window is `shown` or `closed`.
    pub(crate) fn window(&self, state: &str) -> Result<()> {
        let line = self.lines.recv_timeout(PATIENCE);
        let line = line.with_context(|| format!("the window is not {state}"))?;
        match line.get("window").and_then(Value::as_str) {
            Some(said) if said == state => Ok(()),
            _ => bail!("the window is not {state}; the app says {line}"),
        }
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) -> Result<ExitStatus> {
        let child = &mut self.child;
        until("the app does not end", || {
            let tried = child.try_wait();
            async move { tried?.context("it runs") }
        })
        .await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The app over this folder, on this message bus.
pub(crate) fn command(app: &Path, folder: &Path, bus: &str) -> Command {
    let mut command = Command::new(app);
    command
        .arg("--data-dir")
        .arg(folder)
        .arg("--key-file")
        .arg(folder.join("key"))
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .stdin(Stdio::null());
    command
}
