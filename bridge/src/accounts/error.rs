//! Why something about an account did not work. Each message says what to do.

use super::EndpointsError;
use crate::http::BadAuthority;
use crate::ids::NoRandomness;
use crate::provider::caldav::SignInError;
use crate::provider::{PresetsError, ProviderError};
use crate::store::sealed::SealedError;
use crate::store::{StoreError, accounts, calendars};

/// Why something about an account did not work.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// There is no such entry in the list of providers.
    #[error("there is no provider \"{name}\"; the known ones are: {known}")]
    NoSuchPreset {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// We may not change this calendar.
    #[error(
        "\"{0}\" is for reading only, so no visit can be written into it; choose another calendar"
    )]
    ForReading(String),
    /// This is no colour.
    #[error("\"{0}\" is no colour; a colour is written like #2a7de1")]
    NoColor(String),
    /// Signing in failed.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// Signing in in the browser failed.
    #[error(transparent)]
    Browser(#[from] crate::oauth::SignInError),
    /// Nobody registered this program there.
    #[error(
        "this copy of the program is not registered at {0}: put the client-id that {0} gave your organisation into \
         providers.toml"
    )]
    NoClient(String),
    /// The addresses of the provider are none.
    #[error("an address of the provider is wrong ({0}); look at the endpoints file")]
    Address(#[from] url::ParseError),
    /// A password is asked for there.
    #[error("{0} is connected with a user name and a password, not in the browser")]
    NotInBrowser(String),
    /// The browser is where one signs in.
    #[error("{0} is connected in the browser, not with a password")]
    InBrowser(String),
    /// The doctor did not allow everything.
    #[error(
        "the permission to see and change your calendars was not given; connect again and leave every box ticked"
    )]
    Unticked,
    /// The provider does not say who signed in.
    #[error("the provider does not say who signed in; try again later")]
    Nobody,
    /// Somebody else signed in.
    #[error(
        "this account belongs to {expected}, but {came} signed in; choose {expected} in the browser, or add {came} as an \
         account of its own"
    )]
    AnotherPerson {
        /// Whose account it is.
        expected: String,
        /// Who came.
        came: String,
    },
    /// The provider was not told that the account is removed.
    #[error(
        "the permission could not be withdrawn ({0}); you can do that in your account at the provider"
    )]
    NotWithdrawn(ProviderError),
    /// The provider has no place where a program gives its permission back.
    #[error(
        "{0} has no way for a program to give its permission back; you can take it away at \
         https://account.microsoft.com/privacy/app-access, or for a work account at https://myapps.microsoft.com"
    )]
    WithdrawnByHand(String),
    /// Signed in, and then the calendars could not be listed.
    #[error(
        "signing in works, but the calendars cannot be listed ({0}). Try again in a few minutes"
    )]
    Listing(ProviderError),
    /// The account is connected already.
    #[error(
        "this account is connected already, as \"{0}\"; if it does not work any more, reconnect it instead of adding it again"
    )]
    Connected(String),
    /// The name is taken.
    #[error("there is already an account \"{0}\"; choose another name")]
    NameTaken(String),
    /// A name that is none.
    #[error(
        "an account's name has 1 to 60 letters, none of them a control character; choose another"
    )]
    BadName,
    /// A calendar that the account does not offer.
    #[error("the account has no calendar \"{name}\"; it offers: {offered}")]
    NoSuchCalendar {
        /// What was asked for.
        name: String,
        /// What there is.
        offered: String,
    },
    /// An account that is not there.
    #[error("there is no account \"{name}\"; {others}")]
    NoSuchAccount {
        /// What was asked for.
        name: String,
        /// What there is, or how to add one.
        others: String,
    },
    /// It was removed meanwhile.
    #[error("it is not there any more; look at the list again")]
    Gone,
    /// Changes would be lost.
    #[error(
        "{0} changes made here have not reached the provider and would be lost. Sync first, or go on without them \
         with --force"
    )]
    Unsent(usize),
    /// The version that lost is not there any more, or never was one.
    #[error("there is nothing to restore: versions that lost are kept for 30 days")]
    NothingToRestore,
    /// The entry cannot be put back where it was.
    #[error("the version cannot be restored: {0}")]
    Unrestorable(String),
    /// No deletions are held.
    #[error("no deletions are held there (any more); look at the list again")]
    NothingHeld,
    /// The password is not there.
    #[error("the password of the account \"{0}\" is missing; reconnect it")]
    NoPassword(String),
    /// The endpoints file is wrong.
    #[error(transparent)]
    Endpoints(#[from] EndpointsError),
    /// The authority that the endpoints file names is none.
    #[error(transparent)]
    Authority(#[from] BadAuthority),
    /// The list of providers is wrong.
    #[error(transparent)]
    Presets(#[from] PresetsError),
    /// A password could not be sealed or opened.
    #[error(transparent)]
    Sealed(SealedError),
    /// There is no randomness.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AccountsError {
    pub(super) fn no_account(name: &str, names: &[String]) -> Self {
        let others = if names.is_empty() {
            "to add one: pharmadoc-bridge account add caldav ADDRESS --user USER".to_owned()
        } else {
            format!("those there are: {}", names.join(", "))
        };
        Self::NoSuchAccount {
            name: name.to_owned(),
            others,
        }
    }
}

impl From<SealedError> for AccountsError {
    fn from(error: SealedError) -> Self {
        match error {
            SealedError::Store(error) => error.into(),
            SealedError::Seal(_) => Self::Sealed(error),
        }
    }
}

impl From<accounts::AddError> for AccountsError {
    fn from(error: accounts::AddError) -> Self {
        match error {
            accounts::AddError::NameTaken(name) => Self::NameTaken(name),
            accounts::AddError::Store(error) => error.into(),
        }
    }
}

impl From<calendars::CreateError> for AccountsError {
    fn from(error: calendars::CreateError) -> Self {
        match error {
            // The name was looked for in the same transaction.
            calendars::CreateError::Exists(_) => Self::Gone,
            calendars::CreateError::Store(error) => error.into(),
        }
    }
}
