//! Microsoft Graph over the sandbox's service.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use bridge::http::{Http, HttpError, HttpFailure};
use bridge::provider::graph::Graph as Provider;
use bridge::provider::{
    Bearer, CalendarProvider as _, ChangePage, Found, Next, ProviderError, id_for,
};
use bridge::secrets::Sensitive;
use bridge_core::graph::requests::{foreign_event, name_of};
use bridge_core::ids::{ObjectName, RemoteEtag, RemoteId, SyncToken};
use bridge_core::time::Instant;
use bytes::Bytes;
use chrono::TimeDelta;
use companion_tests::sandbox::graph::{Door, Graph, Manners as Ways};
use http::{Request, Response};

use crate::conformance::{Adversary, Keeps, Manners, Stage, conforms};

const TOKEN: &str = "eyJ0.good";
const ROOT: &str = "https://graph.example/v1.0";
pub(crate) const WARD: &str = "AAMkWard=";
/// Our mark on an event: the name of its object.
pub(crate) const NAME: &str = "String {6f3b5e0a-9d4c-4b1e-8a57-2c1d0f9e7b43} Name pharmadocName";

/// The service, asked directly; its bearer has a token for ever.
pub(crate) struct InMemory {
    graph: Mutex<Graph>,
    now: Mutex<Instant>,
    /// After so many requests one more is carried out, and its answer is lost.
    loses: Mutex<Option<usize>>,
    requests: AtomicUsize,
}

impl InMemory {
    pub(crate) fn new(ways: Ways) -> Result<Arc<Self>> {
        let mut graph = Graph::new("anna@praxis.example", Door::of([TOKEN]));
        graph.manners = ways;
        graph.add_calendar(WARD, "Ward 7", true);
        Ok(Arc::new(Self {
            graph: Mutex::new(graph),
            now: Mutex::new("2026-11-20T08:00:00Z".parse()?),
            loses: Mutex::new(None),
            requests: AtomicUsize::new(0),
        }))
    }

    /// How many requests came since this was last asked.
    pub(crate) fn requests(&self) -> usize {
        self.requests.swap(0, Ordering::Relaxed)
    }

    /// The answer to the request after `requests` others is lost. Says whether the last one that should be was.
    pub(crate) fn lose(&self, requests: Option<usize>) -> bool {
        let mut loses = self.loses.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *loses, requests).is_none()
    }

    fn is_lost(&self) -> bool {
        let mut loses = self.loses.lock().unwrap_or_else(PoisonError::into_inner);
        let left = loses.take();
        *loses = left.and_then(|left| left.checked_sub(1));
        left == Some(0)
    }

    /// Days go by.
    pub(crate) fn pass(&self, days: i64) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now += TimeDelta::days(days);
    }

    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Graph, Instant) -> T) -> T {
        let now = *self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let mut graph = self.graph.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut graph, now)
    }

    /// Whether nothing was sent against the contract.
    pub(crate) fn lawful(&self) -> Result<()> {
        let violations = self.with(|graph, _| graph.violations.clone());
        ensure!(
            violations.is_empty(),
            "against the contract: {violations:?}"
        );
        Ok(())
    }

    pub(crate) fn provider(self: &Arc<Self>) -> Result<Provider> {
        Ok(Provider::open(self.clone(), self.clone(), ROOT.parse()?))
    }
}

#[async_trait]
impl Http for InMemory {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let request = request.map(Bytes::from);
        let answer = self.with(|graph, now| graph.handle(&request, now));
        if self.is_lost() {
            return Err(HttpError::new(HttpFailure::Broken, "reset"));
        }
        Ok(answer.map(|body| body.to_vec()))
    }
}

#[async_trait]
impl Bearer for InMemory {
    async fn token(&self) -> Result<Sensitive<String>, ProviderError> {
        Ok(Sensitive::new(TOKEN.to_owned()))
    }

    async fn instead_of(
        &self,
        _refused: &Sensitive<String>,
    ) -> Result<Sensitive<String>, ProviderError> {
        self.token().await
    }
}

impl InMemory {
    /// The event of an object, there or not, and the name it was made with here.
    fn event_of(&self, id: &RemoteId) -> Result<(String, Option<String>)> {
        let name = name_of(&RemoteId::new(WARD), id).context("another calendar's")?;
        if let Some(event) = foreign_event(&name) {
            return Ok((event.as_str().to_owned(), None));
        }
        let there = self.with(|graph, _| graph.marked(WARD, NAME, &name));
        Ok((there.unwrap_or_else(|| format!("AAk.{name}")), Some(name)))
    }
}

impl Adversary for InMemory {
    fn put(&self, id: &RemoteId, octets: &[u8]) -> Result<()> {
        let ((event, name), text) = (self.event_of(id)?, std::str::from_utf8(octets)?);
        self.with(|graph, now| {
            graph.put_text(WARD, &event, text, now)?;
            if let Some(name) = name {
                graph.mark(WARD, &event, NAME, &name);
            }
            Ok(())
        })
    }

    fn delete(&self, id: &RemoteId) -> Result<()> {
        let (event, _) = self.event_of(id)?;
        self.with(|graph, _| graph.delete_event(WARD, &event))
    }

    fn foreign(&self, calendar: &RemoteId) -> RemoteId {
        RemoteId::new(format!("{calendar}/~AAMkAGI1-_BQ+Rk="))
    }
}

const MANNERS: Manners = Manners {
    checks_uids: false,
    marks_at_once: false,
    keeps: Keeps::Known,
};

async fn conforms_over(ways: Ways) -> Result<()> {
    let graph = InMemory::new(ways)?;
    let provider = graph.provider()?;
    let stage = Stage {
        provider: &provider,
        adversary: graph.as_ref(),
        calendar: RemoteId::new(WARD),
        manners: MANNERS,
    };
    conforms(&stage).await?;
    graph.lawful()
}

#[tokio::test]
async fn graph_keeps_every_promise() -> Result<()> {
    conforms_over(Ways::default()).await
}

#[tokio::test]
async fn graph_in_small_pages() -> Result<()> {
    conforms_over(Ways {
        page: 7,
        ..Ways::default()
    })
    .await
}

pub(crate) fn ward() -> RemoteId {
    RemoteId::new(WARD)
}

pub(crate) fn own(name: &str) -> RemoteId {
    id_for(&ward(), &ObjectName::new(name))
}

pub(crate) async fn read(provider: &Provider, id: &RemoteId) -> Result<(RemoteEtag, String)> {
    let got = provider.get(&ward(), std::slice::from_ref(id)).await?;
    match got.into_iter().next().map(|one| one.found) {
        Some(Found::Object { etag, octets }) => Ok((etag, String::from_utf8(octets)?)),
        other => anyhow::bail!("{id} is {other:?}"),
    }
}

/// What changed since a token, and the next one.
pub(crate) async fn changes(
    provider: &Provider,
    since: Option<&SyncToken>,
) -> Result<(ChangePage, SyncToken)> {
    let page = provider.changes(&ward(), since).await?;
    let Next::Done(Some(token)) = page.next.clone() else {
        anyhow::bail!("{:?}", page.next);
    };
    Ok((page, token))
}
