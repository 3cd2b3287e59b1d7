//! [`CalendarProvider`] over Calendar v3.

use std::sync::Arc;

use async_trait::async_trait;
use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};
use bridge_core::projection::CalendarContext;
use url::Url;

use super::contexts::Contexts;
use super::gathering::Gathering;
use super::session::Session;
use super::write::Place;
use super::{changes, objects};
use crate::http::Http;
use crate::provider::larder::Larder;
use crate::provider::{
    Bearer, CalendarProvider, ChangePage, Fetched, ProviderError, RemoteCalendar, Stored, Watching,
};

/// One account at Google.
pub struct Google {
    pub(super) session: Session,
    pub(super) larder: Larder,
    pub(super) gathering: Gathering,
    contexts: Contexts,
}

impl Google {
    /// The account whose tokens come from `bearer`. `root` is where Calendar v3 is, with its version
    /// (`https://www.googleapis.com/calendar/v3`).
    pub fn open(http: Arc<dyn Http>, bearer: Arc<dyn Bearer>, root: Url) -> Self {
        Self {
            session: Session::new(http, bearer, root),
            larder: Larder::default(),
            gathering: Gathering::default(),
            contexts: Contexts::default(),
        }
    }

    pub(super) async fn context(
        &self,
        calendar: &RemoteId,
    ) -> Result<CalendarContext, ProviderError> {
        self.contexts.of(&self.session, calendar).await
    }
}

#[async_trait]
impl CalendarProvider for Google {
    async fn list_calendars(&self) -> Result<Vec<RemoteCalendar>, ProviderError> {
        self.contexts.list(&self.session).await
    }

    async fn changes(
        &self,
        calendar: &RemoteId,
        since: Option<&SyncToken>,
    ) -> Result<ChangePage, ProviderError> {
        changes::changes(self, calendar, since).await
    }

    async fn get(
        &self,
        calendar: &RemoteId,
        ids: &[RemoteId],
    ) -> Result<Vec<Fetched>, ProviderError> {
        objects::objects(self, calendar, ids).await
    }

    async fn create(
        &self,
        calendar: &RemoteId,
        id: &RemoteId,
        octets: &[u8],
    ) -> Result<Stored, ProviderError> {
        let place = Place::of(self, calendar, id).await?;
        place.create(octets).await
    }

    async fn update(
        &self,
        calendar: &RemoteId,
        id: &RemoteId,
        octets: &[u8],
        if_match: &RemoteEtag,
    ) -> Result<Stored, ProviderError> {
        let place = Place::of(self, calendar, id).await?;
        place.update(octets, if_match).await
    }

    async fn delete(
        &self,
        calendar: &RemoteId,
        id: &RemoteId,
        if_match: &RemoteEtag,
    ) -> Result<(), ProviderError> {
        let place = Place::of(self, calendar, id).await?;
        place.delete(if_match).await
    }

    fn watching(&self) -> Option<&dyn Watching> {
        Some(self)
    }
}
