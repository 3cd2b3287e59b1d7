//! A request from its values to its answer.

use std::sync::Arc;

use bridge_core::google::requests::{Asked, BadRequest, Failure, Unreadable};
use http::Request;
use url::Url;

use crate::http::Http;
use crate::provider::signed::{self, Refusal, Signed};
use crate::provider::{Bearer, ProviderError};

/// Whoever asks Google for one doctor.
pub(super) struct Session {
    signed: Signed,
    pub(super) root: Url,
}

impl Session {
    pub(super) fn new(http: Arc<dyn Http>, bearer: Arc<dyn Bearer>, root: Url) -> Self {
        Self {
            signed: Signed::new(http, bearer, &root),
            root,
        }
    }

    /// The body of an answer.
    pub(super) async fn ask(
        &self,
        asked: Asked,
        request: Result<Request<Vec<u8>>, BadRequest>,
    ) -> Result<Vec<u8>, ProviderError> {
        let answer = self.signed.answer(request).await?;
        let status = answer.status().as_u16();
        if matches!(status, 200..300) {
            return Ok(answer.into_body());
        }
        let failure = Failure::read(asked, status, answer.headers(), answer.body());
        Err(self.signed.refused(Refusal {
            kind: failure.kind,
            retry_after: failure.retry_after,
            word: failure.reason,
            status,
            asked: match asked {
                Asked::Write => signed::Asked::Write,
                Asked::Read | Asked::Since => signed::Asked::Read,
            },
        }))
    }

    /// An answer that is none.
    pub(super) fn unreadable(&self, why: Unreadable) -> ProviderError {
        self.signed.unreadable(why)
    }
}
