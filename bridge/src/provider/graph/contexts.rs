//! The calendars of the account, and what their events are read with.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use bridge_core::graph::requests::{self, Asked, Calendar};
use bridge_core::ical::ComponentKind;
use bridge_core::ids::RemoteId;
use bridge_core::projection::CalendarContext;

use super::session::Session;
use crate::provider::{ErrorKind, ProviderError, RemoteCalendar, Write};

/// More pages than any list of calendars has.
const MOST_PAGES: usize = 100;

/// What is known of the calendars by now.
#[derive(Default)]
pub(super) struct Contexts(RwLock<BTreeMap<RemoteId, CalendarContext>>);

impl Contexts {
    /// All calendars.
    pub(super) async fn list(
        &self,
        session: &Session,
    ) -> Result<Vec<RemoteCalendar>, ProviderError> {
        let mut calendars = Vec::new();
        let mut request = requests::calendars(&session.root);
        for _ in 0..MOST_PAGES {
            let body = session.ask(Asked::Read, request).await?;
            let page = requests::parse_calendars(&body);
            let page = page.map_err(|why| session.unreadable(why))?;
            calendars.extend(page.calendars);
            let Some(next) = page.next else {
                self.learn(&calendars);
                return Ok(calendars.into_iter().map(remote).collect());
            };
            request = requests::follow(&session.root, &next);
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
        self.list(session).await?;
        self.find(calendar).ok_or_else(|| {
            ProviderError::new(ErrorKind::NotFound, "the calendar is not in the list")
        })
    }

    fn find(&self, calendar: &RemoteId) -> Option<CalendarContext> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(calendar).cloned()
    }

    fn learn(&self, calendars: &[Calendar]) {
        let default = calendars.iter().find(|one| one.is_default);
        let account = default.and_then(|one| one.owner.as_deref());
        let read = |one: &Calendar| (one.id.clone(), one.context(account));
        let contexts = calendars.iter().map(read).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = contexts;
    }
}

fn remote(calendar: Calendar) -> RemoteCalendar {
    RemoteCalendar {
        id: calendar.id,
        display_name: calendar.name,
        color: calendar.color,
        components: [ComponentKind::Event].into_iter().collect(),
        write: if calendar.can_edit {
            Write::Allowed
        } else {
            Write::Denied
        },
        // Nothing in the list is known to change when an event does.
        version: None,
    }
}
