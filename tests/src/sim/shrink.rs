//! From a run that fails to a short one that fails for the same reason.

use super::{Bug, Plan, Violation, run};

/// Leaves out steps as long as the same rule is broken, first many at once, then one by one.
pub fn shrink(plan: &Plan, bug: Option<Bug>, found: &Violation) -> Plan {
    let mut plan = plan.clone();
    let mut chunk = plan.steps.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let mut shorter = false;
        while at < plan.steps.len() {
            let mut candidate = plan.clone();
            let end = (at + chunk).min(candidate.steps.len());
            candidate.steps.drain(at..end);
            let same = run(&candidate, bug)
                .err()
                .is_some_and(|other| other.rule() == found.rule());
            if same {
                plan = candidate;
                shorter = true;
            } else {
                at += chunk;
            }
        }
        if chunk == 1 && !shorter {
            return plan;
        }
        chunk = (chunk / 2).max(1);
    }
}
