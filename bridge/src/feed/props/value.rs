//! The shapes that property values have.

use std::borrow::Cow;

use bridge_core::{
    dav::{Name, XmlWriter},
    ids::Href,
};

/// A property's value, ready to be written.
pub(in crate::feed) enum Value<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// `DAV:href` elements, none or more.
    Hrefs(Vec<Href>),
    /// Empty elements.
    Elements(Vec<Name>),
    /// Anything else.
    Xml(Box<dyn FnOnce(&mut XmlWriter) + 'a>),
}

impl<'a> Value<'a> {
    /// Text.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// One `DAV:href`.
    pub(super) fn href(href: Href) -> Self {
        Self::Hrefs(vec![href])
    }

    /// Anything else.
    pub(super) fn xml(write: impl FnOnce(&mut XmlWriter) + 'a) -> Self {
        Self::Xml(Box::new(write))
    }

    /// Writes it between the tags of its property.
    pub(in crate::feed) fn write(self, xml: &mut XmlWriter) {
        match self {
            Self::Text(text) => xml.text(&text),
            Self::Hrefs(hrefs) => hrefs.iter().for_each(|href| xml.href(href)),
            Self::Elements(names) => names.iter().for_each(|name| xml.empty(name)),
            Self::Xml(write) => write(xml),
        }
    }
}
