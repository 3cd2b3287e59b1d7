//! What is asked of Calendar v3, and what its answers say. Each request is a value; nothing is sent here, and no request
//! carries a token: whoever sends it adds that.

mod calendars;
mod events;
mod failure;
mod names;
mod pages;
mod watch;

use http::{Method, Request};
use serde_json::Value;
use url::Url;

use crate::rest::{below, conditional, is_word, json, read, uri};

pub use crate::rest::{BadRequest, Unreadable};
pub use calendars::{Calendar, CalendarPage, calendar, calendars, parse_calendar, parse_calendars};
pub use events::{
    delete, get, insert, instances, parse_get, parse_instances, patch, replace, same_uid, series,
};
pub use failure::{Asked, Failure};
pub use names::{event_id, object_id};
pub use pages::{Item, Page, Place, Step, page, parse_page};
pub use watch::{Channel, parse_watch, stop, watch};

fn url(root: &Url, segments: &[&str], query: &[(&str, &str)]) -> Result<Url, BadRequest> {
    // The path of a URL loses such names without a word, and what is left is another address.
    if segments.iter().any(|one| matches!(*one, "" | "." | "..")) {
        return Err(BadRequest::Address);
    }
    let mut url = below(root, segments)?;
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
    Ok(json(method, uri(url)?, body))
}

#[cfg(test)]
mod tests;
