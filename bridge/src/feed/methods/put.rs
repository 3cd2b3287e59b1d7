//! PUT (RFC 9110 section 9.3.4, RFC 4791 section 5.3.2): stores an object.
//!
//! The octets are kept as they were sent, so the answer may carry their etag. Structure is checked strictly, values
//! are not: a refused object is an edit lost.

use bridge_core::{
    dav::{Precondition, Privilege},
    ical::{self, read_storable},
};
use http::{StatusCode, header};

use super::options;
use crate::{
    feed::{
        answer::{Answer, Refusal},
        collection::{self, Collection},
        request::Request,
        resource::Resource,
        writing::{self, Target},
    },
    store::objects::{self, Draft},
};

/// Answers 201 or 204 with the etag.
pub(in crate::feed) fn answer(request: &Request<'_>) -> Result<Answer, Refusal> {
    let Resource::Object(_, calendar, name) = request.resource else {
        return Err(options::not_here(request));
    };
    let collection = request
        .feed
        .store
        .read(|tx| collection::find(tx, request.session, calendar))?
        .ok_or_else(writing::no_calendar)?;
    collection.require_write(&request.href(), Privilege::WriteContent)?;
    writing::check_name(name)?;
    check_media_type(request)?;
    check_whole(request)?;
    let draft = draft(request, &collection)?;
    let target = Target::of(&collection, name);
    let (conditions, now) = (request.preconditions()?, request.now);
    let put = request.feed.store.write(move |tx| {
        writing::check(tx, &conditions)?;
        objects::put(tx, &target.place, &draft, &conditions.etags, now)
            .map_err(|refusal| target.refuse(refusal))
    })?;
    Ok(writing::stored(&put))
}

/// Everything that takes time is done here, before the writer's thread is asked.
fn draft(request: &Request<'_>, collection: &Collection) -> Result<Draft, Refusal> {
    let limits = ical::Limits {
        octets: request.feed.limits.object_bytes,
        ..ical::Limits::default()
    };
    let (object, summary) = read_storable(request.body, collection.row.components, limits)
        .map_err(|refusal| not_storable(&refusal, limits))?;
    Ok(Draft::of(
        &object,
        &summary,
        &collection.row.zone,
        request.now,
    ))
}

fn not_storable(refusal: &ical::Refusal, limits: ical::Limits) -> Refusal {
    let precondition = match refusal.precondition() {
        ical::Precondition::SupportedCalendarData => Precondition::SupportedCalendarData,
        ical::Precondition::ValidCalendarData => Precondition::ValidCalendarData,
        ical::Precondition::ValidCalendarObjectResource => {
            Precondition::ValidCalendarObjectResource
        }
        ical::Precondition::SupportedCalendarComponent => Precondition::SupportedCalendarComponent,
        ical::Precondition::MaxResourceSize => {
            Precondition::MaxResourceSize(u64::try_from(limits.octets).unwrap_or(u64::MAX))
        }
    };
    tracing::info!(%refusal, "an object was refused");
    precondition.into()
}

/// Only whole objects are stored (RFC 9110 section 14.5).
fn check_whole(request: &Request<'_>) -> Result<(), Refusal> {
    if request.header(header::CONTENT_RANGE.as_str())?.is_none() {
        return Ok(());
    }
    Err(Refusal::text(
        StatusCode::BAD_REQUEST,
        "Send the whole object; a part of it cannot be stored.",
    ))
}

/// A client that says nothing about the body is believed to send what a calendar takes.
fn check_media_type(request: &Request<'_>) -> Result<(), Refusal> {
    let Some(media_type) = request.header(header::CONTENT_TYPE.as_str())? else {
        return Ok(());
    };
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("text/calendar") {
        Ok(())
    } else {
        Err(Precondition::SupportedCalendarData.into())
    }
}
