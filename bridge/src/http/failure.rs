//! Why there was no answer.

/// There was no (whole) answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{failure}: {detail}")]
pub struct HttpError {
    /// What kind of failure it is.
    pub failure: HttpFailure,
    /// What the network or the certificate check said.
    pub detail: String,
}

/// The kinds of failure, in the order in which a request meets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum HttpFailure {
    /// The request itself cannot be sent.
    #[error("the request cannot be sent")]
    BadRequest,
    /// The host's name leads nowhere: it is misspelt, or there is no network.
    #[error("there is no such server, or no network")]
    NoAddress,
    /// Nobody answers at the address.
    #[error("the server does not answer")]
    Unreachable,
    /// The certificate is not one this computer trusts.
    #[error("the server's certificate is not trusted")]
    Untrusted,
    /// It took too long.
    #[error("the server took too long")]
    TimedOut,
    /// The connection broke.
    #[error("the connection broke")]
    Broken,
    /// The answer is larger than we take.
    #[error("the answer is too large")]
    TooLarge,
}

/// Whether a request that failed may have had an effect (rule E5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// The server never saw it.
    Never,
    /// Nobody knows.
    Perhaps,
}

impl HttpError {
    /// A failure.
    pub fn new(failure: HttpFailure, detail: impl Into<String>) -> Self {
        Self {
            failure,
            detail: detail.into(),
        }
    }

    /// Whether the request may have reached the server.
    pub fn reached(&self) -> Reached {
        match self.failure {
            HttpFailure::BadRequest
            | HttpFailure::NoAddress
            | HttpFailure::Unreachable
            | HttpFailure::Untrusted => Reached::Never,
            HttpFailure::TimedOut | HttpFailure::Broken | HttpFailure::TooLarge => Reached::Perhaps,
        }
    }
}
