//! What follows from three copies of one object (rules D4 to D6, L1).

use std::collections::BTreeSet;

use chrono::NaiveDateTime;

use crate::ical::{CalendarObject, Component, Redacted};
use crate::merge::{Conflict, Deletion, Side, Survivor, edit_against_delete, three_way};
use crate::time::Instant;

/// The three copies; `None` where there is no object.
#[derive(Clone, Copy)]
pub struct Copies<'a> {
    /// What both sides last agreed on.
    pub base: Option<&'a [u8]>,
    /// What is here.
    pub local: Option<&'a [u8]>,
    /// What the provider has.
    pub remote: Option<&'a [u8]>,
}

/// What is to be done so that both sides have the same. Afterwards `remote` is the base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What happens to the object here.
    pub here: Here,
    /// What happens to the object there, once `here` is done.
    pub there: There,
    /// Versions that lost, to be logged; one per side at most.
    pub lost: Vec<Lost>,
}

/// What happens to the object here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Here {
    /// Nothing.
    Keep,
    /// It becomes this.
    Store(Redacted<Vec<u8>>),
    /// It goes.
    Remove,
}

/// What happens to the object there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum There {
    /// Nothing.
    Keep,
    /// It becomes what is here.
    Put,
    /// It goes.
    Delete,
}

/// A version that lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// How it lost.
    pub kind: LostKind,
    /// The side that won.
    pub winner: Side,
    /// The fields both changed, sorted.
    pub fields: Vec<String>,
    /// The whole version that lost; none when a deletion lost.
    pub version: Option<Redacted<Vec<u8>>>,
}

/// How a version lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostKind {
    /// Both sides changed the same fields.
    Fields,
    /// One side edited, the other deleted: the edit stays.
    EditBeatDeletion,
    /// One side edited what the other deleted for good: a cancelled event.
    DeletionBeatEdit,
}

impl Decision {
    fn new(here: Here, there: There) -> Self {
        Self {
            here,
            there,
            lost: Vec::new(),
        }
    }

    fn losing(self, lost: Lost) -> Self {
        Self {
            lost: vec![lost],
            ..self
        }
    }
}

/// Says what follows from the three copies.
///
/// Neither side's change is ever dropped without an entry in `lost`; where nothing changed there, nothing changes
/// here, whatever the provider's marks say.
pub fn decide(copies: Copies<'_>) -> Decision {
    let Copies {
        base,
        local,
        remote,
    } = copies;
    match (base, local, remote) {
        (_, None, None) => Decision::new(Here::Keep, There::Keep),
        (None, Some(_), None) => Decision::new(Here::Keep, There::Put),
        (None, None, Some(remote)) => Decision::new(store(remote), There::Keep),
        (Some(base), Some(local), None) => deleted_there(base, local),
        (Some(base), None, Some(remote)) => deleted_here(base, remote),
        (base, Some(local), Some(remote)) => both(base, local, remote),
    }
}

fn store(octets: &[u8]) -> Here {
    Here::Store(Redacted::new(octets.to_vec()))
}

fn deleted_there(base: &[u8], local: &[u8]) -> Decision {
    if local == base {
        return Decision::new(Here::Remove, There::Keep);
    }
    let removed = Decision::new(Here::Remove, There::Keep);
    match edit_against_delete(base, local, deletion_against(local)) {
        Survivor::Edit => {
            Decision::new(Here::Keep, There::Put).losing(beaten_deletion(Side::Local))
        }
        Survivor::Deletion => removed.losing(beaten_edit(Side::Remote, local)),
    }
}

fn deleted_here(base: &[u8], remote: &[u8]) -> Decision {
    if remote == base {
        return Decision::new(Here::Keep, There::Delete);
    }
    let removed = Decision::new(Here::Keep, There::Delete);
    match edit_against_delete(base, remote, deletion_against(remote)) {
        Survivor::Edit => {
            Decision::new(store(remote), There::Keep).losing(beaten_deletion(Side::Remote))
        }
        Survivor::Deletion => removed.losing(beaten_edit(Side::Local, remote)),
    }
}

/// Whoever deleted a cancelled event did what its organizer wants.
fn deletion_against(edited: &[u8]) -> Deletion {
    let edited = CalendarObject::read(edited);
    let mut subjects = edited.subjects().peekable();
    if subjects.peek().is_some() && subjects.all(|component| is_cancelled(&component)) {
        Deletion::ByOrganizer
    } else {
        Deletion::ByUser
    }
}

fn is_cancelled(component: &Component<'_>) -> bool {
    component
        .property("STATUS")
        .is_some_and(|status| status.value().trim().eq_ignore_ascii_case("CANCELLED"))
}

fn beaten_deletion(winner: Side) -> Lost {
    Lost {
        kind: LostKind::EditBeatDeletion,
        winner,
        fields: Vec::new(),
        version: None,
    }
}

fn beaten_edit(winner: Side, edit: &[u8]) -> Lost {
    Lost {
        kind: LostKind::DeletionBeatEdit,
        winner,
        fields: Vec::new(),
        version: Some(Redacted::new(edit.to_vec())),
    }
}

fn both(base: Option<&[u8]>, local: &[u8], remote: &[u8]) -> Decision {
    if local == remote {
        return Decision::new(Here::Keep, There::Keep);
    }
    if base == Some(remote) {
        return Decision::new(Here::Keep, There::Put);
    }
    if base == Some(local) {
        return Decision::new(store(remote), There::Keep);
    }
    let prefer = Side::later(changed_at(local), changed_at(remote));
    let merged = three_way(base.unwrap_or_default(), local, remote, prefer);
    let lost = [Side::Local, Side::Remote]
        .into_iter()
        .filter_map(|winner| lost_fields(winner, &merged.conflicts, local, remote))
        .collect();
    Decision {
        there: if merged.octets == remote {
            There::Keep
        } else {
            There::Put
        },
        here: if merged.octets == local {
            Here::Keep
        } else {
            Here::Store(Redacted::new(merged.octets))
        },
        lost,
    }
}

fn lost_fields(winner: Side, conflicts: &[Conflict], local: &[u8], remote: &[u8]) -> Option<Lost> {
    let fields: BTreeSet<&str> = conflicts
        .iter()
        .filter(|conflict| conflict.winner == winner)
        .map(|conflict| conflict.field.as_str())
        .collect();
    let loser = match winner {
        Side::Local => remote,
        Side::Remote => local,
    };
    (!fields.is_empty()).then(|| Lost {
        kind: LostKind::Fields,
        winner,
        fields: fields.into_iter().map(str::to_owned).collect(),
        version: Some(Redacted::new(loser.to_vec())),
    })
}

/// When this version was made, by whoever made it: the latest `LAST-MODIFIED`, else the latest `DTSTAMP`.
fn changed_at(octets: &[u8]) -> Option<Instant> {
    let object = CalendarObject::read(octets);
    let latest = |name: &str| {
        object
            .subjects()
            .filter_map(|component| utc(&component.property(name)?.value()))
            .max()
    };
    latest("LAST-MODIFIED").or_else(|| latest("DTSTAMP"))
}

fn utc(text: &str) -> Option<Instant> {
    let civil = NaiveDateTime::parse_from_str(text.trim(), "%Y%m%dT%H%M%SZ").ok()?;
    Some(civil.and_utc())
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
