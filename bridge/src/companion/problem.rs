//! What went wrong, for the person at the screen: a code only where the interface acts on it, and words that say
//! what happened and what to do.

use serde::Serialize;

use crate::accounts::{AccountsError, BrowserError};
use crate::config::ConfigError;
use crate::feed::{CertificateError, ListenError};
use crate::ids::NoRandomness;
use crate::logins::LoginError;
use crate::open::OpenError;
use crate::provider::caldav::SignInError;
use crate::serving::PortError;
use crate::store::StoreError;
use crate::store::clients::AddError;

/// Why something did not work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[error("{message}")]
pub struct Problem {
    /// What the interface may act on.
    pub code: ProblemCode,
    /// What happened and what to do.
    pub message: String,
}

/// The kinds of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ProblemCode {
    /// The key of the database cannot be had.
    Keychain,
    /// The port cannot be opened.
    Port,
    /// The database cannot be read or written.
    Database,
    /// The login cannot be made.
    Login,
    /// The address of an account does not lead to calendars.
    Address,
    /// The user name or password of an account is refused.
    Password,
    /// An account cannot be made or changed as asked.
    Account,
    /// The same account is connected already.
    AlreadyConnected,
    /// This program is not registered at the provider, so trying again is of no use.
    NotRegistered,
    /// In the browser the doctor said no.
    Denied,
    /// In the browser the doctor did not allow everything.
    Unticked,
    /// The browser did not come back in time.
    TimedOut,
    /// The sign-in was cancelled, or another took its place.
    Cancelled,
    /// The configuration is wrong.
    Config,
    /// Something that should not happen.
    Internal,
}

impl Problem {
    /// Something that should not happen, and what helps.
    pub fn unexpected() -> Self {
        let said = "something unexpected happened. Close the companion and start it again";
        Self::new(ProblemCode::Internal, &said)
    }

    pub(super) fn new(code: ProblemCode, said: &dyn std::fmt::Display) -> Self {
        Self {
            code,
            message: sentence(&said.to_string()),
        }
    }
}

/// The messages of the engine begin small and end without a full stop, to stand inside others.
pub(super) fn sentence(said: &str) -> String {
    let mut letters = said.trim().chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    let mut sentence = first.unwrap_or_default() + letters.as_str();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        match &error {
            OpenError::Secrets(_) => Self::new(ProblemCode::Keychain, &error),
            OpenError::Store(_) => Self::new(ProblemCode::Database, &error),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::new(ProblemCode::Database, &error)
    }
}

impl From<ListenError> for Problem {
    fn from(error: ListenError) -> Self {
        Self::new(ProblemCode::Port, &error)
    }
}

impl From<PortError> for Problem {
    fn from(error: PortError) -> Self {
        match error {
            PortError::Listen(error) => error.into(),
            PortError::Store(error) => error.into(),
        }
    }
}

impl From<CertificateError> for Problem {
    fn from(error: CertificateError) -> Self {
        Self::new(ProblemCode::Internal, &error)
    }
}

impl From<LoginError> for Problem {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Label | LoginError::Add(AddError::Exists(_)) => {
                Self::new(ProblemCode::Login, &error)
            }
            LoginError::Add(AddError::Store(error)) => error.into(),
            LoginError::NoRandomness(error) => error.into(),
        }
    }
}

impl From<AccountsError> for Problem {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::Store(error) => error.into(),
            AccountsError::SignIn(
                SignInError::WrongPassword { .. } | SignInError::NeedsAppPassword { .. },
            ) => Self::new(ProblemCode::Password, &error),
            AccountsError::SignIn(_) => Self::new(ProblemCode::Address, &error),
            AccountsError::Presets(_)
            | AccountsError::Endpoints(_)
            | AccountsError::Authority(_) => Self::new(ProblemCode::Config, &error),
            _ => Self::new(of_account(&error), &error),
        }
    }
}

fn of_account(error: &AccountsError) -> ProblemCode {
    match error {
        AccountsError::Connected(_) => ProblemCode::AlreadyConnected,
        AccountsError::NoClient(_) => ProblemCode::NotRegistered,
        AccountsError::Unticked => ProblemCode::Unticked,
        AccountsError::Browser(BrowserError::Denied) => ProblemCode::Denied,
        AccountsError::Browser(BrowserError::TimedOut) => ProblemCode::TimedOut,
        _ => ProblemCode::Account,
    }
}

impl From<ConfigError> for Problem {
    fn from(error: ConfigError) -> Self {
        Self::new(ProblemCode::Config, &error)
    }
}

impl From<NoRandomness> for Problem {
    fn from(error: NoRandomness) -> Self {
        Self::new(ProblemCode::Internal, &error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_become_sentences() {
        assert_eq!(
            sentence("the port is taken; choose another"),
            "The port is taken; choose another."
        );
        assert_eq!(sentence("Ärger!"), "Ärger!");
    }
}
