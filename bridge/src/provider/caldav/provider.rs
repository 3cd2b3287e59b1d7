//! [`CalendarProvider`] over CalDAV.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use bridge_core::dav::client::{self, BadRequest};
use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};
use http::Request;
use url::Url;

use super::found::Found;
use super::session::{Failed, Reply, Session};
use super::write::Place;
use super::{calendars, changes, objects, write};
use crate::http::Http;
use crate::provider::{
    CalendarProvider, ChangePage, ErrorKind, Fetched, Listing, ProviderError, RemoteCalendar,
    Stored,
};
use crate::secrets::Sensitive;

/// One account at a CalDAV server.
pub struct CalDav {
    pub(super) session: Session,
    found: Found,
    /// Where the calendars are now; iCloud moves them between hosts.
    homes: RwLock<Vec<Url>>,
    /// How each calendar tells its changes.
    ways: RwLock<BTreeMap<RemoteId, Listing>>,
}

impl CalDav {
    /// The account that signing in found.
    pub fn open(
        http: Arc<dyn Http>,
        found: Found,
        user: &str,
        password: &Sensitive<String>,
    ) -> Self {
        Self {
            session: Session::new(http, user, password, &found.start, found.plain_http),
            homes: RwLock::new(found.homes.clone()),
            ways: RwLock::default(),
            found,
        }
    }

    /// What signing in found, with the places where the calendars are by now.
    pub fn found(&self) -> Found {
        Found {
            homes: self.homes(),
            ..self.found.clone()
        }
    }

    pub(super) fn start(&self) -> &Url {
        &self.found.start
    }

    pub(super) fn homes(&self) -> Vec<Url> {
        let homes = self.homes.read().unwrap_or_else(PoisonError::into_inner);
        homes.clone()
    }

    pub(super) fn moved_to(&self, homes: Vec<Url>) {
        *self.homes.write().unwrap_or_else(PoisonError::into_inner) = homes;
    }

    /// How a calendar tells its changes.
    pub(super) fn way(&self, calendar: &RemoteId) -> Listing {
        let ways = self.ways.read().unwrap_or_else(PoisonError::into_inner);
        ways.get(calendar).copied().unwrap_or(self.found.listing)
    }

    /// Takes in what a listing says about it. Once asking for changes has failed, it is not tried again.
    pub(super) fn offers(&self, calendar: &RemoteId, reports_changes: bool) -> Listing {
        if !reports_changes {
            self.compare_versions(calendar);
        }
        self.way(calendar)
    }

    pub(super) fn compare_versions(&self, calendar: &RemoteId) {
        let mut ways = self.ways.write().unwrap_or_else(PoisonError::into_inner);
        ways.insert(calendar.clone(), Listing::Versions);
    }

    /// The address of a calendar or object: on the server of the home it lies in.
    pub(super) fn url(&self, id: &RemoteId) -> Result<Url, ProviderError> {
        let homes = self.homes();
        let depth = |home: &&Url| {
            let folder = client::collection_id(&client::id_of_url(home));
            client::is_below(&folder, id).then_some(folder.as_str().len())
        };
        let nearest = homes.iter().max_by_key(depth);
        let home = nearest.ok_or_else(|| {
            ProviderError::new(ErrorKind::NotFound, "the account has no calendars")
        })?;
        Ok(client::url_of(home, id))
    }

    /// Sends one request.
    pub(super) async fn ask(
        &self,
        url: &Url,
        request: Result<Request<Vec<u8>>, BadRequest>,
    ) -> Result<Reply, ProviderError> {
        let request = request.map_err(Failed::from)?;
        Ok(self.session.send(url, request).await?)
    }
}

#[async_trait]
impl CalendarProvider for CalDav {
    async fn list_calendars(&self) -> Result<Vec<RemoteCalendar>, ProviderError> {
        calendars::calendars(self).await
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
        _calendar: &RemoteId,
        id: &RemoteId,
        octets: &[u8],
    ) -> Result<Stored, ProviderError> {
        write::create(self, id, octets).await
    }

    async fn update(
        &self,
        calendar: &RemoteId,
        id: &RemoteId,
        octets: &[u8],
        if_match: &RemoteEtag,
    ) -> Result<Stored, ProviderError> {
        write::update(self, Place { calendar, id }, octets, if_match).await
    }

    async fn delete(
        &self,
        calendar: &RemoteId,
        id: &RemoteId,
        if_match: &RemoteEtag,
    ) -> Result<(), ProviderError> {
        write::delete(self, Place { calendar, id }, if_match).await
    }
}
