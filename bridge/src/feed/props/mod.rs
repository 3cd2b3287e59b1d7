//! Live properties: one table, one row per property, one file per group.
//!
//! A request's names are looked up once ([`Selection`]); what is left per resource is a call of one function each.
//! What is in no table may have been set by a client (a dead property); what was not is 404 in its own propstat,
//! never an error.

#![expect(
    clippy::unnecessary_wraps,
    reason = "every row of the table has one signature, also those that always have a value"
)]

mod access;
mod caldav;
mod core;
mod principal;
mod sync;
mod value;

use bridge_core::dav::{Element, MultiStatus, Name, PropFind, Response};

pub(super) use self::{core::http_date, value::Value};
use super::subject::Subject;

/// A property that the server computes.
pub(super) struct Live {
    pub(super) name: Name,
    in_allprop: InAllProp,
    get: Get,
}

/// Computes a property, or says that this resource does not have it.
type Get = for<'a> fn(&'a Subject<'a>) -> Option<Value<'a>>;

/// Whether `DAV:allprop` returns it: what RFC 4918 defines does, extensions do not (RFC 4791 section 5.2).
#[derive(Clone, Copy, PartialEq, Eq)]
enum InAllProp {
    Yes,
    No,
}

impl Live {
    /// A property that is returned only when asked for by name.
    const fn named(name: Name, get: Get) -> Self {
        Self {
            name,
            in_allprop: InAllProp::No,
            get,
        }
    }

    /// A property of RFC 4918.
    const fn basic(name: Name, get: Get) -> Self {
        Self {
            name,
            in_allprop: InAllProp::Yes,
            get,
        }
    }

    /// Its value for one resource.
    pub(super) fn value<'a>(&self, subject: &'a Subject<'a>) -> Option<Value<'a>> {
        (self.get)(subject)
    }
}

/// Every live property, by group.
static GROUPS: [&[Live]; 5] = [
    core::TABLE,
    sync::TABLE,
    caldav::TABLE,
    access::TABLE,
    principal::TABLE,
];

fn all() -> impl Iterator<Item = &'static Live> {
    GROUPS.iter().flat_map(|group| group.iter())
}

/// The live property of that name.
pub(super) fn live(name: &Name) -> Option<&'static Live> {
    all().find(|live| live.name == *name)
}

/// What a request wants to know about each resource, with the names looked up.
pub(super) struct Selection {
    wanted: Vec<Wanted>,
    rest: Rest,
}

enum Wanted {
    Live(&'static Live),
    /// `CALDAV:calendar-data`, which only reports return.
    CalendarData,
    /// Set by a client, or not there.
    Other(Name),
}

/// What else is returned, beyond the properties that were named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    Nothing,
    /// All dead properties with their values.
    Dead,
    /// The names of everything there is.
    Names,
}

/// The name of the property that carries a whole object.
pub(super) const CALENDAR_DATA: Name = Name::caldav("calendar-data");

impl Selection {
    /// Looks the names of a request up.
    pub(super) fn new(request: &PropFind) -> Self {
        match request {
            PropFind::Prop(names) => Self {
                wanted: names.iter().map(wanted).collect(),
                rest: Rest::Nothing,
            },
            PropFind::AllProp { include } => Self {
                wanted: all()
                    .filter(|live| live.in_allprop == InAllProp::Yes)
                    .map(Wanted::Live)
                    .chain(include.iter().map(wanted))
                    .collect(),
                rest: Rest::Dead,
            },
            PropFind::PropName => Self {
                wanted: Vec::new(),
                rest: Rest::Names,
            },
        }
    }

    /// Adds the response about one resource. `data` is its `calendar-data`, where the request may have it.
    pub(super) fn respond(
        &self,
        answer: &mut MultiStatus,
        subject: &Subject<'_>,
        data: Option<&[u8]>,
    ) {
        answer.response(&subject.href(), |response| {
            for wanted in &self.wanted {
                wanted.fill(response, subject, data, self.is_complete());
            }
            match self.rest {
                Rest::Nothing => {}
                Rest::Dead => subject
                    .dead()
                    .iter()
                    .for_each(|dead| found_dead(response, dead)),
                Rest::Names => fill_names(response, subject),
            }
        });
    }

    /// Whether everything there is was asked for, so that what is not there need not be mentioned.
    fn is_complete(&self) -> bool {
        self.rest != Rest::Nothing
    }
}

fn wanted(name: &Name) -> Wanted {
    match live(name) {
        Some(live) => Wanted::Live(live),
        None if *name == CALENDAR_DATA => Wanted::CalendarData,
        None => Wanted::Other(name.clone()),
    }
}

impl Wanted {
    fn fill(
        &self,
        response: &mut Response<'_>,
        subject: &Subject<'_>,
        data: Option<&[u8]>,
        silently: bool,
    ) {
        let name = match self {
            Self::Live(live) => {
                if let Some(value) = live.value(subject) {
                    return response.found(&live.name, |xml| value.write(xml));
                }
                &live.name
            }
            Self::CalendarData => {
                if let Some(octets) = data {
                    return response.found(&CALENDAR_DATA, |xml| xml.octets(octets));
                }
                &CALENDAR_DATA
            }
            Self::Other(name) => name,
        };
        match subject.dead().iter().find(|dead| dead.name == *name) {
            Some(dead) => found_dead(response, dead),
            None if silently => {}
            None => response.missing(name),
        }
    }
}

fn found_dead(response: &mut Response<'_>, dead: &Element) {
    response.found_raw(|xml| xml.element(dead));
}

fn fill_names(response: &mut Response<'_>, subject: &Subject<'_>) {
    for live in all().filter(|live| live.value(subject).is_some()) {
        response.found_empty(&live.name);
    }
    for dead in subject
        .dead()
        .iter()
        .filter(|dead| live(&dead.name).is_none())
    {
        response.found_empty(&dead.name);
    }
}
