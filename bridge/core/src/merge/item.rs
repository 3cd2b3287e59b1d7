//! Lists between commas: exceptions, extra dates, categories, resources.
//!
//! They are sets. What one side added is added, what one side removed is removed, and the two never collide.

use std::hash::{Hash, Hasher};

use crate::{
    ical::{Component, NewProperty, Property},
    tz::Zones,
};

use super::{field::ITEMS, occurrence::Occurrence};

/// One element of a list, with the line it stands in.
#[derive(Clone)]
pub(super) struct Item<'o> {
    line: Property<'o>,
    text: String,
    identity: Identity,
}

/// What makes an element the same one, wherever its line is and whatever else is on it.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Identity {
    /// An exception: the occurrence it takes away.
    Exception(Occurrence),
    /// Anything else: name and parameters of its line, and its text.
    Text(Vec<u8>, String),
}

impl PartialEq for Item<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

impl Eq for Item<'_> {}

impl Hash for Item<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity.hash(state);
    }
}

impl Item<'_> {
    /// The occurrence that the item takes away, if it is an exception.
    pub(super) fn excepted(&self) -> Option<&Occurrence> {
        match &self.identity {
            Identity::Exception(occurrence) => Some(occurrence),
            Identity::Text(..) => None,
        }
    }
}

/// The items of one line.
pub(super) fn of_line<'o>(line: &Property<'o>, zones: &mut Zones<'_>) -> Vec<Item<'o>> {
    let head = head(line);
    let exceptions = line.is("EXDATE");
    split(&line.value())
        .into_iter()
        .map(|text| Item {
            line: *line,
            identity: if exceptions {
                Identity::Exception(Occurrence::read(zones, line, &text))
            } else {
                Identity::Text(head.clone(), text.clone())
            },
            text,
        })
        .collect()
}

/// Name and parameters of a line.
fn head(line: &Property<'_>) -> Vec<u8> {
    let logical = line.logical();
    let length = logical.len().saturating_sub(line.value_octets().len());
    let head = logical.get(..length).unwrap_or_default();
    head.to_ascii_uppercase()
}

/// The lines of a component that hold items.
pub(super) fn lines<'o>(component: &Component<'o>) -> impl Iterator<Item = Property<'o>> {
    component
        .properties()
        .filter(|property| ITEMS.iter().any(|name| property.is(name)))
}

/// All items of a component.
pub(super) fn of_component<'o>(component: &Component<'o>, zones: &mut Zones<'_>) -> Vec<Item<'o>> {
    lines(component)
        .flat_map(|line| of_line(&line, zones))
        .collect()
}

/// Items with the same head as one property.
pub(super) fn joined(items: &[&Item<'_>]) -> Option<NewProperty> {
    let texts: Vec<_> = items.iter().map(|item| item.text.as_str()).collect();
    let first = items.first()?;
    Some(NewProperty::like(&first.line, &texts.join(",")))
}

/// Groups neighbours that can share a line.
pub(super) fn by_head<'i, 'o>(items: &[&'i Item<'o>]) -> Vec<Vec<&'i Item<'o>>> {
    items
        .chunk_by(|left, right| head(&left.line) == head(&right.line))
        .map(<[_]>::to_vec)
        .collect()
}

/// Splits at the commas that no backslash escapes.
fn split(value: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut escaped = false;
    for char in value.chars() {
        if char == ',' && !escaped {
            items.push(String::new());
            continue;
        }
        escaped = char == '\\' && !escaped;
        if let Some(item) = items.last_mut() {
            item.push(char);
        }
    }
    let items = items.iter().map(|item| item.trim().to_owned());
    items.filter(|item| !item.is_empty()).collect()
}
