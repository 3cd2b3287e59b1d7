//! The series of a listing of everything that is under way: their parts come on different pages, and only the last page says
//! that there are no more.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bridge_core::google::requests::Item;
use bridge_core::ids::RemoteId;

type Series = BTreeMap<RemoteId, Vec<Item>>;

/// What was listed of series, by calendar and series.
#[derive(Default)]
pub(super) struct Gathering(Mutex<BTreeMap<RemoteId, Series>>);

impl Gathering {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<RemoteId, Series>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A listing of everything begins.
    pub(super) fn begin(&self, calendar: &RemoteId) {
        self.lock().insert(calendar.clone(), Series::new());
    }

    /// Takes in parts of series. False when no listing is under way: its other pages are lost.
    pub(super) fn take_in(&self, calendar: &RemoteId, items: Vec<Item>) -> bool {
        let mut all = self.lock();
        let Some(gathered) = all.get_mut(calendar) else {
            return false;
        };
        for item in items {
            gathered.entry(item.object.clone()).or_default().push(item);
        }
        true
    }

    /// The series of the listing that ends.
    pub(super) fn end(&self, calendar: &RemoteId) -> Series {
        self.lock().remove(calendar).unwrap_or_default()
    }
}
