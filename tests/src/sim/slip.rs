//! Deliberate mistakes of a client that is asked in JSON, made on the wire: the simulation has to find each.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slip {
    /// Changes and deletions have no condition (E4).
    Unconditional,
    /// What is made has no id of ours, so that it is made twice (E1).
    Anonymous,
    /// What is made does not carry its UID.
    Unmarked,
    /// A change is sent as the whole, so that what only the service knows is lost (D4).
    WholeBody,
    /// A deletion is not sent, and counts as done.
    DeletionSwallowed,
    /// What is gone is not heard of.
    TombstonesIgnored,
    /// Exceptions of series are not heard of.
    ExceptionsIgnored,
    /// A token that the service forgot counts as good (O3).
    TokenKept,
}

impl Slip {
    /// Every one.
    pub const ALL: &'static [Self] = &[
        Self::Unconditional,
        Self::Anonymous,
        Self::Unmarked,
        Self::WholeBody,
        Self::DeletionSwallowed,
        Self::TombstonesIgnored,
        Self::ExceptionsIgnored,
        Self::TokenKept,
    ];

    /// The request as such a client sends it.
    pub(super) fn sent(self, mut request: Request<Bytes>) -> Request<Bytes> {
        let is_write = matches!(*request.method(), Method::POST | Method::PATCH);
        match self {
            Self::Unconditional => {
                request.headers_mut().remove(header::IF_MATCH);
            }
            Self::Anonymous if is_write => edit(request.body_mut(), |body| {
                body.remove("id");
                body.remove("transactionId");
            }),
            Self::Unmarked if is_write => edit(request.body_mut(), |body| {
                body.remove("extendedProperties");
                body.remove("singleValueExtendedProperties");
            }),
            Self::WholeBody if *request.method() == Method::PATCH => {
                *request.method_mut() = Method::PUT;
            }
            _ => {}
        }
        request
    }

    /// What such a client takes for the answer before it asks.
    pub(super) fn instead(self, request: &Request<Bytes>) -> Option<Response<Vec<u8>>> {
        let is_swallowed = self == Self::DeletionSwallowed && *request.method() == Method::DELETE;
        is_swallowed.then(|| answer(StatusCode::NO_CONTENT, Vec::new()))
    }

    /// The answer as such a client hears it.
    pub(super) fn heard(
        self,
        request: &Request<Bytes>,
        mut said: Response<Vec<u8>>,
    ) -> Response<Vec<u8>> {
        match self {
            Self::TokenKept if said.status() == StatusCode::GONE => nothing_new(request, said),
            Self::TombstonesIgnored => {
                keep(&mut said, |item| {
                    item["status"] != "cancelled" && item.get("@removed").is_none()
                });
                said
            }
            Self::ExceptionsIgnored => {
                keep(&mut said, |item| {
                    item.get("recurringEventId").is_none() && item["type"] != "exception"
                });
                said
            }
            _ => said,
        }
    }
}

fn answer(status: StatusCode, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer
}

fn edit(body: &mut Bytes, work: impl FnOnce(&mut serde_json::Map<String, Value>)) {
    if let Ok(Value::Object(mut members)) = serde_json::from_slice(body) {
        work(&mut members);
        *body = Value::Object(members).to_string().into();
    }
}

/// Leaves out members of the lists of an answer.
fn keep(said: &mut Response<Vec<u8>>, is_heard: impl Fn(&Value) -> bool) {
    let Ok(mut body) = serde_json::from_slice::<Value>(said.body()) else {
        return;
    };
    let lists = ["/items", "/value", "/exceptionOccurrences"];
    for list in lists {
        if let Some(list) = body.pointer_mut(list).and_then(Value::as_array_mut) {
            list.retain(&is_heard);
        }
    }
    *said.body_mut() = body.to_string().into_bytes();
}

/// An answer without news, for a listing that went on from a token.
fn nothing_new(request: &Request<Bytes>, said: Response<Vec<u8>>) -> Response<Vec<u8>> {
    let query = request.uri().query().unwrap_or_default();
    let token = query
        .split('&')
        .find_map(|one| one.strip_prefix("syncToken="));
    let body = match token {
        Some(token) => json!({"kind": "calendar#events", "items": [], "nextSyncToken": token}),
        None if query.contains("$deltatoken") => {
            json!({"value": [], "@odata.deltaLink": request.uri().to_string()})
        }
        None => return said,
    };
    answer(StatusCode::OK, body.to_string().into_bytes())
}
