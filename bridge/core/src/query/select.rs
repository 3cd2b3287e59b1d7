//! Which components and properties of an answer are wanted (RFC 4791 section 9.6.1).

use crate::dav::{CompSelection, Comps, Props, Value};

/// The part of a selection that is about one component.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'s> {
    /// Everything in it.
    All,
    /// What this selection names.
    Some(&'s CompSelection),
}

impl<'s> Wanted<'s> {
    /// The part about the calendar itself; `None` when the selection is about something else.
    pub(super) fn of_calendar(selection: Option<&'s CompSelection>) -> Option<Self> {
        match selection {
            None => Some(Self::All),
            Some(selection) if selection.name.eq_ignore_ascii_case("VCALENDAR") => {
                Some(Self::Some(selection))
            }
            Some(_) => None,
        }
    }

    /// The part about a component inside; `None` when it is not wanted.
    pub(super) fn inside(self, name: &str) -> Option<Self> {
        match self {
            Self::All => Some(Self::All),
            Self::Some(selection) => match &selection.comps {
                Comps::All => Some(Self::All),
                Comps::Some(named) => named
                    .iter()
                    .find(|selection| selection.name.eq_ignore_ascii_case(name))
                    .map(Self::Some),
            },
        }
    }

    /// Whether a property is wanted, and whether with its value.
    pub(super) fn property(self, name: &str) -> Option<Value> {
        match self {
            Self::All => Some(Value::Full),
            Self::Some(selection) => match &selection.props {
                Props::All => Some(Value::Full),
                Props::Some(named) => named
                    .iter()
                    .find(|property| property.name.eq_ignore_ascii_case(name))
                    .map(|property| property.value),
            },
        }
    }
}
