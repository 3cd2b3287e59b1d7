//! The two hosts of the service, each by http and https: the front that people type, and the one the home lies on.

use http::Uri;

/// Pairs of front and home, one for each scheme, as origins (`https://caldav.example`).
#[derive(Clone, Debug)]
pub struct Hosts {
    pairs: Vec<Pair>,
}

#[derive(Clone, Debug)]
struct Pair {
    front: String,
    home: String,
}

/// The host that a request came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its origin.
    pub origin: String,
}

impl Hosts {
    /// A front and the host of the home; the same one where there is only one.
    pub fn new(front: impl Into<String>, home: impl Into<String>) -> Self {
        Self { pairs: Vec::new() }.and(front, home)
    }

    /// The same service by another scheme or address too.
    #[must_use]
    pub fn and(mut self, front: impl Into<String>, home: impl Into<String>) -> Self {
        self.pairs.push(Pair {
            front: front.into(),
            home: home.into(),
        });
        self
    }

    /// The host of an absolute URI, unless it is none of ours.
    pub(super) fn of(&self, uri: &Uri) -> Option<Host> {
        let origin = format!("{}://{}", uri.scheme_str()?, uri.authority()?);
        let known = |pair: &&Pair| pair.front == origin || pair.home == origin;
        self.pairs.iter().find(known)?;
        Some(Host { origin })
    }

    /// The home's host that belongs to the same scheme and address.
    pub(super) fn home_beside(&self, host: &Host) -> String {
        let pair = self
            .pairs
            .iter()
            .find(|pair| pair.front == host.origin || pair.home == host.origin);
        pair.map_or_else(|| host.origin.clone(), |pair| pair.home.clone())
    }
}
