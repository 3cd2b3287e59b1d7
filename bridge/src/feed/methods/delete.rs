//! DELETE (RFC 4918 section 9.6): an object, or a local calendar with everything in it.

use bridge_core::{
    dav::{Precondition, Privilege},
    ids::{CalendarName, ObjectName},
};
use http::StatusCode;

use super::options;
use crate::{
    feed::{
        answer::{self, Answer, Refusal},
        collection, members,
        request::Request,
        resource::Resource,
        session::Rights,
        writing::{self, Target},
    },
    store::{
        calendars::{self, CalendarKind},
        objects,
    },
};

/// Answers 204.
pub(in crate::feed) fn answer(request: &Request<'_>) -> Result<Answer, Refusal> {
    match request.resource {
        Resource::Object(_, calendar, name) => object(request, calendar, name),
        Resource::Calendar(_, name) => calendar(request, name),
        _ => Err(options::not_here(request)),
    }
}

fn object(
    request: &Request<'_>,
    calendar: &CalendarName,
    name: &ObjectName,
) -> Result<Answer, Refusal> {
    let found = request.feed.store.read(|tx| {
        let Some(collection) = collection::find(tx, request.session, calendar)? else {
            return Ok::<_, Refusal>(None);
        };
        let member = members::find(tx, &collection, name)?;
        Ok(member.map(|_| collection))
    })?;
    let collection = found.ok_or_else(Refusal::not_found)?;
    collection.require_write(&request.href(), Privilege::Unbind)?;
    let target = Target::of(&collection, name);
    let (conditions, now) = (request.preconditions()?, request.now);
    request.feed.store.write(move |tx| {
        writing::check(tx, &conditions)?;
        objects::delete(tx, &target.place, &conditions.etags, now)
            .map_err(|refusal| target.refuse(refusal))
    })?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

/// Only what a client could have made may be removed by one.
fn calendar(request: &Request<'_>, name: &CalendarName) -> Result<Answer, Refusal> {
    let collection = request
        .feed
        .store
        .read(|tx| collection::find(tx, request.session, name))?
        .ok_or_else(Refusal::not_found)?;
    let is_local = collection.row.kind == CalendarKind::Local;
    if !is_local || request.session.home_rights() == Rights::Read {
        return Err(Precondition::NeedPrivileges(vec![(request.href(), Privilege::Unbind)]).into());
    }
    let (session, name) = (request.session.clone(), name.clone());
    let conditions = request.preconditions()?;
    request.feed.store.write(move |tx| {
        let current = collection::find(tx, &session, &name)?.ok_or_else(Refusal::not_found)?;
        writing::check(tx, &conditions)?;
        conditions.check_etag(&current.etag())?;
        calendars::delete(tx, current.row.id)?;
        Ok::<_, Refusal>(answer::empty(StatusCode::NO_CONTENT))
    })
}
