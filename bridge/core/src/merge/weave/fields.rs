//! Field by field: who changed it, and whose version stands.

use super::{Spot, Versions, Weave};
use crate::merge::{
    Side,
    field::{self, Field, FieldKey, Fields},
};

/// The same field in the three texts.
#[derive(Clone, Copy)]
struct FieldVersions<'v, 'o> {
    key: &'v FieldKey,
    base: Option<&'v Field<'o>>,
    ours: Option<&'v Field<'o>>,
    theirs: Option<&'v Field<'o>>,
}

impl Weave<'_> {
    pub(super) fn fields(&mut self, spot: Spot<'_, '_>, versions: Versions<'_, '_>) {
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
}
