//! What a listing brought along, until it is asked for.
//!
//! What tells the version of an object is the object itself; asking for each again would cost a request per event. So what
//! belongs to an object is put aside when it is listed, and given out once.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bridge_core::ids::{RemoteEtag, RemoteId};
use bridge_core::projection::{Role, Source};

/// How many octets of events are kept at most, over all calendars; the rest is asked for again.
const LARGEST: usize = 32 << 20;

/// What was listed and not yet asked for, by calendar and event.
#[derive(Default)]
pub(in crate::provider) struct Larder(Mutex<Shelves>);

#[derive(Default)]
struct Shelves {
    sources: BTreeMap<RemoteId, BTreeMap<RemoteId, Source>>,
    octets: usize,
}

impl Larder {
    fn lock(&self) -> MutexGuard<'_, Shelves> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A round begins: what the last one brought is old.
    pub(in crate::provider) fn clear(&self, calendar: &RemoteId) {
        let mut shelves = self.lock();
        let old = shelves.sources.remove(calendar).unwrap_or_default();
        shelves.octets -= old.values().map(size).sum::<usize>();
    }

    /// Puts an object aside that is not there yet, and says its version; none when nothing of it is there.
    pub(in crate::provider) fn put(
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
    pub(in crate::provider) fn take(
        &self,
        calendar: &RemoteId,
        event: &RemoteId,
    ) -> Option<Source> {
        let mut shelves = self.lock();
        let source = shelves.sources.get_mut(calendar)?.remove(event)?;
        shelves.octets -= size(&source);
        Some(source)
    }

    /// What is written to is not what it was.
    pub(in crate::provider) fn forget(&self, calendar: &RemoteId, event: &RemoteId) {
        drop(self.take(calendar, event));
    }
}

/// Whether there is an event in it: the main one, or occurrences of a series that may not be seen.
pub(in crate::provider) fn is_there(source: &Source) -> bool {
    source.main().is_some() || source.of(Role::Exception).next().is_some()
}

fn size(source: &Source) -> usize {
    let parts = source.parts().iter();
    parts.map(|part| part.body.as_str().len()).sum()
}
