//! OPTIONS: what this server is and what may be done at an address.
//!
//! `DAV` names only what is true: no locks (2), no access lists that can be changed (access-control), no scheduling
//! (calendar-auto-schedule: clients would stop sending invitations themselves). Evolution takes a calendar whose
//! `Allow` lacks PUT as read-only, so `Allow` tells the truth about rights too.

use http::{HeaderValue, StatusCode, header};

use crate::feed::{
    answer::{self, Answer, Refusal},
    collection,
    method::Method,
    request::Request,
    resource::Resource,
    session::Rights,
};

const CLASSES: HeaderValue = HeaderValue::from_static("1, 3, calendar-access, extended-mkcol");

/// Answers without a body.
pub(in crate::feed) fn answer(request: &Request<'_>) -> Result<Answer, Refusal> {
    let mut answer = answer::empty(StatusCode::OK);
    let headers = answer.headers_mut();
    headers.insert("dav", CLASSES);
    let allowed = Method::list(allowed(request.resource, rights(request)?));
    if let Ok(allowed) = HeaderValue::from_str(&allowed) {
        headers.insert(header::ALLOW, allowed);
    }
    Ok(answer)
}

fn rights(request: &Request<'_>) -> Result<Rights, Refusal> {
    let Some(name) = request.resource.calendar_name() else {
        return Ok(Rights::Read);
    };
    let found = request
        .feed
        .store
        .read(|tx| collection::find(tx, request.session, name))?;
    Ok(found.map_or(request.session.home_rights(), |found| found.rights))
}

/// The methods that an address takes from somebody with these rights.
pub(in crate::feed) fn allowed(resource: &Resource, rights: Rights) -> &'static [Method] {
    use Method::{
        Copy, Delete, Get, Head, MkCalendar, MkCol, Move, Options, PropFind, PropPatch, Put, Report,
    };
    match (resource, rights) {
        (Resource::Calendar(..), Rights::Write) => &[
            Options, Get, Head, Put, Delete, PropFind, PropPatch, MkCol, MkCalendar, Report,
        ],
        (Resource::Object(..), Rights::Write) => &[
            Options, Get, Head, Put, Delete, PropFind, PropPatch, Copy, Move, Report,
        ],
        (Resource::Object(..), Rights::Read) => {
            &[Options, Get, Head, PropFind, PropPatch, Copy, Report]
        }
        (Resource::Subscription(_) | Resource::WellKnown, _) => &[Get, Head],
        (
            Resource::Root
            | Resource::Dav
            | Resource::Principals
            | Resource::Principal(_)
            | Resource::Homes
            | Resource::Home(_)
            | Resource::Calendar(..)
            | Resource::Unknown,
            _,
        ) => &[Options, Get, Head, PropFind, PropPatch, Report],
    }
}

/// 405 with what the address takes instead.
pub(in crate::feed) fn not_here(request: &Request<'_>) -> Refusal {
    Refusal::method_not_allowed(allowed(request.resource, Rights::Read))
}
