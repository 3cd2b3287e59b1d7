//! Expanded XML names: a namespace and a local name (Namespaces in XML 1.0 section 2.1).

use std::borrow::Cow;
use std::fmt;

/// The namespace of WebDAV (RFC 4918 section 21.1).
pub const DAV: &str = "DAV:";
/// The namespace of CalDAV (RFC 4791 section 14).
pub const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
/// The namespace of the `CalendarServer` extensions (`getctag`, `source`).
pub const CALENDAR_SERVER: &str = "http://calendarserver.org/ns/";
/// The namespace of Apple's calendar properties (`calendar-color`, `calendar-order`).
pub const APPLE: &str = "http://apple.com/ns/ical/";
/// The namespace the prefix `xml` is bound to (`xml:lang`).
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// A name with its namespace; known namespaces are borrowed, so well-known names cost no allocation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    ns: Cow<'static, str>,
    local: Cow<'static, str>,
}

impl Name {
    /// A name known at compile time.
    pub const fn known(ns: &'static str, local: &'static str) -> Self {
        Self {
            ns: Cow::Borrowed(ns),
            local: Cow::Borrowed(local),
        }
    }

    /// A name in `DAV:`.
    pub const fn dav(local: &'static str) -> Self {
        Self::known(DAV, local)
    }

    /// A name in the namespace of CalDAV.
    pub const fn caldav(local: &'static str) -> Self {
        Self::known(CALDAV, local)
    }

    /// A name in the namespace of the `CalendarServer` extensions.
    pub const fn calendar_server(local: &'static str) -> Self {
        Self::known(CALENDAR_SERVER, local)
    }

    /// A name in Apple's namespace.
    pub const fn apple(local: &'static str) -> Self {
        Self::known(APPLE, local)
    }

    /// A name read from somewhere; an empty namespace means "in no namespace".
    pub fn new(ns: &str, local: &str) -> Self {
        let ns = known_namespace(ns).map_or_else(|| Cow::Owned(ns.to_owned()), Cow::Borrowed);
        Self {
            ns,
            local: Cow::Owned(local.to_owned()),
        }
    }

    /// The namespace, empty for a name in none.
    pub fn ns(&self) -> &str {
        &self.ns
    }

    /// The local name.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// Whether this is the name `local` in the namespace `ns`.
    pub fn is(&self, ns: &str, local: &str) -> bool {
        self.local == local && self.ns == ns
    }
}

/// The prefix answers use for a namespace they declare on their root element.
pub(super) fn known_prefix(ns: &str) -> Option<&'static str> {
    match ns {
        DAV => Some("D"),
        CALDAV => Some("C"),
        CALENDAR_SERVER => Some("CS"),
        APPLE => Some("A"),
        _ => None,
    }
}

fn known_namespace(ns: &str) -> Option<&'static str> {
    [DAV, CALDAV, CALENDAR_SERVER, APPLE, XML, ""]
        .into_iter()
        .find(|known| *known == ns)
}

/// Clark notation: `{DAV:}getetag`.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}{}", self.ns, self.local)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
