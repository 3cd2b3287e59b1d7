//! Fields: the smallest pieces that one side wins or loses as a whole.
//!
//! Most properties are fields of their own. Start, end, duration and due date are one field, because half of one
//! side's time with half of the other's is nobody's appointment. Of an attendee, an attachment and the like each one
//! is a field. Exceptions, extra dates and categories are merged item by item elsewhere.

use std::collections::HashMap;

use crate::ical::{Component, Property};

use super::place::content;

/// The properties that together say when.
const WHEN: [&str; 4] = ["DTSTART", "DTEND", "DURATION", "DUE"];

/// Time stamps and counters that every writer touches.
const STAMPS: [&str; 4] = ["DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "CREATED"];

/// What a writer says of itself and its format.
const QUIET: [&str; 3] = ["PRODID", "VERSION", "CALSCALE"];

/// Lists whose elements are whole lines, each known by its value.
const ELEMENTS: [&str; 10] = [
    "ATTENDEE",
    "ATTACH",
    "COMMENT",
    "CONTACT",
    "RELATED-TO",
    "REQUEST-STATUS",
    "CONFERENCE",
    "IMAGE",
    "LINK",
    "CONCEPT",
];

/// Lists whose elements stand between commas.
pub(super) const ITEMS: [&str; 4] = ["EXDATE", "RDATE", "CATEGORIES", "RESOURCES"];

/// Whether every writer touches this property, so that it is no edit.
pub(crate) fn is_stamp(name: &str) -> bool {
    STAMPS.contains(&name)
}

/// What makes a field the same one in all three texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum FieldKey {
    /// The times.
    When,
    /// A time stamp or counter.
    Stamp(String),
    /// All properties of one name.
    Name(String),
    /// One element of a list.
    Element(String, String),
}

impl FieldKey {
    fn of(property: &Property<'_>) -> Option<Self> {
        let name = property.name().to_ascii_uppercase();
        if WHEN.contains(&name.as_str()) {
            Some(Self::When)
        } else if is_stamp(&name) {
            Some(Self::Stamp(name))
        } else if ITEMS.contains(&name.as_str()) {
            None
        } else if ELEMENTS.contains(&name.as_str()) {
            let value = property.value();
            let value = match name.as_str() {
                "ATTENDEE" => value.to_lowercase(),
                _ => value.into_owned(),
            };
            Some(Self::Element(name, value))
        } else {
            Some(Self::Name(name))
        }
    }

    /// The name to report.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::When => "DTSTART",
            Self::Stamp(name) | Self::Name(name) | Self::Element(name, _) => name,
        }
    }

    /// Whether a collision is worth a word.
    pub(super) fn is_loud(&self) -> bool {
        match self {
            Self::Stamp(_) => false,
            Self::Name(name) => !QUIET.contains(&name.as_str()),
            Self::When | Self::Element(..) => true,
        }
    }
}

/// A field as one side has it.
pub(super) struct Field<'o> {
    pub(super) key: FieldKey,
    pub(super) lines: Vec<Property<'o>>,
}

impl Field<'_> {
    /// What the field says.
    fn content(&self) -> Vec<Vec<u8>> {
        let mut lines: Vec<_> = self.lines.iter().map(content).collect();
        if self.key == FieldKey::When {
            lines.sort();
        }
        lines
    }

    /// The octets of its lines.
    pub(super) fn octets(&self) -> Vec<u8> {
        self.lines
            .iter()
            .flat_map(Property::octets)
            .copied()
            .collect()
    }

    /// The value of its first line.
    pub(super) fn value(&self) -> String {
        let first = self.lines.first();
        first.map_or_else(String::new, |line| line.value().trim().to_ascii_uppercase())
    }
}

/// The fields of a component, in the order of their first lines.
#[derive(Default)]
pub(super) struct Fields<'o> {
    list: Vec<Field<'o>>,
    index: HashMap<FieldKey, usize>,
}

impl<'o> Fields<'o> {
    pub(super) fn of(component: Option<&Component<'o>>) -> Self {
        let mut fields = Self::default();
        for property in component.into_iter().flat_map(Component::properties) {
            let Some(key) = FieldKey::of(&property) else {
                continue;
            };
            let next = fields.list.len();
            let index = *fields.index.entry(key.clone()).or_insert(next);
            match fields.list.get_mut(index) {
                Some(field) => field.lines.push(property),
                None => fields.list.push(Field {
                    key,
                    lines: vec![property],
                }),
            }
        }
        fields
    }

    /// The fields in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Field<'o>> {
        self.list.iter()
    }

    /// The field of a key.
    pub(super) fn find(&self, key: &FieldKey) -> Option<&Field<'o>> {
        self.list.get(*self.index.get(key)?)
    }
}

/// Whether two sides say the same about a field; to have none is to say nothing.
pub(super) fn same(left: Option<&Field<'_>>, right: Option<&Field<'_>>) -> bool {
    left.map(Field::content) == right.map(Field::content)
}
