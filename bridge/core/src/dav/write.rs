//! Writing XML. Every value goes through one escape, so that nothing stored can break an answer.
//!
//! The known namespaces have fixed prefixes, declared once on the root. Everything else carries its namespace
//! with it as the default one, which needs no bookkeeping and cannot clash. What XML 1.0 cannot carry is
//! replaced by U+FFFD; carriage returns are written as references, or the client's XML reader would drop them.

use std::sync::LazyLock;

use super::chars::is_xml_char;
use super::element::{Element, Node};
use super::name::{APPLE, CALDAV, CALENDAR_SERVER, DAV, Name, XML, known_prefix};
use crate::ids::Href;

const REPLACEMENT: &str = "\u{FFFD}";

/// Builds XML in memory; elements are closed by the shape of the code.
pub struct XmlWriter {
    out: Vec<u8>,
}

impl XmlWriter {
    /// Begins a document whose root element declares the known prefixes, writes `inner` into it and returns
    /// the octets.
    pub fn document(root: &Name, inner: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut xml = Self::begin(root);
        inner(&mut xml);
        xml.end_tag(root);
        xml.out
    }

    /// An element with something inside.
    pub fn tag(&mut self, name: &Name, inner: impl FnOnce(&mut Self)) {
        self.tag_with(name, &[], inner);
    }

    /// An element with attributes (in no namespace) and something inside.
    pub fn tag_with(
        &mut self,
        name: &Name,
        attributes: &[(&str, &str)],
        inner: impl FnOnce(&mut Self),
    ) {
        self.start_tag(name, attributes);
        self.raw(">");
        inner(self);
        self.end_tag(name);
    }

    /// An element with nothing inside.
    pub fn empty(&mut self, name: &Name) {
        self.empty_with(name, &[]);
    }

    /// An element with attributes (in no namespace) and nothing inside.
    pub fn empty_with(&mut self, name: &Name, attributes: &[(&str, &str)]) {
        self.start_tag(name, attributes);
        self.raw("/>");
    }

    /// An element that holds a text.
    pub fn text_tag(&mut self, name: &Name, text: &str) {
        self.tag(name, |xml| xml.text(text));
    }

    /// `DAV:href`.
    pub fn href(&mut self, href: &Href) {
        self.text_tag(&Name::dav("href"), href.as_str());
    }

    /// Text.
    pub fn text(&mut self, text: &str) {
        self.escaped(text, Context::Text);
    }

    /// Text that should be UTF-8, such as a stored calendar object; what is not, is replaced.
    pub fn octets(&mut self, octets: &[u8]) {
        if let Ok(text) = std::str::from_utf8(octets) {
            return self.text(text);
        }
        for chunk in octets.utf8_chunks() {
            self.text(chunk.valid());
            if !chunk.invalid().is_empty() {
                self.raw(REPLACEMENT);
            }
        }
    }

    /// A whole tree, for example a dead property as it was set.
    pub fn element(&mut self, element: &Element) {
        self.tree(element, None);
    }

    /// What stands inside a tree, without the element itself.
    pub fn children(&mut self, element: &Element) {
        for node in &element.children {
            self.node(node, None);
        }
    }

    /// How many octets there are already.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    pub(super) fn begin(root: &Name) -> Self {
        let mut xml = Self {
            out: Vec::with_capacity(1024),
        };
        xml.raw("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        xml.open_name(root);
        for ns in [DAV, CALDAV, CALENDAR_SERVER, APPLE] {
            if let Some(prefix) = known_prefix(ns) {
                xml.raw(" xmlns:");
                xml.raw(prefix);
                xml.raw("=\"");
                xml.raw(ns);
                xml.raw("\"");
            }
        }
        xml.raw(">");
        xml
    }

    pub(super) fn finish(mut self, root: &Name) -> Vec<u8> {
        self.end_tag(root);
        self.out
    }

    /// Octets that are XML already.
    pub(super) fn raw(&mut self, xml: &str) {
        self.out.extend_from_slice(xml.as_bytes());
    }

    pub(super) fn start_tag(&mut self, name: &Name, attributes: &[(&str, &str)]) {
        self.open_name(name);
        if known_prefix(name.ns()).is_none() {
            self.attribute("xmlns", name.ns());
        }
        for (attribute, value) in attributes {
            self.attribute(attribute, value);
        }
    }

    pub(super) fn end_tag(&mut self, name: &Name) {
        self.raw("</");
        self.qualified(name);
        self.raw(">");
    }

    fn tree(&mut self, element: &Element, default_ns: Option<&str>) {
        let name = &element.name;
        self.open_name(name);
        let mut inner_ns = default_ns;
        if known_prefix(name.ns()).is_none() && default_ns != Some(name.ns()) {
            self.attribute("xmlns", name.ns());
            inner_ns = Some(name.ns());
        }
        self.tree_attributes(element);
        if element.children.is_empty() {
            self.raw("/>");
            return;
        }
        self.raw(">");
        for node in &element.children {
            self.node(node, inner_ns);
        }
        self.end_tag(name);
    }

    fn node(&mut self, node: &Node, default_ns: Option<&str>) {
        match node {
            Node::Element(element) => self.tree(element, default_ns),
            Node::Text(text) => self.text(text),
        }
    }

    fn tree_attributes(&mut self, element: &Element) {
        for (index, (name, value)) in element.attributes.iter().enumerate() {
            match name.ns() {
                "" => self.attribute(name.local(), value),
                XML => self.attribute(&format!("xml:{}", name.local()), value),
                ns => {
                    let prefix = known_prefix(ns).map_or_else(
                        || {
                            let prefix = format!("n{index}");
                            self.attribute(&format!("xmlns:{prefix}"), ns);
                            prefix
                        },
                        str::to_owned,
                    );
                    self.attribute(&format!("{prefix}:{}", name.local()), value);
                }
            }
        }
    }

    fn open_name(&mut self, name: &Name) {
        self.raw("<");
        self.qualified(name);
    }

    fn qualified(&mut self, name: &Name) {
        if let Some(prefix) = known_prefix(name.ns()) {
            self.raw(prefix);
            self.raw(":");
        }
        self.raw(name.local());
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.raw(" ");
        self.raw(name);
        self.raw("=\"");
        self.escaped(value, Context::Attribute);
        self.raw("\"");
    }

    /// Copies runs of harmless bytes and replaces the rest. All bytes that need it are ASCII, except the two
    /// non-characters U+FFFE and U+FFFF, whose encodings begin with 0xEF.
    fn escaped(&mut self, text: &str, context: Context) {
        let special = context.specials();
        let is_special = |byte: u8| special.get(usize::from(byte)).copied().unwrap_or(true);
        let mut rest = text;
        while let Some(at) = rest.bytes().position(is_special) {
            let (harmless, tail) = rest.split_at(at);
            self.raw(harmless);
            let mut chars = tail.chars();
            if let Some(special) = chars.next() {
                self.special(special, context);
            }
            rest = chars.as_str();
        }
        self.raw(rest);
    }

    fn special(&mut self, c: char, context: Context) {
        match (c, context) {
            ('&', _) => self.raw("&amp;"),
            ('<', _) => self.raw("&lt;"),
            ('>', _) => self.raw("&gt;"),
            ('\r', _) => self.raw("&#13;"),
            ('"', Context::Attribute) => self.raw("&quot;"),
            ('\n', Context::Attribute) => self.raw("&#10;"),
            ('\t', Context::Attribute) => self.raw("&#9;"),
            (c, _) if is_xml_char(c) => self.raw(c.encode_utf8(&mut [0; 4])),
            _ => self.raw(REPLACEMENT),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Text,
    Attribute,
}

/// Whether each byte is special: whole calendars go through this octet by octet.
type Specials = [bool; 256];

impl Context {
    fn specials(self) -> &'static Specials {
        static IN_TEXT: LazyLock<Specials> = LazyLock::new(|| table(Context::Text));
        static IN_ATTRIBUTES: LazyLock<Specials> = LazyLock::new(|| table(Context::Attribute));
        match self {
            Self::Text => &IN_TEXT,
            Self::Attribute => &IN_ATTRIBUTES,
        }
    }

    /// Whether a byte cannot simply be copied. A character that begins with 0xEF (U+F000 to U+FFFF) is looked
    /// at as a whole.
    fn is_special(self, byte: u8) -> bool {
        match byte {
            b'\t' | b'\n' | b'"' => self == Self::Attribute,
            b'&' | b'<' | b'>' | 0..b' ' | 0xEF => true,
            _ => false,
        }
    }
}

fn table(context: Context) -> Specials {
    std::array::from_fn(|byte| u8::try_from(byte).is_ok_and(|byte| context.is_special(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(inner: impl FnOnce(&mut XmlWriter)) -> String {
        let mut xml = XmlWriter { out: Vec::new() };
        inner(&mut xml);
        String::from_utf8(xml.out).expect("the writer writes UTF-8")
    }

    #[test]
    fn what_xml_cannot_carry_is_replaced() {
        let text = "a\u{0}b\u{B}\u{FFFE}\u{FFFF}\u{FEFF}]]>\r\n\t\u{7F}";
        assert_eq!(
            written(|xml| xml.text(text)),
            "a\u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}\u{FEFF}]]&gt;&#13;\n\t\u{7F}"
        );
        assert_eq!(written(|xml| xml.octets(b"M\xFCller")), "M\u{FFFD}ller");
    }

    #[test]
    fn foreign_names_carry_their_namespace() {
        let name = Name::new("urn:x&\"", "p");
        assert_eq!(
            written(|xml| xml.text_tag(&name, "v")),
            "<p xmlns=\"urn:x&amp;&quot;\">v</p>"
        );
        assert_eq!(
            written(|xml| xml.empty(&Name::new("", "q"))),
            "<q xmlns=\"\"/>"
        );
        assert_eq!(
            written(|xml| xml.empty(&Name::caldav("mkcalendar"))),
            "<C:mkcalendar/>"
        );
    }

    #[test]
    fn a_tree_declares_each_namespace_where_it_begins() {
        let mut tree = Element::new(Name::new("urn:x", "outer"));
        tree.attributes
            .push((Name::known(XML, "lang"), "de".into()));
        tree.attributes
            .push((Name::new("urn:y", "a"), "1\n".into()));
        tree.children
            .push(Node::Element(Element::new(Name::new("urn:x", "same"))));
        let mut known = Element::new(Name::dav("href"));
        known
            .children
            .push(Node::Element(Element::new(Name::new("", "bare"))));
        tree.children.push(Node::Element(known));
        assert_eq!(
            written(|xml| xml.element(&tree)),
            "<outer xmlns=\"urn:x\" xml:lang=\"de\" xmlns:n1=\"urn:y\" n1:a=\"1&#10;\">\
             <same/><D:href><bare xmlns=\"\"/></D:href></outer>"
        );
    }
}
