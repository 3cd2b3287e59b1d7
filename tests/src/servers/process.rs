//! A server's process: started on a port that was free a moment ago, ended with the value.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::stopwatch::{Stopwatch, drain_for};

/// Python takes its time to start on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// Its complaints, in its folder.
const LOG: &str = "stderr.log";

pub(super) struct Process {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

/// A port that was free a moment ago: these servers do not say which one they chose.
pub(super) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

impl Process {
    /// Starts it and waits until it accepts connections.
    pub(super) fn start(
        command: &mut Command,
        address: SocketAddr,
        folder: TempDir,
    ) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(folder.path().join(LOG))?)
            .spawn()
            .with_context(|| format!("{command:?} does not start"))?;
        let mut process = Self {
            child,
            address,
            folder,
        };
        process.wait()?;
        Ok(process)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it keeps everything.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it complained of so far.
    pub(super) fn log(&self) -> String {
        let log = fs::read(self.folder().join(LOG)).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn wait(&mut self) -> Result<()> {
        let watch = Stopwatch::start();
        let (_held, nothing) = std::sync::mpsc::channel::<()>();
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended at once: {status}; start it by hand to see why");
            }
            if watch.elapsed() > PATIENCE {
                bail!("it does not listen on {}", self.address);
            }
            drain_for(&nothing, Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
