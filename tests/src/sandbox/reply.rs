//! Answers in JSON.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::Value;

/// An answer of this media type; without a body where there is nothing to say.
pub(super) fn reply(status: u16, value: &Value, kind: &'static str) -> Response<Bytes> {
    let body = match value {
        Value::Null => Bytes::new(),
        value => Bytes::from(value.to_string()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
