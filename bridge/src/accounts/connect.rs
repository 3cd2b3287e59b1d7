//! Connecting an account in the browser, and signing in again: nothing is kept until its calendars were seen.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use url::Url;

use super::add::{check_name, chosen, free_name, offer};
use super::services::{Place, is_in_browser};
use super::{Account, AccountId, Accounts, AccountsError};
use crate::oauth::{Asked, Granted, Keeper, Person, Purpose, SignIn, Signer, Tokens};
use crate::provider::{Bearer, ErrorKind, ProviderError, RemoteCalendar};
use crate::secrets::Sensitive;
use crate::store::{ReadTx, StoreError, WriteTx, accounts, integrations};

/// How long the doctor may take in the browser; as long as the providers keep their own pages alive.
const PATIENCE: Duration = Duration::from_mins(10);

/// An account that is to be connected in the browser.
#[derive(Clone, Debug)]
pub struct NewConnection {
    /// The entry of `providers.toml`.
    pub preset: String,
    /// What the doctor calls it; the provider's name, when nothing is said.
    pub name: Option<String>,
    /// The calendars to choose, by name; all with events, when nothing is said.
    pub calendars: Vec<String>,
    /// What is asked for.
    pub permission: Permission,
}

/// What a doctor lets us do with the calendars of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// Read them.
    Read,
    /// Change what is in them, too.
    #[default]
    Change,
}

impl Permission {
    fn purposes(self) -> BTreeSet<Purpose> {
        match self {
            Self::Read => [Purpose::Read].into(),
            Self::Change => [Purpose::Read, Purpose::Write].into(),
        }
    }

    /// What was asked for when the doctor signed in to this account last.
    pub(super) fn of(account: &Account) -> Self {
        let found = account.found.as_deref().and_then(signed_in);
        found.map_or(Self::default(), |signed_in| signed_in.permission)
    }
}

/// Who signed in, as kept with the account.
#[derive(Debug, Serialize, Deserialize)]
struct SignedIn {
    subject: String,
    #[serde(default)]
    permission: Permission,
}

/// Somebody signed in, and these are their calendars.
struct Welcome {
    tokens: Tokens,
    person: Person,
    permission: Permission,
    calendars: Vec<RemoteCalendar>,
}

impl Accounts {
    /// Signs in in the browser, and keeps the account with its calendars when that works. `open` shows the doctor the
    /// address. To cancel, drop the future.
    ///
    /// # Errors
    /// [`AccountsError`] says what is wrong; nothing is kept then.
    pub async fn connect(
        &self,
        new: &NewConnection,
        open: impl FnOnce(&Url),
    ) -> Result<Account, AccountsError> {
        let preset = self.preset(&new.preset)?;
        let title = preset.title.clone();
        let place = Place::of(preset, &self.endpoints)?;
        let place = place.ok_or_else(|| AccountsError::NotInBrowser(title.clone()))?;
        if let Some(name) = &new.name {
            check_name(name)?;
        }
        let welcome = self.welcome(&place, new.permission, None, open).await?;
        let chosen = chosen(&welcome.calendars, &new.calendars)?;
        let row = accounts::NewAccount {
            name: new.name.clone().unwrap_or(title),
            provider: preset.service.name().to_owned(),
            preset: new.preset.clone(),
            address: place.root.to_string(),
            user: welcome.name(),
            found: welcome.found(),
        };
        let is_name_chosen = new.name.is_some();
        let (key, ids, now) = (self.key.clone(), Arc::clone(&self.ids), self.clock.now());
        let keep = move |tx: &mut WriteTx<'_>| {
            if let Some(twin) = twin(tx, &row)? {
                return Err(AccountsError::Connected(twin));
            }
            let row = if is_name_chosen {
                row
            } else {
                free_name(tx, row)?
            };
            let account = accounts::add(tx, &row, now)?;
            let tokens = &welcome.tokens;
            tokens.keep(tx, (&key, ids.as_ref()), account.id, now)?;
            offer(tx, account.id, &welcome.calendars, &chosen, now)?;
            Ok(account)
        };
        self.store.write_async(keep).await
    }

    /// Signs in to an account again. What waits to be sent is kept, and goes on.
    ///
    /// # Errors
    /// [`AccountsError::AnotherPerson`] when somebody else signed in; what was kept before stays then.
    pub async fn connect_again(
        &self,
        id: AccountId,
        open: impl FnOnce(&Url),
    ) -> Result<Account, AccountsError> {
        let permission = Permission::of(&self.account(id)?);
        self.permit(id, permission, open).await
    }

    /// Signs in to an account again, with this permission from now on.
    ///
    /// # Errors
    /// As [`Self::connect_again`].
    pub async fn permit(
        &self,
        id: AccountId,
        permission: Permission,
        open: impl FnOnce(&Url),
    ) -> Result<Account, AccountsError> {
        let account = self.account(id)?;
        let place = self.place_of(&account)?;
        let place = place.ok_or_else(|| AccountsError::NotInBrowser(account.name.clone()))?;
        let welcome = self
            .welcome(&place, permission, Some(&account.user), open)
            .await?;
        let before = account.found.as_deref().and_then(signed_in);
        if before.is_some_and(|before| before.subject != welcome.person.subject) {
            return Err(AccountsError::AnotherPerson {
                expected: account.user,
                came: welcome.name(),
            });
        }
        let (key, ids, now) = (self.key.clone(), Arc::clone(&self.ids), self.clock.now());
        let keep = move |tx: &mut WriteTx<'_>| -> Result<(), AccountsError> {
            let tokens = &welcome.tokens;
            tokens.keep(tx, (&key, ids.as_ref()), id, now)?;
            if let Some(found) = welcome.found() {
                accounts::set_found(tx, id, &found)?;
            }
            Ok(accounts::try_again(tx, id)?)
        };
        self.store.write_async(keep).await?;
        self.account(id)
    }

    /// Tells the provider that the account is about to be removed, where the doctor signed in in the browser.
    ///
    /// # Errors
    /// Those of the network, and [`AccountsError::WithdrawnByHand`]; then the permission can be withdrawn at the provider.
    pub async fn withdraw(&self, id: AccountId) -> Result<(), AccountsError> {
        let account = self.account(id)?;
        let Some(place) = self.place_of(&account)? else {
            return Ok(());
        };
        self.end_watches(&place, id).await?;
        if place.authority.revoke.is_none() {
            return Err(AccountsError::WithdrawnByHand(account.name));
        }
        let revoked = self.keeper(&place, id).revoke().await;
        revoked.map_err(AccountsError::NotWithdrawn)
    }

    /// The tokens of an account.
    pub(super) fn keeper(&self, place: &Place, id: AccountId) -> Keeper {
        Keeper::new(self.signer(), place.authority.clone(), id)
    }

    /// What keeps tokens here.
    pub fn signer(&self) -> Signer {
        Signer {
            store: self.store.clone(),
            key: self.key.clone(),
            ids: Arc::clone(&self.ids),
            clock: Arc::clone(&self.clock),
            http: Arc::clone(&self.http),
            folder: self.locks.clone(),
        }
    }

    /// What its provider calls the person who signed in to this account in the browser.
    pub fn subject(&self, account: &Account) -> Option<String> {
        let found = account.found.as_deref().filter(|_| is_in_browser(account));
        Some(signed_in(found?)?.subject)
    }

    /// Makes the provider of an account stop telling PharmaDOC of changes, as far as it listens: what it goes on to tell
    /// nobody takes.
    async fn end_watches(&self, place: &Place, id: AccountId) -> Result<(), AccountsError> {
        let watches = self.store.read::<_, StoreError>(|tx| {
            let integration = integrations::of_account(tx, id)?;
            let key = integration.map(|integration| integration.key);
            integrations::watches(tx, &key.unwrap_or_default())
        })?;
        let http = Arc::clone(&self.http);
        let provider = place.open(http, Arc::new(self.keeper(place, id)), Permission::Read);
        let names = watches.iter().filter_map(|watch| watch.name.as_deref());
        for name in names {
            if let Some(watching) = provider.watching()
                && let Err(error) = watching.end(name).await
            {
                tracing::info!(%error, "a watch stays until it ends by itself");
            }
        }
        Ok(())
    }

    async fn welcome(
        &self,
        place: &Place,
        permission: Permission,
        hint: Option<&str>,
        open: impl FnOnce(&Url),
    ) -> Result<Welcome, AccountsError> {
        let sign_in = SignIn {
            authority: &place.authority,
            http: self.http.as_ref(),
            ids: self.ids.as_ref(),
            clock: self.clock.as_ref(),
            patience: PATIENCE,
        };
        let asked = Asked {
            purposes: permission.purposes(),
            hint: hint.map(str::to_owned),
        };
        let granted: Granted = sign_in.run(&asked, open).await?;
        if !granted.missing.is_empty() {
            return Err(AccountsError::Unticked);
        }
        let person = granted.person.ok_or(AccountsError::Nobody)?;
        let fresh = Arc::new(Fresh(granted.tokens.access.clone()));
        let provider = place.open(Arc::clone(&self.http), fresh, permission);
        let listed = provider.list_calendars().await;
        Ok(Welcome {
            tokens: granted.tokens,
            person,
            permission,
            calendars: listed.map_err(AccountsError::Listing)?,
        })
    }
}

impl Welcome {
    /// What the person calls themselves.
    fn name(&self) -> String {
        let person = &self.person;
        person.address.as_ref().unwrap_or(&person.subject).clone()
    }

    fn found(&self) -> Option<String> {
        let subject = self.person.subject.clone();
        let permission = self.permission;
        let signed_in = SignedIn {
            subject,
            permission,
        };
        serde_json::to_string(&signed_in).ok()
    }
}

/// Who an account belongs to, and what they permit.
fn signed_in(found: &str) -> Option<SignedIn> {
    serde_json::from_str(found).ok()
}

/// The account of the same person there: connected twice, every entry would be there twice.
fn twin(tx: &ReadTx<'_>, new: &accounts::NewAccount) -> Result<Option<String>, StoreError> {
    let same = |account: &Account| {
        let who = |found: &Option<String>| {
            let signed_in = found.as_deref().and_then(signed_in);
            signed_in.map(|signed_in| signed_in.subject)
        };
        account.provider == new.provider && who(&account.found) == who(&new.found)
    };
    let twin = accounts::list(tx)?.into_iter().find(same);
    Ok(twin.map(|account| account.name))
}

/// The token of a sign-in that nothing is kept of yet.
struct Fresh(Sensitive<String>);

#[async_trait]
impl Bearer for Fresh {
    async fn token(&self) -> Result<Sensitive<String>, ProviderError> {
        Ok(self.0.clone())
    }

    async fn instead_of(
        &self,
        _refused: &Sensitive<String>,
    ) -> Result<Sensitive<String>, ProviderError> {
        let detail = "the token of this sign-in is not accepted";
        Err(ProviderError::new(ErrorKind::Unauthenticated, detail))
    }
}
