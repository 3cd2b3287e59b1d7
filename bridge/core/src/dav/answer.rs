//! Reading the answers of other servers: multi-status and error bodies, as the synchronisation of CalDAV accounts
//! needs them. Typed and tolerant: one odd response is skipped, not the whole answer.

use super::element::Element;
use super::error::DavError;
use super::name::{DAV, Name};
use super::read::{Limits, read, read_each};
use crate::ids::{Href, SyncToken};

/// A `DAV:multistatus` as it was received (RFC 4918 section 13).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The responses in document order.
    pub members: Vec<Member>,
    /// The token to synchronise from next time (RFC 6578 section 6.4).
    pub sync_token: Option<SyncToken>,
}

/// What the answer says about one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The resource, as the server spelt it.
    pub href: Href,
    /// The status of the resource itself, when there is one instead of properties.
    pub status: Option<u16>,
    /// The properties that were returned.
    pub properties: Vec<Element>,
    /// The properties that were not, each with its status.
    pub refused: Vec<(Name, u16)>,
    /// The conditions named in `DAV:error`.
    pub conditions: Vec<Name>,
}

impl Member {
    /// A property that was returned.
    pub fn property(&self, ns: &str, local: &str) -> Option<&Element> {
        self.properties
            .iter()
            .find(|property| property.name.is(ns, local))
    }

    /// Whether the resource is not there (any more): a tombstone of sync-collection, a miss of multiget.
    pub fn is_gone(&self) -> bool {
        matches!(self.status, Some(404 | 410))
    }
}

/// Reads a multi-status answer.
///
/// # Errors
/// [`DavError`] for a body that is no such XML.
pub fn parse_multistatus(body: &[u8]) -> Result<Answer, DavError> {
    let mut members = Vec::new();
    let sync_token = read_members(body, |member| members.push(member))?;
    Ok(Answer {
        members,
        sync_token,
    })
}

/// Reads a multi-status answer member by member, so that a listing of a whole calendar is never in memory as XML. What
/// was handed over counts only if there is no error. Returns the token to synchronise from next time.
///
/// # Errors
/// [`DavError`] for a body that is no such XML, or not whole.
pub(super) fn read_members(
    body: &[u8],
    mut each: impl FnMut(Member),
) -> Result<Option<SyncToken>, DavError> {
    let mut token = None;
    let root = read_each(body, Limits::ANSWER, |root, child| {
        if !root.is(DAV, "multistatus") || child.name.ns() != DAV {
            return;
        }
        match child.name.local() {
            "response" => members(child, &mut each),
            "sync-token" => token = Some(SyncToken::new(child.text().trim())),
            _ => {}
        }
    })?;
    if root.name.is(DAV, "multistatus") {
        Ok(token.filter(|token| !token.as_str().is_empty()))
    } else {
        Err(DavError::UnexpectedRoot(root.name))
    }
}

/// The conditions named in an error answer; none when the body is something else.
pub fn parse_error(body: &[u8]) -> Vec<Name> {
    match read(body, Limits::ANSWER) {
        Ok(root) if root.name.is(DAV, "error") => names(&root),
        Ok(_) | Err(_) => Vec::new(),
    }
}

/// A response is about one resource or, when it has only a status, about several.
fn members(response: Element, each: &mut impl FnMut(Member)) {
    let status = status_of(&response);
    let conditions = response.child(DAV, "error").map(names).unwrap_or_default();
    let mut hrefs = Vec::new();
    let mut properties = Vec::new();
    let mut refused = Vec::new();
    for child in response.into_elements() {
        if child.name.is(DAV, "href") {
            hrefs.push(Href::new(child.text().trim()));
        } else if child.name.is(DAV, "propstat") {
            propstat(child, &mut properties, &mut refused);
        }
    }
    // Properties are those of one resource.
    if !(properties.is_empty() && refused.is_empty() && conditions.is_empty()) {
        hrefs.truncate(1);
    }
    for href in hrefs {
        each(Member {
            href,
            status,
            properties: std::mem::take(&mut properties),
            refused: std::mem::take(&mut refused),
            conditions: conditions.clone(),
        });
    }
}

fn propstat(propstat: Element, properties: &mut Vec<Element>, refused: &mut Vec<(Name, u16)>) {
    let status = status_of(&propstat).unwrap_or(200);
    let found = propstat
        .into_elements()
        .filter(|child| child.name.is(DAV, "prop"))
        .flat_map(Element::into_elements);
    if (200..300).contains(&status) {
        properties.extend(found);
    } else {
        refused.extend(found.map(|property| (property.name, status)));
    }
}

/// `HTTP/1.1 200 OK`.
fn status_of(parent: &Element) -> Option<u16> {
    parent
        .child(DAV, "status")?
        .text()
        .split_ascii_whitespace()
        .nth(1)?
        .parse()
        .ok()
}

fn names(parent: &Element) -> Vec<Name> {
    parent.elements().map(|child| child.name.clone()).collect()
}
