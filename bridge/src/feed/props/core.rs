//! The properties of RFC 4918 section 15. Without locks there is no `lockdiscovery` and no `supportedlock`.

use bridge_core::{dav::Name, time::Instant};
use chrono::SecondsFormat;

use super::{Live, Value};
use crate::feed::subject::{Place, Subject};

pub(super) const TABLE: &[Live] = &[
    Live::basic(Name::dav("resourcetype"), resourcetype),
    Live::basic(Name::dav("displayname"), displayname),
    Live::basic(Name::dav("getetag"), getetag),
    Live::basic(Name::dav("getcontenttype"), getcontenttype),
    Live::basic(Name::dav("getcontentlength"), getcontentlength),
    Live::basic(Name::dav("getlastmodified"), getlastmodified),
    Live::basic(Name::dav("creationdate"), creationdate),
];

fn resourcetype<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let collection = Name::dav("collection");
    Some(Value::Elements(match subject.place {
        Place::Site(_) | Place::Home(_) => vec![collection],
        Place::Principal => vec![collection, Name::dav("principal")],
        Place::Calendar(_) => vec![collection, Name::caldav("calendar")],
        Place::Object(..) => Vec::new(),
    }))
}

fn displayname<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    match subject.place {
        Place::Site(_) | Place::Home(_) => Some(Value::text("PharmaDOC Companion")),
        Place::Principal => Some(Value::text(subject.scene.session.login.as_str())),
        Place::Calendar(calendar) => Some(match calendar.note(&Name::dav("displayname")) {
            Some(own) => Value::text(own.text()),
            None => Value::text(calendar.row.display_name.as_str()),
        }),
        Place::Object(..) => None,
    }
}

fn getetag<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let member = subject.member()?;
    Some(Value::text(format!("\"{}\"", member.etag)))
}

fn getcontenttype<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let member = subject.member()?;
    Some(Value::text(member.media_type()))
}

/// The length of what GET returns; the redacted copy of a busy-only view is made only when it is read.
fn getcontentlength<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let member = subject.member()?;
    subject
        .scene
        .session
        .sees_content()
        .then(|| Value::text(member.size.to_string()))
}

fn getlastmodified<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let member = subject.member()?;
    Some(Value::text(http_date(member.modified)))
}

fn creationdate<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    let created = match subject.place {
        Place::Calendar(calendar) => calendar.row.created,
        Place::Object(_, member) => member.created,
        Place::Site(_) | Place::Principal | Place::Home(_) => return None,
    };
    Some(Value::text(
        created.to_rfc3339_opts(SecondsFormat::Secs, true),
    ))
}

/// An instant as HTTP writes it (RFC 9110 section 5.6.7).
pub(in crate::feed) fn http_date(instant: Instant) -> String {
    instant.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_http_wants_them() {
        let instant = Instant::from_timestamp(784_111_777, 0).unwrap();
        assert_eq!(http_date(instant), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
