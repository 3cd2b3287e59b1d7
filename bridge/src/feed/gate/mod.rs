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
use crate::store::{StoreError, clients};

pub(super) use self::throttle::Throttle;

/// Finds out who is asking. The store is asked every time, so a revoked password ends at the next request, on open
/// connections too.
///
/// # Errors
/// 401 without the right password; after a storm of wrong ones for the same name, only after a pause.
pub(super) async fn sign_in(feed: &Arc<Feed>, headers: &HeaderMap) -> Result<Session, Refusal> {
    let credentials = match basic::claim(headers) {
        Claim::None | Claim::Malformed => return Err(Refusal::unauthorized()),
        Claim::Basic(credentials) => credentials,
    };
    let login = credentials.login.clone();
    let session = feed
        .work(move |feed| Ok(verify(feed, &credentials)?))
        .await?;
    if let Some(session) = session {
        return Ok(session);
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

fn verify(feed: &Feed, credentials: &Credentials) -> Result<Option<Session>, StoreError> {
    let client = feed
        .store
        .read(|tx| clients::find(tx, &credentials.login))?;
    let Some(client) = client.filter(|client| client.revoked.is_none()) else {
        return Ok(None);
    };
    if !feed
        .passwords
        .verify(&client.password, &credentials.password)
    {
        return Ok(None);
    }
    let now = feed.clock.now();
    if client.use_is_news(now) {
        let login = client.login.clone();
        let noted = feed
            .store
            .write(move |tx| clients::note_use(tx, &login, now));
        // A full disk must not keep a client from reading.
        if let Err(error) = noted {
            tracing::warn!(%error, "cannot note the last use of a client");
        }
    }
    Ok(Some(Session::of(client)))
}
