//! Writing, always under the condition that nobody else was faster.

use bridge_core::dav::client::{self, BadRequest, is_weak, strong, tolerant_etag};
use bridge_core::ids::{RemoteEtag, RemoteId};
use http::{Request, header};
use url::Url;

use super::provider::CalDav;
use super::session::Reply;
use super::status::{Asked, is_html, refusal};
use crate::provider::{ErrorKind, ProviderError, Stored};

pub(super) async fn create(
    account: &CalDav,
    id: &RemoteId,
    octets: &[u8],
) -> Result<Stored, ProviderError> {
    let url = account.url(id)?;
    let reply = account.ask(&url, client::put_new(&url, octets)).await?;
    stored(&reply)
}

pub(super) async fn update(
    account: &CalDav,
    id: &RemoteId,
    octets: &[u8],
    if_match: &RemoteEtag,
) -> Result<Stored, ProviderError> {
    let put = |url: &Url, tag: &str| client::put_over(url, octets, tag);
    stored(&conditional(account, id, if_match, put).await?)
}

pub(super) async fn delete(
    account: &CalDav,
    id: &RemoteId,
    if_match: &RemoteEtag,
) -> Result<(), ProviderError> {
    done(&conditional(account, id, if_match, client::delete).await?)
}

/// Sends a write under a condition. A weak version is sent as the strong one it was before some proxy weakened it; if
/// that does not match, as it was given.
async fn conditional(
    account: &CalDav,
    id: &RemoteId,
    if_match: &RemoteEtag,
    request: impl Fn(&Url, &str) -> Result<Request<Vec<u8>>, BadRequest>,
) -> Result<Reply, ProviderError> {
    if if_match.as_str().is_empty() {
        return Err(ProviderError::new(
            ErrorKind::Unsupported,
            "the server gives no version of this entry; changing it could overwrite another change",
        ));
    }
    let url = account.url(id)?;
    let reply = account.ask(&url, request(&url, strong(if_match))).await?;
    if reply.status() == 412 && is_weak(if_match) {
        return account.ask(&url, request(&url, if_match.as_str())).await;
    }
    Ok(reply)
}

fn done(reply: &Reply) -> Result<(), ProviderError> {
    if matches!(reply.status(), 200 | 201 | 204) && !is_html(&reply.answer) {
        Ok(())
    } else {
        Err(refusal(Asked::Write, reply))
    }
}

/// A strong version in the answer promises that the octets were stored as they are (RFC 4791 section 5.3.4).
fn stored(reply: &Reply) -> Result<Stored, ProviderError> {
    done(reply)?;
    Ok(Stored {
        etag: etag(reply).filter(|etag| !is_weak(etag)),
    })
}

/// The version in the head of an answer.
pub(super) fn etag(reply: &Reply) -> Option<RemoteEtag> {
    let value = reply.answer.headers().get(header::ETAG)?;
    tolerant_etag(std::str::from_utf8(value.as_bytes()).ok()?)
}
