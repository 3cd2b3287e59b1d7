//! A doctor with an installation of the companion, and what they do in the browser.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use async_trait::async_trait;
use bridge::clock::{Clock as _, ManualClock, SystemClock};
use bridge::http::{Http, HttpClient, HttpError};
use bridge::ids::{OsIds, SeededIds};
use bridge::oauth::{Asked, Authority, Granted, Keeper, Purpose, SignIn, SignInError, Signer};
use bridge::secrets::{MasterKey, Sensitive};
use bridge::store::Store;
use bridge::store::accounts::AccountId;
use chrono::TimeDelta;
use http::{Request, Response, header};
use tempfile::TempDir;
use tokio::sync::oneshot;
use url::Url;

use crate::browser::Browser;
use crate::strict::Strict;

/// The network, which remembers what was sent last.
pub(crate) struct Network {
    client: HttpClient,
    last: Mutex<Option<Request<Vec<u8>>>>,
}

impl Network {
    fn sent(&self) -> MutexGuard<'_, Option<Request<Vec<u8>>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends once more what was sent last.
    pub(crate) async fn again(&self) -> Result<Response<Vec<u8>>> {
        let request = self.sent().clone().unwrap_or_default();
        Ok(self.client.send(request).await?)
    }
}

#[async_trait]
impl Http for Network {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        *self.sent() = Some(request.clone());
        self.client.send(request).await
    }
}

/// The doctor.
pub(crate) struct Doctor {
    pub(crate) address: &'static str,
    pub(crate) network: Arc<Network>,
    clock: ManualClock,
    folder: TempDir,
}

impl Doctor {
    pub(crate) fn new(address: &'static str) -> Result<Self> {
        let network = Network {
            client: HttpClient::new(None)?,
            last: Mutex::default(),
        };
        Ok(Self {
            address,
            network: Arc::new(network),
            clock: ManualClock::at(SystemClock.now()),
            folder: tempfile::tempdir()?,
        })
    }

    /// Signs in, and says how that went. `bent` is what happens to the address on the way back from the provider.
    pub(crate) async fn sign_in(
        &self,
        authority: &Authority,
        bent: impl FnOnce(Url) -> Url,
    ) -> Result<Result<Granted, SignInError>> {
        let sign_in = SignIn {
            authority,
            http: self.network.as_ref(),
            ids: &OsIds,
            clock: &self.clock,
            patience: Duration::from_mins(1),
        };
        let asked = Asked {
            purposes: BTreeSet::from([Purpose::Read, Purpose::Write]),
            hint: Some(self.address.to_owned()),
        };
        let (shown, page) = oneshot::channel();
        let browsing = async {
            let mut browser = Browser::new(self.network.client.clone());
            let back = browser.follow(&page.await?).await?;
            browser.open(&bent(back)).await
        };
        // Who shows it has stopped waiting where nobody looks.
        let open = |page: &Url| drop(shown.send(page.clone()));
        tokio::select! {
            outcome = sign_in.run(&asked, open) => Ok(outcome),
            Err(error) = browsing => Err(error),
        }
    }

    /// The keeper of their account at this authority.
    pub(crate) fn keeper(&self, authority: Authority) -> Result<Keeper> {
        let key = MasterKey::generate(&SeededIds::new(1))?;
        let path = self.folder.path().join("companion.db");
        let signer = Signer {
            store: Store::open(&path, &key.database_key())?,
            key: key.sealing_key(),
            ids: Arc::new(OsIds),
            clock: Arc::new(self.clock.clone()),
            http: Arc::clone(&self.network) as Arc<_>,
            folder: self.folder.path().join("locks"),
        };
        Ok(Keeper::new(signer, authority, AccountId::of_number(1)))
    }

    /// So much time passes that every access token is due.
    pub(crate) fn wait(&self) {
        self.clock.advance(TimeDelta::minutes(1));
    }

    /// Whether the provider takes this access token.
    pub(crate) async fn is_let_in(
        &self,
        strict: &Strict,
        access: &Sensitive<String>,
    ) -> Result<bool> {
        let request = Request::get(strict.person())
            .header(header::AUTHORIZATION, format!("Bearer {}", access.expose()));
        let answer = self.network.client.send(request.body(Vec::new())?).await?;
        Ok(answer.status().is_success())
    }
}
