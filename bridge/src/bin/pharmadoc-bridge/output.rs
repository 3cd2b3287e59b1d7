//! Standard output for answers, standard error for everything else.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Why a command failed, in words for the person who typed it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Something went wrong; the text says what to do.
    #[error("{0}")]
    Message(String),
    /// Standard output is gone or full.
    #[error("standard output cannot be written: {0}")]
    Output(io::Error),
}

impl Failure {
    /// A failure with this text.
    pub(crate) fn new(message: impl Display) -> Self {
        Self::Message(message.to_string())
    }

    /// Whether the reader of our output simply had enough (`| head`).
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Everything that the engine reports has a message for people.
macro_rules! from_error {
    ($($error:ty),+ $(,)?) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error)
            }
        })+
    };
}

from_error!(
    bridge::accounts::AccountsError,
    bridge::companion::Problem,
    bridge::config::ConfigError,
    bridge::logins::LoginError,
    bridge::open::OpenError,
    bridge::paths::NoHome,
    bridge::pharmadoc::SignInError,
    bridge::store::StoreError,
    bridge::store::calendars::CreateError,
);

/// Writes one line to standard output.
pub(crate) fn line(text: impl Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(Failure::Output)
}

/// Writes octets to standard output.
pub(crate) fn octets(octets: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(octets)
        .and_then(|()| out.flush())
        .map_err(Failure::Output)
}

/// Tells the person something that is not part of the answer.
pub(crate) fn note(text: impl Display) {
    // Without a standard error there is nobody to tell.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// The last words of a command that failed.
pub(crate) fn complain(failure: &Failure) {
    note(format_args!("pharmadoc-bridge: {failure}"));
}
