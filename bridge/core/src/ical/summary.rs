//! What the store keeps beside the octets of an object.

use crate::ids::Uid;

use super::{
    component::Component, kind::ComponentKind, object::CalendarObject, problem::Problem,
    redacted::Redacted,
};

/// Whether a component takes up time (RFC 5545 section 3.8.2.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Transparency {
    /// It makes busy; the default.
    #[default]
    Opaque,
    /// It does not.
    Transparent,
}

impl Transparency {
    /// What the `TRANSP` of a component says; anything but `TRANSPARENT` makes busy.
    pub fn of(component: &Component<'_>) -> Self {
        match component.property("TRANSP") {
            Some(transp) if transp.value().trim().eq_ignore_ascii_case("TRANSPARENT") => {
                Self::Transparent
            }
            _ => Self::Opaque,
        }
    }
}

/// What is known of an object that may be stored. Taken from the master, or from the first override without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The UID of all its components.
    pub uid: Uid,
    /// The kind of all its components.
    pub kind: ComponentKind,
    /// The title.
    pub summary: Option<Redacted<String>>,
    /// The `STATUS`, in upper case.
    pub status: Option<String>,
    /// The `TRANSP`.
    pub transp: Transparency,
    /// Whether a rule or dates make it recur.
    pub recurring: bool,
    /// Whether it has components with `RECURRENCE-ID`.
    pub overridden: bool,
    /// What was odd about it.
    pub problems: Vec<Problem>,
}

impl Summary {
    /// Sums up a readable object, also one that a client might not store; nothing without a UID and a kind.
    pub fn of(object: &CalendarObject<'_>) -> Option<Self> {
        let main = object.master().or_else(|| object.subjects().next())?;
        let text = |name| {
            main.property(name)
                .map(|property| property.text().into_owned())
        };
        Some(Self {
            uid: object.uid()?,
            kind: main.kind(),
            summary: text("SUMMARY").map(Redacted::new),
            status: text("STATUS").map(|status| status.trim().to_ascii_uppercase()),
            transp: Transparency::of(&main),
            recurring: main.property("RRULE").is_some() || main.property("RDATE").is_some(),
            overridden: object.overrides().next().is_some(),
            problems: object.problems().to_vec(),
        })
    }
}
