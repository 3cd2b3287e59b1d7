//! Which calendars there are.

use bridge_core::dav::client::{Calendar, Itself, list_calendars, parse_calendars};
use url::Url;

use super::homes::homes;
use super::provider::CalDav;
use super::session::{Reply, host};
use super::status::{Asked, inner_refusal, refusal, unreadable};
use crate::provider::{ErrorKind, Listing, ProviderError, RemoteCalendar, Write};

/// One request per home, and there is usually one; when a home is not there, signing in is repeated without the doctor.
pub(super) async fn calendars(account: &CalDav) -> Result<Vec<RemoteCalendar>, ProviderError> {
    let before = account.homes();
    match ask(account, &before).await {
        Err(error) if has_moved(&error) => {
            let now = homes(&account.session, account.start()).await?.homes;
            if now == before {
                return Err(error);
            }
            ask(account, &now).await
        }
        answer => answer,
    }
}

async fn ask(account: &CalDav, homes: &[Url]) -> Result<Vec<RemoteCalendar>, ProviderError> {
    let mut found: Vec<RemoteCalendar> = Vec::new();
    let mut places = Vec::with_capacity(homes.len());
    for home in homes {
        let reply = account.ask(home, list_calendars(home)).await?;
        for calendar in read(&reply)? {
            if found.iter().all(|before| before.id != calendar.id) {
                found.push(remote(account, calendar));
            }
        }
        places.push(reply.url);
    }
    // Wherever we were sent to, the next round begins there.
    account.moved_to(places);
    Ok(found)
}

fn has_moved(error: &ProviderError) -> bool {
    matches!(error.kind, ErrorKind::NotFound | ErrorKind::Gone)
}

fn read(reply: &Reply) -> Result<Vec<Calendar>, ProviderError> {
    // 421: this host does not serve this account (any more).
    if reply.status() == 421 {
        return Err(inner_refusal(404, reply));
    }
    if !reply.is_answer() {
        return Err(refusal(Asked::Read, reply));
    }
    let answer = parse_calendars(&reply.url, reply.body());
    let (itself, calendars) = answer.map_err(|why| unreadable(reply, &why))?;
    match itself {
        Itself::Refused(status) => Err(inner_refusal(status, reply)),
        Itself::Unnamed if calendars.is_empty() => {
            let detail = format!(
                "{}: the listing does not speak of the home",
                host(&reply.url)
            );
            Err(ProviderError::new(ErrorKind::UnreadableAnswer, detail))
        }
        Itself::Unnamed | Itself::There => Ok(calendars),
    }
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
