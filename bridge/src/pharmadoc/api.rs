//! The PharmaDOC API: one request each.

use std::sync::Arc;

use bridge_core::pharmadoc::api::{self, Channel, Hint, Integration, Page};
use http::Request;
use serde::de::DeserializeOwned;
use url::Url;

use super::Place;
use crate::http::Http;
use crate::provider::{Asked, Bearer, ErrorKind, ProviderError, Refusal, Signed};

type Asking = Result<Request<Vec<u8>>, bridge_core::pharmadoc::BadRequest>;

/// The API, as somebody.
pub struct Api {
    signed: Signed,
    root: Url,
}

impl Api {
    /// Asks with tokens from `bearer`.
    pub(super) fn new(http: Arc<dyn Http>, bearer: Arc<dyn Bearer>, place: &Place) -> Self {
        Self {
            signed: Signed::new(http, bearer, &place.api),
            root: place.api.clone(),
        }
    }

    /// Announces an account, or finds that another device has done so; what PharmaDOC calls it.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn announce(
        &self,
        key: &str,
        (provider, account_key): (&str, &str),
    ) -> Result<String, ProviderError> {
        let asked = api::announce(&self.root, key, (provider, account_key));
        match self.read::<Integration>(Asked::Write, asked).await {
            Err(error) if error.kind == ErrorKind::PreconditionFailed => {
                self.announced(account_key).await?.ok_or(error)
            }
            made => Ok(made?.id),
        }
    }

    async fn announced(&self, account_key: &str) -> Result<Option<String>, ProviderError> {
        let mut cursor = None;
        loop {
            let asked = api::integrations(&self.root, cursor.as_deref());
            let page: Page<Integration> = self.read(Asked::Read, asked).await?;
            let mut items = page.items.into_iter();
            if let Some(found) = items.find(|one| one.account_key == account_key) {
                return Ok(Some(found.id));
            }
            if page.next_cursor.is_none() || page.next_cursor == cursor {
                return Ok(None);
            }
            cursor = page.next_cursor;
        }
    }

    /// Takes an account back; one that is not there is.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn take_back(&self, integration: &str) -> Result<(), ProviderError> {
        self.remove(api::take_back(&self.root, integration)).await
    }

    /// A place for a provider to call. The same key gives the same place.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is no such integration; those of the network.
    pub async fn open_channel(
        &self,
        key: &str,
        integration: &str,
    ) -> Result<Channel, ProviderError> {
        let asked = api::open_channel(&self.root, key, integration);
        self.read(Asked::Write, asked).await
    }

    /// Closes such a place; one that is not there is closed.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn close_channel(&self, channel: &str) -> Result<(), ProviderError> {
        self.remove(api::close_channel(&self.root, channel)).await
    }

    /// The first page of hints that nobody acknowledged.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn hints(&self) -> Result<Vec<Hint>, ProviderError> {
        let asked = api::hints(&self.root, None);
        let page: Page<Hint> = self.read(Asked::Read, asked).await?;
        Ok(page.items)
    }

    /// Acknowledges hints.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn acknowledge(&self, hints: &[Hint]) -> Result<(), ProviderError> {
        for some in hints.chunks(api::MOST_HINTS) {
            let ids: Vec<&str> = some.iter().map(|hint| hint.id.as_str()).collect();
            let asked = api::acknowledge(&self.root, &ids);
            self.ask(Asked::Write, asked).await?;
        }
        Ok(())
    }

    async fn remove(&self, asked: Asking) -> Result<(), ProviderError> {
        match self.ask(Asked::Write, asked).await {
            Err(error) if error.kind != ErrorKind::NotFound => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn read<T: DeserializeOwned>(
        &self,
        asked: Asked,
        request: Asking,
    ) -> Result<T, ProviderError> {
        let body = self.ask(asked, request).await?;
        api::parse(&body).map_err(|why| self.signed.unreadable(why))
    }

    async fn ask(&self, asked: Asked, request: Asking) -> Result<Vec<u8>, ProviderError> {
        let answer = self.signed.answer(request).await?;
        let status = answer.status().as_u16();
        if matches!(status, 200..300) {
            return Ok(answer.into_body());
        }
        let (kind, retry_after, code) = api::failure(status, answer.headers(), answer.body());
        Err(self.signed.refused(Refusal {
            kind,
            retry_after,
            word: Some(code),
            status,
            asked,
        }))
    }
}
