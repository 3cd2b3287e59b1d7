//! The list of calendars: the one request of an idle round.

use bridge_core::ids::RemoteId;
use bridge_core::sync::CONFIRMED_AFTER;
use chrono::TimeDelta;

use super::Turn;
use super::problem;
use super::state::Pull;
use crate::provider::{RemoteCalendar, Write};
use crate::store::accounts::{self, AccountId};
use crate::store::calendars::Access;
use crate::store::collections::{self, Collection, Offered};
use crate::store::{StoreError, conflicts, held_deletions, outbox, set_aside};
use crate::sync::call::News;

/// Everything is listed at least so often: what tokens and marks missed comes to light then.
const LISTING_LASTS: TimeDelta = TimeDelta::hours(24);

impl Turn<'_, '_> {
    /// The provider's list of calendars came.
    pub(super) fn calendars(
        &mut self,
        account: AccountId,
        list: Vec<RemoteCalendar>,
    ) -> Result<(), StoreError> {
        accounts::succeeded(self.tx, account, self.now)?;
        conflicts::prune(self.tx, self.now)?;
        let full = std::mem::take(&mut self.state.account(account).full);
        let known = collections::of_account(self.tx, account)?;
        let listed: Vec<RemoteId> = list.iter().map(|calendar| calendar.id.clone()).collect();
        for calendar in list {
            let version = calendar.version.clone();
            let collection = collections::offer(self.tx, account, &offered(calendar))?;
            self.compare(&collection, version, full)?;
        }
        for collection in known {
            if !listed.contains(&collection.remote_id) {
                self.missing(&collection)?;
            }
        }
        self.news(News::Account(account));
        Ok(())
    }

    /// Finds out whether anything of a calendar has to be read.
    fn compare(
        &mut self,
        collection: &Collection,
        version: Option<String>,
        full: bool,
    ) -> Result<(), StoreError> {
        let Some(calendar) = collection.calendar else {
            return Ok(());
        };
        let complete = full || self.is_listing_due(collection)?;
        if full {
            outbox::try_again(self.tx, collection.id)?;
        }
        if complete {
            set_aside::try_again(self.tx, collection.id)?;
        }
        let current = version.is_some() && version == collection.version;
        self.state
            .calendar(collection.id)
            .version
            .clone_from(&version);
        if current && !complete {
            if collection.retry_at.is_none_or(|at| at <= self.now) {
                collections::still_current(self.tx, collection.id, self.now)?;
            }
            return Ok(());
        }
        let since = collection.token.clone().filter(|_| !complete);
        let run = self.state.calendar(collection.id);
        let coming = run.pull.as_ref();
        if coming.is_none_or(|pull| pull.since.is_some() || pull.is_wanted()) {
            run.pull = Some(Pull::new(calendar, version, since));
        }
        Ok(())
    }

    /// Whether everything has to be listed: never was, not for a day, or to see whether deletions are meant.
    fn is_listing_due(&self, collection: &Collection) -> Result<bool, StoreError> {
        let fresh = collection
            .listed
            .is_some_and(|listed| listed <= self.now && self.now - listed < LISTING_LASTS);
        let held = held_deletions::youngest(self.tx, collection.id)?;
        let confirm = held.is_some_and(|since| since + CONFIRMED_AFTER <= self.now);
        Ok(!fresh || confirm)
    }

    /// A calendar is not in the list. Its copy stays; that it is gone is believed after a while (rule D3).
    fn missing(&mut self, collection: &Collection) -> Result<(), StoreError> {
        collections::vanish(self.tx, collection.id, self.now)?;
        self.state.calendars.remove(&collection.id);
        let believed = collection
            .vanished
            .is_some_and(|since| since + CONFIRMED_AFTER <= self.now);
        if believed && collection.calendar.is_some() {
            let gone = problem::CALENDAR_GONE;
            collections::failed(self.tx, collection.id, gone, None, self.now)?;
        }
        Ok(())
    }
}

fn offered(calendar: RemoteCalendar) -> Offered {
    Offered {
        remote_id: calendar.id,
        display_name: calendar.display_name,
        color: calendar.color,
        components: calendar.components,
        access: match calendar.write {
            Write::Allowed => Access::ReadWrite,
            Write::Denied => Access::ReadOnly,
        },
    }
}
