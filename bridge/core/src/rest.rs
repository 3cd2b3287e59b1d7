//! What the JSON services have in common: requests as values, refusals of what no request can carry, answers that are none.

use http::{HeaderValue, Method, Request, Uri, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::ids::RemoteEtag;

/// Something that no request can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    /// An address.
    #[error("no request can carry this address")]
    Address,
    /// A version.
    #[error("no request can carry this version")]
    Version,
    /// A link to somewhere else than where the service is: the token must not go there.
    #[error("the answer leads to another server")]
    ForeignLink,
    /// More than the service takes at once.
    #[error("more than can be asked at once")]
    TooMany,
}

/// An answer that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer cannot be read")]
pub struct Unreadable;

/// The address of these segments below `root`, without a query.
pub(crate) fn below(root: &Url, segments: &[&str]) -> Result<Url, BadRequest> {
    let mut url = root.clone();
    let mut path = url.path_segments_mut().map_err(|()| BadRequest::Address)?;
    path.pop_if_empty().extend(segments);
    drop(path);
    url.set_query(None);
    Ok(url)
}

/// The address as a request carries it.
pub(crate) fn uri(url: &Url) -> Result<Uri, BadRequest> {
    url.as_str().parse().map_err(|_| BadRequest::Address)
}

/// A request that asks for JSON, and brings some if there is a body.
pub(crate) fn json(method: Method, uri: Uri, body: Option<&Value>) -> Request<Vec<u8>> {
    let mut request = Request::new(body.map(Value::to_string).unwrap_or_default().into_bytes());
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    let json = HeaderValue::from_static("application/json");
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT, json.clone());
    if body.is_some() {
        headers.insert(header::CONTENT_TYPE, json);
    }
    request
}

/// The same request, good for this version only (RFC 9110 section 13.1.1).
pub(crate) fn conditional(
    mut request: Request<Vec<u8>>,
    if_match: &RemoteEtag,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let version = HeaderValue::from_str(if_match.as_str()).map_err(|_| BadRequest::Version)?;
    if version.is_empty() {
        return Err(BadRequest::Version);
    }
    request.headers_mut().insert(header::IF_MATCH, version);
    Ok(request)
}

/// Reads the body of an answer.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unreadable> {
    serde_json::from_slice(body).map_err(|_| Unreadable)
}

/// Whether a service's name for a failure may be logged: it is one word; anything else may be content.
pub(crate) fn is_word(name: &str) -> bool {
    name.len() <= 80
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
