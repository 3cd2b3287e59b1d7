//! The merge itself: the other side's changes are woven into the text of the preferred side.
//!
//! `ours` is the preferred side, whose text is patched; `theirs` is the other one.

mod fields;
mod items;

use std::collections::HashSet;

use crate::{
    ical::{CalendarObject, Component, Redacted},
    tz::{Zone, Zones},
};

use super::{
    Conflict, Merged, Side,
    occurrence::Occurrence,
    patch::Patch,
    place::{Children, same_component, same_content},
};

/// Merges whole files. Files without a calendar around them cannot be merged by field: the preferred one stays.
pub(super) fn files(
    base: &CalendarObject<'_>,
    ours: &CalendarObject<'_>,
    theirs: &CalendarObject<'_>,
    prefer: Side,
) -> Merged {
    let mut zones = [base, ours, theirs].map(|object| Zones::new(object, &Zone::Utc));
    let [base_zones, our_zones, their_zones] = &mut zones;
    let mut weave = Weave {
        patch: Patch::new(ours),
        conflicts: Vec::new(),
        ours: prefer,
        edited_by_us: edited((base, base_zones), (ours, our_zones)),
        edited_by_them: edited((base, base_zones), (theirs, their_zones)),
        zones,
    };
    let old = base.calendars().next();
    match (ours.calendars().next(), theirs.calendars().next()) {
        (Some(ours), Some(theirs)) => weave.component(Versions {
            base: old.as_ref(),
            ours: &ours,
            theirs: &theirs,
        }),
        _ => weave.conflicts.push(Conflict {
            component: "VCALENDAR".to_owned(),
            recurrence_id: None,
            field: "VCALENDAR".to_owned(),
            winner: prefer,
            lost: Redacted::new(theirs.to_bytes()),
        }),
    }
    Merged {
        octets: weave.patch.apply(),
        conflicts: weave.conflicts,
    }
}

/// The occurrences whose overrides one side made or changed.
fn edited(
    (base, base_zones): (&CalendarObject<'_>, &mut Zones<'_>),
    (side, side_zones): (&CalendarObject<'_>, &mut Zones<'_>),
) -> HashSet<Occurrence> {
    let (base, side) = (base.calendars().next(), side.calendars().next());
    let old = Children::of(base.as_ref(), base_zones);
    let new = Children::of(side.as_ref(), side_zones);
    let changed = new.iter().filter(|(key, component)| {
        let before = old.find(key);
        before.is_none_or(|before| !same_content(before, component))
    });
    changed
        .filter_map(|(key, _)| key.occurrence().cloned())
        .collect()
}

/// The same component in the three texts.
#[derive(Clone, Copy)]
struct Versions<'v, 'o> {
    base: Option<&'v Component<'o>>,
    ours: &'v Component<'o>,
    theirs: &'v Component<'o>,
}

/// A component of our text, and where its new properties go.
#[derive(Clone, Copy)]
struct Spot<'v, 'o> {
    component: &'v Component<'o>,
    end: usize,
}

impl<'v, 'o> Spot<'v, 'o> {
    fn of(component: &'v Component<'o>) -> Self {
        Self {
            component,
            end: component.after_properties(),
        }
    }
}

struct Weave<'o> {
    patch: Patch<'o>,
    conflicts: Vec<Conflict>,
    ours: Side,
    edited_by_us: HashSet<Occurrence>,
    edited_by_them: HashSet<Occurrence>,
    /// The zones of the base, of our text and of theirs.
    zones: [Zones<'o>; 3],
}

impl Weave<'_> {
    fn component(&mut self, versions: Versions<'_, '_>) {
        let spot = Spot::of(versions.ours);
        self.fields(spot, versions);
        self.items(spot, versions);
        let [base_zones, our_zones, their_zones] = &mut self.zones;
        let base = Children::of(versions.base, base_zones);
        let ours = Children::of(Some(versions.ours), our_zones);
        let theirs = Children::of(Some(versions.theirs), their_zones);
        for (key, component) in ours.iter() {
            self.own_child(base.find(key), component, theirs.find(key));
        }
        for (key, component) in theirs.iter() {
            if ours.find(key).is_none() {
                self.foreign_child(base.find(key), versions.ours, component);
            }
        }
    }

    /// A component inside that is in our text.
    fn own_child(
        &mut self,
        base: Option<&Component<'_>>,
        ours: &Component<'_>,
        theirs: Option<&Component<'_>>,
    ) {
        match (base, theirs) {
            (None, None) => {}
            (Some(base), None) if same_content(base, ours) => self.patch.remove(ours.span()),
            (Some(_), None) => self.lose(ours, None, self.ours, b""),
            (_, Some(theirs)) if same_component(ours, theirs) => {}
            (Some(base), Some(theirs)) if same_component(base, theirs) => {
                self.revive(Versions {
                    base: Some(base),
                    ours,
                    theirs,
                });
            }
            (Some(base), Some(theirs)) if self.is_replaceable(base, ours) => {
                self.patch.replace(ours.span(), theirs.octets());
            }
            (_, Some(theirs)) if ours.is("VTIMEZONE") => {
                self.lose(ours, None, self.ours, theirs.octets());
            }
            (base, Some(theirs)) => self.component(Versions { base, ours, theirs }),
        }
    }

    /// Whether ours is as it was, and nothing they did to it is to be undone.
    fn is_replaceable(&self, base: &Component<'_>, ours: &Component<'_>) -> bool {
        let series = !ours.is("VTIMEZONE") && ours.recurrence_id().is_none();
        same_component(base, ours) && (!series || self.edited_by_us.is_empty())
    }

    /// Undoes our exceptions for occurrences that they edited.
    fn revive(&mut self, versions: Versions<'_, '_>) {
        if !self.edited_by_them.is_empty() {
            self.items(Spot::of(versions.ours), versions);
        }
    }

    /// A component that only their text has: new there, or removed here.
    fn foreign_child(
        &mut self,
        base: Option<&Component<'_>>,
        parent: &Component<'_>,
        theirs: &Component<'_>,
    ) {
        if base.is_some_and(|base| same_content(base, theirs)) {
            return;
        }
        if base.is_some() {
            self.lose(theirs, None, self.ours.other(), b"");
        }
        let first_subject = parent.children().find(|child| !child.is("VTIMEZONE"));
        let at = match first_subject {
            Some(subject) if theirs.is("VTIMEZONE") => subject.span().start,
            _ => parent.before_end(),
        };
        self.patch.insert(at, theirs.octets());
    }

    fn lose(&mut self, component: &Component<'_>, field: Option<&str>, winner: Side, lost: &[u8]) {
        let name = component.name().to_ascii_uppercase();
        self.conflicts.push(Conflict {
            field: field.map_or_else(|| name.clone(), str::to_owned),
            component: name,
            recurrence_id: component.recurrence_id(),
            winner,
            lost: Redacted::new(lost.to_vec()),
        });
    }
}
