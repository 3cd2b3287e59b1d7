//! The merge itself: the other side's changes are woven into the text of the preferred side.
//!
//! `ours` is the preferred side, whose text is patched; `theirs` is the other one.

use std::{collections::HashSet, ops::Range};

use crate::{
    ical::{CalendarObject, Component, Redacted},
    tz::{Zone, Zones},
};

use super::{
    Conflict, Merged, Side,
    field::{self, Field, FieldKey, Fields},
    item::{self, Item},
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

/// The same field in the three texts.
#[derive(Clone, Copy)]
struct FieldVersions<'v, 'o> {
    key: &'v FieldKey,
    base: Option<&'v Field<'o>>,
    ours: Option<&'v Field<'o>>,
    theirs: Option<&'v Field<'o>>,
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

    fn fields(&mut self, spot: Spot<'_, '_>, versions: Versions<'_, '_>) {
        let base = Fields::of(versions.base);
        let ours = Fields::of(Some(versions.ours));
        let theirs = Fields::of(Some(versions.theirs));
        let foreign = theirs
            .iter()
            .filter(|field| ours.find(&field.key).is_none());
        for Field { key, .. } in ours.iter().chain(foreign) {
            self.field(
                spot,
                FieldVersions {
                    key,
                    base: base.find(key),
                    ours: ours.find(key),
                    theirs: theirs.find(key),
                },
            );
        }
    }

    fn field(&mut self, spot: Spot<'_, '_>, versions: FieldVersions<'_, '_>) {
        let FieldVersions {
            key,
            base,
            ours,
            theirs,
        } = versions;
        if field::same(ours, theirs) || field::same(base, theirs) {
            return;
        }
        if field::same(base, ours) {
            return self.take(spot, ours, theirs);
        }
        let (winner, loser) = if self.theirs_stands(versions) {
            self.take(spot, ours, theirs);
            (self.ours.other(), ours)
        } else {
            (self.ours, theirs)
        };
        if key.is_loud() {
            let lost = loser.map(Field::octets).unwrap_or_default();
            self.lose(spot.component, Some(key.name()), winner, &lost);
        }
    }

    /// Whether their version wins although ours is preferred: the later time stamp, the higher counter, and a
    /// cancellation that came from the provider.
    fn theirs_stands(&self, versions: FieldVersions<'_, '_>) -> bool {
        let Some(theirs) = versions.theirs.map(Field::value) else {
            return false;
        };
        let ours = versions.ours.map(Field::value).unwrap_or_default();
        match versions.key {
            FieldKey::Stamp(name) if name == "CREATED" => false,
            FieldKey::Stamp(_) => (theirs.len(), &theirs) > (ours.len(), &ours),
            FieldKey::Name(name) => {
                name == "STATUS" && theirs == "CANCELLED" && self.ours == Side::Local
            }
            FieldKey::When | FieldKey::Element(..) => false,
        }
    }

    /// Puts their lines in the place of ours.
    fn take(&mut self, spot: Spot<'_, '_>, ours: Option<&Field<'_>>, theirs: Option<&Field<'_>>) {
        let lines = theirs.map(Field::octets).unwrap_or_default();
        let mut old = ours.into_iter().flat_map(|field| &field.lines);
        match old.next() {
            Some(first) if lines.is_empty() => self.patch.remove(first.span()),
            Some(first) => self.patch.replace(first.span(), &lines),
            None => self.patch.insert(spot.end, &lines),
        }
        for line in old {
            self.patch.remove(line.span());
        }
    }

    fn items(&mut self, spot: Spot<'_, '_>, versions: Versions<'_, '_>) {
        let [base_zones, our_zones, their_zones] = &mut self.zones;
        let base = versions
            .base
            .map(|base| item::of_component(base, base_zones));
        let base = base.unwrap_or_default();
        let ours = item::of_component(versions.ours, our_zones);
        let theirs = item::of_component(versions.theirs, their_zones);
        let [before, here, there] = [&base, &ours, &theirs].map(|items| items.iter().collect());
        for line in item::lines(versions.ours) {
            let [_, our_zones, _] = &mut self.zones;
            let all = item::of_line(&line, our_zones);
            let goes = |item: &&Item<'_>| self.is_gone(item, &before, &there, spot);
            let (_, kept): (Vec<_>, Vec<_>) = all.iter().partition(goes);
            if kept.len() < all.len() {
                self.write(line.span(), &kept);
            }
        }
        let known = |item: &&Item<'_>| before.contains(item) || here.contains(item);
        let added: Vec<_> = theirs.iter().filter(|item| !known(item)).collect();
        let (_, added): (Vec<_>, Vec<_>) = added
            .into_iter()
            .partition(|item| self.is_undone(item, spot));
        for group in item::by_head(&added) {
            self.write(spot.end..spot.end, &group);
        }
    }

    /// Whether an item of ours goes: they removed it, or it takes away an occurrence that they edited.
    fn is_gone(
        &mut self,
        item: &Item<'_>,
        before: &HashSet<&Item<'_>>,
        there: &HashSet<&Item<'_>>,
        spot: Spot<'_, '_>,
    ) -> bool {
        if there.contains(item) || before.contains(item) {
            return !there.contains(item);
        }
        let excepted = item.excepted();
        let edited = excepted.is_some_and(|excepted| self.edited_by_them.contains(excepted));
        if edited {
            self.lose_item(item, spot, self.ours.other());
        }
        edited
    }

    /// Whether an item they added is not taken: it takes away an occurrence that we edited.
    fn is_undone(&mut self, item: &Item<'_>, spot: Spot<'_, '_>) -> bool {
        let excepted = item.excepted();
        let edited = excepted.is_some_and(|excepted| self.edited_by_us.contains(excepted));
        if edited {
            self.lose_item(item, spot, self.ours);
        }
        edited
    }

    /// Writes items as one line in the place of another, or takes that away when there are none.
    fn write(&mut self, place: Range<usize>, items: &[&Item<'_>]) {
        let mut line = Vec::new();
        match item::joined(items) {
            Some(property) => {
                property.write(self.patch.line_end(), &mut line);
                self.patch.replace(place, &line);
            }
            None => self.patch.remove(place),
        }
    }

    fn lose_item(&mut self, item: &Item<'_>, spot: Spot<'_, '_>, winner: Side) {
        let mut lost = Vec::new();
        if let Some(property) = item::joined(&[item]) {
            property.write(self.patch.line_end(), &mut lost);
        }
        self.lose(spot.component, Some("EXDATE"), winner, &lost);
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
