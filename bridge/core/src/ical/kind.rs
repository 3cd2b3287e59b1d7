//! The kinds of calendar components (RFC 5545 section 3.6, RFC 7953) and sets of them.

use std::{fmt, str::FromStr};

/// What a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComponentKind {
    /// `VEVENT`.
    Event,
    /// `VTODO`.
    Todo,
    /// `VJOURNAL`.
    Journal,
    /// `VFREEBUSY`.
    FreeBusy,
    /// `VAVAILABILITY`.
    Availability,
    /// `VTIMEZONE`; never the kind of a whole object.
    Timezone,
    /// Any other name.
    Other,
}

impl ComponentKind {
    /// The kinds that have a name of their own.
    pub const NAMED: [Self; 6] = [
        Self::Event,
        Self::Todo,
        Self::Journal,
        Self::FreeBusy,
        Self::Availability,
        Self::Timezone,
    ];

    /// The kind of a component called `name`, whatever its case.
    pub fn from_name(name: &str) -> Self {
        Self::NAMED
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
            .unwrap_or(Self::Other)
    }

    /// The name of the component; empty for [`ComponentKind::Other`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Event => "VEVENT",
            Self::Todo => "VTODO",
            Self::Journal => "VJOURNAL",
            Self::FreeBusy => "VFREEBUSY",
            Self::Availability => "VAVAILABILITY",
            Self::Timezone => "VTIMEZONE",
            Self::Other => "",
        }
    }

    fn bit(self) -> u8 {
        match self {
            Self::Event => 1,
            Self::Todo => 2,
            Self::Journal => 4,
            Self::FreeBusy => 8,
            Self::Availability => 16,
            Self::Timezone => 32,
            Self::Other => 64,
        }
    }
}

/// The kinds of components a calendar accepts (RFC 4791 section 5.2.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ComponentSet(u8);

impl ComponentSet {
    /// Events and to-dos: what a calendar takes unless it says otherwise.
    pub const EVENTS_AND_TODOS: Self = Self(1 | 2);

    /// Every kind that can be stored as an object of its own.
    pub const ALL: Self = Self(1 | 2 | 4 | 8 | 16);

    /// Whether `kind` is in the set.
    pub fn contains(self, kind: ComponentKind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// The kinds of the set, in a fixed order.
    pub fn iter(self) -> impl Iterator<Item = ComponentKind> {
        ComponentKind::NAMED
            .into_iter()
            .filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<ComponentKind> for ComponentSet {
    fn from_iter<I: IntoIterator<Item = ComponentKind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |bits, kind| bits | kind.bit()))
    }
}

impl fmt::Display for ComponentSet {
    /// The names with commas between, as [`ComponentSet::from_str`] reads them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(ComponentKind::name).collect();
        f.write_str(&names.join(","))
    }
}

/// A name that no known component has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a calendar component that can be stored")]
pub struct UnknownKind;

impl FromStr for ComponentSet {
    type Err = UnknownKind;

    fn from_str(names: &str) -> Result<Self, UnknownKind> {
        names
            .split(',')
            .filter(|name| !name.is_empty())
            .map(|name| match ComponentKind::from_name(name.trim()) {
                ComponentKind::Other => Err(UnknownKind),
                kind => Ok(kind),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_reads_what_it_prints() {
        for set in [
            ComponentSet::default(),
            ComponentSet::EVENTS_AND_TODOS,
            ComponentSet::ALL,
        ] {
            assert_eq!(set.to_string().parse(), Ok(set));
        }
        assert_eq!("vevent, VTODO".parse(), Ok(ComponentSet::EVENTS_AND_TODOS));
        assert_eq!("VEVENT,VPARTY".parse::<ComponentSet>(), Err(UnknownKind));
    }

    #[test]
    fn names_are_compared_without_case() {
        assert_eq!(ComponentKind::from_name("vEvent"), ComponentKind::Event);
        assert_eq!(ComponentKind::from_name("X-THING"), ComponentKind::Other);
    }
}
