//! The log: on standard error, the same for every face. It holds ids and kinds, never titles, names or passwords.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::LogLevel;

/// Begins to log. `RUST_LOG` wins over `level`. Only the first call of a process counts.
pub fn to_stderr(level: LogLevel) {
    let default = match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let begun = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
    drop(begun);
}
