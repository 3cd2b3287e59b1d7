//! [`CalendarProvider`] over Graph v1.0.

use std::sync::Arc;

use async_trait::async_trait;
use bridge_core::graph::requests::{foreign_name, object_id};
use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};
use bridge_core::projection::CalendarContext;
use url::Url;

use super::contexts::Contexts;
use super::names::Names;
use super::session::Session;
use super::write::Place;
use super::{changes, objects};
use crate::http::Http;
use crate::provider::larder::Larder;
use crate::provider::{
    Bearer, CalendarProvider, ChangePage, ErrorKind, Fetched, ProviderError, RemoteCalendar,
    Stored, Watching,
};

/// One account at Microsoft.
pub struct Graph {
    pub(super) session: Session,
    pub(super) larder: Larder,
    pub(super) names: Names,
    contexts: Contexts,
}

impl Graph {
    /// The account whose tokens come from `bearer`. `root` is where Graph is, with its version
    /// (`https://graph.microsoft.com/v1.0`).
    pub fn open(http: Arc<dyn Http>, bearer: Arc<dyn Bearer>, root: Url) -> Self {
        Self {
            session: Session::new(http, bearer, root),
            larder: Larder::default(),
            names: Names::default(),
            contexts: Contexts::default(),
        }
    }

    pub(super) async fn context(
        &self,
        calendar: &RemoteId,
    ) -> Result<CalendarContext, ProviderError> {
        self.contexts.of(&self.session, calendar).await
    }

    /// Whether a calendar is there now, by the list.
    pub(super) async fn still_has(&self, calendar: &RemoteId) -> Result<(), ProviderError> {
        let listed = self.contexts.list(&self.session).await?;
        if listed.iter().any(|one| one.id == *calendar) {
            return Ok(());
        }
        let detail = "the calendar is not in the list";
        Err(ProviderError::new(ErrorKind::NotFound, detail))
    }

    /// The object that an event is.
    pub(super) fn object(&self, calendar: &RemoteId, event: &RemoteId) -> RemoteId {
        let known = self.names.name(calendar, event);
        object_id(calendar, &known.unwrap_or_else(|| foreign_name(event)))
    }
}

#[async_trait]
impl CalendarProvider for Graph {
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
