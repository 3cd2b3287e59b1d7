//! `events.watch` and `channels.stop`: Google calls when something changed
//! (<https://developers.google.com/workspace/calendar/api/guides/push>). It calls the PharmaDOC platform, which hands on a
//! nudge without content.

use http::{Method, Request};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{BadRequest, Unreadable, read, request, url};
use crate::{ids::RemoteId, time::Instant};

/// A channel as Google answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// What Google calls what is watched; a channel is stopped with it.
    pub resource: String,
    /// When it ends by itself, where Google says so.
    pub expires: Option<Instant>,
}

/// A new channel of this name: calls go to `address` and bring `token` along, until then at most. A name works once.
///
/// # Errors
/// [`BadRequest`].
pub fn watch(
    root: &Url,
    calendar: &RemoteId,
    channel: &str,
    (address, token): (&Url, &str),
    until: Instant,
) -> Result<Request<Vec<u8>>, BadRequest> {
    let body = json!({
        "id": channel,
        "type": "web_hook",
        "address": address.as_str(),
        "token": token,
        "expiration": until.timestamp_millis().to_string(),
    });
    let url = url(
        root,
        &["calendars", calendar.as_str(), "events", "watch"],
        &[],
    )?;
    request(Method::POST, &url, Some(&body))
}

/// Reads the answer to [`watch`].
///
/// # Errors
/// [`Unreadable`].
pub fn parse_watch(body: &[u8]) -> Result<Channel, Unreadable> {
    let wire: Wire = read(body)?;
    let millis = wire.expiration.as_deref().and_then(|end| end.parse().ok());
    Ok(Channel {
        resource: wire.resource_id,
        expires: millis.and_then(Instant::from_timestamp_millis),
    })
}

/// Away with a channel.
///
/// # Errors
/// [`BadRequest`].
pub fn stop(root: &Url, channel: &str, resource: &str) -> Result<Request<Vec<u8>>, BadRequest> {
    let body = json!({"id": channel, "resourceId": resource});
    request(
        Method::POST,
        &url(root, &["channels", "stop"], &[])?,
        Some(&body),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    resource_id: String,
    /// Milliseconds since 1970, as text.
    expiration: Option<String>,
}
