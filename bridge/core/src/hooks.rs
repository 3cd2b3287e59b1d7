//! Calls of providers at a public address, "something changed": which of them are believed, and what they say. The
//! PharmaDOC platform receives them; it stores no secret, only its digest, and nothing of what a call is about.
//!
//! Google: <https://developers.google.com/workspace/calendar/api/guides/push>. Graph:
//! <https://learn.microsoft.com/graph/change-notifications-delivery-webhooks>.

use http::HeaderMap;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// The digest of the secret that every call on a channel brings along.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Of this secret.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Whether a call brought the same. How long this takes says nothing about the secret: digests are compared.
    pub fn is(&self, brought: &str) -> bool {
        *self == Self::of(brought)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A call that is not believed: nothing of it is stored, and it is answered as if there were no such channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this call does not belong to the channel")]
pub struct NotOurs;

/// What a call says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The same for a call that is repeated.
    pub delivery: String,
    /// What it is about.
    pub about: About,
}

/// What a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Something changed.
    Change,
    /// The provider ended the watch, wants it confirmed, or missed something.
    Lifecycle,
}

/// Reads a call of Google's; nothing for the first one, which only says that the channel works.
///
/// # Errors
/// [`NotOurs`].
pub fn google(headers: &HeaderMap, secret: &Secret) -> Result<Option<Notice>, NotOurs> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let token = header("x-goog-channel-token").ok_or(NotOurs)?;
    let state = header("x-goog-resource-state").ok_or(NotOurs)?;
    let number = header("x-goog-message-number").ok_or(NotOurs)?;
    let channel = header("x-goog-channel-id").ok_or(NotOurs)?;
    if !secret.is(token) {
        return Err(NotOurs);
    }
    Ok((state != "sync").then(|| Notice {
        delivery: format!("{channel} {number}"),
        about: About::Change,
    }))
}

/// The text that Graph wants to read before it makes a subscription, from the query of its call.
pub fn handshake(query: Option<&str>) -> Option<String> {
    let mut pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    let (_, token) = pairs.find(|(name, _)| *name == "validationToken")?;
    let token = token.replace('+', " ");
    Some(percent_decode_str(&token).decode_utf8().ok()?.into_owned())
}

/// Reads a call of Graph's. Every item has to bring the secret.
///
/// # Errors
/// [`NotOurs`], also for what is no such call.
pub fn microsoft(body: &[u8], secret: &Secret) -> Result<Vec<Notice>, NotOurs> {
    let call: Call = serde_json::from_slice(body).map_err(|_| NotOurs)?;
    let all_ours = call.value.iter().all(|item| secret.is(&item.client_state));
    if !all_ours {
        return Err(NotOurs);
    }
    Ok(call.value.into_iter().map(Item::notice).collect())
}

#[derive(Deserialize)]
struct Call {
    value: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    subscription_id: String,
    client_state: String,
    lifecycle_event: Option<String>,
    resource_data: Option<ResourceData>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ResourceData {
    id: String,
    #[serde(rename = "@odata.etag")]
    etag: String,
}

impl Item {
    fn notice(self) -> Notice {
        let about = match self.lifecycle_event {
            Some(_) => About::Lifecycle,
            None => About::Change,
        };
        // Bursts repeat an item word for word; an event's id says nothing, but is not kept either.
        let data = self.resource_data.unwrap_or_default();
        let digest = Sha256::new()
            .chain_update(data.id)
            .chain_update("\0")
            .chain_update(data.etag)
            .chain_update("\0")
            .chain_update(self.lifecycle_event.unwrap_or_default())
            .finalize();
        let digest = digest
            .first_chunk()
            .map_or(0, |first| u64::from_be_bytes(*first));
        Notice {
            delivery: format!("{} {digest:016x}", self.subscription_id),
            about,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const STATE: &str = "0123456789abcdef0123456789abcdef";

    fn call(token: &'static str, state: &'static str) -> HeaderMap {
        let pairs = [
            ("x-goog-channel-id", "c1"),
            ("x-goog-channel-token", token),
            ("x-goog-message-number", "7"),
            ("x-goog-resource-state", state),
        ];
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn google_is_believed_with_the_secret_alone() {
        let secret = Secret::of(STATE);
        let notice = google(&call(STATE, "exists"), &secret).unwrap().unwrap();
        assert_eq!(notice.delivery, "c1 7");
        assert_eq!(google(&call(STATE, "sync"), &secret), Ok(None));
        assert_eq!(google(&call("another", "exists"), &secret), Err(NotOurs));
        let mut without = call(STATE, "exists");
        without.remove("x-goog-channel-token");
        assert_eq!(google(&without, &secret), Err(NotOurs));
        assert!(!format!("{secret:?}").contains("0123"));
    }

    #[test]
    fn graph_proves_every_item_and_repeats_are_known() {
        let secret = Secret::of(STATE);
        let item = |state: &str, etag: &str| {
            serde_json::json!({"subscriptionId": "s", "clientState": state, "changeType": "updated",
                "resource": "Users/x/Events/AAMk", "resourceData": {"id": "AAMk", "@odata.etag": etag}})
        };
        let body = |items: &[serde_json::Value]| {
            serde_json::to_vec(&serde_json::json!({"value": items})).unwrap()
        };
        let read = microsoft(
            &body(&[item(STATE, "1"), item(STATE, "1"), item(STATE, "2")]),
            &secret,
        );
        let [first, again, second] = &read.unwrap()[..] else {
            panic!("three items")
        };
        assert_eq!(first, again);
        assert_ne!(first, second);
        assert!(!first.delivery.contains("AAMk"));
        assert_eq!(
            microsoft(&body(&[item(STATE, "1"), item("x", "1")]), &secret),
            Err(NotOurs)
        );
        assert_eq!(microsoft(b"{}", &secret), Err(NotOurs));
        let lifecycle = serde_json::json!({"subscriptionId": "s", "clientState": STATE,
            "lifecycleEvent": "missed"});
        let read = microsoft(&body(&[lifecycle]), &secret).unwrap();
        assert_eq!(read.first().map(|one| one.about), Some(About::Lifecycle));
    }

    #[test]
    fn the_handshake_is_read_as_it_was_before_encoding() {
        let query = Some("validationToken=Validation%3a+Testing%20%3Cb%3E");
        assert_eq!(handshake(query).as_deref(), Some("Validation: Testing <b>"));
        assert_eq!(handshake(Some("other=1")), None);
        assert_eq!(handshake(None), None);
    }
}
