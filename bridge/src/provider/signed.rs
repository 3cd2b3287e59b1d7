//! A request with a token, and the failures that every service with tokens has in common.

use std::sync::Arc;

use bridge_core::google::requests::{BadRequest, Unreadable};
use http::{Request, Response, header};
use url::Url;

use super::bearer::authorization;
use super::{Bearer, ErrorKind, ProviderError, RetryAfter};
use crate::http::Http;
use crate::secrets::Sensitive;

/// Whoever asks a service for one doctor.
pub struct Signed {
    http: Arc<dyn Http>,
    bearer: Arc<dyn Bearer>,
    host: String,
}

/// What a service said instead of an answer.
pub struct Refusal {
    /// What it means.
    pub kind: ErrorKind,
    /// How long to wait.
    pub retry_after: Option<RetryAfter>,
    /// The service's own word for it.
    pub word: Option<String>,
    /// Its status.
    pub status: u16,
    /// What was asked.
    pub asked: Asked,
}

/// What may have happened when nobody knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Read,
    /// Perhaps what was asked.
    Write,
}

impl Signed {
    /// Asks below `root` with tokens from `bearer`.
    pub fn new(http: Arc<dyn Http>, bearer: Arc<dyn Bearer>, root: &Url) -> Self {
        Self {
            http,
            bearer,
            host: root.host_str().unwrap_or_default().to_owned(),
        }
    }

    /// The answer, whatever it is. A token that is refused is replaced once.
    ///
    /// # Errors
    /// When there is no token, no answer, or nothing that can be sent.
    pub async fn answer(
        &self,
        request: Result<Request<Vec<u8>>, BadRequest>,
    ) -> Result<Response<Vec<u8>>, ProviderError> {
        let request = request?;
        let token = self.bearer.token().await?;
        let answer = self.send(&request, &token).await?;
        if answer.status() != 401 {
            return Ok(answer);
        }
        let other = self.bearer.instead_of(&token).await?;
        if other == token {
            return Ok(answer);
        }
        self.send(&request, &other).await
    }

    async fn send(
        &self,
        request: &Request<Vec<u8>>,
        token: &Sensitive<String>,
    ) -> Result<Response<Vec<u8>>, ProviderError> {
        let mut request = request.clone();
        let value = authorization(token)?;
        request.headers_mut().insert(header::AUTHORIZATION, value);
        let sent = self.http.send(request).await;
        sent.map_err(|why| ProviderError::no_answer(self.host(), &why))
    }

    /// The failure that a refusal is.
    pub fn refused(&self, refusal: Refusal) -> ProviderError {
        let (status, word) = (refusal.status, refusal.word.unwrap_or_default());
        let detail = format!("{}: status {status} {word}", self.host());
        let error = ProviderError::new(refusal.kind, detail.trim_end()).after(refusal.retry_after);
        // Whoever stands before the service may answer in its place after it has done what was asked.
        let is_unknown = refusal.asked == Asked::Write && matches!(status, 300..400 | 408 | 500..);
        if is_unknown && status != 501 {
            error.unknown()
        } else {
            error
        }
    }

    /// An answer that is none.
    pub fn unreadable(&self, why: Unreadable) -> ProviderError {
        let detail = format!("{}: {why}", self.host());
        ProviderError::new(ErrorKind::UnreadableAnswer, detail)
    }

    fn host(&self) -> &str {
        &self.host
    }
}
