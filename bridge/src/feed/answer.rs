//! What the handlers give back: a response whose body is complete, or a refusal that names its reason.

use std::borrow::Cow;

use bridge_core::dav::{self, DavError, Precondition};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};

use super::method::Method;
use crate::store::StoreError;

/// A finished response.
pub(super) type Answer = Response<Bytes>;

const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
/// Constant for ever: Thunderbird asks for the password again when it changes.
const CHALLENGE: HeaderValue =
    HeaderValue::from_static("Basic realm=\"PharmaDOC Companion\", charset=\"UTF-8\"");
/// What a client should wait before it asks again when the store is busy.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// A response without a body.
pub(super) fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = status;
    answer
}

/// A response with an XML body.
pub(super) fn xml(status: StatusCode, body: Vec<u8>) -> Answer {
    with_body(status, XML, body.into())
}

/// The answer to most requests about properties (RFC 4918 section 13).
pub(super) fn multi_status(body: Vec<u8>) -> Answer {
    xml(StatusCode::MULTI_STATUS, body)
}

/// A response for people.
pub(super) fn text(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Answer {
    let mut message = message.into().into_owned();
    message.push('\n');
    with_body(status, TEXT, message.into())
}

/// A response with a body of that type.
pub(super) fn with_body(status: StatusCode, media_type: HeaderValue, body: Bytes) -> Answer {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, media_type);
    answer
}

/// Why a request is not carried out.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    reason: Reason,
    header: Option<(HeaderName, HeaderValue)>,
}

#[derive(Debug)]
enum Reason {
    Text(Cow<'static, str>),
    Precondition(Precondition),
}

impl Refusal {
    /// A refusal in words.
    pub(super) fn text(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            reason: Reason::Text(message.into()),
            header: None,
        }
    }

    /// 404.
    pub(super) fn not_found() -> Self {
        Self::text(StatusCode::NOT_FOUND, "There is nothing at this address.")
    }

    /// 401 with the constant challenge.
    pub(super) fn unauthorized() -> Self {
        Self {
            header: Some((header::WWW_AUTHENTICATE, CHALLENGE)),
            ..Self::text(
                StatusCode::UNAUTHORIZED,
                "Sign in with the name and the password that the Companion shows for this app.",
            )
        }
    }

    /// 405 with what is allowed instead.
    pub(super) fn method_not_allowed(allowed: &[Method]) -> Self {
        Self::text(
            StatusCode::METHOD_NOT_ALLOWED,
            "This address does not take this method.",
        )
        .with_allow(allowed)
    }

    /// The same refusal with the methods that would be taken instead (RFC 9110 section 15.5.6).
    pub(super) fn with_allow(self, allowed: &[Method]) -> Self {
        Self {
            header: HeaderValue::from_str(&Method::list(allowed))
                .ok()
                .map(|list| (header::ALLOW, list)),
            ..self
        }
    }

    /// 413 for a body of XML.
    pub(super) fn too_large(limit: usize) -> Self {
        Self::text(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The request is larger than the {limit} octets this server takes."),
        )
    }

    /// 413 for an object, with the limit in the words of RFC 4791.
    pub(super) fn object_too_large(limit: usize) -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            ..Precondition::MaxResourceSize(u64::try_from(limit).unwrap_or(u64::MAX)).into()
        }
    }

    /// 412.
    pub(super) fn precondition_failed() -> Self {
        Self::text(
            StatusCode::PRECONDITION_FAILED,
            "The object is not in the state the request expects; read it again.",
        )
    }

    /// 503 with a time to come back.
    pub(super) fn unavailable(message: &'static str) -> Self {
        Self {
            header: Some((header::RETRY_AFTER, RETRY_SECONDS)),
            ..Self::text(StatusCode::SERVICE_UNAVAILABLE, message)
        }
    }

    /// 500: a defect of this program, never the answer to bad input.
    pub(super) fn defect() -> Self {
        Self::text(
            StatusCode::INTERNAL_SERVER_ERROR,
            "A defect in the Companion stopped this request; nothing was changed.",
        )
    }

    /// Its status code.
    #[cfg(test)]
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// The response that says so.
    pub(super) fn into_answer(self) -> Answer {
        let mut answer = match self.reason {
            Reason::Text(message) => text(self.status, message),
            Reason::Precondition(precondition) => xml(self.status, dav::error_body(&precondition)),
        };
        if let Some((name, value)) = self.header {
            answer.headers_mut().insert(name, value);
        }
        answer
    }
}

impl From<Precondition> for Refusal {
    fn from(precondition: Precondition) -> Self {
        Self {
            status: status(precondition.status()),
            reason: Reason::Precondition(precondition),
            header: None,
        }
    }
}

impl From<DavError> for Refusal {
    fn from(error: DavError) -> Self {
        match error.precondition() {
            Some(precondition) => Self {
                status: status(error.status()),
                ..Self::from(precondition.clone())
            },
            None => Self::text(status(error.status()), error.to_string()),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Precondition::SufficientDiskSpace.into(),
            StoreError::ReadOnly => Self::unavailable(
                "The calendars cannot be written now (read-only disk); nothing was saved.",
            ),
            StoreError::DiskFailed => {
                Self::unavailable("The disk failed; nothing was saved. Check the disk.")
            }
            StoreError::Busy => {
                Self::unavailable("Another program is busy with the calendars; try again.")
            }
            StoreError::Closing => Self::unavailable("The server is closing."),
            StoreError::WrongKey(_)
            | StoreError::Damaged(_)
            | StoreError::Newer { .. }
            | StoreError::File { .. } => {
                tracing::error!(%error, "the store cannot be used");
                Self::unavailable("The calendars cannot be opened; the Companion says why.")
            }
            StoreError::Panicked | StoreError::Sqlite(_) => {
                tracing::error!(%error, "a request failed in the store");
                Self::defect()
            }
        }
    }
}

/// A status code of the pure half as the library's type.
fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST)
}
