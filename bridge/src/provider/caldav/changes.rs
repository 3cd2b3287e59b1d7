//! What changed in a calendar: asked for where the server can tell (RFC 6578), compared where it cannot.

use bridge_core::dav::client::{self, Changes, Itself, parse_changes};
use bridge_core::ids::{RemoteEtag, RemoteId, SyncToken};
use url::Url;

use super::provider::CalDav;
use super::session::Reply;
use super::status::{Asked, inner_refusal, refusal, unreadable};
use crate::provider::{ChangePage, ErrorKind, Extent, Listing, Next, ProviderError};

/// The version of an object whose server tells none. It equals no version that was ever read, so such an object is read
/// again with every change of its calendar, and never written.
pub(super) const UNKNOWN: &str = "";

/// Marks the token of a further page of everything: it looks like any other, but what it leads to is still a part of the
/// complete listing.
const CONTINUED: &str = "continued:";

pub(super) async fn changes(
    account: &CalDav,
    calendar: &RemoteId,
    since: Option<&SyncToken>,
) -> Result<ChangePage, ProviderError> {
    let url = account.url(calendar)?;
    if account.way(calendar) == Listing::Changes {
        let question = Question::of(since);
        if let Some(page) = ask(account, calendar, &url, &question).await? {
            return Ok(page);
        }
    }
    versions(account, &url).await
}

/// What a report is asked for.
struct Question {
    token: Option<SyncToken>,
    extent: Extent,
}

impl Question {
    fn of(since: Option<&SyncToken>) -> Self {
        let continued = since.and_then(|token| token.as_str().strip_prefix(CONTINUED));
        match (since, continued) {
            (None, _) => Self {
                token: None,
                extent: Extent::Complete,
            },
            (Some(_), Some(token)) => Self {
                token: Some(SyncToken::new(token)),
                extent: Extent::Complete,
            },
            (Some(token), None) => Self {
                token: Some(token.clone()),
                extent: Extent::Delta,
            },
        }
    }
}

/// Asks for changes; `None` where the server cannot answer that and the versions have to be compared.
async fn ask(
    account: &CalDav,
    calendar: &RemoteId,
    url: &Url,
    question: &Question,
) -> Result<Option<ChangePage>, ProviderError> {
    let token = question.token.as_ref();
    let reply = account.ask(url, client::changes(url, token)).await?;
    if reply.is_answer() {
        let changes = parse_changes(&reply.url, reply.body());
        let changes = changes.map_err(|why| unreadable(&reply, &why))?;
        return Ok(page(changes, question));
    }
    let asked = if token.is_some() {
        Asked::Since
    } else {
        Asked::Read
    };
    let error = refusal(asked, &reply);
    match error.kind {
        ErrorKind::Forbidden | ErrorKind::InvalidRequest | ErrorKind::Unsupported => {
            account.compare_versions(calendar);
            Ok(None)
        }
        // Some servers stumble over a token they do not know, some over the report itself.
        ErrorKind::NotFound | ErrorKind::PreconditionFailed => Ok(None),
        ErrorKind::Unavailable if reply.status() == 500 => Ok(None),
        _ => Err(error),
    }
}

/// `None` for an answer that does not say where to go on, or that a server stopped without having begun.
fn page(changes: Changes, question: &Question) -> Option<ChangePage> {
    let token = changes.token?;
    let next = if changes.is_truncated {
        if question.token.as_ref() == Some(&token) {
            return None;
        }
        Next::Page(match question.extent {
            Extent::Delta => token,
            Extent::Complete => SyncToken::new(format!("{CONTINUED}{token}")),
        })
    } else {
        Next::Done(Some(token))
    };
    Some(ChangePage {
        present: known(changes.present),
        removed: changes.removed,
        extent: question.extent,
        next,
    })
}

/// The versions of everything there is.
async fn versions(account: &CalDav, url: &Url) -> Result<ChangePage, ProviderError> {
    let reply = account.ask(url, client::list_versions(url)).await?;
    if !reply.is_answer() {
        return Err(refusal(Asked::Read, &reply));
    }
    let changes = parse_changes(&reply.url, reply.body());
    let changes = changes.map_err(|why| unreadable(&reply, &why))?;
    match changes.itself {
        Itself::Refused(status) => return Err(inner_refusal(status, &reply)),
        Itself::Unnamed if changes.present.is_empty() => return Err(about_something_else(&reply)),
        Itself::Unnamed | Itself::There => {}
    }
    Ok(ChangePage {
        present: known(changes.present),
        removed: Vec::new(),
        extent: Extent::Complete,
        next: Next::Done(None),
    })
}

/// A listing begins with the folder itself; one without it and without members is no listing of an empty calendar.
fn about_something_else(reply: &Reply) -> ProviderError {
    let host = super::session::host(&reply.url);
    let detail = format!("{host}: the listing does not speak of the calendar");
    ProviderError::new(ErrorKind::UnreadableAnswer, detail)
}

fn known(present: Vec<(RemoteId, Option<RemoteEtag>)>) -> Vec<(RemoteId, RemoteEtag)> {
    let unknown = || RemoteEtag::new(UNKNOWN);
    present
        .into_iter()
        .map(|(id, etag)| (id, etag.unwrap_or_else(unknown)))
        .collect()
}
