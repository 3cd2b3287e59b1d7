//! Which component of one text is which of another, and whether two say the same.

use std::collections::HashMap;

use crate::{
    ical::{CalendarObject, Component, Property},
    tz::Zones,
};

use super::{field::is_stamp, occurrence::Occurrence};

/// What makes a component the same one in all three texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    name: String,
    identity: Vec<u8>,
    occurrence: Option<Occurrence>,
    /// Tells components apart that have nothing to tell them apart.
    ordinal: usize,
}

impl Key {
    /// The occurrence the component stands for.
    pub(super) fn occurrence(&self) -> Option<&Occurrence> {
        self.occurrence.as_ref()
    }
}

/// The components inside another one, each with its key.
#[derive(Default)]
pub(super) struct Children<'o> {
    list: Vec<(Key, Component<'o>)>,
    index: HashMap<Key, usize>,
}

impl<'o> Children<'o> {
    pub(super) fn of(parent: Option<&Component<'o>>, zones: &mut Zones<'_>) -> Self {
        let mut children = Self::default();
        let mut twins: HashMap<Key, usize> = HashMap::new();
        for component in parent.into_iter().flat_map(Component::children) {
            let name = component.name().to_ascii_uppercase();
            let identity = identity(&component, &name);
            let mut key = Key {
                occurrence: Occurrence::of(zones, &component),
                name,
                identity,
                ordinal: 0,
            };
            let twins = twins.entry(key.clone()).or_default();
            key.ordinal = *twins;
            *twins += 1;
            children.index.insert(key.clone(), children.list.len());
            children.list.push((key, component));
        }
        children
    }

    /// The components in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &(Key, Component<'o>)> {
        self.list.iter()
    }

    /// The component of a key.
    pub(super) fn find(&self, key: &Key) -> Option<&Component<'o>> {
        let (_, component) = self.list.get(*self.index.get(key)?)?;
        Some(component)
    }
}

/// What distinguishes a component from others of its name, besides its occurrence: the name of a zone, the UID, for
/// an alarm without UID what it does when.
fn identity(component: &Component<'_>, name: &str) -> Vec<u8> {
    let names: &[&str] = match name {
        "VTIMEZONE" => &["TZID"],
        "VALARM" if component.uid().is_none() => &["ACTION", "TRIGGER"],
        _ => &["UID"],
    };
    let properties = names.iter().filter_map(|name| component.property(name));
    let values: Vec<_> = properties
        .map(|property| property.value().trim().to_owned())
        .collect();
    values.join("\n").into_bytes()
}

/// Whether two files say the same in every line, folds and order aside.
pub(super) fn same_file(left: &CalendarObject<'_>, right: &CalendarObject<'_>) -> bool {
    let said = |object: &CalendarObject<'_>| -> Vec<Vec<Vec<u8>>> {
        object.roots().map(|root| saying(&root, |_| true)).collect()
    };
    let whole = |object: &CalendarObject<'_>| object.roots().next().is_some_and(|r| r.is_closed());
    whole(left) && whole(right) && said(left) == said(right)
}

/// Whether two components say the same, time stamps aside: neither is an edit of the other.
pub(super) fn same_content(left: &Component<'_>, right: &Component<'_>) -> bool {
    let content = |property: &Property<'_>| !is_stamp(&property.name().to_ascii_uppercase());
    left.octets() == right.octets() || saying(left, content) == saying(right, content)
}

/// Whether two components say the same in every line, folds and order aside.
pub(super) fn same_component(left: &Component<'_>, right: &Component<'_>) -> bool {
    left.octets() == right.octets() || saying(left, |_| true) == saying(right, |_| true)
}

/// All lines a component says, those inside included, in a fixed order.
fn saying(component: &Component<'_>, counts: fn(&Property<'_>) -> bool) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = component
        .properties()
        .filter(counts)
        .map(|property| content(&property))
        .collect();
    lines.sort();
    let mut inside: Vec<_> = component
        .children()
        .map(|child| saying(&child, counts))
        .collect();
    inside.sort();
    lines.insert(0, component.name().to_ascii_uppercase().into_bytes());
    lines.extend(inside.into_iter().flatten());
    lines.push(Vec::new());
    lines
}

/// What a line says: name without case, parameters and value without folds.
pub(crate) fn content(property: &Property<'_>) -> Vec<u8> {
    let mut line = property.logical().into_owned();
    let name = property.name().len();
    if let Some(name) = line.get_mut(..name) {
        name.make_ascii_uppercase();
    }
    line
}
