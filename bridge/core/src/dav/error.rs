//! Why a body cannot be understood.

use super::name::Name;
use super::precondition::Precondition;

/// A request (or answer) body that is refused. Messages name places and elements, never content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DavError {
    /// The octets are no UTF-8, or say that they are something else.
    #[error("the XML is not in UTF-8 (byte {0}); send it in UTF-8")]
    NotUtf8(usize),
    /// A byte order mark or a declaration announces another encoding.
    #[error("the XML is in another encoding than UTF-8; send it in UTF-8")]
    Encoding,
    /// There is a document type declaration.
    #[error("the XML has a DOCTYPE; document types are not accepted")]
    Doctype,
    /// A reference to an entity that XML itself does not define.
    #[error("the XML refers to an entity that is not one of the five predefined ones (byte {0})")]
    Entity(usize),
    /// Elements are nested deeper than the limit.
    #[error("the XML is nested deeper than {0} elements")]
    TooDeep(usize),
    /// There are more elements, attributes or namespaces than the limit.
    #[error("the XML has more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How much is accepted.
        limit: usize,
    },
    /// Torn, unbalanced or otherwise no XML.
    #[error("the XML is not well-formed near byte {0}")]
    NotWellFormed(usize),
    /// There is no body where one is needed.
    #[error("the request needs an XML body")]
    Empty,
    /// The root element is not the one the method asks for.
    #[error("the XML is about {0}, which this method does not take")]
    UnexpectedRoot(Name),
    /// A part that the method needs is missing or makes no sense.
    #[error("in {element}: {problem}")]
    Malformed {
        /// The element it is missing from, or that is wrong.
        element: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The request is understood and breaks a precondition that has an XML name.
    #[error("the request breaks the precondition {}", .0.name())]
    Precondition(Precondition),
}

impl DavError {
    /// The status code to answer with.
    pub fn status(&self) -> u16 {
        match self {
            Self::Precondition(precondition) => precondition.status(),
            Self::TooDeep(_) | Self::TooMany { .. } => 413,
            Self::Encoding => 415,
            Self::Doctype => 403,
            Self::NotUtf8(_)
            | Self::Entity(_)
            | Self::NotWellFormed(_)
            | Self::Empty
            | Self::UnexpectedRoot(_)
            | Self::Malformed { .. } => 400,
        }
    }

    /// The precondition that is broken, when the answer has to name one.
    pub fn precondition(&self) -> Option<&Precondition> {
        match self {
            Self::Precondition(precondition) => Some(precondition),
            Self::Doctype => Some(&Precondition::NoExternalEntities),
            Self::NotUtf8(_)
            | Self::Encoding
            | Self::Entity(_)
            | Self::TooDeep(_)
            | Self::TooMany { .. }
            | Self::NotWellFormed(_)
            | Self::Empty
            | Self::UnexpectedRoot(_)
            | Self::Malformed { .. } => None,
        }
    }
}

impl From<Precondition> for DavError {
    fn from(precondition: Precondition) -> Self {
        Self::Precondition(precondition)
    }
}

impl DavError {
    pub(super) fn malformed(element: &'static str, problem: &'static str) -> Self {
        Self::Malformed { element, problem }
    }
}
