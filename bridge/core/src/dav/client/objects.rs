//! What an answer says about the objects of a calendar.

use std::collections::BTreeMap;

use url::Url;

use super::super::answer::{Member, read_members};
use super::super::element::Element;
use super::super::error::DavError;
use super::super::name::{CALDAV, DAV};
use super::address::{collection_id, id_of, id_of_url, is_member};
use super::etag::tolerant_etag;
use crate::ids::{RemoteEtag, RemoteId, SyncToken};

/// What a listing or an answer to sync-collection says, in the order of the ids, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Objects that are there; `None` for one whose version the answer leaves open.
    pub present: Vec<(RemoteId, Option<RemoteEtag>)>,
    /// Objects that are not there any more.
    pub removed: Vec<RemoteId>,
    /// Where the next changes begin.
    pub token: Option<SyncToken>,
    /// Whether the server stopped before the end (507, RFC 6578 section 3.6).
    pub is_truncated: bool,
    /// What the answer says about the calendar itself, as every listing does.
    pub itself: Itself,
}

/// What an answer about a collection says about the collection itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Itself {
    /// Nothing.
    #[default]
    Unnamed,
    /// It is there.
    There,
    /// It cannot be had, with this status: some servers say so inside an answer that looks like a success.
    Refused(u16),
}

impl Itself {
    pub(super) fn take(&mut self, member: &Member) {
        *self = match member.status {
            // The mark of an answer that was cut short (RFC 6578 section 3.6).
            Some(507) => Self::There,
            Some(status) if status >= 400 => Self::Refused(status),
            _ => Self::There,
        };
    }
}

/// Reads the answer to [`super::look`].
///
/// # Errors
/// [`DavError`] for an answer that is none.
pub fn parse_look(url: &Url, body: &[u8]) -> Result<Itself, DavError> {
    parse_changes(url, body).map(|changes| changes.itself)
}

/// What an answer says about one object.
#[derive(Clone, PartialEq, Eq)]
pub enum Got {
    /// Its text, and its version if that was told.
    Object {
        /// The version.
        etag: Option<RemoteEtag>,
        /// The text.
        octets: Vec<u8>,
    },
    /// It was not handed out, with this status.
    Status(u16),
}

/// Reads a listing (PROPFIND) of a calendar, or an answer to sync-collection.
///
/// # Errors
/// [`DavError`] for an answer that is none, or not whole.
pub fn parse_changes(calendar: &Url, body: &[u8]) -> Result<Changes, DavError> {
    let itself = collection_id(&id_of_url(calendar));
    let mut seen: BTreeMap<RemoteId, Seen> = BTreeMap::new();
    let mut changes = Changes::default();
    let token = read_members(body, |member| {
        let Some(id) = id_of(calendar, member.href.as_str()) else {
            return;
        };
        if collection_id(&id) == itself {
            changes.itself.take(&member);
            changes.is_truncated |= member.status == Some(507);
        } else if is_member(&itself, &id) && is_object(&member) {
            let now = Seen::of(&member);
            seen.entry(id)
                .and_modify(|before| before.also(&now))
                .or_insert(now);
        }
    })?;
    changes.token = token;
    for (id, seen) in seen {
        match seen {
            Seen::There(etag) => changes.present.push((id, etag)),
            Seen::Gone => changes.removed.push(id),
        }
    }
    Ok(changes)
}

enum Seen {
    There(Option<RemoteEtag>),
    Gone,
}

impl Seen {
    /// Only 404 and 410 say that something is gone; every other status says that it is there.
    fn of(member: &Member) -> Self {
        match member.status {
            Some(404 | 410) => Self::Gone,
            _ => Self::There(etag_of(member)),
        }
    }

    /// Said twice: where the two disagree, the object has to be looked at.
    fn also(&mut self, other: &Self) {
        let agree = match (&*self, other) {
            (Self::Gone, Self::Gone) => true,
            (Self::There(a), Self::There(b)) => a == b,
            (Self::Gone, Self::There(_)) | (Self::There(_), Self::Gone) => false,
        };
        if !agree {
            *self = Self::There(None);
        }
    }
}

fn etag_of(member: &Member) -> Option<RemoteEtag> {
    tolerant_etag(&member.property(DAV, "getetag")?.text())
}

/// Whether a member can be a calendar object: neither a folder nor, say, a contact.
fn is_object(member: &Member) -> bool {
    let is_folder = member
        .property(DAV, "resourcetype")
        .is_some_and(|types| types.child(DAV, "collection").is_some());
    let is_other = member
        .property(DAV, "getcontenttype")
        .map(Element::text)
        .is_some_and(|kind| {
            !kind.trim().is_empty() && !kind.to_ascii_lowercase().contains("calendar")
        });
    !is_folder && !is_other
}

/// Reads an answer to calendar-multiget: what it says about each object, the first word about each.
///
/// # Errors
/// [`DavError`] for an answer that is none, or not whole.
pub fn parse_objects(calendar: &Url, body: &[u8]) -> Result<BTreeMap<RemoteId, Got>, DavError> {
    let mut got = BTreeMap::new();
    read_members(body, |member| {
        if let Some(id) = id_of(calendar, member.href.as_str())
            && let Some(object) = object(member)
        {
            got.entry(id).or_insert(object);
        }
    })?;
    Ok(got)
}

fn object(mut member: Member) -> Option<Got> {
    let etag = etag_of(&member);
    let is_data = |name: &super::super::name::Name| name.is(CALDAV, "calendar-data");
    if let Some(at) = member.properties.iter().position(|one| is_data(&one.name)) {
        let octets = plain_object(member.properties.swap_remove(at).text().as_bytes());
        return octets.map(|octets| Got::Object { etag, octets });
    }
    let refused = member.refused.iter().find(|(name, _)| is_data(name));
    let status = member.status.or(refused.map(|(_, status)| *status))?;
    (status >= 400).then_some(Got::Status(status))
}

/// The text of an object in the one form in which it is kept: lines that end in CRLF, nothing before the first and after
/// the last. XML cannot carry line ends as they were, and servers indent; the same object must read the same, however it
/// was asked for. `None` for what is no calendar object at all.
pub fn plain_object(octets: &[u8]) -> Option<Vec<u8>> {
    let trimmed = octets.trim_ascii();
    let begins = trimmed
        .get(..BEGIN.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(BEGIN));
    if !begins {
        return None;
    }
    let mut out = Vec::with_capacity(trimmed.len() + trimmed.len() / 32 + 2);
    for line in trimmed.split(|&byte| byte == b'\n') {
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
    }
    Some(out)
}

const BEGIN: &[u8] = b"BEGIN:VCALENDAR";

impl std::fmt::Debug for Got {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the content.
        match self {
            Self::Object { .. } => f.write_str("Object(..)"),
            Self::Status(status) => write!(f, "Status({status})"),
        }
    }
}
