//! Reading the answers of other servers: multi-status and error bodies, as the synchronisation of CalDAV accounts
//! needs them. Typed and tolerant: one odd response is skipped, not the whole answer.

use super::element::Element;
use super::error::DavError;
use super::name::{DAV, Name};
use super::read::{Limits, read};
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
    let root = read(body, Limits::ANSWER)?;
    if !root.name.is(DAV, "multistatus") {
        return Err(DavError::UnexpectedRoot(root.name));
    }
    let mut answer = Answer::default();
    for child in root.elements().filter(|child| child.name.ns() == DAV) {
        match child.name.local() {
            "response" => answer.members.extend(members(child)),
            "sync-token" => answer.sync_token = Some(SyncToken::new(child.text().trim())),
            _ => {}
        }
    }
    Ok(answer)
}

/// The conditions named in an error answer; none when the body is something else.
pub fn parse_error(body: &[u8]) -> Vec<Name> {
    match read(body, Limits::ANSWER) {
        Ok(root) if root.name.is(DAV, "error") => names(&root),
        Ok(_) | Err(_) => Vec::new(),
    }
}

/// A response is about one resource or, when it has only a status, about several.
fn members(response: &Element) -> impl Iterator<Item = Member> {
    let mut properties = Vec::new();
    let mut refused = Vec::new();
    for propstat in response
        .elements()
        .filter(|child| child.name.is(DAV, "propstat"))
    {
        let status = status_of(propstat).unwrap_or(200);
        let found = propstat
            .child(DAV, "prop")
            .into_iter()
            .flat_map(Element::elements);
        if (200..300).contains(&status) {
            properties.extend(found.cloned());
        } else {
            refused.extend(found.map(|property| (property.name.clone(), status)));
        }
    }
    let conditions = response.child(DAV, "error").map(names).unwrap_or_default();
    let status = status_of(response);
    let is_plain = properties.is_empty() && refused.is_empty() && conditions.is_empty();
    let hrefs = response
        .elements()
        .filter(|child| child.name.is(DAV, "href"))
        .take(if is_plain { usize::MAX } else { 1 });
    hrefs.map(move |href| Member {
        href: Href::new(href.text().trim()),
        status,
        properties: properties.clone(),
        refused: refused.clone(),
        conditions: conditions.clone(),
    })
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
