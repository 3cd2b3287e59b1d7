//! Waiting for the words with which a system ends a program: Ctrl-C, and a polite kill.

use std::io;

use tokio::runtime::Handle;

/// Hears those words from the moment it is made.
pub struct Interrupt {
    runtime: Handle,
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

impl Interrupt {
    #[cfg(unix)]
    pub(super) fn listen(runtime: Handle) -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let signals = {
            let _within = runtime.enter();
            [
                signal(SignalKind::terminate())?,
                signal(SignalKind::interrupt())?,
            ]
        };
        Ok(Self { runtime, signals })
    }

    #[cfg(not(unix))]
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the same signature on every platform"
    )]
    pub(super) fn listen(runtime: Handle) -> io::Result<Self> {
        Ok(Self { runtime })
    }

    /// Returns when the process is told to end.
    #[cfg(unix)]
    pub fn wait(self) {
        let [mut terminate, mut interrupt] = self.signals;
        self.runtime.block_on(async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        });
    }

    /// Returns when the process is told to end.
    #[cfg(not(unix))]
    pub fn wait(self) {
        // Without the word of the system there is no end but the hard one.
        drop(self.runtime.block_on(tokio::signal::ctrl_c()));
    }
}
