//! The live properties of each resource.

use bridge_core::dav::{Element, Name, PropFind};
use bridge_core::time::Instant;
use chrono::TimeDelta;

use super::behaviour::{Ctag, Delta, EtagForm};
use super::calendar::{Calendar, Role, Stored};
use super::hosts::Host;
use super::resource::Resource;
use super::{CalDav, xml};

/// What `allprop` gives and `propname` names, besides what is not there.
const ALL: [Name; 8] = [
    Name::dav("resourcetype"),
    Name::dav("displayname"),
    Name::dav("getetag"),
    Name::dav("getcontenttype"),
    Name::dav("getcontentlength"),
    Name::dav("current-user-principal"),
    Name::dav("sync-token"),
    Name::calendar_server("getctag"),
];

impl CalDav {
    /// The properties that are asked for.
    pub(super) fn names(&self, resource: &Resource, wanted: &PropFind) -> Vec<Name> {
        let there = |name: &Name| {
            let host = Host {
                origin: String::new(),
            };
            self.property(resource, name, &host, Instant::default())
                .is_some()
        };
        match wanted {
            PropFind::Prop(names) => names.clone(),
            PropFind::PropName => ALL.into_iter().filter(there).collect(),
            PropFind::AllProp { include } => ALL
                .into_iter()
                .filter(there)
                .chain(include.iter().cloned())
                .collect(),
        }
    }

    /// A property with its value, if the resource has it.
    pub(super) fn property(
        &self,
        resource: &Resource,
        name: &Name,
        host: &Host,
        now: Instant,
    ) -> Option<Element> {
        if *name == Name::dav("current-user-principal") {
            let principal = xml::href(&Resource::Principal.href(self, host));
            return Some(xml::within(name.clone(), [principal]));
        }
        match resource {
            Resource::Root => root(name),
            Resource::Principal => self.of_principal(name, host),
            Resource::Home => self.of_home(name, host),
            Resource::Collection(segment) => {
                self.of_collection(self.calendars.get(segment)?, name, host, now)
            }
            Resource::Object(segment, object) => {
                self.of_object(self.calendars.get(segment)?.object(object)?, name)
            }
            Resource::WellKnown | Resource::Nothing => None,
        }
    }

    fn of_principal(&self, name: &Name, host: &Host) -> Option<Element> {
        let of = |resource: &Resource| xml::href(&resource.url(self, host));
        let collection = |role: Role| of(&Resource::Collection(role.segment().to_owned()));
        let inner = match (name.ns(), name.local()) {
            ("DAV:", "resourcetype") => vec![
                Element::new(Name::dav("collection")),
                Element::new(Name::dav("principal")),
            ],
            ("DAV:", "displayname") => return Some(text(name, &self.account.user)),
            ("DAV:", "principal-URL") => vec![of(&Resource::Principal)],
            (_, "calendar-home-set") => vec![of(&Resource::Home)],
            (_, "calendar-user-address-set") => {
                vec![xml::href(&format!("mailto:{}", self.account.user))]
            }
            (_, "schedule-inbox-URL") => vec![collection(Role::Inbox)],
            (_, "schedule-outbox-URL") => vec![collection(Role::Outbox)],
            _ => return None,
        };
        Some(xml::within(name.clone(), inner))
    }

    fn of_home(&self, name: &Name, host: &Host) -> Option<Element> {
        let inner = match (name.ns(), name.local()) {
            ("DAV:", "resourcetype") => vec![Element::new(Name::dav("collection"))],
            ("DAV:", "owner") => vec![xml::href(&Resource::Principal.href(self, host))],
            ("DAV:", "current-user-privilege-set") => privileges(true),
            _ => return None,
        };
        Some(xml::within(name.clone(), inner))
    }

    fn of_collection(
        &self,
        calendar: &Calendar,
        name: &Name,
        host: &Host,
        now: Instant,
    ) -> Option<Element> {
        let inner = match (name.ns(), name.local()) {
            ("DAV:", "resourcetype") => types(calendar.role),
            ("DAV:", "displayname") => return Some(text(name, &calendar.display_name)),
            ("DAV:", "owner") => vec![xml::href(&Resource::Principal.href(self, host))],
            ("DAV:", "current-user-privilege-set") => privileges(calendar.role.is_writable()),
            ("DAV:", "supported-report-set") => self.reports(),
            ("DAV:", "sync-token") if self.behaviour.delta == Delta::Yes => {
                calendar.role.component()?;
                return Some(text(name, &token(calendar, calendar.latest)));
            }
            (_, "getctag") => {
                let reached = self.ctag(calendar, now)?;
                return Some(text(name, &token(calendar, reached)));
            }
            (_, "calendar-color") => return Some(text(name, &calendar.color)),
            (_, "supported-calendar-component-set") => {
                let mut comp = Element::new(Name::caldav("comp"));
                let kind = calendar.role.component()?.to_owned();
                comp.attributes.push((Name::new("", "name"), kind));
                vec![comp]
            }
            _ => return None,
        };
        Some(xml::within(name.clone(), inner))
    }

    fn ctag(&self, calendar: &Calendar, now: Instant) -> Option<u64> {
        match self.behaviour.ctag {
            Ctag::Current => Some(calendar.latest),
            Ctag::Late(late) => Some(calendar.known_before(now, late.max(TimeDelta::zero()))),
            Ctag::Missing => None,
        }
    }

    fn reports(&self) -> Vec<Element> {
        let mut reports = vec![
            Name::caldav("calendar-query"),
            Name::caldav("calendar-multiget"),
        ];
        if self.behaviour.delta == Delta::Yes {
            reports.push(Name::dav("sync-collection"));
        }
        let supported = |name| {
            let report = xml::within(Name::dav("report"), [Element::new(name)]);
            xml::within(Name::dav("supported-report"), [report])
        };
        reports.into_iter().map(supported).collect()
    }

    fn of_object(&self, stored: &Stored, name: &Name) -> Option<Element> {
        match (name.ns(), name.local()) {
            ("DAV:", "resourcetype") => Some(Element::new(name.clone())),
            ("DAV:", "getetag") => Some(text(name, &self.etag(stored)?)),
            ("DAV:", "getcontenttype") => Some(text(name, "text/calendar")),
            ("DAV:", "getcontentlength") => Some(text(name, &stored.octets.len().to_string())),
            (_, "calendar-data") => Some(xml::calendar_data(&stored.octets, self.behaviour.data)),
            _ => None,
        }
    }

    /// The entity tag of a version, in this server's form.
    pub(super) fn etag(&self, stored: &Stored) -> Option<String> {
        let mark = format!("C={}@U={}", stored.revision, self.account.number);
        match self.behaviour.etags {
            EtagForm::Strong => Some(format!("\"{mark}\"")),
            EtagForm::Weak => Some(format!("W/\"{mark}\"")),
            EtagForm::Bare => Some(mark),
            EtagForm::Missing => None,
        }
    }
}

/// A sync token or ctag.
pub(super) fn token(calendar: &Calendar, reached: u64) -> String {
    format!("FT=-@RU={}@S={reached}", calendar.series)
}

fn text(name: &Name, text: &str) -> Element {
    Element::with_text(name.clone(), text)
}

fn root(name: &Name) -> Option<Element> {
    let collection = Element::new(Name::dav("collection"));
    (*name == Name::dav("resourcetype")).then(|| xml::within(name.clone(), [collection]))
}

fn types(role: Role) -> Vec<Element> {
    let more = match role {
        Role::Own | Role::Reminders => vec![Name::caldav("calendar")],
        Role::SharedForReading => vec![Name::caldav("calendar"), Name::calendar_server("shared")],
        Role::Subscribed => vec![
            Name::caldav("calendar"),
            Name::calendar_server("subscribed"),
        ],
        Role::Inbox => vec![Name::caldav("schedule-inbox")],
        Role::Outbox => vec![Name::caldav("schedule-outbox")],
        Role::Notifications => vec![Name::calendar_server("notification")],
    };
    std::iter::once(Name::dav("collection"))
        .chain(more)
        .map(Element::new)
        .collect()
}

/// RFC 3744 section 5.4.
fn privileges(writable: bool) -> Vec<Element> {
    let mut names = vec!["read", "read-acl", "read-current-user-privilege-set"];
    if writable {
        names.extend([
            "write",
            "write-content",
            "write-properties",
            "bind",
            "unbind",
        ]);
    }
    let privilege = |name| xml::within(Name::dav("privilege"), [Element::new(Name::dav(name))]);
    names.into_iter().map(privilege).collect()
}
