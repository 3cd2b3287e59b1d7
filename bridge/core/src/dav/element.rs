//! A small owned XML tree: the form of every request while it is typed, and of dead properties for good.
//!
//! It keeps names, attributes, text and nothing else: no comments, no processing instructions, no prefixes
//! (RFC 4918 section 4.3 asks to keep the information set that matters, `xml:lang` included). Its `Debug`
//! shows names only, because text may be somebody's words.

use std::fmt;

use super::name::{Name, XML};

/// An element with everything below it.
#[derive(Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: Name,
    /// Its attributes in document order, namespace declarations excepted.
    pub attributes: Vec<(Name, String)>,
    /// What stands inside, in document order.
    pub children: Vec<Node>,
}

/// One thing that stands inside an element.
#[derive(Clone, PartialEq, Eq)]
pub enum Node {
    /// An element.
    Element(Element),
    /// Text, with all references resolved.
    Text(String),
}

impl Element {
    /// An empty element.
    pub fn new(name: Name) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    /// An element that holds only `text`.
    pub fn with_text(name: Name, text: impl Into<String>) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            children: vec![Node::Text(text.into())],
        }
    }

    /// The elements directly inside.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements directly inside, taken out.
    pub fn into_elements(self) -> impl Iterator<Item = Self> {
        self.children.into_iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element directly inside that has this name.
    pub fn child(&self, ns: &str, local: &str) -> Option<&Element> {
        self.elements().find(|child| child.name.is(ns, local))
    }

    /// The text directly inside, put together.
    pub fn text(&self) -> String {
        self.children
            .iter()
            .filter_map(|node| match node {
                Node::Text(text) => Some(text.as_str()),
                Node::Element(_) => None,
            })
            .collect()
    }

    /// The value of an attribute that is in no namespace.
    pub fn attribute(&self, local: &str) -> Option<&str> {
        self.attribute_in("", local)
    }

    /// The language of the text, when it is said (`xml:lang`).
    pub fn lang(&self) -> Option<&str> {
        self.attribute_in(XML, "lang")
    }

    fn attribute_in(&self, ns: &str, local: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(name, _)| name.is(ns, local))
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(&self.name.to_string())
            .field(&self.elements().collect::<Vec<_>>())
            .finish()
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Element(element) => element.fmt(f),
            Self::Text(text) => write!(f, "text of {} bytes", text.len()),
        }
    }
}
