//! PROPFIND, PROPPATCH, MKCALENDAR and MKCOL bodies as values.

use super::calendar_data::CalendarData;
use super::element::Element;
use super::error::DavError;
use super::name::{CALDAV, DAV, Name, XML};
use super::read::{Limits, is_blank, read};

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
pub fn parse_propfind(body: &[u8]) -> Result<PropFind, DavError> {
    if is_blank(body) {
        return Ok(PropFind::AllProp {
            include: Vec::new(),
        });
    }
    let root = read_root(body, &Name::dav("propfind"))?;
    props_of(&root).ok_or(DavError::malformed("propfind", "it asks for nothing"))
}

/// Reads a PROPPATCH.
///
/// # Errors
/// [`DavError`] for a body that is no such request.
pub fn parse_proppatch(body: &[u8]) -> Result<PropPatch, DavError> {
    let root = read_root(body, &Name::dav("propertyupdate"))?;
    let mut changes = Vec::new();
    for instruction in root.elements().filter(|child| child.name.ns() == DAV) {
        match instruction.name.local() {
            "set" => changes.extend(properties_of(instruction, &root).map(PropChange::Set)),
            "remove" => changes.extend(names_in_prop(instruction).map(PropChange::Remove)),
            _ => {}
        }
    }
    if changes.is_empty() {
        return Err(DavError::malformed("propertyupdate", "it changes nothing"));
    }
    Ok(PropPatch { changes })
}

/// Reads a MKCALENDAR; the body may be missing.
///
/// # Errors
/// [`DavError`] for a body that is no such request.
pub fn parse_mkcalendar(body: &[u8]) -> Result<MkCalendar, DavError> {
    if is_blank(body) {
        return Ok(MkCalendar::default());
    }
    let root = read_root(body, &Name::caldav("mkcalendar"))?;
    Ok(MkCalendar {
        set: properties_to_set(&root),
    })
}

/// Reads a MKCOL; the body may be missing.
///
/// # Errors
/// [`DavError`] for a body that is no such request.
pub fn parse_mkcol(body: &[u8]) -> Result<MkCol, DavError> {
    if is_blank(body) {
        return Ok(MkCol::Plain);
    }
    let root = read_root(body, &Name::dav("mkcol"))?;
    Ok(MkCol::Extended {
        set: properties_to_set(&root),
    })
}

/// The component names of a `CALDAV:supported-calendar-component-set`, in upper case (RFC 4791 section 5.2.3).
pub fn component_set(property: &Element) -> Vec<String> {
    property
        .elements()
        .filter(|child| child.name.is(CALDAV, "comp"))
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

/// Reads a request whose root element must have this name.
fn read_root(body: &[u8], expected: &Name) -> Result<Element, DavError> {
    let root = read(body, Limits::REQUEST)?;
    if root.name == *expected {
        Ok(root)
    } else {
        Err(DavError::UnexpectedRoot(root.name))
    }
}

/// The `allprop`, `propname` or `prop` directly below an element, whichever comes first.
pub(super) fn props_of(parent: &Element) -> Option<PropFind> {
    parent
        .elements()
        .filter(|child| child.name.ns() == DAV)
        .find_map(|child| match child.name.local() {
            "allprop" => Some(PropFind::AllProp {
                include: parent.child(DAV, "include").map(names).unwrap_or_default(),
            }),
            "propname" => Some(PropFind::PropName),
            "prop" => Some(PropFind::Prop(names(child))),
            _ => None,
        })
}

fn names(parent: &Element) -> Vec<Name> {
    parent.elements().map(|child| child.name.clone()).collect()
}

fn properties_to_set(root: &Element) -> Vec<Element> {
    root.elements()
        .filter(|child| child.name.is(DAV, "set"))
        .flat_map(|set| properties_of(set, root))
        .collect()
}

fn names_in_prop(instruction: &Element) -> impl Iterator<Item = Name> {
    props_in(instruction)
        .flat_map(Element::elements)
        .map(|property| property.name.clone())
}

/// The properties below `set`/`prop`, each with the language that is in scope (RFC 4918 section 4.3).
fn properties_of<'e>(
    instruction: &'e Element,
    root: &'e Element,
) -> impl Iterator<Item = Element> + use<'e> {
    let scope = instruction.lang().or(root.lang());
    props_in(instruction).flat_map(move |prop| {
        let scope = prop.lang().or(scope);
        prop.elements()
            .map(move |property| with_lang(property, scope))
    })
}

fn props_in(instruction: &Element) -> impl Iterator<Item = &Element> {
    instruction
        .elements()
        .filter(|child| child.name.is(DAV, "prop"))
}

fn with_lang(property: &Element, scope: Option<&str>) -> Element {
    let mut property = property.clone();
    if let (None, Some(lang)) = (property.lang(), scope) {
        property
            .attributes
            .push((Name::known(XML, "lang"), lang.to_owned()));
    }
    property
}
