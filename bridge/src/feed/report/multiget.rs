//! calendar-multiget (RFC 4791 section 7.9): these objects, in this order; what is not there is 404 in its own
//! response.

use bridge_core::{
    dav::CalendarMultiget,
    ids::{Href, ObjectName},
};

use super::objects::Objects;
use crate::feed::{
    answer::{self, Answer, Refusal},
    collection::Collection,
    members,
    request::Request,
    resource::Resource,
};

/// Answers with a multi-status; any `Depth` will do, clients send them all.
pub(super) fn answer(
    request: &Request<'_>,
    multiget: &CalendarMultiget,
) -> Result<Answer, Refusal> {
    request.feed.store.read(|tx| {
        let collection = super::calendar(tx, request)?;
        let mut objects = Objects::new(request, &collection, &multiget.request)?;
        for href in &multiget.hrefs {
            let found = match member_name(&collection, request, href) {
                Some(name) if objects.needs_octets() => members::get(tx, &collection, &name)?
                    .map(|(member, octets)| (member, Some(octets))),
                Some(name) => members::find(tx, &collection, &name)?.map(|member| (member, None)),
                None => None,
            };
            match found {
                Some((member, octets)) => objects.add(&member, octets.as_deref()),
                None => objects.missing(href),
            }
        }
        Ok(answer::multi_status(objects.finish()))
    })
}

/// The name of the member that an href means, if it points into this calendar.
fn member_name(collection: &Collection, request: &Request<'_>, href: &Href) -> Option<ObjectName> {
    match request.place(href)? {
        Resource::Object(login, calendar, name)
            if login == request.session.login && calendar == collection.row.name =>
        {
            Some(name)
        }
        _ => None,
    }
}
