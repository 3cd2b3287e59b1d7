//! What an answer says about the doctor and the calendars.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use url::Url;

use super::super::answer::{Member, parse_multistatus};
use super::super::element::Element;
use super::super::error::DavError;
use super::super::name::{APPLE, CALDAV, CALENDAR_SERVER, DAV};
use super::address::{collection_id, id_of, id_of_url, resolve};
use super::objects::Itself;
use crate::ical::{ComponentKind, ComponentSet};
use crate::ids::{RemoteId, SyncToken};

/// What a server says about whoever asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principal {
    /// Who that is.
    pub principal: Option<Url>,
    /// The folders of the calendars; there may be several.
    pub homes: Vec<Url>,
    /// The addresses for invitations, as they stand: `mailto:`, paths.
    pub addresses: Vec<String>,
    /// Whether the address that was asked is itself a calendar.
    pub is_calendar: bool,
}

/// A calendar as its server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Where it is.
    pub id: RemoteId,
    /// What people call it; its place where it has no name.
    pub display_name: String,
    /// Its colour as `#rrggbb`.
    pub color: Option<String>,
    /// What may be stored in it.
    pub components: ComponentSet,
    /// Whether we may create, change and remove objects in it.
    pub is_writable: bool,
    /// `getctag`: differs whenever something changed.
    pub ctag: Option<String>,
    /// Where the next changes begin.
    pub sync_token: Option<SyncToken>,
    /// Whether it answers sync-collection; `None` where the server does not say what it answers.
    pub reports_changes: Option<bool>,
}

/// Reads the answer to [`super::principal`].
///
/// # Errors
/// [`DavError`] for an answer that is none.
pub fn parse_principal(asked: &Url, body: &[u8]) -> Result<Principal, DavError> {
    let mut read = Principal::default();
    for member in parse_multistatus(body)?.members {
        let hrefs = |ns, name| {
            let property = member.property(ns, name).into_iter();
            property.flat_map(hrefs_of).collect::<Vec<_>>()
        };
        let urls = |ns, name| {
            let found = hrefs(ns, name).into_iter();
            found
                .filter_map(|href| resolve(asked, &href))
                .collect::<Vec<_>>()
        };
        let principal = urls(DAV, "current-user-principal").into_iter().next();
        read.principal = read.principal.or(principal);
        for home in urls(CALDAV, "calendar-home-set") {
            if !read.homes.contains(&home) {
                read.homes.push(home);
            }
        }
        read.addresses
            .extend(hrefs(CALDAV, "calendar-user-address-set"));
        read.is_calendar |= has_type(&member, CALDAV, "calendar");
    }
    Ok(read)
}

fn hrefs_of(property: &Element) -> impl Iterator<Item = String> {
    property
        .elements()
        .filter(|child| child.name.is(DAV, "href"))
        .map(|href| href.text().trim().to_owned())
        .filter(|href| !href.is_empty())
}

/// Reads the answer to [`super::list_calendars`]: what it says about the home itself, and the calendars in it.
///
/// Left out: inbox, outbox, notifications, the bin and what lies in it, subscriptions that are only an address, and
/// calendars that take neither events nor to-dos.
///
/// # Errors
/// [`DavError`] for an answer that is none, or not whole.
pub fn parse_calendars(home: &Url, body: &[u8]) -> Result<(Itself, Vec<Calendar>), DavError> {
    let home_id = collection_id(&id_of_url(home));
    let mut itself = Itself::Unnamed;
    let mut calendars = BTreeMap::new();
    for member in parse_multistatus(body)?.members {
        let Some(id) = id_of(home, member.href.as_str()).map(|id| collection_id(&id)) else {
            continue;
        };
        if id == home_id {
            itself.take(&member);
        }
        if let Some(calendar) = calendar(id.clone(), &member) {
            calendars.entry(id).or_insert(calendar);
        }
    }
    Ok((itself, calendars.into_values().collect()))
}

fn calendar(id: RemoteId, member: &Member) -> Option<Calendar> {
    let components = components(member);
    let holds_something =
        components.contains(ComponentKind::Event) || components.contains(ComponentKind::Todo);
    if !has_type(member, CALDAV, "calendar") || is_special(member) || !holds_something {
        return None;
    }
    let text = |ns, name| {
        let text = member.property(ns, name)?.text().trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    Some(Calendar {
        display_name: text(DAV, "displayname").unwrap_or_else(|| last_name(&id)),
        color: text(APPLE, "calendar-color").and_then(|color| plain_color(&color)),
        components,
        is_writable: is_writable(member),
        ctag: text(CALENDAR_SERVER, "getctag"),
        sync_token: text(DAV, "sync-token").map(SyncToken::new),
        reports_changes: reports_changes(member),
        id,
    })
}

fn has_type(member: &Member, ns: &str, local: &str) -> bool {
    member
        .property(DAV, "resourcetype")
        .is_some_and(|types| types.child(ns, local).is_some())
}

/// Collections beside the calendars, and calendars that were deleted and lie in the bin; Nextcloud has names of its own
/// for those.
fn is_special(member: &Member) -> bool {
    let types = member.property(DAV, "resourcetype");
    let names = types.into_iter().flat_map(Element::elements);
    names.map(|kind| kind.name.local()).any(|kind| {
        matches!(
            kind,
            "schedule-inbox"
                | "schedule-outbox"
                | "notification"
                | "notifications"
                | "dropbox-home"
                | "trash-bin"
                | "deleted-calendar"
        )
    })
}

/// No set, or an empty one, means that everything is accepted.
fn components(member: &Member) -> ComponentSet {
    let set: ComponentSet = member
        .property(CALDAV, "supported-calendar-component-set")
        .into_iter()
        .flat_map(Element::elements)
        .filter_map(|comp| comp.attribute("name"))
        .map(ComponentKind::from_name)
        .filter(|kind| *kind != ComponentKind::Other)
        .collect();
    if set == ComponentSet::default() {
        ComponentSet::ALL
    } else {
        set
    }
}

/// Nothing said means yes; the first write shows. A subscription is somebody else's, whatever the privileges say.
fn is_writable(member: &Member) -> bool {
    if has_type(member, CALENDAR_SERVER, "subscribed") {
        return false;
    }
    let Some(set) = member.property(DAV, "current-user-privilege-set") else {
        return true;
    };
    let mut names = set
        .elements()
        .flat_map(Element::elements)
        .map(|privilege| privilege.name.local());
    names.any(|name| matches!(name, "all" | "write" | "write-content"))
}

fn reports_changes(member: &Member) -> Option<bool> {
    let set = member.property(DAV, "supported-report-set")?;
    let reports = set
        .elements()
        .flat_map(Element::elements)
        .flat_map(Element::elements);
    let mut names = reports.map(|report| &report.name).peekable();
    names.peek()?;
    Some(names.any(|name| name.is(DAV, "sync-collection")))
}

/// `#rgb`, `#rrggbb` and `#rrggbbaa` become `#rrggbb`.
fn plain_color(color: &str) -> Option<String> {
    let digits = color.strip_prefix('#')?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let rgb = match digits.len() {
        3 | 4 => digits
            .chars()
            .take(3)
            .flat_map(|digit| [digit, digit])
            .collect(),
        6 | 8 => digits.chars().take(6).collect::<String>(),
        _ => return None,
    };
    Some(format!("#{}", rgb.to_ascii_lowercase()))
}

fn last_name(id: &RemoteId) -> String {
    let path = id.as_str().trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or_default();
    percent_decode_str(name).decode_utf8_lossy().into_owned()
}
