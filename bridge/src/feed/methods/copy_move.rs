//! COPY and MOVE (RFC 4918 sections 9.8 and 9.9) of objects between the calendars of one home.

use bridge_core::{
    dav::{Precondition, Privilege, headers::Overwrite},
    ical::ComponentKind,
    ids::{CalendarName, ObjectName},
};
use http::StatusCode;

use super::options;
use crate::{
    feed::{
        answer::{Answer, Refusal},
        collection::{self, Collection, Disclosure},
        members,
        method::Method,
        request::Request,
        resource::Resource,
        writing::{self, Target},
    },
    store::objects::{self, Existing, Place, Transfer},
};

/// Answers 201 for a new object, 204 for a replaced one.
pub(in crate::feed) fn answer(request: &Request<'_>) -> Result<Answer, Refusal> {
    let Resource::Object(_, calendar, name) = request.resource else {
        return Err(options::not_here(request));
    };
    let how = match request.method {
        Method::Move => Transfer::Move,
        _ => Transfer::Copy,
    };
    let source = source(request, calendar, name, how)?;
    let destination = request.destination()?;
    let target = target(request, &destination, source.kind)?;
    if source.place == target.place {
        return Err(Refusal::text(
            StatusCode::FORBIDDEN,
            "Source and destination are the same.",
        ));
    }
    let existing = match request.overwrite()? {
        Overwrite::Replace => Existing::Overwrite,
        Overwrite::Keep => Existing::Keep,
    };
    let (conditions, now) = (request.preconditions()?, request.now);
    let put = request.feed.store.write(move |tx| {
        writing::check(tx, &conditions)?;
        let places = (&source.place, &target.place);
        objects::transfer(tx, how, places, existing, &conditions.etags, now)
            .map_err(|refusal| target.refuse(refusal))
    })?;
    Ok(writing::stored(&put))
}

/// What is copied or moved.
struct Source {
    place: Place,
    kind: ComponentKind,
}

fn source(
    request: &Request<'_>,
    calendar: &CalendarName,
    name: &ObjectName,
    how: Transfer,
) -> Result<Source, Refusal> {
    request.feed.store.read(|tx| {
        let collection =
            collection::find(tx, request.session, calendar)?.ok_or_else(Refusal::not_found)?;
        let member = members::find(tx, &collection, name)?.ok_or_else(Refusal::not_found)?;
        let (calendar, name) =
            members::locate(tx, &collection, name)?.ok_or_else(Refusal::not_found)?;
        match how {
            Transfer::Move => collection.require_write(&request.href(), Privilege::Unbind)?,
            Transfer::Copy => {}
        }
        // A redacted copy of an event is no event.
        if collection.disclosure == Disclosure::BusyOnly {
            return Err(
                Precondition::NeedPrivileges(vec![(request.href(), Privilege::Read)]).into(),
            );
        }
        Ok(Source {
            place: Place { calendar, name },
            kind: member.kind,
        })
    })
}

/// Where it goes: an object of a calendar in the own home that takes this kind.
fn target(
    request: &Request<'_>,
    destination: &Resource,
    kind: ComponentKind,
) -> Result<Target, Refusal> {
    let Resource::Object(login, calendar, name) = destination else {
        return Err(Precondition::CalendarCollectionLocationOk.into());
    };
    if *login != request.session.login {
        let place = vec![(destination.href(), Privilege::Bind)];
        return Err(Precondition::NeedPrivileges(place).into());
    }
    writing::check_name(name)?;
    let collection: Collection = request
        .feed
        .store
        .read(|tx| collection::find(tx, request.session, calendar))?
        .ok_or_else(writing::no_calendar)?;
    collection.require_write(&destination.href(), Privilege::Bind)?;
    if !collection.row.components.contains(kind) {
        return Err(Precondition::SupportedCalendarComponent.into());
    }
    Ok(Target::of(&collection, name))
}
