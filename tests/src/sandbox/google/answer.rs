//! Answers and refusals in Google's form.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

/// A refusal.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    status: u16,
    reason: String,
    retry_after: Option<i64>,
}

/// A refusal with this status for this reason.
pub(super) fn refusal(status: u16, reason: &str) -> Refusal {
    Refusal {
        status,
        reason: reason.to_owned(),
        retry_after: None,
    }
}

impl Refusal {
    /// The same, with the seconds to wait.
    pub(super) fn after(self, seconds: i64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    pub(super) fn response(&self) -> Response<Bytes> {
        let cause = json!({"domain": "calendar", "reason": self.reason, "message": self.reason});
        let body =
            json!({"error": {"errors": [cause], "code": self.status, "message": self.reason}});
        let mut response = json(&body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        if let Some(seconds) = self.retry_after {
            let seconds = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

pub(super) fn json(value: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(value.to_string()));
    let kind = HeaderValue::from_static("application/json; charset=UTF-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

pub(super) fn empty() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
