//! Elements as text that is kept in a database and read back later.

use super::element::Element;
use super::error::DavError;
use super::name::Name;
use super::read::{Limits, read};
use super::write::XmlWriter;

impl Element {
    /// The element as a small document of its own; [`Element::from_xml`] reads it back.
    pub fn to_xml(&self) -> String {
        let octets = XmlWriter::document(&Name::dav("prop"), |xml| xml.element(self));
        String::from_utf8(octets).unwrap_or_default()
    }

    /// Reads what [`Element::to_xml`] wrote.
    ///
    /// # Errors
    /// [`DavError`] for anything else.
    pub fn from_xml(xml: &str) -> Result<Self, DavError> {
        let root = read(xml.as_bytes(), Limits::REQUEST)?;
        root.elements().next().cloned().ok_or(DavError::Empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dav::Node;

    #[test]
    fn an_element_comes_back_as_it_was() {
        let mut element = Element::with_text(Name::apple("calendar-color"), "#FF00AA80 <&> ä");
        element
            .attributes
            .push((Name::known("", "symbolic-color"), "custom".into()));
        let inner = Element::with_text(Name::new("urn:x", "y"), "z");
        element.children.push(Node::Element(inner));
        assert_eq!(Element::from_xml(&element.to_xml()), Ok(element));
    }
}
