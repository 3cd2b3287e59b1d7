//! A provider that the doctor let us read and nothing else.

use std::sync::Arc;

use async_trait::async_trait;
use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};

use super::{
    CalendarProvider, ChangePage, ErrorKind, Fetched, ProviderError, RemoteCalendar, Stored,
    Watching, Write,
};

/// Shows every calendar as one for reading, so that nothing is written that would be refused.
pub struct ReadOnly(Arc<dyn CalendarProvider>);

impl ReadOnly {
    /// That provider.
    pub fn new(provider: Arc<dyn CalendarProvider>) -> Self {
        Self(provider)
    }
}

fn not_permitted<T>() -> Result<T, ProviderError> {
    let detail = "nothing but reading is permitted";
    Err(ProviderError::new(ErrorKind::Forbidden, detail))
}

#[async_trait]
impl CalendarProvider for ReadOnly {
    async fn list_calendars(&self) -> Result<Vec<RemoteCalendar>, ProviderError> {
        let mut listed = self.0.list_calendars().await?;
        for calendar in &mut listed {
            calendar.write = Write::Denied;
        }
        Ok(listed)
    }

    async fn changes(
        &self,
        calendar: &RemoteId,
        since: Option<&SyncToken>,
    ) -> Result<ChangePage, ProviderError> {
        self.0.changes(calendar, since).await
    }

    async fn get(
        &self,
        calendar: &RemoteId,
        ids: &[RemoteId],
    ) -> Result<Vec<Fetched>, ProviderError> {
        self.0.get(calendar, ids).await
    }

    async fn create(
        &self,
        _calendar: &RemoteId,
        _id: &RemoteId,
        _octets: &[u8],
    ) -> Result<Stored, ProviderError> {
        not_permitted()
    }

    async fn update(
        &self,
        _calendar: &RemoteId,
        _id: &RemoteId,
        _octets: &[u8],
        _if_match: &RemoteEtag,
    ) -> Result<Stored, ProviderError> {
        not_permitted()
    }

    async fn delete(
        &self,
        _calendar: &RemoteId,
        _id: &RemoteId,
        _if_match: &RemoteEtag,
    ) -> Result<(), ProviderError> {
        not_permitted()
    }

    fn watching(&self) -> Option<&dyn Watching> {
        self.0.watching()
    }
}
