//! Who may come in: whoever decides about tokens, the sandbox's own authority or a list.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use bridge_core::time::Instant;

type Opens = dyn Fn(&str, Instant) -> bool + Send + Sync;

/// Decides whether a token is good at this time.
#[derive(Clone)]
pub struct Door(Arc<Opens>);

impl Door {
    /// Asks `opens` each time.
    pub fn new(opens: impl Fn(&str, Instant) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(opens))
    }

    /// Lets these in, for ever.
    pub fn of<'a>(tokens: impl IntoIterator<Item = &'a str>) -> Self {
        let tokens: BTreeSet<String> = tokens.into_iter().map(str::to_owned).collect();
        Self::new(move |token, _| tokens.contains(token))
    }

    pub(in crate::sandbox) fn opens_to(&self, token: &str, now: Instant) -> bool {
        (self.0)(token, now)
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door")
    }
}
