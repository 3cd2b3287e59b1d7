//! `DAV:multistatus` and `DAV:error`, streamed (RFC 4918 sections 13 and 16).

use super::name::Name;
use super::precondition::Precondition;
use super::write::XmlWriter;
use crate::ids::{Href, SyncToken};

const MULTISTATUS: Name = Name::dav("multistatus");
const RESPONSE: Name = Name::dav("response");
const PROPSTAT: Name = Name::dav("propstat");
const PROP: Name = Name::dav("prop");
const STATUS: Name = Name::dav("status");
const ERROR: Name = Name::dav("error");

/// Whether properties that do not exist are listed (`Prefer: return=minimal`, RFC 8144 section 2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// Everything is said.
    #[default]
    Full,
    /// What was not found is left out.
    Minimal,
}

/// A multi-status answer under construction.
pub struct MultiStatus {
    xml: XmlWriter,
    verbosity: Verbosity,
}

impl MultiStatus {
    /// Begins an answer.
    pub fn new(verbosity: Verbosity) -> Self {
        Self {
            xml: XmlWriter::begin(&MULTISTATUS),
            verbosity,
        }
    }

    /// Adds a response with properties; `fill` says which there are and which not.
    pub fn response<R>(&mut self, href: &Href, fill: impl FnOnce(&mut Response<'_>) -> R) -> R {
        self.xml.start_tag(&RESPONSE, &[]);
        self.xml.raw(">");
        self.xml.href(href);
        let result = propstats(&mut self.xml, self.verbosity, fill);
        self.end_response();
        result
    }

    /// Adds a response with a status of its own, for example 404 for a member that is gone.
    pub fn status(&mut self, href: &Href, status: u16) {
        self.status_with(href, status, None);
    }

    /// Adds a response that names the precondition its resource broke.
    pub fn failure(&mut self, href: &Href, why: &Precondition) {
        self.status_with(href, why.status(), Some(why));
    }

    /// Adds a response with a status and, perhaps, the precondition behind it.
    pub fn status_with(&mut self, href: &Href, status: u16, why: Option<&Precondition>) {
        self.xml.tag(&RESPONSE, |xml| {
            xml.href(href);
            write_status(xml, status);
            if let Some(why) = why {
                xml.tag(&ERROR, |xml| write_precondition(xml, why));
            }
        });
        self.xml.raw("\n");
    }

    /// Adds the token of a sync-collection answer (RFC 6578 section 6.4).
    pub fn sync_token(&mut self, token: &SyncToken) {
        self.xml.text_tag(&Name::dav("sync-token"), token.as_str());
    }

    /// How many octets there are already.
    pub fn len(&self) -> usize {
        self.xml.len()
    }

    /// Never: the root element is there from the start.
    pub fn is_empty(&self) -> bool {
        self.xml.is_empty()
    }

    /// The finished document.
    pub fn finish(self) -> Vec<u8> {
        self.xml.finish(&MULTISTATUS)
    }

    fn end_response(&mut self) {
        self.xml.end_tag(&RESPONSE);
        self.xml.raw("\n");
    }
}

/// One response of a [`MultiStatus`], property by property.
pub struct Response<'m> {
    xml: &'m mut XmlWriter,
    found: Found,
    refused: Vec<Refused>,
}

#[derive(PartialEq, Eq)]
enum Found {
    NoneYet,
    Some,
}

#[derive(PartialEq, Eq)]
struct Refused {
    name: Name,
    status: u16,
    why: Option<Precondition>,
}

impl Response<'_> {
    /// A property that exists, with its value.
    pub fn found(&mut self, name: &Name, value: impl FnOnce(&mut XmlWriter)) {
        self.open_found();
        self.xml.tag(name, value);
    }

    /// A property that exists and is empty, or the name alone (`DAV:propname`, PROPPATCH).
    pub fn found_empty(&mut self, name: &Name) {
        self.open_found();
        self.xml.empty(name);
    }

    /// A property that exists, with a text as its value.
    pub fn found_text(&mut self, name: &Name, text: &str) {
        self.found(name, |xml| xml.text(text));
    }

    /// Writes whole property elements into the 200 part, for example a dead property as it was set.
    pub fn found_raw(&mut self, property: impl FnOnce(&mut XmlWriter)) {
        self.open_found();
        property(self.xml);
    }

    /// A property that does not exist here: 404.
    pub fn missing(&mut self, name: &Name) {
        self.refused(name, 404, None);
    }

    /// A property that cannot be returned or changed, with the status and perhaps the precondition.
    pub fn refused(&mut self, name: &Name, status: u16, why: Option<Precondition>) {
        self.refused.push(Refused {
            name: name.clone(),
            status,
            why,
        });
    }

    fn open_found(&mut self) {
        if self.found == Found::NoneYet {
            self.found = Found::Some;
            self.xml.raw("<D:propstat><D:prop>");
        }
    }

    /// Every response has at least one propstat, an empty 200 one if there is nothing else to say.
    fn close(mut self, verbosity: Verbosity) {
        if verbosity == Verbosity::Minimal {
            self.refused.retain(|refused| refused.status != 404);
        }
        if self.refused.is_empty() {
            self.open_found();
        }
        if self.found == Found::Some {
            self.xml.end_tag(&PROP);
            write_status(self.xml, 200);
            self.xml.end_tag(&PROPSTAT);
        }
        let mut rest = self.refused;
        while let Some(first) = rest.first() {
            let (status, why) = (first.status, first.why.clone());
            let (group, others) = rest
                .into_iter()
                .partition::<Vec<_>, _>(|one| one.status == status && one.why == why);
            write_refused(self.xml, &group, status, why.as_ref());
            rest = others;
        }
    }
}

fn write_refused(xml: &mut XmlWriter, group: &[Refused], status: u16, why: Option<&Precondition>) {
    xml.tag(&PROPSTAT, |xml| {
        xml.tag(&PROP, |xml| {
            for one in group {
                xml.empty(&one.name);
            }
        });
        write_status(xml, status);
        if let Some(why) = why {
            xml.tag(&ERROR, |xml| write_precondition(xml, why));
        }
    });
}

/// The answer to a request that should have made a collection: what became of each property (RFC 5689 section 3,
/// RFC 4791 section 9.3). `root` is `DAV:mkcol-response` or `CALDAV:mkcalendar-response`.
pub fn make_response(root: &Name, fill: impl FnOnce(&mut Response<'_>)) -> Vec<u8> {
    XmlWriter::document(root, |xml| propstats(xml, Verbosity::Full, fill))
}

fn propstats<R>(
    xml: &mut XmlWriter,
    verbosity: Verbosity,
    fill: impl FnOnce(&mut Response<'_>) -> R,
) -> R {
    let mut response = Response {
        xml,
        found: Found::NoneYet,
        refused: Vec::new(),
    };
    let result = fill(&mut response);
    response.close(verbosity);
    result
}

/// The body of an error answer: `DAV:error` with the condition that was broken.
pub fn error_body(why: &Precondition) -> Vec<u8> {
    XmlWriter::document(&ERROR, |xml| write_precondition(xml, why))
}

fn write_precondition(xml: &mut XmlWriter, why: &Precondition) {
    let name = why.name();
    match why {
        Precondition::LockTokenSubmitted(hrefs) | Precondition::NoConflictingLock(hrefs) => {
            xml.tag(&name, |xml| {
                for href in hrefs {
                    xml.href(href);
                }
            });
        }
        Precondition::NoUidConflict(Some(href)) => xml.tag(&name, |xml| xml.href(href)),
        Precondition::MaxResourceSize(limit) => xml.text_tag(&name, &limit.to_string()),
        Precondition::MaxInstances(limit) | Precondition::MaxAttendeesPerInstance(limit) => {
            xml.text_tag(&name, &limit.to_string());
        }
        Precondition::NeedPrivileges(resources) => xml.tag(&name, |xml| {
            for (href, privilege) in resources {
                xml.tag(&Name::dav("resource"), |xml| {
                    xml.href(href);
                    xml.tag(&Name::dav("privilege"), |xml| xml.empty(&privilege.name()));
                });
            }
        }),
        _ => xml.empty(&name),
    }
}

fn write_status(xml: &mut XmlWriter, status: u16) {
    xml.tag(&STATUS, |xml| {
        xml.raw("HTTP/1.1 ");
        xml.raw(&status.to_string());
        xml.raw(" ");
        xml.raw(reason(status));
    });
}

/// The reason phrase of the status codes that appear in answers.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        507 => "Insufficient Storage",
        _ if status < 400 => "Done",
        _ if status < 500 => "Refused",
        _ => "Internal Server Error",
    }
}
