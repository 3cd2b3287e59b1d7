//! Names for the places of one object, good until it is edited.

/// A component of the object it was taken from; an edit makes it stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ComponentId {
    pub(super) node: usize,
    pub(super) revision: u32,
}

/// A property of the object it was taken from; an edit makes it stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PropertyId {
    pub(super) line: usize,
    pub(super) revision: u32,
}
