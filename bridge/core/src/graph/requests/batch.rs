//! `POST /$batch`: several requests in one. Each has an answer of its own, in any order, and each may be refused alone.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::{BadRequest, Unreadable, read, request, url};

/// The most requests of one batch.
pub const MOST: usize = 20;

/// The answer to one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The JSON of the body; `null` without one.
    pub body: Value,
}

/// These requests in one.
///
/// # Errors
/// [`BadRequest::TooMany`], and [`BadRequest::ForeignLink`] for a request to somewhere else than `root`.
pub fn batch(root: &Url, requests: &[Request<Vec<u8>>]) -> Result<Request<Vec<u8>>, BadRequest> {
    if requests.len() > MOST {
        return Err(BadRequest::TooMany);
    }
    let whole = requests.iter().enumerate();
    let parts: Vec<_> = whole
        .map(|(at, request)| part(root, at, request))
        .collect::<Result<_, _>>()?;
    let body = json!({ "requests": parts });
    request(Method::POST, &url(root, &["$batch"], &[])?, Some(&body))
}

fn part(root: &Url, at: usize, request: &Request<Vec<u8>>) -> Result<Value, BadRequest> {
    let uri = request.uri().to_string();
    let root = root.as_str().trim_end_matches('/');
    let relative = uri.strip_prefix(root).filter(|rest| rest.starts_with('/'));
    let headers: Map<_, _> = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), json!(value.to_str().ok()?))))
        .collect();
    let part = [
        ("id", json!(at.to_string())),
        ("method", json!(request.method().as_str())),
        ("url", json!(relative.ok_or(BadRequest::ForeignLink)?)),
        ("headers", Value::Object(headers)),
    ];
    let body = serde_json::from_slice(request.body()).ok();
    let part = part.into_iter().chain(body.map(|body| ("body", body)));
    Ok(part.map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Reads the answers, by the place of their request. One that is missing was not answered: nobody knows of its effect.
///
/// # Errors
/// [`Unreadable`].
pub fn parse_batch(body: &[u8]) -> Result<BTreeMap<usize, Answer>, Unreadable> {
    let wire: Wire = read(body)?;
    let answers = wire.responses.into_iter().map(|one| {
        let at = one.id.parse().map_err(|_| Unreadable)?;
        let headers = one.headers.unwrap_or_default().into_iter();
        let headers = headers.filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            Some((name, HeaderValue::from_str(&value).ok()?))
        });
        Ok((
            at,
            Answer {
                status: one.status,
                headers: headers.collect(),
                body: one.body,
            },
        ))
    });
    answers.collect()
}

#[derive(Deserialize)]
struct Wire {
    responses: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    id: String,
    status: u16,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default)]
    body: Value,
}
