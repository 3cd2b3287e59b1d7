//! What providers are made to tell the platform of: begun, followed by the next, ended.
//!
//! Each name is kept before it is sent, so a lost answer leads to the same request again and not to a second watch.

use std::collections::BTreeSet;

use bridge_core::ids::RemoteId;
use bridge_core::pharmadoc::api::{Channel, account_key};
use bridge_core::pharmadoc::nudges::{self, LIFE, Step};

use super::{Api, Pharmadoc, doctor};
use crate::ids;
use crate::provider::{Callback, ErrorKind, ProviderError, Watch, Watching};
use crate::secrets::Sensitive;
use crate::store::accounts::{self, Account};
use crate::store::integrations::{self, Integration};
use crate::store::{ReadTx, StoreError, WriteTx, collections};
use crate::sync::runner::Providers;

impl Pharmadoc {
    /// Brings the watches of every account to where they should be. One account's failure is not another's; the first
    /// is returned when all were tried.
    pub(super) async fn keep_watches(
        &self,
        providers: &dyn Providers,
    ) -> Result<(), ProviderError> {
        let mut failed = self.take_back_removed().await.err();
        for account in self.read(accounts::list)? {
            if !account
                .trouble
                .as_ref()
                .is_some_and(|trouble| trouble.needs_user)
            {
                let kept = self.keep_watches_of(&account, providers).await;
                failed = failed.or(kept.err());
            }
        }
        failed.map_or(Ok(()), Err)
    }

    async fn keep_watches_of(
        &self,
        account: &Account,
        providers: &dyn Providers,
    ) -> Result<(), ProviderError> {
        let Some(subject) = self.accounts.subject(account) else {
            return Ok(());
        };
        let provider = providers.provider(account.id).await?;
        let Some(watching) = provider.watching() else {
            return Ok(());
        };
        let chosen = self.read(|tx| chosen(tx, account))?;
        let integration = self.integration(account, &subject).await?;
        let targets = watching.targets(&chosen);
        let keeping = Keeping {
            pharmadoc: self,
            api: self.api(),
            watching,
            integration,
        };
        keeping.bring(&targets).await
    }

    /// What PharmaDOC knows of accounts that were removed here goes there, too.
    async fn take_back_removed(&self) -> Result<(), ProviderError> {
        let gone = self.read(integrations::list)?.into_iter();
        for integration in gone.filter(|one| one.account.is_none()) {
            if let Some(id) = &integration.id {
                self.api().take_back(id).await?;
            }
            self.write(move |tx| integrations::forget(tx, &integration.key))
                .await?;
        }
        Ok(())
    }

    /// The account as PharmaDOC knows it, announced if need be.
    async fn integration(
        &self,
        account: &Account,
        subject: &str,
    ) -> Result<Integration, ProviderError> {
        let id = account.id;
        let known = self.read(|tx| integrations::of_account(tx, id))?;
        let known = if let Some(known) = known {
            known
        } else {
            let key = self.key()?;
            let begun = key.clone();
            self.write(move |tx| integrations::begin(tx, &begun, id))
                .await?;
            Integration {
                key,
                account: Some(id),
                id: None,
            }
        };
        if known.id.is_some() {
            return Ok(known);
        }
        let user = self.read(doctor)?;
        let user = user.map(|doctor| doctor.user).unwrap_or_default();
        let subject = account_key(&user, &account.provider, subject);
        let said = (account.provider.as_str(), subject.as_str());
        let named = self.api().announce(&known.key, said).await?;
        let (key, name) = (known.key.clone(), named.clone());
        self.write(move |tx| integrations::announced(tx, &key, &name))
            .await?;
        Ok(Integration {
            id: Some(named),
            ..known
        })
    }

    fn key(&self) -> Result<String, ProviderError> {
        ids::uuid(self.accounts.ids.as_ref())
            .map_err(|error| ProviderError::new(ErrorKind::Unavailable, error.to_string()))
    }
}

/// The calendars of an account that have a copy here and are still there.
fn chosen(tx: &ReadTx<'_>, account: &Account) -> Result<Vec<RemoteId>, StoreError> {
    let all = collections::of_account(tx, account.id)?.into_iter();
    let chosen = all.filter(|one| one.calendar.is_some() && one.vanished.is_none());
    Ok(chosen.map(|one| one.remote_id).collect())
}

/// The watches of one account.
struct Keeping<'k> {
    pharmadoc: &'k Pharmadoc,
    api: Api,
    watching: &'k dyn Watching,
    integration: Integration,
}

impl Keeping<'_> {
    /// One step for each; what took another's place lets that one end the next time.
    async fn bring(&self, targets: &BTreeSet<String>) -> Result<(), ProviderError> {
        let now = self.pharmadoc.accounts.clock.now();
        let known = self.known()?;
        let far: Vec<_> = known.iter().map(|watch| watch.plan.clone()).collect();
        for step in nudges::plan(targets, &far, now) {
            match step {
                Step::Begin(target) => {
                    let key = self.pharmadoc.key()?;
                    let (named, of) = (key.clone(), self.integration.key.clone());
                    let note = move |tx: &mut WriteTx<'_>| {
                        integrations::begin_watch(tx, &named, &of, &target)
                    };
                    self.pharmadoc.write(note).await?;
                    self.go_on(&key).await?;
                }
                Step::GoOn(key) => self.go_on(&key).await?,
                Step::End(key) => self.end(&key).await?,
            }
        }
        Ok(())
    }

    fn known(&self) -> Result<Vec<integrations::Watch>, ProviderError> {
        let of = &self.integration.key;
        self.pharmadoc.read(|tx| integrations::watches(tx, of))
    }

    fn find(&self, key: &str) -> Result<Option<integrations::Watch>, ProviderError> {
        let mut known = self.known()?.into_iter();
        Ok(known.find(|watch| watch.plan.key == key))
    }

    /// Opens the channel, and makes the provider call it.
    async fn go_on(&self, key: &str) -> Result<(), ProviderError> {
        let Some(watch) = self.find(key)? else {
            return Ok(());
        };
        let channel = match self.open(key).await {
            Err(error) if error.kind == ErrorKind::NotFound => return self.forgotten(error).await,
            opened => opened?,
        };
        match self.ask(&watch.plan.target, &channel).await {
            Ok(made) => {
                let now = self.pharmadoc.accounts.clock.now();
                let due = nudges::due(now, made.until.min(channel.expires));
                let (key, name) = (key.to_owned(), made.name);
                self.pharmadoc
                    .write(move |tx| integrations::watched(tx, &key, &name, due))
                    .await
            }
            Err(error) if error.kind == ErrorKind::InvalidRequest => {
                // This name is spent, or the address is not liked: the next one begins anew.
                self.end(key).await?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    async fn open(&self, key: &str) -> Result<Channel, ProviderError> {
        let integration = self.integration.id.as_deref().unwrap_or_default();
        let channel = self.api.open_channel(key, integration).await?;
        let (key, id) = (key.to_owned(), channel.id.clone());
        self.pharmadoc
            .write(move |tx| integrations::opened(tx, &key, &id))
            .await?;
        Ok(channel)
    }

    async fn ask(&self, target: &str, channel: &Channel) -> Result<Watch, ProviderError> {
        let now = self.pharmadoc.accounts.clock.now();
        let callback = Callback {
            channel: channel.id.clone(),
            address: channel.callback.clone(),
            state: Sensitive::new(channel.state.clone()),
            until: channel.expires.min(now + LIFE),
        };
        self.watching.watch(target, &callback).await
    }

    /// PharmaDOC does not know the account any more: it is announced anew the next time.
    async fn forgotten(&self, error: ProviderError) -> Result<(), ProviderError> {
        let key = self.integration.key.clone();
        self.pharmadoc
            .write(move |tx| integrations::forget(tx, &key))
            .await?;
        Err(error)
    }

    async fn end(&self, key: &str) -> Result<(), ProviderError> {
        let Some(watch) = self.find(key)? else {
            return Ok(());
        };
        if let Some(name) = &watch.name {
            self.watching.end(name).await?;
        }
        if let Some(channel) = &watch.channel {
            self.api.close_channel(channel).await?;
        }
        let key = key.to_owned();
        self.pharmadoc
            .write(move |tx| integrations::forget_watch(tx, &key))
            .await
    }
}
