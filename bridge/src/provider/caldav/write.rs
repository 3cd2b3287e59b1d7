//! Writing, always under the condition that nobody else was faster.

use bridge_core::dav::client::{self, BadRequest, is_weak, strong, tolerant_etag};
use bridge_core::ids::{RemoteEtag, RemoteId};
use http::{Request, header};
use url::Url;

use super::changes::UNKNOWN;
use super::objects;
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
    place: Place<'_>,
    octets: &[u8],
    if_match: &RemoteEtag,
) -> Result<Stored, ProviderError> {
    let put = |url: &Url, tag: &str| client::put_over(url, octets, tag);
    stored(&conditional(account, place, if_match, put).await?)
}

pub(super) async fn delete(
    account: &CalDav,
    place: Place<'_>,
    if_match: &RemoteEtag,
) -> Result<(), ProviderError> {
    done(&conditional(account, place, if_match, client::delete).await?)
}

/// An object and the calendar it lies in.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) calendar: &'a RemoteId,
    pub(super) id: &'a RemoteId,
}

/// Sends a write under a condition: the version in its strong spelling. If that does not match although the version is
/// still the one we saw, the server compares letter by letter, and is sent its own spelling.
async fn conditional(
    account: &CalDav,
    place: Place<'_>,
    if_match: &RemoteEtag,
    request: impl Fn(&Url, &str) -> Result<Request<Vec<u8>>, BadRequest>,
) -> Result<Reply, ProviderError> {
    if if_match.as_str() == UNKNOWN {
        return Err(ProviderError::new(
            ErrorKind::Unsupported,
            "the server gives no version of this entry; changing it could overwrite another change",
        ));
    }
    let url = account.url(place.id)?;
    let strong = strong(if_match);
    let reply = account.ask(&url, request(&url, &strong)).await?;
    if reply.status() == 412
        && strong != if_match.as_str()
        && objects::is_still(account, place, if_match).await?
    {
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
        kept_here: Vec::new(),
    })
}

/// The version in the head of an answer.
pub(super) fn etag(reply: &Reply) -> Option<RemoteEtag> {
    let value = reply.answer.headers().get(header::ETAG)?;
    tolerant_etag(std::str::from_utf8(value.as_bytes()).ok()?)
}
