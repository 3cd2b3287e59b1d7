//! MKCALENDAR (RFC 4791 section 5.3.1) and extended MKCOL (RFC 5689): a new local calendar in the own home.

use bridge_core::{
    dav::{
        Element, MkCol, Name, Precondition, Privilege, make_response, parse_mkcalendar,
        parse_mkcol, resource_types,
    },
    ical::ComponentSet,
    ids::CalendarName,
};
use http::{HeaderValue, StatusCode, header};

use super::options;
use crate::{
    feed::{
        answer::{self, Answer, Refusal},
        dead,
        method::Method,
        request::Request,
        resource::Resource,
        session::Rights,
        setting::{self, NotSet, Setting},
    },
    store::{
        calendars::{self, Access, CalendarKind, CalendarZone, CreateError, NewCalendar},
        properties::Owner,
    },
};

const RESOURCETYPE: Name = Name::dav("resourcetype");

/// MKCALENDAR.
pub(in crate::feed) fn calendar(request: &Request<'_>) -> Result<Answer, Refusal> {
    let name = location(request)?;
    let set = parse_mkcalendar(request.body)?.set;
    make(request, name, &set, &Name::caldav("mkcalendar-response"))
}

/// MKCOL, which makes a calendar when it asks for one; the home takes nothing else.
pub(in crate::feed) fn collection(request: &Request<'_>) -> Result<Answer, Refusal> {
    let name = location(request)?;
    check_media_type(request)?;
    match parse_mkcol(request.body)? {
        MkCol::Extended { set } if set.iter().any(|element| element.name == RESOURCETYPE) => {
            make(request, name, &set, &Name::dav("mkcol-response"))
        }
        MkCol::Extended { .. } | MkCol::Plain => Err(Precondition::ValidResourcetype.into()),
    }
}

/// MKCOL takes no other body than XML (RFC 4918 section 9.3).
fn check_media_type(request: &Request<'_>) -> Result<(), Refusal> {
    let media_type = request.header(header::CONTENT_TYPE.as_str())?;
    let is_xml = media_type.is_none_or(|media_type| {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/xml") || essence.eq_ignore_ascii_case("text/xml")
    });
    if is_xml || request.body.is_empty() {
        return Ok(());
    }
    Err(Refusal::text(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "A collection is described in XML.",
    ))
}

/// Calendars live directly in a home and nowhere else.
fn location<'r>(request: &'r Request<'_>) -> Result<&'r CalendarName, Refusal> {
    match request.resource {
        Resource::Calendar(_, name) if request.session.home_rights() == Rights::Write => Ok(name),
        Resource::Calendar(login, _) => {
            let home = Resource::Home(login.clone()).href();
            Err(Precondition::NeedPrivileges(vec![(home, Privilege::Bind)]).into())
        }
        Resource::Root
        | Resource::Dav
        | Resource::Principals
        | Resource::Principal(_)
        | Resource::Homes
        | Resource::Home(_) => Err(there_already(request.resource)),
        Resource::WellKnown
        | Resource::Object(..)
        | Resource::Subscription(_)
        | Resource::Unknown => Err(Precondition::CalendarCollectionLocationOk.into()),
    }
}

/// Makes the calendar, or says in an element named `response` which properties stood in the way.
fn make(
    request: &Request<'_>,
    name: &CalendarName,
    set: &[Element],
    response: &Name,
) -> Result<Answer, Refusal> {
    let verdicts: Vec<_> = set.iter().map(understood).collect();
    if let Some(first) = verdicts.iter().find_map(|verdict| verdict.as_ref().err()) {
        let names = set.iter().map(|element| &element.name);
        let body = make_response(response, |response| {
            setting::tell(response, names.zip(&verdicts));
        });
        let status = StatusCode::from_u16(first.status).unwrap_or(StatusCode::FORBIDDEN);
        return Ok(uncached(answer::xml(status, body)));
    }
    let mut new = NewCalendar {
        name: name.clone(),
        kind: CalendarKind::Local,
        display_name: name.as_str().to_owned(),
        components: ComponentSet::EVENTS_AND_TODOS,
        access: Access::ReadWrite,
        zone: CalendarZone::default(),
    };
    let mut kept = Vec::new();
    for setting in verdicts.into_iter().flatten().flatten() {
        match setting {
            Setting::DisplayName(name) => new.display_name = name,
            Setting::Zone(zone) => new.zone = zone,
            Setting::Components(components) => new.components = components,
            Setting::Dead(element) => kept.push(element),
        }
    }
    let (now, resource) = (request.now, request.resource.clone());
    request.feed.store.write(move |tx| {
        let made = calendars::create(tx, &new, now).map_err(|error| match error {
            CreateError::Exists(_) => there_already(&resource),
            CreateError::Store(error) => error.into(),
        })?;
        kept.iter()
            .try_for_each(|element| dead::set(tx, Owner::Calendar(made.id), element))?;
        Ok::<_, Refusal>(())
    })?;
    Ok(uncached(answer::empty(StatusCode::CREATED)))
}

/// What a property of the new collection sets; nothing for its type, which must be that of a calendar.
fn understood(element: &Element) -> Result<Option<Setting>, NotSet> {
    if element.name != RESOURCETYPE {
        return setting::read(element).map(Some);
    }
    let types = resource_types(element);
    let wanted = [Name::dav("collection"), Name::caldav("calendar")];
    if types.len() == wanted.len() && wanted.iter().all(|name| types.contains(name)) {
        Ok(None)
    } else {
        Err(Precondition::ValidResourcetype.into())
    }
}

/// RFC 4791 section 5.3.1: an answer to MKCALENDAR is not kept.
fn uncached(mut answer: Answer) -> Answer {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}

/// What is there already is not made again; everything else may be done with it.
fn there_already(resource: &Resource) -> Refusal {
    let others: Vec<Method> = options::allowed(resource, Rights::Write)
        .iter()
        .copied()
        .filter(|method| !matches!(method, Method::MkCol | Method::MkCalendar))
        .collect();
    Refusal::from(Precondition::ResourceMustBeNull).with_allow(&others)
}
