//! What changed in a calendar.

use std::collections::BTreeMap;

use bridge_core::google::requests::{self, Asked, Item, Place, Step, object_id};
use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};
use bridge_core::projection::Source;

use super::objects;
use super::provider::Google;
use crate::provider::{ChangePage, ErrorKind, Extent, Next, ProviderError};

pub(super) async fn changes(
    account: &Google,
    calendar: &RemoteId,
    since: Option<&SyncToken>,
) -> Result<ChangePage, ProviderError> {
    let place = match since {
        None => Place::START,
        Some(token) => Place::read(token).ok_or_else(forgotten)?,
    };
    let extent = match place.since {
        Some(_) => Extent::Delta,
        None => Extent::Complete,
    };
    if place.page.is_none() {
        account.larder.clear(calendar);
        match extent {
            Extent::Complete => account.gathering.begin(calendar),
            Extent::Delta => drop(account.gathering.end(calendar)),
        }
    }
    let asked = if since.is_some() {
        Asked::Since
    } else {
        Asked::Read
    };
    let session = &account.session;
    let request = requests::page(&session.root, calendar, &place);
    let body = session.ask(asked, request).await?;
    let page = requests::parse_page(&body, &place).map_err(|why| session.unreadable(why))?;
    let mut told = Told::new(calendar, extent);
    // Of everything, a series that is gone may come behind exceptions that are not.
    let is_apart =
        |item: &Item| item.of_series || (item.is_cancelled && extent == Extent::Complete);
    let (series, singles): (Vec<Item>, Vec<Item>) = page.items.into_iter().partition(is_apart);
    for item in singles {
        let source = (!item.is_cancelled).then(|| Source::new([item.part]));
        told.tell(account, &item.object, source);
    }
    let is_last = matches!(page.next, Step::Done(_));
    match extent {
        Extent::Delta => told.series_now(account, series).await?,
        Extent::Complete if !account.gathering.take_in(calendar, series) => return Err(forgotten()),
        Extent::Complete if is_last => told.gathered(account),
        Extent::Complete => {}
    }
    Ok(told.page(match page.next {
        Step::More(place) => Next::Page(place.token()),
        Step::Done(place) => Next::Done(place.map(|place| place.token())),
    }))
}

/// Whether Google knows an event and says that it does not take place any more.
async fn was_cancelled(
    account: &Google,
    calendar: &RemoteId,
    event: &RemoteId,
) -> Result<bool, ProviderError> {
    let now = objects::event_now(account, calendar, event).await?;
    Ok(now.is_some_and(|now| now.is_cancelled))
}

/// A token that leads nowhere: everything has to be listed.
fn forgotten() -> ProviderError {
    ProviderError::new(ErrorKind::TokenExpired, "the token is from another time")
}

/// A page under construction.
struct Told<'c> {
    calendar: &'c RemoteId,
    extent: Extent,
    present: Vec<(RemoteId, RemoteEtag)>,
    removed: Vec<RemoteId>,
}

impl<'c> Told<'c> {
    fn new(calendar: &'c RemoteId, extent: Extent) -> Self {
        Self {
            calendar,
            extent,
            present: Vec::new(),
            removed: Vec::new(),
        }
    }

    /// Tells of an object, there or not.
    fn tell(&mut self, account: &Google, event: &RemoteId, source: Option<Source>) {
        let id = object_id(self.calendar, event);
        let was_told = account.larder.take(self.calendar, event).is_some();
        let put = |source| account.larder.put(self.calendar, event, source);
        match source.and_then(put) {
            Some(version) => self.present.push((id, version)),
            // Of everything, what is not there is named only when an earlier page said that it is.
            None if self.extent == Extent::Delta || was_told => self.removed.push(id),
            None => {}
        }
    }

    /// The series that a page of changes touches. The page holds only the parts that changed, and the version of an object
    /// needs all of them.
    async fn series_now(
        &mut self,
        account: &Google,
        items: Vec<Item>,
    ) -> Result<(), ProviderError> {
        let mut touched: BTreeMap<RemoteId, bool> = BTreeMap::new();
        for item in items {
            *touched.entry(item.object).or_default() |= !item.is_cancelled;
        }
        for (event, is_listed) in touched {
            let source = objects::source(account, self.calendar, &event).await?;
            if source.is_none()
                && is_listed
                && !was_cancelled(account, self.calendar, &event).await?
            {
                // One of the two is wrong.
                let detail = "a series is listed and not there";
                return Err(ProviderError::new(ErrorKind::Unavailable, detail));
            }
            self.tell(account, &event, source);
        }
        Ok(())
    }

    /// The series of all pages of a listing of everything.
    fn gathered(&mut self, account: &Google) {
        for (event, items) in account.gathering.end(self.calendar) {
            let is_main = |item: &&Item| item.part.id == event;
            let is_gone = items
                .iter()
                .rfind(is_main)
                .is_some_and(|main| main.is_cancelled);
            let source = Source::new(items.into_iter().map(|item| item.part));
            self.tell(account, &event, (!is_gone).then_some(source));
        }
    }

    fn page(self, next: Next) -> ChangePage {
        ChangePage {
            present: self.present,
            removed: self.removed,
            extent: self.extent,
            next,
        }
    }
}
