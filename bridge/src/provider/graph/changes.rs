//! What changed in a calendar.
//!
//! A round is walked to its end before anything is told, because only the last word about an event counts. A listing of
//! everything is one of a window around the present; what is outside it is not gone, and whoever is told asks for it by
//! name.

use std::collections::BTreeSet;

use bridge_core::graph::requests::{
    self, Asked, BadRequest, Place, Round, Step, Word, object_id, own_name,
};
use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};
use bridge_core::projection::Source;
use bridge_core::time::Instant;
use http::Request;

use super::objects::{Now, sources};
use super::provider::Graph;
use crate::provider::{ChangePage, ErrorKind, Extent, Next, ProviderError};

pub(super) async fn changes(
    account: &Graph,
    calendar: &RemoteId,
    since: Option<&SyncToken>,
) -> Result<ChangePage, ProviderError> {
    account.larder.clear(calendar);
    match since {
        None => everything(account, calendar).await,
        Some(token) => {
            let place = Place::read(token).ok_or_else(forgotten)?;
            changed(account, calendar, place).await
        }
    }
}

async fn everything(account: &Graph, calendar: &RemoteId) -> Result<ChangePage, ProviderError> {
    account.context(calendar).await?;
    let (session, now) = (&account.session, account.session.now()?);
    for window in requests::windows(now) {
        let first = requests::view(&session.root, calendar, window);
        if let Some((round, link)) = walk(account, Asked::Read, first).await? {
            let told = tell(account, calendar, &round, Extent::Complete).await?;
            return Ok(told.page(account, link, now));
        }
        tracing::warn!("Graph finds no end of a calendar; a smaller window is tried");
    }
    let detail = "the pages of a round never end";
    Err(ProviderError::new(ErrorKind::UnreadableAnswer, detail))
}

async fn changed(
    account: &Graph,
    calendar: &RemoteId,
    place: Place,
) -> Result<ChangePage, ProviderError> {
    let session = &account.session;
    let first = requests::follow(&session.root, &place.link);
    let walked = walk(account, Asked::Changes, first).await?;
    let (round, link) = walked.ok_or_else(forgotten)?;
    if place.is_over(session.now()?) {
        return Err(forgotten());
    }
    account.names.recall(calendar, place.names);
    let told = tell(account, calendar, &round, Extent::Delta).await?;
    Ok(told.page(account, link, place.made))
}

/// A token that leads nowhere: everything has to be listed.
fn forgotten() -> ProviderError {
    ProviderError::new(ErrorKind::TokenExpired, "the token is from another time")
}

/// The round that begins with this request, and where the next one does. None for one without an end.
async fn walk(
    account: &Graph,
    mut asked: Asked,
    first: Result<Request<Vec<u8>>, BadRequest>,
) -> Result<Option<(Round, SyncToken)>, ProviderError> {
    let session = &account.session;
    let (mut round, mut request) = (Round::new(), first);
    loop {
        let body = session.ask(asked, request).await?;
        let page = requests::parse_page(&body).map_err(|why| session.unreadable(why))?;
        match round.take(page) {
            Step::More(link) => request = requests::follow(&session.root, &link),
            Step::Done(link) => return Ok(Some((round, link))),
            Step::Endless => return Ok(None),
        }
        asked = Asked::Changes;
    }
}

async fn tell<'c>(
    account: &Graph,
    calendar: &'c RemoteId,
    round: &Round,
    extent: Extent,
) -> Result<Told<'c>, ProviderError> {
    let mut told = Told::new(calendar, extent);
    let mut events = round.objects();
    if extent == Extent::Delta {
        // What left the window may still be there.
        let left = round.words().iter();
        events.extend(
            left.filter(|(_, word)| **word == Word::NotInWindow)
                .map(|(id, _)| id),
        );
    }
    let events: Vec<RemoteId> = events.into_iter().cloned().collect();
    let nows = sources(account, calendar, &events).await?;
    if extent == Extent::Complete {
        account.names.clear(calendar);
    }
    let (gone, there): (Vec<_>, Vec<_>) = events
        .iter()
        .zip(nows)
        .partition(|(_, now)| matches!(now, Now::Nothing));
    // A name is free for another event once its own is gone.
    for (event, _) in gone {
        told.gone(account, event);
    }
    for (event, now) in there {
        match now {
            Now::There(source) => told.there(account, event, source),
            Now::Refused => told.refused(account, event, round),
            Now::Nothing => {}
        }
    }
    Ok(told)
}

/// A page under construction.
struct Told<'c> {
    calendar: &'c RemoteId,
    extent: Extent,
    present: Vec<(RemoteId, RemoteEtag)>,
    removed: BTreeSet<RemoteId>,
}

impl<'c> Told<'c> {
    fn new(calendar: &'c RemoteId, extent: Extent) -> Self {
        Self {
            calendar,
            extent,
            present: Vec::new(),
            removed: BTreeSet::new(),
        }
    }

    fn there(&mut self, account: &Graph, event: &RemoteId, source: Source) {
        // An occurrence that left the window; its series is told of by itself.
        if source.main().is_none() {
            return;
        }
        if let Some(name) = own_name(&source) {
            account.names.claim(self.calendar, event, &name);
        }
        let id = account.object(self.calendar, event);
        if let Some(version) = account.larder.put(self.calendar, &id, source) {
            self.present.push((id, version));
        }
    }

    fn gone(&mut self, account: &Graph, event: &RemoteId) {
        if self.extent == Extent::Delta {
            let name = account.names.forget(self.calendar, event);
            self.removed.insert(object_id(self.calendar, &name));
        }
    }

    /// There, and nobody can read it: its own version has to do.
    fn refused(&mut self, account: &Graph, event: &RemoteId, round: &Round) {
        if let Some(Word::There { etag, .. }) = round.words().get(event) {
            let etag = etag.clone().unwrap_or_else(|| RemoteEtag::new(""));
            self.present
                .push((account.object(self.calendar, event), etag));
        }
    }

    fn page(self, account: &Graph, link: SyncToken, made: Instant) -> ChangePage {
        let mut removed = self.removed;
        for (id, _) in &self.present {
            // Deleted and made again.
            removed.remove(id);
        }
        let place = Place {
            link,
            made,
            names: account.names.all(self.calendar),
        };
        ChangePage {
            present: self.present,
            removed: removed.into_iter().collect(),
            extent: self.extent,
            next: Next::Done(Some(place.token())),
        }
    }
}
