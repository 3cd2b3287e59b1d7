//! XML as iCloud writes it: no prefixes, a default name space on every element that needs another than its parent.

use bridge_core::dav::{CALDAV, Element, Name, Node};

use super::behaviour::DataForm;

/// An element with others inside.
pub(super) fn within(name: Name, children: impl IntoIterator<Item = Element>) -> Element {
    let mut element = Element::new(name);
    element
        .children
        .extend(children.into_iter().map(Node::Element));
    element
}

/// `DAV:href`.
pub(super) fn href(text: &str) -> Element {
    Element::with_text(Name::dav("href"), text)
}

/// `DAV:status`.
pub(super) fn status(code: u16) -> Element {
    let reason = http::StatusCode::from_u16(code)
        .ok()
        .and_then(|status| status.canonical_reason());
    let line = format!("HTTP/1.1 {code} {}", reason.unwrap_or("Unknown"));
    Element::with_text(Name::dav("status"), line)
}

/// `CALDAV:calendar-data`; the form is a note for [`document`], spelt as an attribute that no reader minds.
pub(super) fn calendar_data(octets: &[u8], form: DataForm) -> Element {
    let text = String::from_utf8_lossy(octets);
    let mut element = Element::with_text(Name::caldav("calendar-data"), text);
    if form == DataForm::Cdata {
        element
            .attributes
            .push((Name::new("", AS_CDATA), String::new()));
    }
    element
}

const AS_CDATA: &str = "as-cdata";

/// The document with this root.
pub(super) fn document(root: &Element) -> Vec<u8> {
    let mut out = String::from("<?xml version='1.0' encoding='UTF-8'?>");
    write(&mut out, root, "");
    out.into_bytes()
}

fn write(out: &mut String, element: &Element, scope: &str) {
    let (ns, local) = (element.name.ns(), element.name.local());
    out.push('<');
    out.push_str(local);
    if ns != scope {
        attribute(out, "xmlns", ns);
    }
    let cdata = element.name.ns() == CALDAV && element.attribute(AS_CDATA).is_some();
    for (name, value) in &element.attributes {
        if name.local() != AS_CDATA {
            attribute(out, name.local(), value);
        }
    }
    if element.children.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    for node in &element.children {
        match node {
            Node::Element(child) => write(out, child, ns),
            Node::Text(text) if cdata => character_data(out, text),
            Node::Text(text) => escape(out, text),
        }
    }
    out.push_str("</");
    out.push_str(local);
    out.push('>');
}

/// `]]>` cannot stand inside; it is cut in two.
fn character_data(out: &mut String, text: &str) {
    out.push_str("<![CDATA[");
    out.push_str(&text.replace("]]>", "]]]]><![CDATA[>"));
    out.push_str("]]>");
}

fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("='");
    escape(out, value);
    out.push('\'');
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&#39;"),
            '"' => out.push_str("&#34;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
}
