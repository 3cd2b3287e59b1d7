//! How servers differ. The default is iCloud; the presets are what is known of others.

use chrono::TimeDelta;

/// What a server does its own way.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// The path everything lies below; empty or `/like/this`.
    pub base: &'static str,
    /// What the front does with requests for the home.
    pub front: Front,
    /// Whether it answers `sync-collection` (RFC 6578).
    pub delta: Delta,
    /// The members of one answer to `sync-collection`, before it says 507.
    pub page: usize,
    /// How it answers a sync token it does not know.
    pub token_refusal: u16,
    /// Whether `getctag` is there and can be believed.
    pub ctag: Ctag,
    /// How entity tags look.
    pub etags: EtagForm,
    /// Whether the answer to a PUT has one.
    pub etag_on_write: EtagOnWrite,
    /// What becomes of the text that is stored.
    pub rewriting: Rewriting,
    /// How hrefs are spelt.
    pub hrefs: HrefForm,
    /// How calendar data stands in XML.
    pub data: DataForm,
    /// Which objects it takes.
    pub strictness: Strictness,
    /// Whether `calendar-query` wants a filter for a kind of component, as iCloud does.
    pub query_needs_component: bool,
    /// How it answers a UID that another object has.
    pub uid_conflict: u16,
    /// The largest object.
    pub largest: usize,
    /// At most this many requests a minute, if there is a limit.
    pub per_minute: Option<u32>,
}

/// The host that people type, where the home lies on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    /// Answers for the home too.
    Answers,
    /// Sends everybody there.
    Redirects,
}

/// `sync-collection`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delta {
    /// Answered.
    Yes,
    /// Neither announced nor answered; there are no sync tokens.
    No,
}

/// `CS:getctag`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ctag {
    /// There, and current.
    Current,
    /// There, and this much behind.
    Late(TimeDelta),
    /// Not there.
    Missing,
}

/// Entity tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EtagForm {
    /// Strong, in quotes.
    Strong,
    /// `W/"..."`, and compared as if it were strong.
    Weak,
    /// Without quotes.
    Bare,
    /// None at all, neither in listings nor with GET.
    Missing,
}

/// `ETag` in the answer to a PUT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EtagOnWrite {
    /// There.
    Given,
    /// Not there.
    Missing,
}

/// What is stored of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rewriting {
    /// All of it, octet for octet.
    None,
    /// Folded anew, with a `PRODID`, `DTSTAMP` and `LAST-MODIFIED` of the server's own.
    Stamped,
}

/// Hrefs in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HrefForm {
    /// Reserved characters as `%40`.
    Encoded,
    /// Reserved characters that a path may hold stand as they are.
    Plain,
    /// As `Encoded`, with small letters: `%c3%a4`.
    SmallLetters,
    /// With scheme and host.
    Absolute,
}

/// `CALDAV:calendar-data`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataForm {
    /// As CDATA: an XML reader turns its line ends into line feeds (XML 1.0 section 2.11).
    Cdata,
    /// Escaped, carriage returns as `&#13;`.
    Escaped,
}

/// Which objects may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// As iCloud: what RFC 5545 demands, `VTIMEZONE` for each zone, an end for each event; refused without a word.
    Strict,
    /// One object with one UID; refused with the precondition of RFC 4791 section 5.3.2.1.
    Lenient,
}

impl Behaviour {
    /// iCloud.
    pub fn icloud() -> Self {
        Self {
            base: "",
            front: Front::Answers,
            delta: Delta::Yes,
            page: 200,
            token_refusal: 403,
            ctag: Ctag::Current,
            etags: EtagForm::Strong,
            etag_on_write: EtagOnWrite::Given,
            rewriting: Rewriting::None,
            hrefs: HrefForm::Encoded,
            data: DataForm::Cdata,
            strictness: Strictness::Strict,
            query_needs_component: true,
            uid_conflict: 403,
            largest: 20 * 1024 * 1024,
            per_minute: None,
        }
    }

    /// Nextcloud and others made with sabre/dav: below a path, lenient, 409 for a UID that is taken.
    pub fn nextcloud() -> Self {
        Self {
            base: "/remote.php/dav",
            data: DataForm::Escaped,
            strictness: Strictness::Lenient,
            query_needs_component: false,
            hrefs: HrefForm::Plain,
            uid_conflict: 409,
            ..Self::icloud()
        }
    }

    /// Yahoo: a ctag that comes late, and no `sync-collection` that works.
    pub fn yahoo() -> Self {
        Self {
            delta: Delta::No,
            ctag: Ctag::Late(TimeDelta::minutes(10)),
            etag_on_write: EtagOnWrite::Missing,
            data: DataForm::Escaped,
            ..Self::icloud()
        }
    }

    /// A small server with neither tokens nor ctag.
    pub fn bare() -> Self {
        Self {
            delta: Delta::No,
            ctag: Ctag::Missing,
            etag_on_write: EtagOnWrite::Missing,
            data: DataForm::Escaped,
            strictness: Strictness::Lenient,
            query_needs_component: false,
            ..Self::icloud()
        }
    }

    /// A server that stores its own version of everything (as Google and Exchange do behind CalDAV).
    pub fn rewriting() -> Self {
        Self {
            rewriting: Rewriting::Stamped,
            etag_on_write: EtagOnWrite::Missing,
            hrefs: HrefForm::SmallLetters,
            ..Self::nextcloud()
        }
    }
}

impl Default for Behaviour {
    fn default() -> Self {
        Self::icloud()
    }
}
