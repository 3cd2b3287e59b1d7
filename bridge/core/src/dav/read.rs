//! Reading XML into a small tree, with the limits against hostile bodies inside.
//!
//! Time and memory are linear in the body: nothing is expanded, names are short or refused, and the counts below
//! are checked while reading, before anything is kept. quick-xml splits the text into events and resolves the
//! prefixes; what it does not check (characters, names, text outside the root) is checked here.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::escape::{EscapeError, resolve_predefined_entity};
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::{NamespaceError, PrefixDeclaration, QName, ResolveResult};
use quick_xml::reader::NsReader;

use super::chars::{is_ncname, is_xml_char};
use super::element::{Element, Node};
use super::error::DavError;
use super::name::{CALDAV, DAV, Name};

/// How much of a document is accepted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Elements inside each other.
    pub(super) depth: usize,
    /// Elements altogether; the hrefs directly below `calendar-multiget` are not counted, because clients ask
    /// for thousands at once and the size of the body bounds them.
    pub(super) elements: usize,
    /// Attributes altogether.
    pub(super) attributes: usize,
}

impl Limits {
    /// For requests, which are small.
    pub(super) const REQUEST: Self = Self {
        depth: 64,
        elements: 2_000,
        attributes: 4_000,
    };

    /// For the answers of other servers, which list whole calendars.
    pub(super) const ANSWER: Self = Self {
        depth: 64,
        elements: 2_000_000,
        attributes: 200_000,
    };
}

/// Attributes on one element, declarations included.
const MAX_ATTRIBUTES_OF_ONE: usize = 64;
/// Octets in the name of a namespace: every element in it keeps a copy.
const MAX_NAMESPACE_LENGTH: usize = 1_024;
/// Octets in the name of a namespace as it is written, where one octet may take as many as `&quot;`.
const MAX_WRITTEN_NAMESPACE_LENGTH: usize = 6 * MAX_NAMESPACE_LENGTH;
/// Octets in an `xml:lang`, which is handed down to many elements.
const MAX_LANG_LENGTH: usize = 256;

/// Reads a whole document.
pub(super) fn read(body: &[u8], limits: Limits) -> Result<Element, DavError> {
    Builder::over(body, limits, None)?.build()
}

/// Reads a document whose root holds many elements: each is handed over with the root's name when it ends, and not
/// kept. What is handed over counts only if the document turns out to be whole. Returns the root without them.
pub(super) fn read_each(
    body: &[u8],
    limits: Limits,
    mut each: impl FnMut(&Name, Element),
) -> Result<Element, DavError> {
    Builder::over(body, limits, Some(&mut each))?.build()
}

/// Whether a body has nothing in it but white space.
pub(super) fn is_blank(body: &[u8]) -> bool {
    body.iter().all(u8::is_ascii_whitespace)
}

/// UTF-8 with or without a byte order mark, and only characters that XML knows.
fn decode(body: &[u8]) -> Result<&str, DavError> {
    if is_blank(body) {
        return Err(DavError::Empty);
    }
    if body.starts_with(&[0xFE, 0xFF]) || body.starts_with(&[0xFF, 0xFE]) || body.starts_with(&[0])
    {
        return Err(DavError::Encoding);
    }
    let text = std::str::from_utf8(body).map_err(|error| DavError::NotUtf8(error.valid_up_to()))?;
    match text
        .bytes()
        .enumerate()
        .find(|(at, byte)| is_forbidden(text, *at, *byte))
    {
        Some((at, _)) => Err(DavError::NotWellFormed(at)),
        None => Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text)),
    }
}

/// Whether a character that XML does not know begins here: a control character, or U+FFFE and U+FFFF, whose
/// encodings begin with 0xEF.
fn is_forbidden(text: &str, at: usize, byte: u8) -> bool {
    match byte {
        b'\t' | b'\n' | b'\r' => false,
        0..b' ' => true,
        0xEF => !text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(is_xml_char),
        _ => false,
    }
}

#[derive(PartialEq, Eq)]
enum Step {
    More,
    Done,
}

/// Takes the root's name and an element directly inside.
type Each<'e> = &'e mut dyn FnMut(&Name, Element);

struct Builder<'t, 'e> {
    reader: NsReader<&'t [u8]>,
    limits: Limits,
    each: Option<Each<'e>>,
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
    attributes: usize,
}

impl<'t, 'e> Builder<'t, 'e> {
    fn over(body: &'t [u8], limits: Limits, each: Option<Each<'e>>) -> Result<Self, DavError> {
        Ok(Self {
            reader: NsReader::from_str(decode(body)?),
            limits,
            each,
            open: Vec::new(),
            root: None,
            elements: 0,
            attributes: 0,
        })
    }

    fn build(mut self) -> Result<Element, DavError> {
        while self.step()? == Step::More {}
        self.root.ok_or(DavError::Empty)
    }

    fn step(&mut self) -> Result<Step, DavError> {
        let event = self
            .reader
            .read_event()
            .map_err(|error| self.error(&error))?;
        match event {
            Event::Start(start) => {
                let element = self.element(&start)?;
                self.open.push(element);
            }
            Event::Empty(start) => {
                let element = self.element(&start)?;
                self.close(element)?;
            }
            Event::End(_) => {
                let element = self.open.pop().ok_or_else(|| self.ill_formed())?;
                self.close(element)?;
            }
            Event::Text(text) => self.text(&text.xml10_content())?,
            Event::CData(_) if self.open.is_empty() => return Err(self.ill_formed()),
            Event::CData(text) => self.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => self.reference(&reference)?,
            Event::Decl(declaration) => self.declaration(&declaration)?,
            Event::DocType(_) => return Err(DavError::Doctype),
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof if self.open.is_empty() => return Ok(Step::Done),
            Event::Eof => return Err(self.ill_formed()),
        }
        Ok(Step::More)
    }

    fn element(&mut self, start: &BytesStart<'_>) -> Result<Element, DavError> {
        if self.open.len() >= self.limits.depth {
            return Err(DavError::TooDeep(self.limits.depth));
        }
        let name = self.name(start.name(), Use::Element)?;
        if !self.is_multiget_href(&name) {
            self.elements += 1;
            check_count("elements", self.elements, self.limits.elements)?;
        }
        let mut element = Element::new(name);
        for (index, attribute) in start.attributes().with_checks(false).enumerate() {
            check_count("attributes on one element", index, MAX_ATTRIBUTES_OF_ONE)?;
            let attribute = attribute.map_err(|_| self.ill_formed())?;
            self.attribute(&mut element, &attribute)?;
        }
        Ok(element)
    }

    fn is_multiget_href(&self, name: &Name) -> bool {
        let [root] = self.open.as_slice() else {
            return false;
        };
        name.is(DAV, "href") && root.name.is(CALDAV, "calendar-multiget")
    }

    fn attribute(
        &mut self,
        element: &mut Element,
        attribute: &Attribute<'_>,
    ) -> Result<(), DavError> {
        if attribute.value.contains('<') {
            return Err(self.ill_formed());
        }
        if let Some(prefix) = attribute.key.as_namespace_binding() {
            return self.check_binding(prefix, &attribute.value);
        }
        self.attributes += 1;
        check_count("attributes", self.attributes, self.limits.attributes)?;
        let name = self.name(attribute.key, Use::Attribute)?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| self.error(&error))?;
        let is_twice = element.attributes.iter().any(|(other, _)| *other == name);
        let is_long_lang = name.is(super::name::XML, "lang") && value.len() > MAX_LANG_LENGTH;
        if is_twice || is_long_lang || !value.chars().all(is_xml_char) {
            return Err(self.ill_formed());
        }
        element.attributes.push((name, value.into_owned()));
        Ok(())
    }

    /// A prefix cannot be bound to nothing (Namespaces in XML 1.0 section 5).
    fn check_binding(&self, prefix: PrefixDeclaration<'_>, written: &str) -> Result<(), DavError> {
        let what = "octets in a namespace";
        check_count(what, written.len(), MAX_WRITTEN_NAMESPACE_LENGTH)?;
        let value = self.namespace(written)?;
        check_count(what, value.len(), MAX_NAMESPACE_LENGTH)?;
        match prefix {
            PrefixDeclaration::Default => Ok(()),
            PrefixDeclaration::Named(name) if is_ncname(name) && !value.is_empty() => Ok(()),
            PrefixDeclaration::Named(_) => Err(self.ill_formed()),
        }
    }

    /// What the value of a declaration means: it is an attribute like any other.
    fn namespace<'v>(&self, written: &'v str) -> Result<Cow<'v, str>, DavError> {
        let attribute = Attribute {
            key: QName("xmlns"),
            value: Cow::Borrowed(written),
        };
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| self.error(&error))?;
        if value.chars().all(is_xml_char) {
            Ok(value)
        } else {
            Err(self.ill_formed())
        }
    }

    fn name(&self, name: QName<'_>, usage: Use) -> Result<Name, DavError> {
        let resolver = self.reader.resolver();
        let (namespace, local) = match usage {
            Use::Element => resolver.resolve_element(name),
            Use::Attribute => resolver.resolve_attribute(name),
        };
        if !is_ncname(local.as_ref()) {
            return Err(self.ill_formed());
        }
        match namespace {
            ResolveResult::Unbound => Ok(Name::new("", local.as_ref())),
            ResolveResult::Bound(namespace) => Ok(Name::new(
                &self.namespace(namespace.as_ref())?,
                local.as_ref(),
            )),
            ResolveResult::Unknown(_) => Err(self.ill_formed()),
        }
    }

    fn close(&mut self, element: Element) -> Result<(), DavError> {
        match (self.open.as_mut_slice(), &mut self.each) {
            ([root], Some(each)) => each(&root.name, element),
            ([.., parent], _) => parent.children.push(Node::Element(element)),
            ([], _) if self.root.is_none() => self.root = Some(element),
            ([], _) => return Err(self.ill_formed()),
        }
        Ok(())
    }

    /// Neighbouring pieces become one text; outside the root there may only be white space.
    fn text(&mut self, text: &str) -> Result<(), DavError> {
        match self.open.last_mut() {
            Some(parent) => push_text(parent, text),
            None if text.bytes().all(|b| b.is_ascii_whitespace()) => {}
            None => return Err(self.ill_formed()),
        }
        Ok(())
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), DavError> {
        let Some(parent) = self.open.last_mut() else {
            return Err(self.ill_formed());
        };
        match reference.resolve_char_ref() {
            Ok(Some(c)) if is_xml_char(c) => push_text(parent, c.encode_utf8(&mut [0; 4])),
            Ok(None) => match resolve_predefined_entity(reference) {
                Some(text) => push_text(parent, text),
                None => return Err(DavError::Entity(self.position())),
            },
            Ok(Some(_)) | Err(_) => return Err(self.ill_formed()),
        }
        Ok(())
    }

    fn declaration(&self, declaration: &BytesDecl<'_>) -> Result<(), DavError> {
        let version = declaration.version().map_err(|error| self.error(&error))?;
        let encoding = match declaration.encoding() {
            None => return self.check_version(&version),
            Some(encoding) => encoding.map_err(|_| self.ill_formed())?,
        };
        let is_utf8 = ["utf-8", "utf8", "us-ascii"]
            .into_iter()
            .any(|known| encoding.eq_ignore_ascii_case(known));
        if is_utf8 {
            self.check_version(&version)
        } else {
            Err(DavError::Encoding)
        }
    }

    fn check_version(&self, version: &str) -> Result<(), DavError> {
        if version == "1.0" {
            Ok(())
        } else {
            Err(self.ill_formed())
        }
    }

    fn error(&self, error: &quick_xml::Error) -> DavError {
        match error {
            quick_xml::Error::Escape(EscapeError::UnrecognizedEntity(..)) => {
                DavError::Entity(self.position())
            }
            quick_xml::Error::Namespace(NamespaceError::TooManyBindings(limit)) => {
                DavError::TooMany {
                    what: "namespaces",
                    limit: *limit,
                }
            }
            _ => self.ill_formed(),
        }
    }

    fn ill_formed(&self) -> DavError {
        DavError::NotWellFormed(self.position())
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }
}

#[derive(Clone, Copy)]
enum Use {
    Element,
    Attribute,
}

fn push_text(parent: &mut Element, text: &str) {
    match parent.children.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => parent.children.push(Node::Text(text.to_owned())),
    }
}

fn check_count(what: &'static str, count: usize, limit: usize) -> Result<(), DavError> {
    if count > limit {
        Err(DavError::TooMany { what, limit })
    } else {
        Ok(())
    }
}
