//! Item by item: what either side added or removed, and exceptions against edits of the same occurrence.

use std::{collections::HashSet, ops::Range};

use super::{Spot, Versions, Weave};
use crate::merge::{
    Side,
    item::{self, Item},
};

impl Weave<'_> {
    pub(super) fn items(&mut self, spot: Spot<'_, '_>, versions: Versions<'_, '_>) {
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
}
