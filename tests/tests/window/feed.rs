//! The feed, asked from outside while the window shows it.

use std::io;
use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use companion_tests::http::{Answer, Connection, Credentials, Request};

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
    pub(crate) async fn status(self, login: Option<&Credentials>) -> Result<u16> {
        self.ask(login, |connection| {
            connection.send(&Request::new("PROPFIND", "/dav/").header("Depth", "0"))
        })
        .await
    }

    /// Stores an object under this path of the calendars of `login`.
    pub(crate) async fn put(self, login: &Credentials, path: &str, object: &str) -> Result<()> {
        let path = format!("/dav/calendars/{}/{path}", login.login);
        let object = object.to_owned();
        let stored = self.ask(Some(login), move |connection| {
            let request = Request::new("PUT", &path).header("Content-Type", "text/calendar");
            connection.send(&request.body(object.as_bytes()))
        });
        let status = stored.await?;
        ensure!(matches!(status, 201 | 204), "PUT: {status}");
        Ok(())
    }

    async fn ask(
        self,
        login: Option<&Credentials>,
        request: impl FnOnce(&mut Connection) -> io::Result<Answer> + Send + 'static,
    ) -> Result<u16> {
        let login = login.cloned();
        let asked = tokio::task::spawn_blocking(move || -> Result<Answer> {
            Ok(request(&mut Connection::open(self.0, login.as_ref())?)?)
        });
        Ok(asked.await??.status)
    }
}
