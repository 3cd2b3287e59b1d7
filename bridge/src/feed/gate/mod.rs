//! Who may come in: the checks of the safety reference, section 4, in its order. [`head`] judges the request as it
//! stands, [`sign_in`] asks for the password; size and time of the body follow in [`super::body`].

mod basic;
pub(super) mod head;
mod throttle;

use std::sync::Arc;

use http::HeaderMap;

use self::{
    basic::{Claim, Credentials},
    throttle::Pace,
};
use super::{Feed, answer::Refusal, session::Session};
use crate::store::clients::{self, Client};

pub(super) use self::throttle::Throttle;

/// Finds out who is asking. The store is asked every time, so a revoked password ends at the next request, on open
/// connections too. That is one indexed row, read where we are: handing it to a worker would cost more than it takes.
///
/// # Errors
/// 401 without the right password; after a storm of wrong ones for the same name, only after a pause.
pub(super) async fn sign_in(feed: &Arc<Feed>, headers: &HeaderMap) -> Result<Session, Refusal> {
    let credentials = match basic::claim(headers) {
        Claim::None | Claim::Malformed => return Err(Refusal::unauthorized()),
        Claim::Basic(credentials) => credentials,
    };
    let login = credentials.login.clone();
    let client = feed.store.read(|tx| clients::find(tx, &login))?;
    let client = client.filter(|client| client.revoked.is_none());
    if let Some(client) = client
        && is_right(feed, &client, credentials).await?
    {
        note_use(feed, &client).await;
        return Ok(Session::of(client));
    }
    match feed.throttle.failed(&login, feed.clock.now()) {
        Pace::AtOnce => {}
        Pace::Delayed => pause(feed).await,
    }
    Err(Refusal::unauthorized())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the price of guessing: the one answer that is late on purpose"
)]
async fn pause(feed: &Feed) {
    tokio::time::sleep(feed.limits.failure_delay).await;
}

/// Checks the password; one that is slow to check, because a person chose it, on a worker.
async fn is_right(
    feed: &Arc<Feed>,
    client: &Client,
    credentials: Credentials,
) -> Result<bool, Refusal> {
    let hash = client.password.clone();
    if feed.passwords.is_quick(&hash, &credentials.password) {
        return Ok(feed.passwords.verify(&hash, &credentials.password));
    }
    feed.work(move |feed| Ok(feed.passwords.verify(&hash, &credentials.password)))
        .await
}

/// Keeps the time of the last use; a full disk must not keep a client from reading.
async fn note_use(feed: &Feed, client: &Client) {
    let now = feed.clock.now();
    if !client.use_is_news(now) {
        return;
    }
    let login = client.login.clone();
    let noted = feed
        .store
        .write_async(move |tx| clients::note_use(tx, &login, now))
        .await;
    if let Err(error) = noted {
        tracing::warn!(%error, "cannot note the last use of a client");
    }
}
