//! What a listing brought along, until it is asked for.
//!
//! A page of Google's holds whole events; asking for each again would cost a request per event. So what belongs to an
//! object is put aside when it is listed, and given out once. A listing of everything is gathered here too, because the
//! parts of a series come on different pages and only the last page says that there are no more.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bridge_core::google::requests::Item;
use bridge_core::ids::{RemoteEtag, RemoteId};
use bridge_core::projection::{Role, Source};

/// How many octets of events are kept at most, over all calendars; the rest is asked for again.
const LARGEST: usize = 32 << 20;

/// What was listed and not yet asked for, by calendar and event.
#[derive(Default)]
pub(super) struct Larder(Mutex<Shelves>);

#[derive(Default)]
struct Shelves {
    sources: BTreeMap<RemoteId, BTreeMap<RemoteId, Source>>,
    octets: usize,
    /// The series of a listing of everything that is under way.
    gathered: BTreeMap<RemoteId, BTreeMap<RemoteId, Vec<Item>>>,
}

impl Larder {
    fn lock(&self) -> MutexGuard<'_, Shelves> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A round begins: what the last one brought is old.
    pub(super) fn clear(&self, calendar: &RemoteId) {
        let mut shelves = self.lock();
        shelves.gathered.remove(calendar);
        let old = shelves.sources.remove(calendar).unwrap_or_default();
        shelves.octets -= old.values().map(size).sum::<usize>();
    }

    /// A listing of everything begins.
    pub(super) fn begin(&self, calendar: &RemoteId) {
        self.clear(calendar);
        let nothing = BTreeMap::new();
        self.lock().gathered.insert(calendar.clone(), nothing);
    }

    /// Takes in a part of a series. False when no listing is under way: its other pages are lost.
    pub(super) fn gather(&self, calendar: &RemoteId, items: Vec<Item>) -> bool {
        let mut shelves = self.lock();
        let Some(gathered) = shelves.gathered.get_mut(calendar) else {
            return false;
        };
        for item in items {
            gathered.entry(item.object.clone()).or_default().push(item);
        }
        true
    }

    /// The series of the listing that ends.
    pub(super) fn gathered(&self, calendar: &RemoteId) -> BTreeMap<RemoteId, Vec<Item>> {
        self.lock().gathered.remove(calendar).unwrap_or_default()
    }

    /// Puts an object aside that is not there yet, and says its version; none when nothing of it is there.
    pub(super) fn put(
        &self,
        calendar: &RemoteId,
        event: &RemoteId,
        source: Source,
    ) -> Option<RemoteEtag> {
        is_there(&source).then_some(())?;
        let (version, size) = (source.version(), size(&source));
        let mut shelves = self.lock();
        if shelves.octets + size <= LARGEST {
            shelves.octets += size;
            let sources = shelves.sources.entry(calendar.clone()).or_default();
            sources.insert(event.clone(), source);
        }
        Some(version)
    }

    /// Gives out what was put aside, once.
    pub(super) fn take(&self, calendar: &RemoteId, event: &RemoteId) -> Option<Source> {
        let mut shelves = self.lock();
        let source = shelves.sources.get_mut(calendar)?.remove(event)?;
        shelves.octets -= size(&source);
        Some(source)
    }

    /// What is written to is not what it was.
    pub(super) fn forget(&self, calendar: &RemoteId, event: &RemoteId) {
        drop(self.take(calendar, event));
    }
}

/// Whether there is an event in it: the main one, or occurrences of a series that may not be seen.
pub(super) fn is_there(source: &Source) -> bool {
    source.main().is_some() || source.of(Role::Exception).next().is_some()
}

fn size(source: &Source) -> usize {
    let parts = source.parts().iter();
    parts.map(|part| part.body.as_str().len()).sum()
}
