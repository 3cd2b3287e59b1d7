//! A request from its values to its answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bridge_core::graph::requests::{self, Asked, BadRequest, BatchAnswer, Failure, Unreadable};
use bridge_core::time::Instant;
use chrono::DateTime;
use http::{HeaderMap, Request, header};
use tokio::sync::Semaphore;
use url::Url;

use crate::http::Http;
use crate::provider::signed::{self, Refusal, Signed};
use crate::provider::{Bearer, ErrorKind, ProviderError};

/// The most requests that a mailbox answers at the same time.
const AT_ONCE: u32 = 4;

/// Whoever asks Graph for one doctor.
pub(super) struct Session {
    signed: Signed,
    permits: Semaphore,
    now: Mutex<Option<Instant>>,
    pub(super) root: Url,
}

impl Session {
    pub(super) fn new(http: Arc<dyn Http>, bearer: Arc<dyn Bearer>, root: Url) -> Self {
        Self {
            signed: Signed::new(http, bearer, &root),
            permits: Semaphore::new(AT_ONCE as usize),
            now: Mutex::new(None),
            root,
        }
    }

    /// The body of an answer.
    pub(super) async fn ask(
        &self,
        asked: Asked,
        request: Result<Request<Vec<u8>>, BadRequest>,
    ) -> Result<Vec<u8>, ProviderError> {
        self.answer(asked, request, 1).await
    }

    /// The answers to several requests that change nothing, each by the place of its request.
    pub(super) async fn ask_all(
        &self,
        requests: &[Request<Vec<u8>>],
    ) -> Result<BTreeMap<usize, BatchAnswer>, ProviderError> {
        let batch = requests::batch(&self.root, requests);
        // Graph itself runs as many of a batch at the same time as it takes.
        let body = self.answer(Asked::Read, batch, AT_ONCE).await?;
        requests::parse_batch(&body).map_err(|why| self.unreadable(why))
    }

    async fn answer(
        &self,
        asked: Asked,
        request: Result<Request<Vec<u8>>, BadRequest>,
        permits: u32,
    ) -> Result<Vec<u8>, ProviderError> {
        let permit = self.permits.acquire_many(permits).await;
        let _permit =
            permit.map_err(|why| ProviderError::new(ErrorKind::Unavailable, why.to_string()))?;
        let answer = self.signed.answer(request).await?;
        self.learn_now(answer.headers());
        let status = answer.status().as_u16();
        if matches!(status, 200..300) {
            return Ok(answer.into_body());
        }
        Err(self.failure(asked, status, answer.headers(), answer.body()))
    }

    /// What a refusal means.
    pub(super) fn failure(
        &self,
        asked: Asked,
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
    ) -> ProviderError {
        let failure = Failure::read(asked, status, headers, body);
        self.signed.refused(Refusal {
            kind: failure.kind,
            retry_after: failure.retry_after,
            word: failure.code,
            status,
            asked: match asked {
                Asked::Write => signed::Asked::Write,
                Asked::Read | Asked::Changes => signed::Asked::Read,
            },
        })
    }

    /// An answer that is none.
    pub(super) fn unreadable(&self, why: Unreadable) -> ProviderError {
        self.signed.unreadable(why)
    }

    fn learn_now(&self, headers: &HeaderMap) {
        let date = headers
            .get(header::DATE)
            .and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
        if let Some(date) = date {
            let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
            *now = Some(date.to_utc());
        }
    }

    /// The time at Graph, by its latest answer (RFC 9110 section 6.6.1).
    pub(super) fn now(&self) -> Result<Instant, ProviderError> {
        let now = *self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.ok_or_else(|| {
            ProviderError::new(
                ErrorKind::UnreadableAnswer,
                "no answer says what time it is",
            )
        })
    }
}
