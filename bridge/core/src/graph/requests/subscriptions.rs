//! `/subscriptions`: Graph calls when something changed. It calls the PharmaDOC platform, which hands on a nudge without
//! content.

use http::{Method, Request};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{BadRequest, Unreadable, read, request, url};
use crate::{ids::RemoteId, time::Instant};

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: RemoteId,
    /// When it ends.
    pub expires: Instant,
}

/// A new subscription to the events of the account. `state` comes back with every call and proves it; at most 128
/// characters.
///
/// # Errors
/// [`BadRequest`].
pub fn subscribe(
    root: &Url,
    notify: &Url,
    lifecycle: &Url,
    state: &str,
    expires: Instant,
) -> Result<Request<Vec<u8>>, BadRequest> {
    if state.chars().count() > 128 {
        return Err(BadRequest::TooMany);
    }
    let body = json!({
        "changeType": "created,updated,deleted",
        "notificationUrl": notify.as_str(),
        "lifecycleNotificationUrl": lifecycle.as_str(),
        "resource": "/me/events",
        "expirationDateTime": wire_time(expires),
        "clientState": state,
        "latestSupportedTlsVersion": "v1_2",
    });
    request(
        Method::POST,
        &url(root, &["subscriptions"], &[])?,
        Some(&body),
    )
}

/// Away with a subscription.
///
/// # Errors
/// [`BadRequest`].
pub fn unsubscribe(root: &Url, id: &RemoteId) -> Result<Request<Vec<u8>>, BadRequest> {
    request(Method::DELETE, &of(root, id)?, None)
}

/// Reads the answer to [`subscribe`].
///
/// # Errors
/// [`Unreadable`].
pub fn parse_subscription(body: &[u8]) -> Result<Subscription, Unreadable> {
    let wire: Wire = read(body)?;
    Ok(Subscription {
        id: RemoteId::new(wire.id),
        expires: wire.expires,
    })
}

fn of(root: &Url, id: &RemoteId) -> Result<Url, BadRequest> {
    url(root, &["subscriptions", id.as_str()], &[])
}

fn wire_time(at: Instant) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    #[serde(rename = "expirationDateTime")]
    expires: Instant,
}
