//! Objects as they are now.

use bridge_core::graph;
use bridge_core::graph::requests::{
    self, Asked, BatchAnswer, MOST_IN_BATCH, foreign_event, name_of,
};
use bridge_core::ids::RemoteId;
use bridge_core::projection::{CalendarContext, Source};

use super::provider::Graph;
use crate::provider::{ErrorKind, Fetched, Found, ProviderError};

/// An event as it is now.
pub(super) enum Now {
    There(Source),
    Nothing,
    Refused,
}

pub(super) async fn objects(
    account: &Graph,
    calendar: &RemoteId,
    ids: &[RemoteId],
) -> Result<Vec<Fetched>, ProviderError> {
    let context = account.context(calendar).await?;
    let mut fetched = Vec::with_capacity(ids.len());
    let mut others = Vec::new();
    for id in ids {
        match account.larder.take(calendar, id) {
            Some(source) => fetched.push(told(id, Now::There(source), &context)),
            None => others.push(id),
        }
    }
    for (id, now) in read(account, calendar, &others).await? {
        fetched.push(told(id, now, &context));
    }
    let is_served = |one: &Fetched| matches!(one.found, Found::Object { .. });
    if !fetched.iter().any(is_served) {
        // Nothing is there: that is about the objects only if the calendar itself is there.
        account.still_has(calendar).await?;
    }
    Ok(fetched)
}

fn told(id: &RemoteId, now: Now, context: &CalendarContext) -> Fetched {
    let found = match now {
        Now::Nothing => Found::Nothing,
        Now::Refused => Found::Refused,
        Now::There(source) => match graph::project(&source, context).octets {
            Some(octets) => Found::Object {
                etag: source.version(),
                octets,
            },
            None => Found::Refused,
        },
    };
    Fetched {
        id: id.clone(),
        found,
    }
}

/// Objects that no listing brought along: those whose events are known together, the others by their names.
async fn read<'i>(
    account: &Graph,
    calendar: &RemoteId,
    ids: &[&'i RemoteId],
) -> Result<Vec<(&'i RemoteId, Now)>, ProviderError> {
    let event = |id| event_of(account, calendar, &name_of(calendar, id)?);
    let events: Vec<_> = ids
        .iter()
        .filter_map(|id| Some((*id, event(id)?)))
        .collect();
    let known: Vec<_> = events.iter().map(|(_, event)| event.clone()).collect();
    let mut nows: Vec<_> = events
        .iter()
        .map(|(id, _)| *id)
        .zip(sources(account, calendar, &known).await?)
        .filter(|(_, now)| !matches!(now, Now::Nothing))
        .collect();
    for id in ids {
        if !nows.iter().any(|(read, _)| read == id) {
            let found = match name_of(calendar, id) {
                Some(name) => by_name(account, calendar, &name).await?,
                None => None,
            };
            nows.push((
                *id,
                found.map_or(Now::Nothing, |(_, source)| Now::There(source)),
            ));
        }
    }
    Ok(nows)
}

/// The event that an object is, as far as that is known without asking.
fn event_of(account: &Graph, calendar: &RemoteId, name: &str) -> Option<RemoteId> {
    let known = account.names.event(calendar, name);
    known.or_else(|| foreign_event(name))
}

/// What Graph says of an object now, with the id of its event. None for one that is not there.
pub(super) async fn object(
    account: &Graph,
    calendar: &RemoteId,
    name: &str,
) -> Result<Option<(RemoteId, Source)>, ProviderError> {
    if let Some(event) = event_of(account, calendar, name)
        && let Some(source) = source(account, calendar, &event).await?
    {
        return Ok(Some((event, source)));
    }
    by_name(account, calendar, name).await
}

async fn by_name(
    account: &Graph,
    calendar: &RemoteId,
    name: &str,
) -> Result<Option<(RemoteId, Source)>, ProviderError> {
    let session = &account.session;
    let request = requests::find(&session.root, calendar, name);
    let body = session.ask(Asked::Read, request).await?;
    let found = requests::parse_found(&body).map_err(|why| session.unreadable(why))?;
    let Some(event) = found else {
        return Ok(None);
    };
    account.names.learn(calendar, &event, name);
    let source = source(account, calendar, &event).await?;
    Ok(source.map(|source| (event, source)))
}

/// An event with its exceptions. None for one that is not there.
pub(super) async fn source(
    account: &Graph,
    calendar: &RemoteId,
    event: &RemoteId,
) -> Result<Option<Source>, ProviderError> {
    let session = &account.session;
    let request = requests::get(&session.root, calendar, event);
    match session.ask(Asked::Read, request).await {
        Ok(body) => {
            let source = requests::parse_get(&body);
            source.map(Some).map_err(|why| session.unreadable(why))
        }
        Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Gone) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Events as they are now, in their order.
pub(super) async fn sources(
    account: &Graph,
    calendar: &RemoteId,
    events: &[RemoteId],
) -> Result<Vec<Now>, ProviderError> {
    let session = &account.session;
    let mut nows = Vec::with_capacity(events.len());
    for some in events.chunks(MOST_IN_BATCH) {
        let gets = some
            .iter()
            .map(|event| requests::get(&session.root, calendar, event));
        let gets = gets.collect::<Result<Vec<_>, _>>()?;
        let mut answers = session.ask_all(&gets).await?;
        for at in 0..some.len() {
            nows.push(now(account, answers.remove(&at))?);
        }
    }
    Ok(nows)
}

fn now(account: &Graph, answer: Option<BatchAnswer>) -> Result<Now, ProviderError> {
    let Some(answer) = answer else {
        let detail = "a request of a batch was not answered";
        return Err(ProviderError::new(ErrorKind::Unavailable, detail));
    };
    let body = answer.body.to_string().into_bytes();
    if matches!(answer.status, 200..300) {
        // One event that nobody can read is no reason not to read the others.
        return Ok(requests::parse_get(&body).map_or(Now::Refused, Now::There));
    }
    let session = &account.session;
    let error = session.failure(Asked::Read, answer.status, &answer.headers, &body);
    match error.kind {
        ErrorKind::NotFound | ErrorKind::Gone => Ok(Now::Nothing),
        ErrorKind::Forbidden => Ok(Now::Refused),
        _ => Err(error),
    }
}
