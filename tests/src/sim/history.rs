//! What people wrote and deleted, and what must therefore be there in the end.
//!
//! A mark that somebody wrote is *open* until somebody who saw it replaced it. In the end each open mark is in the object,
//! or in a version that lost and was logged (rules D2, D5, D6).

use std::collections::{BTreeMap, BTreeSet};

use super::edits::{Field, Marks};

/// What happened to one object.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    open: BTreeMap<Field, BTreeSet<String>>,
    /// How often somebody deleted it.
    pub(super) deletions: u32,
    /// Whether the provider gave it another name: who deletes it under the old one at the same time misses it.
    pub(super) renamed: bool,
}

/// What was found in the end.
pub(super) struct Found<'a> {
    /// The marks of the object, if there is one.
    pub(super) marks: Option<&'a Marks>,
    /// All marks in versions that lost.
    pub(super) logged: &'a BTreeSet<String>,
    /// Whether it is logged that a deletion of the object lost; or nobody could know of the deletion, because it was not
    /// known whether the object had ever arrived, or the provider hid it in a listing.
    pub(super) deletion_excused: bool,
}

impl History {
    /// Somebody made it.
    pub(super) fn made(&mut self, marks: &Marks) {
        for (field, mark) in marks {
            self.open.entry(*field).or_default().insert(mark.clone());
        }
    }

    /// Somebody who saw `before` wrote `mark`.
    pub(super) fn edited(&mut self, field: Field, before: Option<&String>, mark: &str) {
        let open = self.open.entry(field).or_default();
        if let Some(before) = before {
            open.remove(before);
        }
        open.insert(mark.to_owned());
    }

    /// Somebody who saw `before` deleted it.
    pub(super) fn deleted(&mut self, before: &Marks) {
        self.deletions += 1;
        for (field, mark) in before {
            if let Some(open) = self.open.get_mut(field) {
                open.remove(mark);
            }
        }
    }

    /// What is wrong in the end.
    pub(super) fn judge(&self, found: &Found<'_>) -> Result<(), String> {
        let Some(marks) = found.marks else {
            return self.judge_absence(found);
        };
        for (field, open) in &self.open {
            let there = marks.get(field);
            for mark in open {
                if there != Some(mark) && !found.logged.contains(mark) {
                    return Err(format!("D6: {mark} in {field:?} is lost and not logged"));
                }
            }
        }
        let nothing_open = self.open.values().all(BTreeSet::is_empty);
        if self.deletions > 0 && nothing_open && !found.deletion_excused && !self.renamed {
            return Err("D5: it was deleted, nobody edited it, and it is there".to_owned());
        }
        // An edit that beat a deletion brings back what the deletion had seen; and where all later words lost to an older
        // version, they are in the log.
        let stale = marks.iter().find(|(field, mark)| {
            let open = self.open.get(*field);
            let spoken_for =
                |open: &BTreeSet<String>| open.contains(*mark) || !open.is_disjoint(found.logged);
            self.deletions == 0 && open.is_some_and(|open| !spoken_for(open))
        });
        match stale {
            Some((field, mark)) => {
                Err(format!("D6: {mark} in {field:?} was replaced, and is back"))
            }
            None => Ok(()),
        }
    }

    fn judge_absence(&self, found: &Found<'_>) -> Result<(), String> {
        if self.deletions == 0 {
            return Err("D2: it is gone and nobody deleted it".to_owned());
        }
        let lost = self
            .open
            .values()
            .flatten()
            .find(|mark| !found.logged.contains(*mark));
        match lost {
            Some(mark) => Err(format!(
                "D5: {mark} went with a deletion that did not know it"
            )),
            None => Ok(()),
        }
    }
}
