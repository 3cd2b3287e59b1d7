//! What a URL means, and how a resource's URL is spelt in answers.

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::CalDav;
use super::behaviour::HrefForm;
use super::hosts::Host;

/// A thing that has a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// `/.well-known/caldav` (RFC 6764 section 5).
    WellKnown,
    /// Where people and the well-known address point.
    Root,
    /// The account.
    Principal,
    /// The home of its calendars.
    Home,
    /// A collection of the home.
    Collection(String),
    /// An object of a collection.
    Object(String, String),
    /// Nothing.
    Nothing,
}

/// A path that is not percent-encoded UTF-8.
#[derive(Debug)]
pub(super) struct Unreadable;

impl Resource {
    pub(super) fn of(server: &CalDav, uri: &Uri) -> Result<Self, Unreadable> {
        Self::at(server, uri.path())
    }

    /// The resource at a path or absolute URL as a client spells it.
    pub(super) fn named(server: &CalDav, reference: &str) -> Result<Self, Unreadable> {
        let uri: Uri = reference.trim().parse().map_err(|_| Unreadable)?;
        Self::of(server, &uri)
    }

    fn at(server: &CalDav, path: &str) -> Result<Self, Unreadable> {
        if path.trim_end_matches('/') == "/.well-known/caldav" {
            return Ok(Self::WellKnown);
        }
        let Some(below) = path.strip_prefix(server.behaviour.base) else {
            return Ok(Self::Nothing);
        };
        let segments = below
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(decode)
            .collect::<Result<Vec<_>, _>>()?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let ours = server.account.number.as_str();
        Ok(match segments.as_slice() {
            [] => Self::Root,
            [number, "principal"] if *number == ours => Self::Principal,
            [number, "calendars"] if *number == ours => Self::Home,
            [number, "calendars", name] if *number == ours => Self::Collection((*name).to_owned()),
            [number, "calendars", name, object] if *number == ours => {
                Self::Object((*name).to_owned(), (*object).to_owned())
            }
            _ => Self::Nothing,
        })
    }

    /// Its path, every reserved character encoded.
    fn path(&self, server: &CalDav) -> String {
        let below = format!("{}/{}", server.behaviour.base, server.account.number);
        let encoded = |name: &str| utf8_percent_encode(name, RESERVED).to_string();
        match self {
            Self::WellKnown => "/.well-known/caldav".to_owned(),
            Self::Root | Self::Nothing => format!("{}/", server.behaviour.base),
            Self::Principal => format!("{below}/principal/"),
            Self::Home => format!("{below}/calendars/"),
            Self::Collection(name) => format!("{below}/calendars/{}/", encoded(name)),
            Self::Object(name, object) => {
                format!("{below}/calendars/{}/{}", encoded(name), encoded(object))
            }
        }
    }

    /// Its href in an answer that goes out from `host`.
    pub(super) fn href(&self, server: &CalDav, host: &Host) -> String {
        let path = self.path(server);
        match server.behaviour.hrefs {
            HrefForm::Encoded => path,
            HrefForm::Plain => plain(&path),
            HrefForm::SmallLetters => small_letters(&path),
            HrefForm::Absolute => format!("{}{path}", host.origin),
        }
    }

    /// Its absolute URL on the host where it lies.
    pub(super) fn url(&self, server: &CalDav, host: &Host) -> String {
        let home = server.hosts.home_beside(host);
        format!("{home}{}", self.path(server))
    }
}

/// All but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn decode(segment: &str) -> Result<String, Unreadable> {
    let decoded = percent_decode_str(segment).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Unreadable)
}

/// Characters that a path may hold as they are (RFC 3986 section 3.3).
fn plain(path: &str) -> String {
    let mut path = path.to_owned();
    for letter in "!$&'()*+,;=:@".chars() {
        path = path.replace(&format!("%{:02X}", u32::from(letter)), &letter.to_string());
    }
    path
}

fn small_letters(path: &str) -> String {
    let mut parts = path.split('%');
    let mut spelt = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        spelt.push('%');
        spelt.push_str(&digits.to_ascii_lowercase());
        spelt.push_str(rest);
    }
    spelt
}
