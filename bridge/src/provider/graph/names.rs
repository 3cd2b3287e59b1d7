//! Which events are objects that were made here. Graph tells it of an event that is there; of one that is gone only its id
//! is left.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bridge_core::graph::requests::foreign_name;
use bridge_core::ids::RemoteId;

/// Events and the names of their objects.
pub(super) type Known = BTreeMap<RemoteId, String>;

/// What is known by now, by calendar.
#[derive(Default)]
pub(super) struct Names(Mutex<BTreeMap<RemoteId, Known>>);

impl Names {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<RemoteId, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns the name of an event; any other event that had it is gone.
    pub(super) fn learn(&self, calendar: &RemoteId, event: &RemoteId, name: &str) {
        let mut all = self.lock();
        let known = all.entry(calendar.clone()).or_default();
        known.retain(|_, old| old != name);
        known.insert(event.clone(), name.to_owned());
    }

    /// Gives an event the name it says, unless another one has it: who copies an event copies the name as well.
    pub(super) fn claim(&self, calendar: &RemoteId, event: &RemoteId, name: &str) {
        if self.event(calendar, name).is_none() {
            self.learn(calendar, event, name);
        }
    }

    /// Everything is listed anew.
    pub(super) fn clear(&self, calendar: &RemoteId) {
        self.lock().remove(calendar);
    }

    /// Learns what was known when a token was made, where nothing newer is.
    pub(super) fn recall(&self, calendar: &RemoteId, old: Known) {
        let mut all = self.lock();
        let known = all.entry(calendar.clone()).or_default();
        for (event, name) in old {
            if !known.values().any(|newer| *newer == name) {
                known.insert(event, name);
            }
        }
    }

    /// Forgets an event that is gone, and says the name of its object.
    pub(super) fn forget(&self, calendar: &RemoteId, event: &RemoteId) -> String {
        let mut all = self.lock();
        let known = all.get_mut(calendar).and_then(|known| known.remove(event));
        known.unwrap_or_else(|| foreign_name(event))
    }

    /// The name of an event.
    pub(super) fn name(&self, calendar: &RemoteId, event: &RemoteId) -> Option<String> {
        self.lock().get(calendar)?.get(event).cloned()
    }

    /// The event of a name.
    pub(super) fn event(&self, calendar: &RemoteId, name: &str) -> Option<RemoteId> {
        let all = self.lock();
        let mut known = all.get(calendar)?.iter();
        known
            .find(|(_, one)| *one == name)
            .map(|(event, _)| event.clone())
    }

    /// Everything that is known of a calendar.
    pub(super) fn all(&self, calendar: &RemoteId) -> Known {
        self.lock().get(calendar).cloned().unwrap_or_default()
    }
}
