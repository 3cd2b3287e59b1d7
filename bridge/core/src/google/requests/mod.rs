//! What is asked of Calendar v3, and what its answers say. Each request is a value; nothing is sent here, and no request
//! carries a token: whoever sends it adds that.

mod calendars;
mod events;
mod failure;
mod names;
mod pages;

use http::{HeaderValue, Method, Request, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

pub use calendars::{Calendar, CalendarPage, calendar, calendars, parse_calendar, parse_calendars};
pub use events::{
    delete, get, insert, instances, parse_get, parse_instances, patch, replace, series,
};
pub use failure::{Asked, Failure};
pub use names::{event_id, object_id};
pub use pages::{Item, Page, Place, Step, page, parse_page};

/// Something that no request can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    /// An address.
    #[error("no request can carry this address")]
    Address,
    /// A version.
    #[error("no request can carry this version")]
    Version,
}

/// An answer that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer cannot be read")]
pub struct Unreadable;

fn url(root: &Url, segments: &[&str], query: &[(&str, &str)]) -> Result<Url, BadRequest> {
    // The path of a URL loses such names without a word, and what is left is another address.
    if segments.iter().any(|one| matches!(*one, "" | "." | "..")) {
        return Err(BadRequest::Address);
    }
    let mut url = root.clone();
    let mut path = url.path_segments_mut().map_err(|()| BadRequest::Address)?;
    path.pop_if_empty().extend(segments);
    drop(path);
    url.set_query(None);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

fn request(
    method: Method,
    url: &Url,
    body: Option<&Value>,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let mut request = Request::new(body.map(Value::to_string).unwrap_or_default().into_bytes());
    *request.method_mut() = method;
    *request.uri_mut() = url.as_str().parse().map_err(|_| BadRequest::Address)?;
    let json = HeaderValue::from_static("application/json");
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT, json.clone());
    if body.is_some() {
        headers.insert(header::CONTENT_TYPE, json);
    }
    Ok(request)
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unreadable> {
    serde_json::from_slice(body).map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests;
