//! What is answered without a password: where the server begins (RFC 6764 section 5), and subscriptions, whose
//! address is the secret.

use http::{HeaderValue, StatusCode, header, request::Parts};

use super::{
    Feed,
    answer::{self, Answer, Refusal},
    collection::{self, Collection},
    conditions::Preconditions,
    method::Method,
    methods::{get, options},
    resource::Resource,
    session::{Rights, Session},
};
use crate::store::{calendars::CalendarKind, clients, objects};

/// Whether a place is open to everybody who knows it.
pub(super) fn needs_no_password(resource: &Resource) -> bool {
    matches!(resource, Resource::WellKnown | Resource::Subscription(_))
}

/// Answers about such a place.
pub(super) fn answer(
    feed: &Feed,
    method: Method,
    resource: &Resource,
    head: &Parts,
) -> Result<Answer, Refusal> {
    match (resource, method) {
        (Resource::WellKnown, _) => Ok(to_the_beginning()),
        (Resource::Subscription(token), Method::Get | Method::Head) => {
            subscription(feed, token, resource, head)
        }
        _ => Err(Refusal::method_not_allowed(options::allowed(
            resource,
            Rights::Read,
        ))),
    }
}

/// 307, so that PROPFIND stays PROPFIND.
fn to_the_beginning() -> Answer {
    let mut answer = answer::empty(StatusCode::TEMPORARY_REDIRECT);
    if let Ok(location) = HeaderValue::from_str(Resource::Dav.href().as_str()) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer
}

/// Everything the client sees, as one stream. The union would say it all twice.
fn subscription(
    feed: &Feed,
    token: &str,
    resource: &Resource,
    head: &Parts,
) -> Result<Answer, Refusal> {
    feed.store.read(|tx| {
        let client = clients::by_ics_token(tx, token)?.ok_or_else(Refusal::not_found)?;
        let mut collections = collection::visible(tx, &Session::of(client))?;
        collections.retain(|collection| collection.row.kind != CalendarKind::Everything);
        let states: Vec<String> = collections.iter().map(Collection::ctag).collect();
        let etag = objects::etag_of(states.join(" ").as_bytes());
        let conditions = Preconditions::of(&head.headers, resource)?.etags;
        get::conditional(&conditions, &etag, || Ok(get::stream(tx, &collections)?))
    })
}
