//! A request from its values to its answer.

use std::sync::Arc;

use bridge_core::google::requests::{Asked, BadRequest, Failure, Unreadable};
use http::{HeaderValue, Request, Response, header};
use url::Url;

use crate::http::Http;
use crate::provider::{Bearer, ErrorKind, ProviderError};
use crate::secrets::Sensitive;

/// Whoever asks Google for one doctor.
pub(super) struct Session {
    http: Arc<dyn Http>,
    bearer: Arc<dyn Bearer>,
    pub(super) root: Url,
}

impl Session {
    pub(super) fn new(http: Arc<dyn Http>, bearer: Arc<dyn Bearer>, root: Url) -> Self {
        Self { http, bearer, root }
    }

    /// The body of an answer. A token that is refused is replaced once.
    pub(super) async fn ask(
        &self,
        asked: Asked,
        request: Result<Request<Vec<u8>>, BadRequest>,
    ) -> Result<Vec<u8>, ProviderError> {
        let request = request
            .map_err(|bad| ProviderError::new(ErrorKind::InvalidRequest, bad.to_string()))?;
        let token = self.bearer.token().await?;
        let answer = self.send(&request, &token).await?;
        if answer.status() != 401 {
            return self.body(asked, answer);
        }
        let other = self.bearer.instead_of(&token).await?;
        if other == token {
            return self.body(asked, answer);
        }
        let answer = self.send(&request, &other).await?;
        self.body(asked, answer)
    }

    async fn send(
        &self,
        request: &Request<Vec<u8>>,
        token: &Sensitive<String>,
    ) -> Result<Response<Vec<u8>>, ProviderError> {
        let mut request = request.clone();
        let value = HeaderValue::from_str(&format!("Bearer {}", token.expose()));
        let mut value = value.map_err(|_| {
            ProviderError::new(ErrorKind::Unauthenticated, "the token cannot be sent")
        })?;
        value.set_sensitive(true);
        request.headers_mut().insert(header::AUTHORIZATION, value);
        let sent = self.http.send(request).await;
        sent.map_err(|why| ProviderError::no_answer(self.host(), &why))
    }

    fn body(&self, asked: Asked, answer: Response<Vec<u8>>) -> Result<Vec<u8>, ProviderError> {
        let status = answer.status().as_u16();
        if matches!(status, 200..300) {
            return Ok(answer.into_body());
        }
        let failure = Failure::read(asked, status, answer.headers(), answer.body());
        let reason = failure.reason.unwrap_or_default();
        let detail = format!("{}: status {status} {reason}", self.host());
        let error = ProviderError::new(failure.kind, detail.trim_end()).after(failure.retry_after);
        // Whoever stands before Google may answer in its place after it has done what was asked.
        let is_unknown = asked == Asked::Write && matches!(status, 300..400 | 408 | 500..);
        Err(if is_unknown && status != 501 {
            error.unknown()
        } else {
            error
        })
    }

    /// An answer that is none.
    pub(super) fn unreadable(&self, why: Unreadable) -> ProviderError {
        let detail = format!("{}: {why}", self.host());
        ProviderError::new(ErrorKind::UnreadableAnswer, detail)
    }

    fn host(&self) -> &str {
        self.root.host_str().unwrap_or_default()
    }
}
