//! Radicale and Xandikos over real sockets.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use bridge::http::HttpClient;
use bridge::provider::caldav::{CalDav, PlainHttp, SignIn, discover};
use bridge::provider::{CalendarProvider as _, GENERIC, Presets};
use bridge::secrets::Sensitive;
use bridge_core::ids::RemoteId;
use companion_tests::servers::{RealServer, radicale, xandikos};

use crate::conformance::{Adversary, Keeps, Manners, Stage, conforms};
use crate::memory::NoDns;

impl Adversary for RealServer {
    fn put(&self, id: &RemoteId, octets: &[u8]) -> Result<()> {
        Self::put(self, id.as_str(), octets)
    }

    fn delete(&self, id: &RemoteId) -> Result<()> {
        Self::delete(self, id.as_str())
    }
}

async fn sign_in(server: &RealServer) -> Result<CalDav> {
    let http = Arc::new(HttpClient::new(None)?);
    let presets = Presets::read(std::path::Path::new(""))?;
    let who = server.credentials();
    let password = Sensitive::new(who.password.clone());
    let found = discover(
        http.clone(),
        &NoDns,
        &SignIn {
            preset: presets.get(GENERIC).context("no generic preset")?,
            address: Some(&server.url()),
            user: &who.login,
            password: &password,
            plain_http: PlainHttp::Refused,
        },
    )
    .await?;
    Ok(CalDav::open(http, found, &who.login, &password))
}

async fn conforms_over(server: Option<RealServer>) -> Result<()> {
    let Some(server) = server else {
        return Ok(());
    };
    let path = server.make_calendar("ward")?;
    let provider = sign_in(&server).await?;
    let calendar = RemoteId::new(path);
    let listed = provider.list_calendars().await?;
    anyhow::ensure!(listed.iter().any(|one| one.id == calendar), "{listed:?}");
    let stage = Stage {
        provider: &provider,
        adversary: &server,
        calendar,
        // Both write objects in their own way.
        manners: Manners {
            checks_uids: true,
            marks_at_once: true,
            keeps: Keeps::Properties,
        },
    };
    conforms(&stage).await.context(server.name)
}

#[tokio::test]
async fn radicale_keeps_every_promise() -> Result<()> {
    conforms_over(radicale()?).await
}

#[tokio::test]
async fn xandikos_keeps_every_promise() -> Result<()> {
    conforms_over(xandikos()?).await
}
