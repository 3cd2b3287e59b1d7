//! HTTP as a client: one request, one answer. Redirects, signing in and what an answer means are for those who ask.
//!
//! The simulation answers the same trait from memory.

mod client;
mod failure;

use async_trait::async_trait;
use http::{Request, Response};

pub use client::{BadAuthority, HttpClient};
pub use failure::{HttpError, HttpFailure, Reached};

/// Something that answers HTTP requests.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends a request with an absolute URI and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// [`HttpError`] when there is no whole answer.
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError>;
}
