//! What is asked of Graph v1.0, and what its answers say. Each request is a value; nothing is sent here, and no request
//! carries a token: whoever sends it adds that.
//!
//! Every request asks for ids that stay when an event moves, for times in UTC, and for small pages; links that Graph
//! gives carry none of that and are asked with the same headers again.

mod batch;
mod calendars;
mod events;
mod failure;
mod link;
mod names;
mod place;
mod schedule;
mod subscriptions;
mod view;

use http::{HeaderValue, Method, Request, Uri};
use serde_json::Value;
use url::Url;

use crate::rest::{below, conditional, is_word, json, read, uri};

pub use crate::rest::{BadRequest, Unreadable};
pub use batch::{Answer as BatchAnswer, MOST as MOST_IN_BATCH, batch, parse_batch};
pub use calendars::{Calendar, CalendarPage, calendars, parse_calendars};
pub use events::{
    act, create, delete, find, get, instances, parse_found, parse_get, parse_instances,
    parse_written, patch, respond, same_uid,
};
pub use failure::{Asked, Failure};
pub use link::follow;
pub use names::{foreign_event, foreign_name, name_of, object_id, own_name, transaction};
pub use place::{Place, windows};
pub use schedule::{MOST as MOST_SCHEDULES, Schedule, parse_schedules, schedules};
pub use subscriptions::{Subscription, parse_subscription, subscribe, unsubscribe};
pub use view::{Page, Round, Step, Word, parse_page, view};

/// The headers every request has.
const PREFER: &str = "IdType=\"ImmutableId\", outlook.timezone=\"UTC\", odata.maxpagesize=50";

fn url(root: &Url, segments: &[&str], query: &[(&str, &str)]) -> Result<Url, BadRequest> {
    let mut url = below(root, segments)?;
    if !query.is_empty() {
        // OData reads `+` as a plus sign, so spaces are written out.
        let encoded: Vec<_> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        url.set_query(Some(&encoded.join("&")));
    }
    Ok(url)
}

fn encode(value: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const SET: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~')
        .remove(b'$')
        .remove(b',')
        .remove(b':')
        .remove(b'(')
        .remove(b')')
        .remove(b'\'')
        .remove(b'/');
    utf8_percent_encode(value, SET).to_string()
}

fn request(
    method: Method,
    url: &Url,
    body: Option<&Value>,
) -> Result<Request<Vec<u8>>, BadRequest> {
    Ok(request_to(method, uri(url)?, body))
}

fn request_to(method: Method, uri: Uri, body: Option<&Value>) -> Request<Vec<u8>> {
    let mut request = json(method, uri, body);
    let prefer = HeaderValue::from_static(PREFER);
    request.headers_mut().insert("prefer", prefer);
    request
}

#[cfg(test)]
mod tests;
