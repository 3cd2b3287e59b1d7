//! Objects as they are now.

use bridge_core::google;
use bridge_core::google::requests::{self, Asked, Item, Step};
use bridge_core::ids::RemoteId;
use bridge_core::projection::{CalendarContext, Source};

use super::provider::Google;
use crate::provider::larder::is_there;
use crate::provider::{ErrorKind, Fetched, Found, ProviderError};

/// More pages than the exceptions of any series fill.
const MOST_PAGES: usize = 100;

pub(super) async fn objects(
    account: &Google,
    calendar: &RemoteId,
    ids: &[RemoteId],
) -> Result<Vec<Fetched>, ProviderError> {
    let context = account.context(calendar).await?;
    let mut fetched = Vec::with_capacity(ids.len());
    for id in ids {
        fetched.push(Fetched {
            id: id.clone(),
            found: object(account, calendar, id, &context).await?,
        });
    }
    let is_served = |one: &Fetched| matches!(one.found, Found::Object { .. });
    if !fetched.iter().any(is_served) {
        // Nothing is there: that is about the objects only if the calendar itself is there.
        let request = requests::calendar(&account.session.root, calendar);
        account.session.ask(Asked::Read, request).await?;
    }
    Ok(fetched)
}

async fn object(
    account: &Google,
    calendar: &RemoteId,
    id: &RemoteId,
    context: &CalendarContext,
) -> Result<Found, ProviderError> {
    let Some(event) = requests::event_id(calendar, id) else {
        return Ok(Found::Nothing);
    };
    let source = match account.larder.take(calendar, &event) {
        Some(source) => Some(source),
        None => source(account, calendar, &event).await?,
    };
    let Some(source) = source else {
        return Ok(Found::Nothing);
    };
    Ok(match google::project(&source, context).octets {
        Some(octets) => Found::Object {
            etag: source.version(),
            octets,
        },
        None => Found::Refused,
    })
}

/// What Google says of an object now: the event, and with a series everything that shares its UID. None for one that is
/// not there.
pub(super) async fn source(
    account: &Google,
    calendar: &RemoteId,
    event: &RemoteId,
) -> Result<Option<Source>, ProviderError> {
    let main = event_now(account, calendar, event).await?;
    if main.as_ref().is_some_and(|main| main.is_cancelled) {
        return Ok(None);
    }
    let uid = match &main {
        Some(main) if !main.of_series => return Ok(Some(Source::new([main.part.clone()]))),
        Some(main) => main.uid.clone(),
        None => None,
    };
    // A series that may not be read has occurrences all the same; this is how Google makes its UIDs.
    let uid = uid.unwrap_or_else(|| format!("{event}@google.com"));
    let mut source = Source::new(main.map(|main| main.part));
    for item in of_uid(account, calendar, &uid).await? {
        if item.object == *event {
            source.put(item.part);
        }
    }
    Ok(is_there(&source).then_some(source))
}

/// An event, cancelled or not. None for one that Google knows nothing of.
pub(super) async fn event_now(
    account: &Google,
    calendar: &RemoteId,
    event: &RemoteId,
) -> Result<Option<Item>, ProviderError> {
    let session = &account.session;
    let request = requests::get(&session.root, calendar, event);
    match session.ask(Asked::Read, request).await {
        Ok(body) => {
            let item = requests::parse_get(&body);
            item.map(Some).map_err(|why| session.unreadable(why))
        }
        Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Gone) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn of_uid(
    account: &Google,
    calendar: &RemoteId,
    uid: &str,
) -> Result<Vec<Item>, ProviderError> {
    let session = &account.session;
    let mut items = Vec::new();
    let mut page: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let request = requests::series(&session.root, calendar, uid, page.as_deref());
        let body = session.ask(Asked::Read, request).await?;
        let answer = requests::parse_page(&body, &requests::Place::START);
        let answer = answer.map_err(|why| session.unreadable(why))?;
        items.extend(answer.items);
        match answer.next {
            Step::More(next) => page = next.page,
            Step::Done(_) => return Ok(items),
        }
    }
    let detail = "the pages of a series never end";
    Err(ProviderError::new(ErrorKind::UnreadableAnswer, detail))
}
