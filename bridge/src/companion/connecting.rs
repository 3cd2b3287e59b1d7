//! Signing in in the browser, as a face sees it: at most one is under way, and it can be cancelled.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use url::Url;

use super::Companion;
use super::account::AccountEntry;
use super::listeners::Tag;
use super::problem::{Problem, ProblemCode};
use crate::accounts::{Account, AccountId, AccountsError, NewConnection, Permission};

impl Companion {
    /// Signs in in the browser, and keeps the account with all its calendars when that works. Takes as long as the doctor
    /// does; meanwhile the overview says at which address. Another sign-in that is under way is cancelled.
    ///
    /// # Errors
    /// Their codes say what a face may offer then: [`ProblemCode::Denied`] and [`ProblemCode::Unticked`] to try again.
    pub fn connect_account(
        &self,
        preset: String,
        name: Option<String>,
    ) -> Result<AccountEntry, Problem> {
        let accounts = self.accounts()?;
        let new = NewConnection {
            preset,
            name,
            calendars: Vec::new(),
            permission: Permission::default(),
        };
        let turn = self.connecting.begin();
        let signing_in = accounts.connect(&new, |address| self.show(&turn, address));
        self.signed_in(&turn, signing_in)
    }

    /// Signs in to an account again; what waits to be sent is kept and goes on.
    ///
    /// # Errors
    /// Those of [`Companion::connect_account`]; what was kept before stays then.
    pub fn reconnect_in_browser(&self, id: i64) -> Result<AccountEntry, Problem> {
        let accounts = self.accounts()?;
        let turn = self.connecting.begin();
        let show = |address: &_| self.show(&turn, address);
        self.signed_in(
            &turn,
            accounts.connect_again(AccountId::of_number(id), show),
        )
    }

    /// Ends the sign-in that is under way, if there is one; it fails with [`ProblemCode::Cancelled`].
    pub fn cancel_connecting(&self) {
        self.connecting.cancel();
    }

    fn show(&self, turn: &Turn<'_>, address: &Url) {
        turn.is_at(address);
        self.listeners.tell(Tag::Accounts);
        if let Err(error) = self.effects.browser.open(address) {
            tracing::warn!(%error, "no browser opens; the window shows the address");
        }
    }

    fn signed_in(
        &self,
        turn: &Turn<'_>,
        signing_in: impl Future<Output = Result<Account, AccountsError>>,
    ) -> Result<AccountEntry, Problem> {
        let ended = self.handle.block_on(turn.unless_cancelled(signing_in));
        turn.end();
        self.listeners.tell(Tag::Accounts);
        let account = ended.ok_or_else(cancelled)??;
        self.accounts_changed()?;
        self.entry(account.id)
    }
}

fn cancelled() -> Problem {
    let said = "signing in was cancelled, and nothing was changed";
    Problem::new(ProblemCode::Cancelled, &said)
}

/// The sign-in that is under way.
#[derive(Debug, Default)]
pub(super) struct Connecting {
    now: Mutex<Option<UnderWay>>,
}

#[derive(Debug)]
struct UnderWay {
    address: Option<Url>,
    cancel: Arc<Notify>,
}

/// One sign-in. It ends with its value.
struct Turn<'c> {
    connecting: &'c Connecting,
    cancel: Arc<Notify>,
}

impl Connecting {
    /// Where the doctor signs in.
    pub(super) fn address(&self) -> Option<String> {
        let now = self.now();
        let address = now.as_ref()?.address.as_ref()?;
        Some(address.to_string())
    }

    pub(super) fn cancel(&self) {
        if let Some(now) = self.now().take() {
            now.cancel.notify_one();
        }
    }

    /// The latest takes the place of what was under way.
    fn begin(&self) -> Turn<'_> {
        let cancel = Arc::new(Notify::new());
        let new = UnderWay {
            address: None,
            cancel: Arc::clone(&cancel),
        };
        if let Some(before) = self.now().replace(new) {
            before.cancel.notify_one();
        }
        Turn {
            connecting: self,
            cancel,
        }
    }

    fn now(&self) -> MutexGuard<'_, Option<UnderWay>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    fn is_at(&self, address: &Url) {
        let mut now = self.connecting.now();
        if let Some(now) = now.as_mut().filter(|now| self.is(now)) {
            now.address = Some(address.clone());
        }
    }

    async fn unless_cancelled<T>(&self, signing_in: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            ended = signing_in => Some(ended),
            () = self.cancel.notified() => None,
        }
    }

    fn end(&self) {
        self.connecting.now().take_if(|now| self.is(now));
    }

    fn is(&self, now: &UnderWay) -> bool {
        Arc::ptr_eq(&now.cancel, &self.cancel)
    }
}
