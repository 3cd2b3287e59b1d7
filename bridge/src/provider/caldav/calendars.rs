//! Which calendars there are.

use bridge_core::dav::client::{Calendar, list_calendars, parse_calendars};
use url::Url;

use super::homes::homes;
use super::provider::CalDav;
use super::session::Reply;
use super::status::{Asked, refusal, unreadable};
use crate::provider::{ErrorKind, Listing, ProviderError, RemoteCalendar, Write};

/// One request per home, and there is usually one; when a home is not there, signing in is repeated without the doctor.
pub(super) async fn calendars(account: &CalDav) -> Result<Vec<RemoteCalendar>, ProviderError> {
    let before = account.homes();
    let replies = ask(account, &before).await?;
    let Some(lost) = replies.iter().find(|reply| has_moved(reply)) else {
        return read(account, &replies);
    };
    let now = homes(&account.session, account.start()).await?.homes;
    if now == before {
        return Err(refusal(Asked::Read, lost));
    }
    let replies = ask(account, &now).await?;
    read(account, &replies)
}

async fn ask(account: &CalDav, homes: &[Url]) -> Result<Vec<Reply>, ProviderError> {
    let mut replies = Vec::with_capacity(homes.len());
    for home in homes {
        replies.push(account.ask(home, list_calendars(home)).await?);
    }
    Ok(replies)
}

/// 421: this host does not serve this account (any more).
fn has_moved(reply: &Reply) -> bool {
    matches!(reply.status(), 404 | 410 | 421)
}

fn read(account: &CalDav, replies: &[Reply]) -> Result<Vec<RemoteCalendar>, ProviderError> {
    let mut found: Vec<RemoteCalendar> = Vec::new();
    for reply in replies {
        if !reply.is_answer() {
            return Err(refusal(Asked::Read, reply));
        }
        let calendars = parse_calendars(&reply.url, reply.body())
            .map_err(|why| unreadable(reply, &why))?
            .ok_or_else(|| {
                let detail = "the list of calendars is empty, without the folder itself";
                ProviderError::new(ErrorKind::UnreadableAnswer, detail)
            })?;
        for calendar in calendars {
            if found.iter().all(|before| before.id != calendar.id) {
                found.push(remote(account, calendar));
            }
        }
    }
    // Wherever we were sent to, the next round begins there.
    account.moved_to(replies.iter().map(|reply| reply.url.clone()).collect());
    Ok(found)
}

fn remote(account: &CalDav, calendar: Calendar) -> RemoteCalendar {
    let Calendar {
        id,
        display_name,
        color,
        components,
        is_writable,
        ctag,
        sync_token,
        reports_changes,
    } = calendar;
    let token = sync_token.map(|token| token.as_str().to_owned());
    let version = match account.offers(&id, reports_changes.unwrap_or(token.is_some())) {
        Listing::Changes => token.or(ctag),
        Listing::Versions => ctag,
    };
    RemoteCalendar {
        id,
        display_name,
        color,
        components,
        write: if is_writable {
            Write::Allowed
        } else {
            Write::Denied
        },
        version,
    }
}
