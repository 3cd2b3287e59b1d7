//! The feed, asked from outside while the window shows it.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use companion_tests::http::{Connection, Credentials, Request};

/// The feed, asked as a calendar app asks.
#[derive(Clone, Copy)]
pub(crate) struct FeedAt(SocketAddr);

impl FeedAt {
    pub(crate) fn parse(address: &str) -> Result<Self> {
        let rest = address
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix('/'));
        let rest = rest.with_context(|| format!("{address} is not an address of the feed"))?;
        Ok(Self(rest.parse().with_context(|| rest.to_owned())?))
    }

    /// The status of the first question every client asks.
    pub(crate) async fn status(self, login: Option<(&str, &str)>) -> Result<u16> {
        let login = login.map(|(name, password)| Credentials {
            login: name.to_owned(),
            password: password.to_owned(),
        });
        let asked = tokio::task::spawn_blocking(move || {
            let mut connection = Connection::open(self.0, login.as_ref())?;
            connection.send(&Request::new("PROPFIND", "/dav/").header("Depth", "0"))
        });
        Ok(asked.await??.status)
    }
}
