//! PROPFIND (RFC 4918 section 9.1).

use bridge_core::dav::{Element, Name, PropFind, parse_propfind};
use bridge_core::time::Instant;
use bytes::Bytes;
use http::{Request, Response, StatusCode};

use super::hosts::Host;
use super::resource::Resource;
use super::{CalDav, answer, xml};

/// How deep a request goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    Zero,
    One,
    Infinity,
}

/// `Depth`; without it PROPFIND means everything below (RFC 4918 section 9.1).
pub(super) fn depth(request: &Request<Bytes>) -> Option<Depth> {
    let value = request.headers().get("depth")?.to_str().ok()?;
    match value.trim() {
        "0" => Some(Depth::Zero),
        "1" => Some(Depth::One),
        "infinity" => Some(Depth::Infinity),
        _ => None,
    }
}

impl CalDav {
    pub(super) fn propfind(
        &mut self,
        request: &Request<Bytes>,
        host: &Host,
        resource: &Resource,
        now: Instant,
    ) -> Response<Bytes> {
        if !self.exists(resource) {
            return answer::status(StatusCode::NOT_FOUND);
        }
        let Ok(wanted) = parse_propfind(request.body()) else {
            return answer::status(StatusCode::BAD_REQUEST);
        };
        let depth = depth(request).unwrap_or(Depth::Infinity);
        if depth == Depth::Infinity {
            return answer::precondition(403, Name::dav("propfind-finite-depth"));
        }
        let mut found = vec![resource.clone()];
        if depth == Depth::One {
            let members = self.members(resource);
            let lie = match resource {
                Resource::Collection(_) => self.trouble.take_lie(),
                _ => None,
            };
            found.extend(match lie {
                Some(lie) => lie.told(members),
                None => members,
            });
        }
        let responses = found
            .iter()
            .map(|one| self.response(one, &wanted, host, now));
        let root = xml::within(Name::dav("multistatus"), responses);
        answer::document(StatusCode::MULTI_STATUS, &root)
    }

    /// Whether there is such a thing.
    pub(super) fn exists(&self, resource: &Resource) -> bool {
        match resource {
            Resource::Nothing | Resource::WellKnown => false,
            Resource::Root | Resource::Principal | Resource::Home => true,
            Resource::Collection(name) => self.calendars.contains_key(name),
            Resource::Object(calendar, name) => self
                .calendars
                .get(calendar)
                .is_some_and(|calendar| calendar.object(name).is_some()),
        }
    }

    fn members(&self, resource: &Resource) -> Vec<Resource> {
        match resource {
            Resource::Home => self
                .calendars
                .keys()
                .map(|name| Resource::Collection(name.clone()))
                .collect(),
            Resource::Collection(name) => self
                .calendars
                .get(name)
                .into_iter()
                .flat_map(|calendar| calendar.objects.keys())
                .map(|object| Resource::Object(name.clone(), object.clone()))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// One `DAV:response` with what there is and what there is not.
    pub(super) fn response(
        &self,
        resource: &Resource,
        wanted: &PropFind,
        host: &Host,
        now: Instant,
    ) -> Element {
        let names = self.names(resource, wanted);
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for name in names {
            match self.property(resource, &name, host, now) {
                Some(_) if matches!(wanted, PropFind::PropName) => found.push(Element::new(name)),
                Some(value) => found.push(value),
                None => missing.push(Element::new(name)),
            }
        }
        let mut parts = vec![xml::href(&resource.href(self, host))];
        if !found.is_empty() || missing.is_empty() {
            parts.push(propstat(found, 200));
        }
        if !missing.is_empty() {
            parts.push(propstat(missing, 404));
        }
        xml::within(Name::dav("response"), parts)
    }
}

fn propstat(properties: Vec<Element>, status: u16) -> Element {
    let prop = xml::within(Name::dav("prop"), properties);
    xml::within(Name::dav("propstat"), [prop, xml::status(status)])
}
