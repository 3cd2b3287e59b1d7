//! Lists between commas: exceptions, extra dates, categories, resources.
//!
//! They are sets. What one side added is added, what one side removed is removed, and the two never collide.

use std::{
    borrow::Cow,
    hash::{Hash, Hasher},
};

use crate::ical::{Component, NewProperty, Property};

use super::field::ITEMS;

/// One element of a list, with the line it stands in.
#[derive(Clone)]
pub(super) struct Item<'o> {
    line: Property<'o>,
    head: Vec<u8>,
    text: String,
}

impl PartialEq for Item<'_> {
    /// The same element, wherever its line is and whatever else is on it.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.head == other.head
    }
}

impl Eq for Item<'_> {}

impl Hash for Item<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.text, &self.head).hash(state);
    }
}

/// An occurrence as an override or an exception names it: its time, and the zone of that.
pub(super) type Occurrence = (String, Option<String>);

/// The occurrence an override stands for.
pub(super) fn occurrence(component: &Component<'_>) -> Option<Occurrence> {
    let id = component.recurrence_id()?;
    Some((id.value, id.tzid))
}

impl Item<'_> {
    /// The occurrence that the item takes away, if it is an exception.
    pub(super) fn excepted(&self) -> Option<Occurrence> {
        let zone = || self.line.param("TZID").map(Cow::into_owned);
        self.line.is("EXDATE").then(|| (self.text.clone(), zone()))
    }
}

/// The items of one line.
pub(super) fn of_line<'o>(line: &Property<'o>) -> Vec<Item<'o>> {
    let logical = line.logical();
    let head = logical.len().saturating_sub(line.value_octets().len());
    let head = logical.get(..head).unwrap_or_default();
    split(&line.value())
        .into_iter()
        .map(|text| Item {
            line: *line,
            head: head.to_ascii_uppercase(),
            text,
        })
        .collect()
}

/// The lines of a component that hold items.
pub(super) fn lines<'o>(component: &Component<'o>) -> impl Iterator<Item = Property<'o>> {
    component
        .properties()
        .filter(|property| ITEMS.iter().any(|name| property.is(name)))
}

/// All items of a component.
pub(super) fn of_component<'o>(component: &Component<'o>) -> Vec<Item<'o>> {
    lines(component).flat_map(|line| of_line(&line)).collect()
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
        .chunk_by(|left, right| left.head == right.head)
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
