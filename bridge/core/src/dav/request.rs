//! PROPFIND, PROPPATCH, MKCALENDAR and MKCOL bodies as values.

use super::calendar_data::CalendarData;
use super::element::Element;
use super::error::DavError;
use super::name::Name;

/// What a PROPFIND, or a report that returns properties, asks for (RFC 4918 section 14.20).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropFind {
    /// The properties a client is likely to want, and these besides.
    AllProp {
        /// `DAV:include`: more names.
        include: Vec<Name>,
    },
    /// The names of all properties, without values.
    PropName,
    /// Exactly these, in this order.
    Prop(Vec<Name>),
}

/// What a calendar report asks for about each object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyRequest {
    /// The properties; `CALDAV:calendar-data` is one of the names when it was asked for.
    pub props: PropFind,
    /// How `CALDAV:calendar-data` is wanted, when it was asked for.
    pub data: Option<CalendarData>,
}

/// A PROPPATCH (RFC 4918 section 9.2): all of it happens, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropPatch {
    /// The changes in document order.
    pub changes: Vec<PropChange>,
}

/// One change of a PROPPATCH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropChange {
    /// The property gets this value; `xml:lang` in scope has been put on the element.
    Set(Element),
    /// The property goes away.
    Remove(Name),
}

impl PropChange {
    /// The property it is about.
    pub fn name(&self) -> &Name {
        match self {
            Self::Set(element) => &element.name,
            Self::Remove(name) => name,
        }
    }
}

/// A MKCALENDAR (RFC 4791 section 9.2): the properties the new calendar begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MkCalendar {
    /// The properties in document order.
    pub set: Vec<Element>,
}

/// A MKCOL (RFC 4918 section 9.3, RFC 5689).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MkCol {
    /// Without a body: a plain collection.
    Plain,
    /// With properties, `DAV:resourcetype` perhaps among them.
    Extended {
        /// The properties in document order.
        set: Vec<Element>,
    },
}

/// Reads a PROPFIND; no body asks for everything (RFC 4918 section 9.1).
///
/// # Errors
/// [`DavError`] for a body that is no such request.
#[expect(clippy::todo, reason = "lands next")]
pub fn parse_propfind(_body: &[u8]) -> Result<PropFind, DavError> {
    todo!()
}

/// Reads a PROPPATCH.
///
/// # Errors
/// [`DavError`] for a body that is no such request.
#[expect(clippy::todo, reason = "lands next")]
pub fn parse_proppatch(_body: &[u8]) -> Result<PropPatch, DavError> {
    todo!()
}

/// Reads a MKCALENDAR; the body may be missing.
///
/// # Errors
/// [`DavError`] for a body that is no such request.
#[expect(clippy::todo, reason = "lands next")]
pub fn parse_mkcalendar(_body: &[u8]) -> Result<MkCalendar, DavError> {
    todo!()
}

/// Reads a MKCOL; the body may be missing.
///
/// # Errors
/// [`DavError`] for a body that is no such request.
#[expect(clippy::todo, reason = "lands next")]
pub fn parse_mkcol(_body: &[u8]) -> Result<MkCol, DavError> {
    todo!()
}

/// The component names of a `CALDAV:supported-calendar-component-set`, in upper case (RFC 4791 section 5.2.3).
pub fn component_set(property: &Element) -> Vec<String> {
    property
        .elements()
        .filter(|child| child.name.is(super::name::CALDAV, "comp"))
        .filter_map(|comp| comp.attribute("name"))
        .map(str::to_ascii_uppercase)
        .collect()
}

/// The types a `DAV:resourcetype` lists.
pub fn resource_types(property: &Element) -> Vec<Name> {
    property
        .elements()
        .map(|child| child.name.clone())
        .collect()
}
