//! Where the one who asks finds itself and its calendars: RFC 5397, RFC 3744 sections 4 and 5.8, RFC 4791 section
//! 6.2.1, RFC 6638 section 2.4.1 (the addresses only; nothing here schedules).
//!
//! Every collection answers these, so that typing any address of this server into a client is enough.

use bridge_core::{dav::Name, ids::Href};

use super::{Live, Value};
use crate::feed::{
    resource::Resource,
    subject::{Place, Subject},
};

pub(super) const TABLE: &[Live] = &[
    Live::named(Name::dav("current-user-principal"), current_user_principal),
    Live::named(
        Name::dav("principal-collection-set"),
        principal_collection_set,
    ),
    Live::named(Name::dav("principal-URL"), principal_url),
    Live::named(Name::dav("alternate-URI-set"), nothing),
    Live::named(Name::dav("group-membership"), nothing),
    Live::named(Name::dav("group-member-set"), nothing),
    Live::named(Name::caldav("calendar-home-set"), calendar_home_set),
    Live::named(
        Name::caldav("calendar-user-address-set"),
        calendar_user_address_set,
    ),
    Live::named(Name::caldav("calendar-user-type"), calendar_user_type),
    Live::named(
        Name::calendar_server("email-address-set"),
        email_address_set,
    ),
];

fn current_user_principal<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    Some(Value::href(subject.principal()))
}

fn principal_collection_set<'a>(_subject: &'a Subject<'a>) -> Option<Value<'a>> {
    Some(Value::href(Resource::Principals.href()))
}

fn principal_url<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    match subject.place {
        Place::Principal => Some(Value::href(subject.principal())),
        Place::Site(_) | Place::Home(_) | Place::Calendar(_) | Place::Object(..) => None,
    }
}

/// Properties that a principal must have (RFC 3744 section 4) and that are empty here.
fn nothing<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    matches!(subject.place, Place::Principal).then(|| Value::Hrefs(Vec::new()))
}

fn calendar_home_set<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    (!subject.is_object()).then(|| Value::href(subject.home()))
}

/// The doctor's addresses, by which clients recognise organizer and attendee; the principal stands for them where
/// none are known.
fn calendar_user_address_set<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    if subject.is_object() {
        return None;
    }
    let addresses = subject.scene.addresses.iter().map(Href::new);
    Some(Value::Hrefs(
        addresses.chain([subject.principal()]).collect(),
    ))
}

fn calendar_user_type<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    matches!(subject.place, Place::Principal).then(|| Value::text("INDIVIDUAL"))
}

fn email_address_set<'a>(subject: &'a Subject<'a>) -> Option<Value<'a>> {
    if !matches!(subject.place, Place::Principal) {
        return None;
    }
    let addresses = subject.scene.addresses;
    Some(Value::xml(move |xml| {
        for address in addresses {
            let email = address.strip_prefix("mailto:").unwrap_or(address);
            xml.text_tag(&Name::calendar_server("email-address"), email);
        }
    }))
}
