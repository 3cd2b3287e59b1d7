//! Answers and refusals in Graph's form.

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use serde_json::{Value, json};

use crate::sandbox::reply::reply;

/// A refusal.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    status: u16,
    code: String,
    retry_after: Option<String>,
}

/// A refusal with this status and code.
pub(super) fn refusal(status: u16, code: &str) -> Refusal {
    Refusal {
        status,
        code: code.to_owned(),
        retry_after: None,
    }
}

impl Refusal {
    /// The same, with the time to wait.
    pub(super) fn after(self, wait: String) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }

    /// Its status and body.
    pub(super) fn said(&self) -> (u16, Value) {
        let inner = json!({"request-id": "6f1a", "client-request-id": "6f1a"});
        let error = json!({"code": self.code, "message": "No.", "innerError": inner});
        (self.status, json!({"error": error}))
    }

    pub(super) fn response(&self) -> Response<Bytes> {
        let (status, body) = self.said();
        let mut response = json(status, &body);
        let wait = self.retry_after.as_deref().map(HeaderValue::from_str);
        if let Some(Ok(wait)) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response
    }
}

/// An answer of Graph's.
pub(super) fn json(status: u16, value: &Value) -> Response<Bytes> {
    reply(status, value, "application/json;odata.metadata=minimal")
}

/// The answer to a part of a batch; without a body where there is nothing to say.
pub(super) fn part(id: &Value, status: u16, body: &Value) -> Value {
    if body.is_null() {
        return json!({"id": id, "status": status, "headers": {}});
    }
    let headers = json!({"Content-Type": "application/json"});
    json!({"id": id, "status": status, "headers": headers, "body": body})
}

/// Adds a member to an answer.
pub(super) fn put(answer: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(answer) = answer.as_object_mut() {
        answer.insert(name.to_owned(), value.into());
    }
}
