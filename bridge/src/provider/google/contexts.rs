//! The calendars of the list, and what their events are read with.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use bridge_core::google::requests::{self, Asked, Calendar};
use bridge_core::ical::ComponentKind;
use bridge_core::ids::RemoteId;
use bridge_core::projection::{Access, CalendarContext};

use super::session::Session;
use crate::provider::{ErrorKind, ProviderError, RemoteCalendar, Write};

/// More pages than any list of calendars has.
const MOST_PAGES: usize = 100;

/// What is known of the calendars by now.
#[derive(Default)]
pub(super) struct Contexts {
    known: RwLock<BTreeMap<RemoteId, CalendarContext>>,
    account: RwLock<Option<String>>,
}

impl Contexts {
    /// All calendars of the list.
    pub(super) async fn list(
        &self,
        session: &Session,
    ) -> Result<Vec<RemoteCalendar>, ProviderError> {
        let mut calendars = Vec::new();
        let mut page: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let request = requests::calendars(&session.root, page.as_deref());
            let body = session.ask(Asked::Read, request).await?;
            let answer = requests::parse_calendars(&body);
            let answer = answer.map_err(|why| session.unreadable(why))?;
            calendars.extend(answer.calendars);
            page = answer.next;
            if page.is_none() {
                self.learn(&calendars);
                return Ok(calendars.into_iter().map(remote).collect());
            }
        }
        let detail = "the pages of the list never end";
        Err(ProviderError::new(ErrorKind::UnreadableAnswer, detail))
    }

    /// What the events of a calendar are read with.
    pub(super) async fn of(
        &self,
        session: &Session,
        calendar: &RemoteId,
    ) -> Result<CalendarContext, ProviderError> {
        if let Some(known) = self.find(calendar) {
            return Ok(known);
        }
        // The addresses of the owner stand in the list alone.
        self.list(session).await?;
        self.find(calendar).ok_or_else(|| {
            ProviderError::new(ErrorKind::NotFound, "the calendar is not in the list")
        })
    }

    fn find(&self, calendar: &RemoteId) -> Option<CalendarContext> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(calendar).cloned()
    }

    fn learn(&self, calendars: &[Calendar]) {
        let primary = calendars.iter().find(|one| one.is_primary);
        let mut account = self.account.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(primary) = primary {
            *account = Some(primary.id.as_str().to_owned());
        }
        let read = |one: &Calendar| (one.id.clone(), one.context(account.as_deref()));
        let contexts = calendars.iter().map(read).collect();
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = contexts;
    }
}

fn remote(calendar: Calendar) -> RemoteCalendar {
    RemoteCalendar {
        id: calendar.id,
        display_name: calendar.name,
        color: calendar.color,
        components: [ComponentKind::Event].into_iter().collect(),
        write: match calendar.access {
            Access::Write => Write::Allowed,
            Access::Read | Access::FreeBusy => Write::Denied,
        },
        // Nothing in the list changes when an event does.
        version: None,
    }
}
