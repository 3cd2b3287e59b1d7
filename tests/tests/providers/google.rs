//! Google Calendar over the sandbox's service.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use bridge::http::{Http, HttpError, HttpFailure};
use bridge::provider::google::Google as Provider;
use bridge::provider::{
    Bearer, CalendarProvider as _, ErrorKind, Fetched, Found, ProviderError, id_for,
};
use bridge::secrets::Sensitive;
use bridge_core::google::requests::{event_id, object_id};
use bridge_core::ids::{ObjectName, RemoteEtag, RemoteId};
use bridge_core::time::Instant;
use bytes::Bytes;
use chrono::DateTime;
use companion_tests::clients::text::lines;
use companion_tests::sandbox::google::{Access, Door, Google, Manners as Ways};
use http::{Request, Response};
use serde_json::json;

use crate::conformance::{Adversary, Keeps, Manners, Stage, conforms, series};

const TOKEN: &str = "ya29.good";
pub(crate) const WARD: &str = "ward@group.calendar.google.com";

/// The service, asked directly; its bearer has a token for ever.
pub(crate) struct InMemory {
    google: Mutex<Google>,
    /// After so many requests one more is carried out, and its answer is lost.
    loses: Mutex<Option<usize>>,
    requests: AtomicUsize,
}

impl InMemory {
    pub(crate) fn new(ways: Ways) -> Arc<Self> {
        let mut google = Google::new("anna@praxis.example", Door::of([TOKEN]));
        google.manners = ways;
        google.add_calendar(WARD, "Ward 7", Access::Owner);
        Arc::new(Self {
            google: Mutex::new(google),
            loses: Mutex::new(None),
            requests: AtomicUsize::new(0),
        })
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

    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Google, Instant) -> T) -> T {
        let mut google = self.google.lock().unwrap_or_else(PoisonError::into_inner);
        // Later than anything that is stored: the service's word is always the newer one.
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
        work(&mut google, now)
    }

    /// Whether nothing was sent or answered against the contract.
    pub(crate) fn lawful(&self) -> Result<()> {
        let violations = self.with(|google, _| google.violations.clone());
        ensure!(
            violations.is_empty(),
            "against the contract: {violations:?}"
        );
        Ok(())
    }

    pub(crate) fn provider(self: &Arc<Self>) -> Result<Provider> {
        let root = "https://google.example/calendar/v3".parse()?;
        Ok(Provider::open(self.clone(), self.clone(), root))
    }
}

#[async_trait]
impl Http for InMemory {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let request = request.map(Bytes::from);
        let answer = self.with(|google, now| google.handle(&request, now));
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

fn event(id: &RemoteId) -> Result<String> {
    let event = event_id(&RemoteId::new(WARD), id).context("another calendar's")?;
    Ok(event.as_str().to_owned())
}

impl Adversary for InMemory {
    fn put(&self, id: &RemoteId, octets: &[u8]) -> Result<()> {
        let (event, text) = (event(id)?, std::str::from_utf8(octets)?);
        self.with(|google, now| google.put_text(WARD, &event, text, now))
    }

    fn delete(&self, id: &RemoteId) -> Result<()> {
        let event = event(id)?;
        self.with(|google, now| google.delete_event(WARD, &event, now))
    }

    fn foreign(&self, calendar: &RemoteId) -> RemoteId {
        object_id(calendar, &RemoteId::new("_60q30c1g60o30e1i60o4ac1g"))
    }
}

const MANNERS: Manners = Manners {
    checks_uids: false,
    marks_at_once: false,
    keeps: Keeps::Known,
};

async fn conforms_over(ways: Ways) -> Result<()> {
    let google = InMemory::new(ways);
    let provider = google.provider()?;
    let stage = Stage {
        provider: &provider,
        adversary: google.as_ref(),
        calendar: RemoteId::new(WARD),
        manners: MANNERS,
    };
    conforms(&stage).await?;
    let violations = google.with(|google, _| google.violations.clone());
    ensure!(
        violations.is_empty(),
        "against the contract: {violations:?}"
    );
    Ok(())
}

#[tokio::test]
async fn google_keeps_every_promise() -> Result<()> {
    conforms_over(Ways::default()).await
}

#[tokio::test]
async fn google_in_small_pages_and_with_exceptions_before_their_series() -> Result<()> {
    conforms_over(Ways {
        page: 7,
        backwards: true,
    })
    .await
}

/// The lines that say what happens when. What others answer is not ours to say.
fn essence(octets: &[u8]) -> Vec<String> {
    const SAID: [&str; 7] = [
        "UID",
        "SUMMARY",
        "DTSTART",
        "DTEND",
        "RRULE",
        "EXDATE",
        "RECURRENCE-ID",
    ];
    let text = String::from_utf8_lossy(octets);
    let all = lines(&text).into_iter();
    let is_said = |line: &String| SAID.iter().any(|name| line.starts_with(name));
    let mut said: Vec<String> = all.filter(is_said).collect();
    said.sort();
    said
}

async fn read(provider: &Provider, id: &RemoteId) -> Result<(RemoteEtag, Vec<u8>)> {
    let got = provider
        .get(&RemoteId::new(WARD), std::slice::from_ref(id))
        .await?;
    match got.into_iter().next().map(|one| one.found) {
        Some(Found::Object { etag, octets }) => Ok((etag, octets)),
        other => anyhow::bail!("{id} is {other:?}"),
    }
}

#[tokio::test]
async fn p_61_a_copy_of_a_week_is_the_same_week() -> Result<()> {
    let google = InMemory::new(Ways::default());
    let monday = "2026-03-02T08:00:00Z".parse()?;
    google.with(|google, _| google.fill_week(7, monday))?;
    let (provider, ward) = (google.provider()?, RemoteId::new(WARD));
    let mut copies = 0;
    for calendar in provider.list_calendars().await? {
        if calendar.id == ward {
            continue;
        }
        let page = provider.changes(&calendar.id, None).await?;
        for (id, _) in page.present {
            let got = provider
                .get(&calendar.id, std::slice::from_ref(&id))
                .await?;
            let [
                Fetched {
                    found: Found::Object { octets, .. },
                    ..
                },
            ] = &got[..]
            else {
                anyhow::bail!("{id} is {got:?}");
            };
            copies += 1;
            let copy = id_for(&ward, &ObjectName::new(format!("copy-{copies}.ics")));
            provider.create(&ward, &copy, octets).await?;
            let here = essence(&read(&provider, &copy).await?.1);
            let there = essence(octets);
            ensure!(here == there, "{id}: {here:#?} instead of {there:#?}");
        }
    }
    ensure!(copies > 15, "{copies} copies");
    google.lawful()
}

#[tokio::test]
async fn p_67_a_uid_is_made_once_whoever_made_it() -> Result<()> {
    let google = InMemory::new(Ways::default());
    let (here, there, ward) = (google.provider()?, google.provider()?, RemoteId::new(WARD));
    let named = |name: &str| id_for(&ward, &ObjectName::new(name.to_owned()));
    google.put(
        &RemoteId::new(format!("{WARD}/~theirs")),
        series("theirs").as_bytes(),
    )?;
    here.create(&ward, &named("ours.ics"), series("ours").as_bytes())
        .await?;
    for uid in ["theirs", "ours"] {
        let again = there
            .create(&ward, &named("again.ics"), series(uid).as_bytes())
            .await;
        let kind = again.err().context("made twice")?.kind;
        ensure!(kind == ErrorKind::UidTaken, "{uid}: {kind:?}");
    }
    google.lawful()
}

#[tokio::test]
async fn p_64_an_edit_of_occurrences_writes_those_alone() -> Result<()> {
    let google = InMemory::new(Ways::default());
    let provider = google.provider()?;
    let id = RemoteId::new(format!("{WARD}/~rounds"));
    google.put(&id, series("rounds").as_bytes())?;
    let (etag, octets) = read(&provider, &id).await?;
    let before = google.with(|google, _| google.calendar(WARD)?.event("rounds"));
    let text = String::from_utf8(octets)?;
    let moved = "SUMMARY:Later round";
    ensure!(text.contains(moved), "{text}");
    let rule = "RRULE:FREQ=DAILY;COUNT=5\r\n";
    let wanted = text.replacen(moved, "SUMMARY:Latest round", 1).replacen(
        rule,
        &format!("{rule}EXDATE:20261127T100000Z\r\n"),
        1,
    );
    provider
        .update(&RemoteId::new(WARD), &id, wanted.as_bytes(), &etag)
        .await?;
    let (_, now) = read(&provider, &id).await?;
    ensure!(
        essence(&now) == essence(wanted.as_bytes()),
        "{}",
        String::from_utf8_lossy(&now)
    );
    let after = google.with(|google, _| google.calendar(WARD)?.event("rounds"));
    ensure!(before == after, "the series was written");
    google.lawful()
}

#[tokio::test]
async fn p_63_what_was_deleted_there_can_be_made_again() -> Result<()> {
    let google = InMemory::new(Ways::default());
    let (provider, ward) = (google.provider()?, RemoteId::new(WARD));
    let id = id_for(&ward, &ObjectName::new("rounds.ics"));
    let octets = series("rounds");
    provider.create(&ward, &id, octets.as_bytes()).await?;
    google.delete(&id)?;
    provider.create(&ward, &id, octets.as_bytes()).await?;
    let (_, now) = read(&provider, &id).await?;
    let text = String::from_utf8_lossy(&now);
    ensure!(
        !text.contains("EXDATE") && text.contains("SUMMARY:Later round"),
        "{text}"
    );
    google.lawful()
}

#[tokio::test]
async fn p_60_an_occurrence_of_a_series_that_may_not_be_seen_is_an_object() -> Result<()> {
    let google = InMemory::new(Ways::default());
    let (provider, ward) = (google.provider()?, RemoteId::new(WARD));
    let invited = json!({"id": "board_20260303T150000Z", "recurringEventId": "board",
        "iCalUID": "board@google.com", "summary": "Board", "status": "confirmed",
        "originalStartTime": {"dateTime": "2026-03-03T15:00:00Z"},
        "start": {"dateTime": "2026-03-03T15:00:00Z"}, "end": {"dateTime": "2026-03-03T16:00:00Z"}});
    google.with(|google, now| google.put_event(WARD, &invited, now))?;
    let page = provider.changes(&ward, None).await?;
    let id = RemoteId::new(format!("{WARD}/~board"));
    ensure!(
        page.present.iter().any(|(listed, _)| *listed == id),
        "{page:?}"
    );
    let first = read(&provider, &id).await?;
    ensure!(first == read(&provider, &id).await?, "another one alone");
    ensure!(String::from_utf8_lossy(&first.1).contains("SUMMARY:Board"));
    google.lawful()
}
