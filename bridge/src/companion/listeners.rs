//! Who wants to hear that something changed. What changed is asked for; a listener hears only what to ask.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

/// What a face should ask for anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Tag {
    /// The overview: whether the feed serves, and who may sign in.
    Feed,
    /// The overview: the accounts.
    Accounts,
    /// The agenda.
    Agenda,
    /// The decisions.
    Conflicts,
}

type Listener = Arc<dyn Fn(Tag) + Send + Sync>;

/// Those who listen.
#[derive(Clone, Default)]
pub(super) struct Listeners {
    all: Arc<Mutex<Vec<Listener>>>,
}

impl Listeners {
    /// One more.
    pub(super) fn add(&self, listener: impl Fn(Tag) + Send + Sync + 'static) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Arc::new(listener));
    }

    /// Tells everybody, outside the lock: a listener may ask, or add another.
    pub(super) fn tell(&self, tag: Tag) {
        let all = self
            .all
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        for listener in all {
            listener(tag);
        }
    }
}
