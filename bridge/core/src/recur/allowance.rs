//! What a whole report may cost: the limits of each of its objects come out of it.

use super::{Expansion, Limits, budget::Budget};

/// What is left for a report about many objects, and whether that was enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    object: Limits,
    left: Limits,
    cut: bool,
}

impl Default for Allowance {
    /// 10,000 instances, and steps that take about two seconds.
    fn default() -> Self {
        let report = Limits {
            instances: 10_000,
            steps: 40_000_000,
        };
        Self::new(Limits::default(), report)
    }
}

impl Allowance {
    /// At most `object` for each object and `report` for all of them together.
    pub fn new(object: Limits, report: Limits) -> Self {
        Self {
            object,
            left: report,
            cut: false,
        }
    }

    /// Whether anything was left out, or could not be decided.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Whether nothing more can be worked out.
    pub fn is_used_up(&self) -> bool {
        self.left.instances == 0 || self.left.steps == 0
    }

    /// Notes that something was left out.
    pub fn note_cut(&mut self) {
        self.cut = true;
    }

    /// What the next object may cost.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            instances: self.object.instances.min(self.left.instances),
            steps: self.object.steps.min(self.left.steps),
        }
    }

    /// Takes off the steps that were made.
    pub(crate) fn take_steps(&mut self, budget: &Budget) {
        self.left.steps = self.left.steps.saturating_sub(budget.spent());
        self.cut |= budget.is_exhausted();
    }

    /// Takes off what an expansion brought. What does not recur is not counted: the objects themselves were asked for.
    pub(crate) fn take_instances(&mut self, expansion: &Expansion) {
        let recurring = expansion.occurrences.iter();
        let recurring = recurring.filter(|occurrence| occurrence.recurrence_id.is_some());
        self.left.instances = self.left.instances.saturating_sub(recurring.count());
        self.cut |= expansion.truncated.is_some();
    }
}
