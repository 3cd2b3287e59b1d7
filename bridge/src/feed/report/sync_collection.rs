//! sync-collection (RFC 6578): what changed since a token.
//!
//! `Depth` may be 0, 1 or missing: Thunderbird sends 1. A cut answer says so with 507 for the calendar and carries
//! a token from which the client goes on. Nothing is ever left out: a token that cannot be answered completely is
//! refused, and the client lists everything again.

use bridge_core::dav::{Precondition, SyncCollection, headers::Depth};
use http::StatusCode;

use super::objects::Objects;
use crate::{
    feed::{
        answer::{self, Answer, Refusal},
        collection::Collection,
        members,
        request::Request,
        resource::Resource,
    },
    store::{
        ReadTx, SyncPoint,
        journal::{Rest, SyncError, What},
        objects::Body,
    },
};

/// Answers with a multi-status and the next token.
pub(super) fn answer(request: &Request<'_>, sync: &SyncCollection) -> Result<Answer, Refusal> {
    if request.depth()? == Some(Depth::Infinity) {
        return Err(Refusal::text(
            StatusCode::BAD_REQUEST,
            "sync-collection takes Depth 0; its level says how far it goes.",
        ));
    }
    if !matches!(request.resource, Resource::Calendar(..)) {
        return Err(Precondition::SupportedReport.into());
    }
    request.feed.store.read(|tx| {
        let collection = super::calendar(tx, request)?;
        let mut objects = Objects::new(request, &collection, &sync.request)?;
        let since = match &sync.token {
            None => None,
            Some(token) => Some(
                collection
                    .read_token(token)
                    .ok_or(Precondition::ValidSyncToken)?,
            ),
        };
        match (since, sync.limit) {
            (None, None) => everything(tx, &collection, &mut objects)?,
            (since, limit) => changes(tx, &collection, since, limit, &mut objects)?,
        }
        Ok(answer::multi_status(objects.finish()))
    })
}

/// The first listing: what is there, and no word about what is not (RFC 6578 section 3.4).
fn everything(
    tx: &ReadTx<'_>,
    collection: &Collection,
    objects: &mut Objects<'_>,
) -> Result<(), Refusal> {
    let body = if objects.needs_octets() {
        Body::Read
    } else {
        Body::Skip
    };
    members::each(tx, collection, body, |entry| {
        objects.add(&entry.member, entry.octets.as_deref());
    })?;
    objects.token(collection.sync_token());
    Ok(())
}

fn changes(
    tx: &ReadTx<'_>,
    collection: &Collection,
    since: Option<SyncPoint>,
    limit: Option<usize>,
    objects: &mut Objects<'_>,
) -> Result<(), Refusal> {
    let changes =
        members::changes(tx, collection, since, limit.unwrap_or(usize::MAX)).map_err(no_answer)?;
    for change in &changes.changes {
        let found = match change.what {
            What::Deleted => None,
            What::Stored(_) if objects.needs_octets() => {
                members::get(tx, collection, &change.name)?
                    .map(|(member, octets)| (member, Some(octets)))
            }
            What::Stored(_) => {
                members::find(tx, collection, &change.name)?.map(|member| (member, None))
            }
        };
        match found {
            Some((member, octets)) => objects.add(&member, octets.as_deref()),
            None => objects.missing(&collection.member_href(&change.name)),
        }
    }
    if changes.rest == Rest::Truncated {
        objects.truncated();
    }
    objects.token(collection.token_at(changes.next));
    Ok(())
}

fn no_answer(error: SyncError) -> Refusal {
    match error {
        SyncError::Expired => Precondition::ValidSyncToken.into(),
        SyncError::Store(error) => error.into(),
    }
}
